"""Posts of a Jekyll site that differ in title, date, terms, summary and file name alone.

In: one of them. Out: what makes of these the same as reading such a post in full would; where that would have anything
else to say, the post is read in full.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syndicate.content.dates import DateFault, read_moment
from syndicate.content.dialects import Alike, Differs
from syndicate.content.dialects._addresses import encoded_path
from syndicate.content.dialects._fields import MOST_TERMS, Fields, terms
from syndicate.content.dialects._jekyll_dates import file_name, local_of
from syndicate.content.dialects._jekyll_document import (
    SUMMARY,
    Document,
    categories,
    document,
    output_ending,
    tags,
    template_of,
)
from syndicate.content.dialects._jekyll_folders import file_excluded, inside, place
from syndicate.content.dialects._jekyll_site import Site
from syndicate.content.dialects._jekyll_urls import Named, id_of, path_of
from syndicate.content.dialects._people import people
from syndicate.markup.excerpt import plain_title
from syndicate.model import FrontMatter, Value

_Terms = tuple[tuple[str, str], ...]

_DIFFERING = (("categories", "category"), ("tags", "tag"), SUMMARY)
"""Keys of one meaning. The one that a post has may have any value; where it has two, they have a say in each other."""


def alike(site: Site, path: str, matter: FrontMatter) -> Alike | None:
    """See `Dialect.alike`; only posts, since documents of other collections have rules of their own."""
    within, where = inside(site, path), place(site, path.rpartition("/")[0])
    if within is None or where is None or where.label != "posts":
        return None
    found = document(site, where, within, "", matter)
    template, own = template_of(found)
    slug, shared, authors = found.fields.raw("slug"), [made(found) for made in _MEANINGS], _authors(found)
    if ":path" in template or site.defaults or found.fields.problems:
        return None  # defaults may be for some files only
    keys = tuple(only[0] for group in _DIFFERING if len(only := [key for key in group if key in matter.fields]) == 1)
    meanings = tuple(map(_meaning, keys))
    ending = output_ending(found, own)

    def part(key: str, value: Value) -> Any:
        fields = Fields({**found.fields.values, key: value}, "")
        made = _MEANINGS[_meaning(key)](found._replace(fields=fields, front={**found.front, key: value}))
        return None if fields.problems else made

    def differs(path: str, title: str, date: str, quoted: bool, parts: tuple[Any, ...]) -> Differs | None:
        of_site = inside(site, path)
        name = file_name(path.rpartition("/")[2].rpartition(".")[0])
        if of_site is None or file_excluded(site, of_site) or name.day is None:
            return None
        written = date.strip()
        try:
            moment = read_moment(written, site.zone)
        except DateFault:
            return None
        its: list[Any] = [*shared]
        for meaning, made in zip(meanings, parts, strict=True):
            its[meaning] = made
        (names, categorized), tagged, summary = its
        labels = categorized + tagged + authors
        if len(labels) > MOST_TERMS:
            return None
        own = name.slug if slug is None else slug
        local = local_of(written, moment, site, quoted=quoted)
        at = path_of(template, Named("", name.stem, own, "posts", names, ending, local))
        url = site.root + encoded_path(at)
        shown = None if site.future else moment.at
        return Differs(url, plain_title(title), moment.at, shown, id_of(at, own), labels, summary)

    return Alike(keys, part, differs)


def _meaning(key: str) -> int:
    """Which of `_DIFFERING` a key is of."""
    return next(at for at, group in enumerate(_DIFFERING) if key in group)


def _categorized(found: Document) -> tuple[tuple[str, ...], _Terms]:
    """The categories as written, and as terms."""
    names = tuple(categories(found))
    return names, terms(found.fields, (("categories", names),))


def _tagged(found: Document) -> _Terms:
    return terms(found.fields, (("tags", tags(found)),))


def _summary(found: Document) -> str:
    return found.fields.text(*SUMMARY)


_MEANINGS: tuple[Callable[[Document], Any], ...] = (_categorized, _tagged, _summary)
"""What is made of the keys of each group of `_DIFFERING`."""


def _authors(found: Document) -> _Terms:
    names = [author.name for author in people(found.fields, found.site.authors, "author", "authors")]
    return terms(found.fields, (("authors", names),))
