"""Post → Entry: everything a format needs to know, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import unquote

from syndicate.feeds.taxonomy import scheme
from syndicate.markup import excerpt, render, safe
from syndicate.model import Category, Entry, Post

VERSION = "entries/1"
"""Raised by hand whenever the same post would make another Entry."""

TITLE_LENGTH = 60


def fingerprint() -> str:
    """Changes whenever the same post would make another Entry: then every fragment is made anew."""
    return f"{VERSION} {render.fingerprint()} {safe.EDITION}"


@dataclass(frozen=True, slots=True)
class Style:
    """How entries are shown.

    `base_url` is where the output folder is served; `content` is `full` or `summary`; lengths are
    in characters; `language` is the site's, which entries need not repeat.
    """

    base_url: str
    content: str = "full"
    summary_length: int = 280
    language: str = ""

    def scheme(self, taxonomy: str) -> str:
        """The IRI of a taxonomy; authors are shown as authors, not as categories."""
        return "" if taxonomy == "authors" else scheme(self.base_url, taxonomy)


def clean_body(post: Post, body: str) -> str:
    """The body as published: rendered, sanitised, every URL absolute against the post's own."""
    return safe.clean(render.to_html(body, post.markup), post.url)


def entry(post: Post, entry_id: str, published: int, updated: int, html: str, body: str, style: Style) -> Entry:
    """The post ready to show.

    `html` is the clean body; `body` the raw one, for the excerpt separator ("" where only
    the last good HTML is left). `published` and `updated` are epoch seconds.
    """
    summary = _summary(post, html, body, style)
    return Entry(
        id=entry_id,
        url=post.url,
        title=_title(post, html),
        html=html if style.content == "full" else _paragraph(summary),
        published=_moment(published),
        updated=_moment(max(updated, published)),
        summary=summary,
        categories=tuple(_categories(post, style.scheme)),
        authors=post.authors,
        language=post.language if post.language != style.language else "",
        image=post.image,
        enclosures=post.enclosures,
        external_url=post.external_url,
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def _summary(post: Post, html: str, body: str, style: Style) -> str:
    """What the author gave, else the text above the separator, else the beginning; a picture alone is no summary."""
    given = excerpt.plain_text(safe.clean(render.to_html(post.summary, "markdown"), post.url)) if post.summary else ""
    if given:
        return given if len(given) <= 4 * style.summary_length else excerpt.summary(given, style.summary_length)
    before = excerpt.before_separator(body, post.separator) if post.separator else None
    above = excerpt.plain_text(clean_body(post, before)) if before else ""
    return above or excerpt.summary(excerpt.plain_text(html), style.summary_length)


def _title(post: Post, html: str) -> str:
    """The title; without one the beginning of the text, else the last part of the address."""
    if post.title:
        return post.title
    text = excerpt.summary(excerpt.plain_text(html), TITLE_LENGTH)
    return text or unquote(post.url.rstrip("/").rpartition("/")[2]) or post.url


def _categories(post: Post, scheme: Callable[[str], str]) -> list[Category]:
    return [Category(name, scheme(taxonomy)) for taxonomy, name in post.terms if scheme(taxonomy)]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
