"""Zola: pages below `content/`, read by Zola's documented rules.

In: `zola.toml` or `config.toml`, the `_index.md` of sections, then one page's front matter at a time. Out: Posts;
pages without any date are none, since Zola's feeds leave them out. docs/dialects.md lists what is honoured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Self
from urllib.parse import unquote

from syndicate.content.dates import DateFault, from_path, read_moment
from syndicate.content.dialects import NOTHING, Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, beside, encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, language_tag, shortened, term, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.content.dialects._zola_names import Located, dated, located, slugified
from syndicate.content.dialects._zola_site import CONFIG, SECTIONS, Site, opened, table
from syndicate.content.frontmatter import truth
from syndicate.model import Author, FrontMatter, Post, Problem, Severity, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_PAGES = re.compile(r"(?!_index\.)[^.].*\.md\Z", re.DOTALL)
_BASE_URL = re.compile(r"^[ \t]*base_url[ \t]*=", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Zola(Dialect):
    """The dialect of a Zola site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "zola"
    config_files: ClassVar[tuple[str, ...]] = (*CONFIG, SECTIONS)

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """`base_url` at the top of the configuration is Zola's; Hugo's is called `baseURL`."""
        if "zola.toml" in names:
            return 95
        config = text("config.toml") if "config.toml" in names else ""
        first_table = _TABLE.search(config)
        top = config[: first_table.start()] if first_table else config
        return (95 if "content" in names else 60) if _BASE_URL.search(top) else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; faults of its configuration are Problems, the rest of it holds."""
        site, facts, problems = opened(files, given)
        return cls(facts, site), problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Pages lie in `content/` and below it; hidden folders are passed by."""
        parts = path.split("/")
        if not path:
            return Folder(enter=True, posts=NOTHING)
        hidden_or_packages = any(part.startswith(".") or part == "node_modules" for part in parts)
        if parts[0] != "content" or hidden_or_packages or self.site.ignored.fullmatch(path):
            return Folder(enter=False)
        return Folder(enter=True, posts=_PAGES)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the page means; None where it has no date, with a Problem if it was meant to have one."""
        where = located(path.removeprefix("content/"), self.site.languages, self.site.default)
        if self.site.ignored.fullmatch(path) or (where.name == "index" and not where.bundle):
            return None, []  # Zola refuses a `content/index.md`
        values = {key.casefold(): value for key, value in reversed(matter.fields.items())}
        fields = Fields(values, stamp.shown, matter.line_of)
        published = self._published(fields, where)
        if published is None:
            return None, fields.problems
        return self._read(stamp, path, matter, fields, where, published), fields.problems

    @property
    def templates(self) -> str:
        """Shortcodes and internal links."""
        return "zola"

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Beside an `index.md`, in `static/`, or in the folder of a section."""
        plain = url.partition("?")[0].partition("#")[0]
        root = f"{self.facts.url}/"
        if not plain.startswith(root):
            return ()
        rest = unquote(plain[len(root) :])
        folder = path.rpartition("/")[0]
        own = [f"{folder}/{unquote(plain[len(page) :])}"] if plain.startswith(page) and page.endswith("/") else []
        return (*own, f"static/{rest}", f"content/{rest}")

    def term_url(self, taxonomy: str, name: str) -> str:
        """The page of a term in the default language, where the taxonomy has pages."""
        slug = dict(self.site.taxonomies).get(taxonomy)
        if slug is None:
            return ""
        parts = (self.site.taxonomy_root, slug, slugified(name, self.site.terms))
        return f"{self.site.root}/" + "".join(f"{encoded_path(part)}/" for part in parts if part)

    def _published(self, fields: Fields, where: Located) -> datetime | None:
        """The `date`, else the file name's, else the day that `path` spells, which Zola itself does not take."""
        if moment := fields.moment("date", self.site.zone):
            return moment.at
        if written := dated(where.called).moment:
            try:
                return read_moment(written, self.site.zone).at
            except DateFault as fault:
                fields.report("date-unreadable", f"the file name cannot be used as a date: {fault}")
        if day := from_path(fields.text("path")):
            return datetime(*day, tzinfo=self.site.zone).astimezone(UTC)
        if fields.problems:
            message = "the date cannot be read, and neither the file name nor `path` has one; mend the date"
            fields.report("post-without-date", message, severity=Severity.ERROR)
        return None

    def _read(
        self, stamp: Stamp, path: str, matter: FrontMatter, fields: Fields, where: Located, published: datetime
    ) -> Post:
        url = self._url(fields, where)
        extra = _with_extra(fields, matter)
        absolute = partial(beside, url) if where.bundle else partial(below, self.site.root)
        authors = _authors(fields, extra)
        updated = fields.moment("updated", self.site.zone)
        post = Post(
            path=stamp.path,
            url=url,
            title=fields.title(),
            published=published,
            visibility=self._visibility(fields, path),
            updated=updated.at if updated else None,
            terms=terms(fields, (*_labels(fields), ("authors", [author.name for author in authors]))),
            authors=authors,
            language=self._language(fields, where),
            summary=fields.text("description"),
            separator="<!-- more -->",
            image=image(extra, absolute),
            enclosures=enclosures(extra, absolute),
            guid=guid(extra),
            aliases=tuple(_aliases(fields, self.site.root)),
            translation=self._translation(path, where),
            body_at=matter.body_at,
        )
        post = with_feed_fields(post, extra, absolute)
        fields.problems.extend(problem for problem in extra.problems if problem not in fields.problems)
        return post

    def _url(self, fields: Fields, where: Located) -> str:
        if own := fields.text("path"):
            return f"{self.site.root}/{encoded_path(own.removeprefix('/').removesuffix('/'))}/"
        name = dated(where.called).slug if not self.site.keep_dates else ""
        slug = slugified(fields.text("slug") or name or where.called, self.site.paths)
        language = where.language if where.language != self.site.default else ""
        path = "/".join(part for part in (language, where.folder, slug) if part)
        return f"{self.site.root}/{encoded_path(path)}" + ("/" if path and not path.endswith("/") else "")

    def _visibility(self, fields: Fields, path: str) -> Visibility:
        """Pages of draft sections are drafts; one with `render = false` has no address at all."""
        if path.startswith(self.site.drafts):
            return Visibility.DRAFT
        if truth(fields.values.get("render")) is False:
            return Visibility.UNPUBLISHED
        return hidden(fields)

    def _language(self, fields: Fields, where: Located) -> str:
        """The language of the file name; on a site of one language nothing needs to be said."""
        if where.unknown:
            message = (
                f"the file name says the language is `{shortened(where.unknown)}`, which the site does not have; "
                "add it as `[languages.…]`, or write the name without the dot; taken as part of the name"
            )
            fields.report("language-unreadable", message)
        return language_tag(where.language or self.site.default) if self.site.languages else ""

    def _translation(self, path: str, where: Located) -> str:
        if not self.site.languages:
            return ""
        name = where.name.removesuffix(f".{self.site.default}") if where.language == self.site.default else where.name
        return f"{path.rpartition('/')[0]}/{name}"


