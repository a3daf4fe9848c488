"""Post → Entry: everything a format needs to know, and nothing else. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from urllib.parse import unquote

from syndicate.feeds.bodies import Body
from syndicate.feeds.taxonomy import scheme
from syndicate.index import Recipe
from syndicate.markup import excerpt, render, safe
from syndicate.model import Alternate, Category, Entry, Image, Post
from syndicate.model.records import dataclass

TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Style:
    """How entries are shown.

    `base_url` is where the output folder is served; `content` is `full`, `summary` or `titles`; lengths are
    in characters; `language` is the site's, which entries need not repeat; `profile` as in `safe.clean`.
    """

    base_url: str
    content: str = "full"
    summary_length: int = 280
    language: str = ""
    profile: str = "safe"


def entry(post: Post, recipe: Recipe, body: Body, style: Style) -> Entry:
    """The post ready to show; `recipe` has its id, its moments and its translations."""
    html = body.html
    published = updated = _moment(recipe.published)
    if recipe.updated > recipe.published:
        updated = _moment(recipe.updated)
    summary = _summary(post, body, style)
    shown = html if style.content == "full" else _paragraph(summary) if style.content == "summary" else ""
    return Entry(
        id=recipe.entry_id,
        url=post.url,
        title=_title(post, html),
        html=shown,
        published=published,
        updated=updated,
        summary=summary if style.content != "titles" else "",
        categories=_categories(post.terms, style.base_url),
        authors=post.authors,
        language=post.language if post.language != style.language else "",
        image=post.image or _first_picture(html),
        enclosures=post.enclosures,
        external_url=post.external_url,
        alternates=_alternates(recipe, post, style.language) if recipe.alternates else (),
        origin=post.origin,
        comments=post.comments,
        episode=post.episode,
    )


def _first_picture(html: str) -> Image | None:
    """The picture of a post that names none: the first one in it that is more than an ornament."""
    found = excerpt.first_picture(html) if "<img" in html else None
    return Image(*found) if found else None


def _alternates(recipe: Recipe, post: Post, site: str) -> tuple[Alternate, ...]:
    """The translations of a post, each in a language that is known and not its own, and then the post itself."""
    own = Alternate(post.language or site, post.url)
    written = (Alternate(language or site, url) for language, url in recipe.alternates)
    others = tuple(each for each in written if each.language.casefold() not in ("", own.language.casefold()))
    return (*others, own) if others else ()


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def _summary(post: Post, body: Body, style: Style) -> str:
    """What the author gave, else the text above the separator, else the beginning; a picture alone is no summary."""
    given = _words(body.summary, "markdown", post.url) if body.summary else ""
    if given:
        return given if len(given) <= 4 * style.summary_length else excerpt.summary(given, style.summary_length)
    before = excerpt.before_separator(body.text, post.separator) if post.separator else None
    above = _words(before, post.markup, post.url) if before else ""
    return above or excerpt.beginning(body.html, style.summary_length)


def _words(text: str, markup: str, url: str) -> str:
    return excerpt.plain_text(safe.clean(render.to_html(text, markup), url))


def _title(post: Post, html: str) -> str:
    """The title; without one the beginning of the text, else the last part of the address."""
    if post.title:
        return post.title
    text = excerpt.beginning(html, TITLE_LENGTH)
    return text or unquote(post.url.rstrip("/").rpartition("/")[2]) or post.url


@lru_cache(maxsize=4096)  # a site has few terms, and posts have the same ones together
def _categories(terms: tuple[tuple[str, str], ...], base_url: str) -> tuple[Category, ...]:
    """The terms with the IRIs of their taxonomies; authors are shown as authors, not as categories."""
    return tuple(Category(name, scheme(base_url, taxonomy)) for taxonomy, name in terms if taxonomy != "authors")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
