"""Vaults of Obsidian, with the addresses that Obsidian Publish gives them.

In: one note at a time, and the settings of the vault. Out: Posts. A note is named by its file, its tags also stand in
its text, `aliases` are other names of it and no addresses. docs/dialects.md lists the keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import ClassVar, Self
from urllib.parse import quote

from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects import _notes as notes
from syndicate.content.dialects._addresses import below, encoded
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, one_line, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._obsidian_tags import tags
from syndicate.content.dialects._obsidian_vault import APP, TEMPLATER, TEMPLATES, Vault, vault
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.model import FrontMatter, Post, Problem, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_POSTS = re.compile(r"(?!\.)(?!.*\.excalidraw\.md\Z).*\.md\Z", re.IGNORECASE | re.DOTALL)
_NOT_ENTERED = frozenset({"node_modules", "templates", "_templates"})
_DRAWINGS = ("excalidraw-plugin", "kanban-plugin")

_DATE = (*notes.DATE, "publish date", "publish-date", "date created", "date-created", "created_at", "dg-created")
_UPDATED = (*notes.UPDATED, "date modified", "date-modified", "updated_at", "dg-updated")
_LINK = re.compile(r"\[\[(?:[^\[\]|#]*/)?([^\[\]|#/]+)(?:[|#][^\[\]]*)?\]\]")


@dataclass(frozen=True, slots=True)
class Obsidian(Dialect):
    """The dialect of a vault; see Dialect for the contract."""

    name: ClassVar[str] = "obsidian"
    config_files: ClassVar[tuple[str, ...]] = (APP, TEMPLATES, TEMPLATER)

    facts: Facts
    zone: tzinfo
    vault: Vault
    place: str = ""

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """By its folder of settings; any generator's configuration beside it says more."""
        return 30 if ".obsidian" in names else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a vault with these settings."""
        zone = zone_named(given.timezone)
        name = given.timezone if zone and given.timezone else "UTC"
        found, problems = vault(files)
        place = f"{given.folder}/" if given.folder else ""
        return cls(Facts(url=encoded(given.url.rstrip("/")), timezone=name), zone or UTC, found, place), problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Every folder, except hidden ones (settings, what was deleted) and those that hold templates."""
        name = path.rpartition("/")[2].casefold()
        enter = not (name.startswith(".") or name in _NOT_ENTERED or path.casefold() in self.vault.templates)
        return Folder(enter, _POSTS) if enter else Folder(enter=False)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the note means. Without any date it is a post whose `published` is None."""
        values = {key.casefold(): _unlinked(value) for key, value in reversed(matter.fields.items())}
        if any(key in values for key in _DRAWINGS):
            return None, []
        values |= {key: _single(values[key]) for key in (*_DATE, *_UPDATED) if key in values}
        fields = Fields(values, stamp.shown, matter.line_of)
        folder, stem = path.rpartition("/")[0], notes.stem(path)
        published, dated = notes.published(fields, stem, folder, self.zone, _DATE)
        if not dated and (stem.casefold() in notes.PAGES or path.casefold() == "index.md"):
            return None, []
        if notes.is_misdated(fields, published):
            return None, fields.problems
        return self._read(stamp, path, matter, fields, published), fields.problems

    @property
    def templates(self) -> str:
        """Wiki links, callouts, comments."""
        return "wiki"

    @property
    def variables(self) -> Mapping[str, Value]:
        """Where the vault keeps its files."""
        return {"attachments": self.vault.attachments}

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """A file behind an address, where `+` may stand for a blank of a folder's name."""
        found = Dialect.assets(self, path, page, url)
        return (*found, *(each.replace("+", " ") for each in found if "+" in each))

    def term_url(self, taxonomy: str, name: str) -> str:
        """A vault has no pages for terms."""
        return ""

    def _read(self, stamp: Stamp, path: str, matter: FrontMatter, fields: Fields, published: datetime | None) -> Post:
        absolute = partial(below, self.facts.url)
        authors = people(fields, {}, "author", "authors")
        post = Post(
            path=stamp.path,
            url=self._url(fields, path),
            title=_title(fields, path),
            published=published,
            visibility=_visibility(fields, path),
            updated=notes.moment(fields, self.zone, _UPDATED),
            visible_from=published,
            visible_until=notes.moment(fields, self.zone, notes.UNTIL),
            terms=terms(fields, (*_labels(fields, matter.body), ("authors", [author.name for author in authors]))),
            authors=authors,
            language=fields.language("lang", "language", "locale"),
            summary=fields.text("description", "summary", "excerpt"),
            image=image(fields, absolute),
            enclosures=enclosures(fields, absolute),
            guid=guid(fields),
            body_at=matter.body_at,
        )
        return with_feed_fields(post, fields, absolute)

    def _url(self, fields: Fields, path: str) -> str:
        """The address as Obsidian Publish makes it: the path without ending, `+` for a blank; or the `permalink`."""
        if written := fields.text("permalink") or fields.text("dg-permalink"):
            if found := below(self.facts.url, written):
                return found
            message = "`permalink` is no address; write a path such as `notes/a`"
            fields.report("permalink-unreadable", message, "permalink")
        whole = f"{self.place}{path}".rpartition(".")[0]
        coded = quote(whole, safe="/-_.!~*'()", errors="surrogateescape").replace("%20", "+")
        return f"{self.facts.url}/{coded}"


def _unlinked(value: Value) -> Value:
    """A property that is a link to a note (`"[[Ann]]"`) as the name of the note."""
    if isinstance(value, str):
        found = _LINK.fullmatch(value.strip()) if "[[" in value else None
        return found[1].strip() if found else value
    if isinstance(value, list):
        return [_unlinked(item) if isinstance(item, str) else item for item in value]
    return value


def _single(value: Value) -> Value:
    """A link without quotation marks (`[[2024-01-31]]`), which is a list in a list to YAML, as its text."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else None
    return inner[0] if isinstance(inner, list) and len(inner) == 1 else value


def _title(fields: Fields, path: str) -> str:
    """The `title`, else the name of the file, which is how Obsidian calls a note."""
    if fields.raw("title") is not None:
        return fields.title()
    return one_line(notes.stem(path))


def _visibility(fields: Fields, path: str) -> Visibility:
    if notes.is_draft(fields, path):
        return Visibility.DRAFT
    if any(truth(fields.values.get(key)) is False for key in ("publish", "dg-publish")):
        return Visibility.UNPUBLISHED
    return hidden(fields)


def _labels(fields: Fields, body: str) -> Iterable[tuple[str, list[str]]]:
    keys = ("category", "categories")
    yield "categories", [name for key in keys for name in notes.split(fields, key, fields.values.get(key))]
    yield "tags", tags(fields, body)
