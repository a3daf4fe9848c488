"""How feeds are found: the links in the head of a page, as HTML, as templates and as HTTP headers. Pure.

In: the feeds as `directory.Row`s. Out: text to put into a site. A page names the feed it is about first,
since that is the one readers take, and then the site's. Titles are distinct, types exact, addresses absolute.
The templates do not compute the address of a term's feed: slugs are frozen in the ledger, so they look the term
up in a file of data that `data` makes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from syndicate.feeds import _pages
from syndicate.feeds.directory import DECLARED, Row
from syndicate.index.shelves import apart
from syndicate.markup.legal import legal
from syndicate.model import Link

PARTIALS = ("jekyll", "hugo", "zola", "eleventy")
"""The generators for which there is a template."""

_QUOTABLE = frozenset(map(chr, range(0x20, 0x7F))) - set('"\\')


def feed(rows: Iterable[Row], key: str) -> Row | None:
    """The feed with this key (`site`, `tag:金融`); where there is none, the only one that differs in case alone."""
    known = {row.key: row for row in rows}
    alike = [row for name, row in known.items() if name.casefold() == key.casefold()]
    return known.get(key) or (alike[0] if len(alike) == 1 else None)


def links(rows: Sequence[Row], first: Row | None = None) -> tuple[Link, ...]:
    """The links of a page that is about the feed `first`: that feed in every format, then its site's.

    The site's is the one in the language of `first`. Without `first` the page is about all of the site.
    """
    language = _language(first) if first else ""
    site = feed(rows, f"{language}/site" if language else "site")
    shown = [row for row in (first, site) if row]
    found: dict[str, Link] = {}
    for row in dict.fromkeys(shown):
        for link in _links(row):
            title = link.title if link.title not in found else f"{link.title} · {row.key}"
            found[title] = Link(link.rel, link.href, link.type, title)
    return tuple(found.values())


def snippet(alternates: Iterable[Link]) -> str:
    """`<link>` elements for the head of a page, one a line."""
    return "".join(
        f'<link rel="{each.rel}" type="{each.type}" title="{escape(_line(each.title))}" href="{escape(each.href)}">\n'
        for each in alternates
    )


def headers(named: Iterable[Link]) -> list[str]:
    """The `Link` header lines that say the same (RFC 8288, 3), of a page or (see `of_document`) of a document."""
    return [f"Link: <{each.href}>" + "".join(_parameters(each)) for each in named]


def of_document(url: str, hubs: Iterable[str] = ()) -> tuple[Link, ...]:
    """What the answer with a feed's document names: itself and its hubs (WebSub, 4)."""
    return (Link("self", url), *(Link("hub", hub) for hub in hubs))


def data(rows: Iterable[Row]) -> str:
    """The addresses of all feeds as JSON, for the templates: links by taxonomy and term, as the posts write it.

    A term can also be looked up in lower case. Feeds of further languages stand below `languages`, those that the
    settings declare below `declared`, by key.
    """
    top = _empty()
    top |= {"declared": {}, "languages": {}}
    for row in rows:
        language = _language(row)
        part = top["languages"].setdefault(language, _empty()) if language else top
        found = [{"title": link.title, "type": link.type, "href": link.href} for link in _links(row)]
        if row.taxonomy == DECLARED:
            top["declared"][row.key] = found
        elif row.taxonomy:
            part["terms"].setdefault(apart(row.taxonomy)[1], {})[row.label] = found
        else:
            part["site"] = found
    for part in (top, *top["languages"].values()):
        for terms in part["terms"].values():
            for name, found in list(terms.items()):
                terms.setdefault(name.lower(), found)
    return json.dumps(top, ensure_ascii=False, indent=1) + "\n"


def partial(generator: str) -> str:
    """The template for one of `PARTIALS`; what it is called and how it is used stands in its first lines."""
    return str(_pages.asset(f"partial.{generator}.html"))


def _empty() -> dict[str, Any]:
    return {"site": [], "terms": {}}


def _links(row: Row) -> Iterator[Link]:
    """A feed in every format that readers read; where there are several, the title names the format."""
    read = [(form, url) for form, url in row.urls if form in _pages.MEDIA_TYPES]
    for form, url in read:
        title = f"{row.title} ({_pages.FORMAT_NAMES[form]})" if len(read) > 1 else row.title
        yield Link("alternate", url, _pages.MEDIA_TYPES[form], title)


def _language(row: Row) -> str:
    """The language whose shelf a feed stands on, "" for the site's own."""
    if row.taxonomy:
        return apart(row.taxonomy)[0]
    language, slash, rest = row.key.partition("/")
    return language if slash and rest == "site" else ""


def _parameters(link: Link) -> Iterator[str]:
    yield f'; rel="{link.rel}"'
    if link.type:
        yield f'; type="{link.type}"'
    if title := _line(link.title):
        # RFC 8288, 3.4.1: what is no plain ASCII goes encoded (RFC 8187)
        plain = _QUOTABLE.issuperset(title)
        yield f'; title="{title}"' if plain else f"; title*=UTF-8''{quote(title, safe='!#$&+^`|')}"


def _line(text: str) -> str:
    return " ".join(legal(text).split())
