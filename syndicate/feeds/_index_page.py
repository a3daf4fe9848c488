"""The page of all feeds as HTML. Pure.

Written in Python and not with the template engine of the other pages: every site has this page, most runs write it, and
the engine takes 60 ms to load, as long as it takes to write 5,000 feeds here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from syndicate.feeds import _pages
from syndicate.feeds._pages import escaped
from syndicate.feeds._words import Words
from syndicate.model.records import NamedTuple

_LONG_LABEL = 40

# what is illegal, not what is not legal: a pattern costs as much to compile as there are characters in its ranges
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_SEARCH = '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="10.5" cy="10.5" r="6"/>'
_BOX = (
    'aria-keyshortcuts="/" aria-controls="groups" autocomplete="off" autocapitalize="none" spellcheck="false" '
    'enterkeyhint="search"><kbd aria-hidden="true">/</kbd></div>'
)


class Listed(Protocol):
    """What the page says of one feed; as in `directory.Row`."""

    @property
    def title(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def entries(self) -> int: ...
    @property
    def newest(self) -> datetime | None: ...
    @property
    def urls(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def home_url(self) -> str: ...
    @property
    def page_url(self) -> str: ...


class Section(NamedTuple):
    """The feeds of one taxonomy: the anchor of its heading, the heading, their number, and their lines as UTF-8."""

    anchor: str
    label: str
    feeds: int
    lines: bytes


class Site(NamedTuple):
    """What the page says of the site."""

    title: str
    url: str
    description: str
    language: str


def index_page(site: Site, words: Words, cards: Sequence[Listed], sections: Sequence[Section]) -> bytes:
    """The page; `cards` are the feeds shown large."""
    pieces = [_written(_opening(site, words, cards, sections))]
    for number, section in enumerate(sections, 1):
        pieces += [_written(_heading(number, section)), section.lines, b"</ul>\n</section>"]
    if sections:
        pieces.append(b"</div>")
    return b"\n".join([*pieces, b'<p id="said" class="aside" role="status"></p>\n</main>\n</body>\n</html>\n'])


def _written(lines: Iterable[str]) -> bytes:
    return legal("\n".join(lines)).encode()


def legal(text: str) -> str:
    """Without what XML 1.0 and HTML forbid: controls, lone surrogates, noncharacters."""
    return _ILLEGAL.sub("", text)


def _opening(site: Site, words: Words, cards: Sequence[Listed], sections: Sequence[Section]) -> list[str]:
    """All before the first section."""
    listed = sum(section.feeds for section in sections)
    total = len(cards) + listed
    lines = [
        *_head(site, words, cards),
        *_top(site, words),
        f'<main data-found="{escaped(words.found)}" data-copy="{escaped(words.copy)}"'
        f' data-copy-address="{escaped(words.copy_address)}" data-copy-of="{escaped(words.copy_of)}"'
        f' data-copied="{escaped(words.copied)}">',
    ]
    for number, row in enumerate(cards, 1):
        lines += _card(number, row, site, words)
    if total > 1:
        opml = escaped(words.opml.replace("{n}", f"{total:,}"))
        lines.append(f'<p class="opml"><a href="opml.xml" type="text/x-opml">{opml}</a> {escaped(words.opml_hint)}</p>')
    if sections:
        lines += _tools(words, sections, listed)
    return lines


def _head(site: Site, words: Words, cards: Iterable[Listed]) -> Iterator[str]:
    style, script = _pages.asset("page.css", "index.css"), _pages.asset("copy.js", "index.js")
    yield "<!doctype html>"
    yield f'<html lang="{escaped(site.language or "en")}">'
    yield "<head>"
    yield _pages.head(_pages.policy(style, script)).removesuffix("\n")
    if site.description:
        yield f'<meta name="description" content="{escaped(site.description)}">'
    yield f"<title>{escaped(words.page_title.replace('{site}', site.title))}</title>"
    for row in cards:
        for form, url in row.urls:
            media_type, name = escaped(_pages.media_type(form)), escaped(_pages.format_name(form))
            title = f"{escaped(row.title)} ({name})"
            yield f'<link rel="alternate" type="{media_type}" title="{title}" href="{escaped(url)}">'
    yield '<link rel="outlines" type="text/x-opml" title="OPML" href="opml.xml">'
    yield f"<style>{style}</style>"
    yield f"<script>{script}</script>"
    yield "</head>"


def _top(site: Site, words: Words) -> Iterator[str]:
    title = f"<bdi>{escaped(site.title)}</bdi>"
    yield "<body>"
    yield '<header class="top">'
    yield f'<p class="eyebrow">{_pages.mark()}{escaped(words.feeds)}</p>'
    yield f"<h1>{_linked(title, site.url)}</h1>"
    if site.description:
        yield f'<p class="about">{escaped(site.description)}</p>'
    yield f'<p class="lead">{escaped(words.lead)}</p>'
    yield "</header>"


def _linked(html: str, url: str) -> str:
    return f'<a href="{escaped(url)}">{html}</a>' if _pages.web(url) else html


def _card(number: int, row: Listed, site: Site, words: Words) -> Iterator[str]:
    """A feed shown large."""
    label = escaped(row.label)
    heading = escaped(words.all_posts) if row.label == site.title else f"<bdi>{label}</bdi>"
    facts = _posts(row.entries, words)
    if row.newest:
        facts += f'<span class="dot"> · </span>{escaped(words.newest)} {_pages.day(row.newest, words)}'
    yield f'<section class="card" aria-labelledby="card-{number}">'
    yield '<div class="card-head">'
    yield f'<h2 id="card-{number}">{_linked(heading, row.page_url)}</h2>'
    yield f'<p class="facts">{facts}</p>'
    yield "</div>"
    yield '<ul class="addresses">'
    for form, url in row.urls:
        media_type, name = escaped(_pages.media_type(form)), escaped(_pages.format_name(form))
        link = f'<a class="f" href="{escaped(url)}" type="{media_type}">{name}</a>'
        yield f'<li data-name="{label}">{link} {_pages.address(url)}</li>'
    yield "</ul>"
    if len(row.urls) > 1 and row.urls[0][0] != "json":
        yield f'<p class="hint">{escaped(words.hint)}</p>'
    yield "</section>"


def _tools(words: Words, sections: Sequence[Section], listed: int) -> Iterator[str]:
    """What narrows the list and sorts it."""
    hint = escaped(words.filter_hint.replace("{n}", f"{listed:,}"))
    yield '<div id="top"></div>'
    yield '<div class="tools" role="search">'
    yield (
        f'<div class="box">{_SEARCH}<path d="m15 15 5 5"/></svg><input id="filter" type="search"'
        f' aria-label="{escaped(words.filter)}" placeholder="{hint}" {_BOX}'
    )
    options = (("posts", words.by_posts), ("newest", words.by_newest), ("name", words.by_name))
    choice = "".join(f'<option value="{value}">{escaped(name)}</option>' for value, name in options)
    yield f'<label class="sort"><span>{escaped(words.sort)}</span><select id="sort">{choice}</select></label>'
    yield "</div>"
    yield '<div class="bar">'
    count = words.one_count if listed == 1 else words.count.replace("{n}", f"{listed:,}")
    yield f'<p id="found" role="status" aria-live="polite">{escaped(count)}</p>'
    if len(sections) > 1:
        links = "".join(f'<a href="#{escaped(each.anchor)}">{escaped(each.label)}</a> ' for each in sections)
        yield f'<nav aria-label="{escaped(words.jump)}">{links}</nav>'
    yield "</div>"
    none, clear = escaped(words.none), escaped(words.clear)
    yield f'<div id="none" hidden><p>{none}</p><button type="button" id="clear">{clear}</button></div>'
    yield '<div id="groups">'


def _heading(number: int, section: Section) -> Iterator[str]:
    total = f'<span class="total">{section.feeds:,}</span>'
    yield f'<section class="group" id="{escaped(section.anchor)}" aria-labelledby="g{number}">'
    yield f'<h2 id="g{number}">{escaped(section.label)} {total}</h2>'
    yield '<ul class="rows">'


def line(row: Listed, site_url: str, words: Words) -> str:
    """The line of a feed in its section."""
    label, entries = escaped(row.label), row.entries
    title = f' title="{label}"' if len(row.label) > _LONG_LABEL else ""
    page = _pages.web(row.page_url) or (_pages.web(row.home_url) if row.home_url != site_url else "")
    tag, link = ("a", f' href="{escaped(page)}"') if page else ("span", "")
    newest = f"{_pages.day(row.newest, words)} " if row.newest else ""
    links = "".join(
        [f'<a class="f" href="{escaped(url)}">{escaped(_pages.format_name(form))}</a> ' for form, url in row.urls]
    )
    return legal(
        f'<li data-n="{entries}"{"" if entries else _EMPTY}><{tag} class="name"{title}{link}><bdi>{label}</bdi></{tag}>'
        f' <span class="n">{_posts(entries, words)}</span> {newest}<span class="fs">{links}</span></li>'
    )


_EMPTY = ' class="empty"'


def _posts(entries: int, words: Words) -> str:
    if entries == 1:
        return escaped(words.one_post)
    return escaped(words.posts.replace("{n}", f"{entries:,}") if entries else words.no_posts)
