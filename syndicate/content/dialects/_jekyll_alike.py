"""Posts of a Jekyll site that differ in title, date, terms, summary and file name alone.

In: one of them. Out: what makes of these the same as reading such a post in full would; where that would have anything
else to say, the post is read in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from syndicate.content.dates import DateFault, exact, read_moment
from syndicate.content.dialects import Alike, Differs
from syndicate.content.dialects._addresses import encoded_path
from syndicate.content.dialects._fields import MOST_TERMS, Fields, terms
from syndicate.content.dialects._jekyll_dates import dated_slug, file_name, local_of
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
from syndicate.content.dialects._jekyll_urls import Named, forms_of, id_of, is_plain_slug, path_of, spelled
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
    siblings = _Siblings(found)
    if ":path" in siblings.template or site.defaults or found.fields.problems:
        return None  # defaults may be for some files only
    return Alike(siblings.keys, siblings.part, siblings.differs)


class _Siblings:
    """The posts that differ from one of them in nothing else."""

    def __init__(self, found: Document) -> None:
        self.site, self.found = found.site, found
        self.template, own = template_of(found)
        self.ending, self.slug = output_ending(found, own), found.fields.raw("slug")
        self.shared, self.authors = [made(found) for made in _MEANINGS], _authors(found)
        some = [[key for key in group if key in found.front] for group in _DIFFERING]
        self.keys = tuple(only[0] for only in some if len(only) == 1)
        self.meanings = tuple(map(_meaning, self.keys))
        self.forms = lru_cache(4096)(self._forms)

    def part(self, key: str, value: Value) -> Any:
        """See `Alike`."""
        front = {**self.found.front, key: value}
        fields = Fields(front, "")  # there are no defaults
        changed = Document(*self.found[:-2], front, fields)
        made = _MEANINGS[self.meanings[self.keys.index(key)]](changed)
        return None if fields.problems else made

    def differs(
        self,
        paths: Sequence[str],
        titles: Sequence[str],
        dates: Sequence[str],
        quoted: Sequence[bool],
        parts: Sequence[tuple[Any, ...]],
    ) -> list[Differs | None]:
        """See `Alike`. Step by step for all posts; one with an uncommon name or date is read by itself."""
        columns = [[each] * len(paths) for each in self.shared]
        for number, meaning in enumerate(self.meanings):
            columns[meaning] = [its[number] for its in parts]
        labels = [named[1] + tagged + self.authors for named, tagged in zip(*columns[:2], strict=True)]
        slugs, moments = [dated_slug(_stem(path)) for path in paths], [exact(date) for date in dates]
        forms = [
            self.forms(named[0]) if at and slug and is_plain_slug(slug) and not self._is_excluded(path) else None
            for path, slug, at, named in zip(paths, slugs, moments, columns[0], strict=True)
        ]
        template, zone, future = self.template, self.site.jekyll_zone, self.site.future
        own = [
            (*spelled(template, at.astimezone(zone).date()), slug) if form and at else ()
            for form, at, slug in zip(forms, moments, slugs, strict=True)
        ]
        return [
            Differs(form[0] % values, plain_title(title), at, None if future else at, form[1] % values, its, made[2])
            if form and at and len(its) <= MOST_TERMS
            else self._one(path, title, date, in_marks, made)
            for form, values, at, its, path, title, date, in_marks, made in zip(
                forms, own, moments, labels, paths, titles, dates, quoted, zip(*columns, strict=True), strict=True
            )
        ]

    def _is_excluded(self, path: str) -> bool:
        within = inside(self.site, path)
        return within is None or file_excluded(self.site, within)

    def _forms(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        """How the addresses and ids of posts of these categories are written, as `forms_of` has them."""
        found = forms_of(self.template, "posts", names, self.ending) if self.slug is None else None
        return found and (self.site.root.replace("%", "%%") + found[0], found[1])

    def _one(self, path: str, title: str, date: str, quoted: bool, its: Sequence[Any]) -> Differs | None:
        site, name = self.site, file_name(_stem(path))
        if self._is_excluded(path) or name.day is None:
            return None
        written = date.strip()
        try:
            moment = read_moment(written, site.zone)
        except DateFault:
            return None
        (names, categorized), tagged, summary = its
        labels = categorized + tagged + self.authors
        if len(labels) > MOST_TERMS:
            return None
        own = name.slug if self.slug is None else self.slug
        local = local_of(written, moment, site, quoted=quoted)
        at = path_of(self.template, Named("", name.stem, own, "posts", names, self.ending, local))
        url = site.root + encoded_path(at)
        shown = None if site.future else moment.at
        return Differs(url, plain_title(title), moment.at, shown, id_of(at, own), labels, summary)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


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