def _with_extra(fields: Fields, matter: FrontMatter) -> Fields:
    """The fields of `[extra]`, where sites keep what Zola has no keys for; those on top win."""
    extra = {key.casefold(): value for key, value in reversed(table(fields, "extra").items())}
    return Fields({**extra, **fields.values}, fields.path, matter.line_of)


def _authors(fields: Fields, extra: Fields) -> tuple[Author, ...]:
    """`authors`, else a taxonomy of that name, else `author` or `authors` of `[extra]`."""
    return (
        people(fields, {}, "authors")
        or people(Fields(table(fields, "taxonomies"), fields.path), {}, "authors", "author")
        or people(extra, {}, "author", "authors")
    )


def _labels(fields: Fields) -> Iterable[tuple[str, list[str]]]:
    """The terms of `[taxonomies]`; its names are the site's own."""
    value: Value = fields.values.get("taxonomies")
    if value is not None and not isinstance(value, dict):
        fields.misshapen("taxonomies", "a table of lists", value)
    for taxonomy, names in table(fields, "taxonomies").items():
        if key := term(taxonomy):
            yield key, fields.items(f"taxonomies.{taxonomy}", names)


def _aliases(fields: Fields, root: str) -> Iterable[str]:
    written = fields.items("aliases", fields.values.get("aliases"))
    return dict.fromkeys(url for item in written if (url := below(root, item)))
