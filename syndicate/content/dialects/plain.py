"""Plain files: any folder of Markdown, HTML, reST or text, with front matter or without.

In: one file at a time; there is no configuration. Out: Posts. Keys count in any case, strings of terms
are split at commas, the title may be the first heading, the address is the path with `.html`.
docs/dialects.md lists the keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import ClassVar, Self

from syndicate.content import frontmatter
from syndicate.content.dates import from_name
from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects import _notes as notes
from syndicate.content.dialects._addresses import below, beside, encoded, encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, one_line, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._headings import after_first_heading, first_heading
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import KEYS, guid
from syndicate.content.dialects._people import people
from syndicate.content.dialects._zones import zone_named
from syndicate.markup.excerpt import TITLE_LIMIT, summary
from syndicate.model import FrontMatter, Post, Problem, Stamp, Visibility
from syndicate.model.patterns import regex
from syndicate.model.records import dataclass

_POSTS = regex(r"[^._#~].*\.(?:md|markdown|mdown|mkd|html|htm|txt|rst)\Z", re.IGNORECASE | re.DOTALL)
_NOT_ENTERED = frozenset({"node_modules", "_site", "_layouts", "_includes", "_templates", "__pycache__"})
_MACHINES = frozenset({"robots", "humans", "ads", "requirements", "cmakelists"})
_FORMS = {"html": ("meta",), "htm": ("meta",), "rst": ("rest",)}
# Lines of metadata without a fence are only taken for such where the first one can hardly be prose.
_LINES = regex(r"(?:title|date|author|authors|category|tags|slug):[ \t]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plain(Dialect):
    """The dialect of files that no generator we know has made; see Dialect for the contract."""

    name: ClassVar[str] = "plain"
    config_files: ClassVar[tuple[str, ...]] = ()

    facts: Facts
    zone: tzinfo
    place: str = ""

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """Every folder will do, so that any better guess wins."""
        return 1

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site of which only the settings say anything."""
        zone = zone_named(given.timezone)
        name = given.timezone if zone and given.timezone else "UTC"
        # files of several folders stay apart: `notes/a.md` and `blog/a.md` have an address each
        place = f"{given.folder}/" if given.folder else ""
        return cls(Facts(url=encoded(given.url.rstrip("/")), timezone=name), zone or UTC, place), []

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Every folder, except hidden ones and those that hold templates, packages or output."""
        name = path.rpartition("/")[2]
        enter = not name.startswith(".") and name.casefold() not in _NOT_ENTERED
        return Folder(enter, _POSTS) if enter else Folder(enter=False)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means. Without any date it is a post whose `published` is None."""
        matter = _with_lines(matter, stamp.shown)
        values = {key.casefold(): value for key, value in reversed(matter.fields.items())}
        fields = Fields(values, stamp.shown, matter.line_of)
        published, dated = notes.published(fields, _called(path), path.rpartition("/")[0], self.zone, notes.DATE)
        if not dated and _is_page(path):
            return None, []
        if notes.is_misdated(fields, published):
            return None, fields.problems
        return self._read(stamp, path, matter, fields, published), fields.problems

    def forms(self, path: str) -> Sequence[str]:
        """HTML files have their `<head>`, reST files their fields."""
        return _FORMS.get(path.rpartition(".")[2].lower(), ())

    @property
    def templates(self) -> str:
        """Wiki links, as folders of notes have them."""
        return "wiki"

    def assets(self, path: str, page: str, url: str) -> tuple[str, ...]:
        """Where a file is served is where it lies, below the folder that the settings name."""
        return tuple(each.removeprefix(self.place) for each in Dialect.assets(self, path, page, url))

    def term_url(self, taxonomy: str, name: str) -> str:
        """Plain files have no pages for terms."""
        return ""

    def _read(self, stamp: Stamp, path: str, matter: FrontMatter, fields: Fields, published: datetime | None) -> Post:
        url = _url(fields, self.place + path, self.facts.url)
        absolute = partial(beside, url)
        authors = people(fields, {}, "author", "authors")
        markup = _markup(path)
        post = Post(
            path=stamp.path,
            url=url,
            title=_title(fields, path, matter.body, markup),
            published=published,
            visibility=_visibility(fields, path),
            updated=notes.moment(fields, self.zone, notes.UPDATED),
            visible_from=published,
            visible_until=notes.moment(fields, self.zone, notes.UNTIL),
            terms=terms(fields, (*_labels(fields), ("authors", [author.name for author in authors]))),
            authors=authors,
            language=fields.language("lang", "language", "locale"),
            summary=fields.text("description", "summary", "excerpt"),
            separator=fields.raw("excerpt_separator") or "",
            image=image(fields, absolute),
            enclosures=enclosures(fields, absolute),
            guid=guid(fields, (*KEYS, "id"), ()),
            aliases=tuple(_aliases(fields, self.facts.url)),
            markup=markup,
            body_at=matter.body_at + _title_in(fields, matter.body, markup),
        )
        return with_feed_fields(post, fields, absolute)


def _with_lines(matter: FrontMatter, shown: str) -> FrontMatter:
    """Front matter from lines such as `Title: …` on top, where there is no other."""
    if matter.format != "none" or not _LINES.match(matter.body):
        return matter
    found = frontmatter.split(matter.body, shown, ("lines",))[0]
    return replace(found, body_at=found.body_at + matter.body_at) if found and found.format == "lines" else matter


def _called(path: str) -> str:
    """The file's name without ending; an `index` below the top is called by its folder."""
    stem = notes.stem(path)
    return path.split("/")[-2] if stem.casefold() == "index" and "/" in path else stem


def _markup(path: str) -> str:
    ending = path.rpartition(".")[2].lower()
    return {"html": "html", "htm": "html", "txt": "text", "rst": "rest"}.get(ending, "markdown")


def _is_page(path: str) -> bool:
    """Files that folders of text hold beside their posts; a date in the front matter makes them posts."""
    stem = notes.stem(path).casefold()
    if stem == "index":
        return "/" not in path
    return stem in notes.PAGES or (path.casefold().endswith(".txt") and stem in _MACHINES)


def _visibility(fields: Fields, path: str) -> Visibility:
    return Visibility.DRAFT if notes.is_draft(fields, path) else hidden(fields)


def _title(fields: Fields, path: str, body: str, markup: str) -> str:
    """The `title`, else the first heading, else the file name; an empty `title` stays empty."""
    if fields.raw("title") is not None:
        return fields.title()
    heading = first_heading(body, markdown=markup == "markdown") if markup in ("markdown", "html") else ""
    return summary(heading, TITLE_LIMIT) or _title_of_name(path)


def _title_in(fields: Fields, body: str, markup: str) -> int:
    """How much of the body is the heading that is the post's title already: readers show that above it."""
    if fields.raw("title") is not None or markup not in ("markdown", "html"):
        return 0
    return after_first_heading(body, markdown=markup == "markdown")


def _title_of_name(path: str) -> str:
    """`2020-01-01-my-title.md` → `my title`."""
    called = _called(path)
    dated = from_name(called, loose=True)
    return one_line(re.sub("[-_ ]+", " ", dated[3] if dated else called)) or one_line(called)


def _url(fields: Fields, path: str, root: str) -> str:
    """The address: `permalink` or `url` of the front matter, else the path, with `slug` as its last part."""
    for key in ("permalink", "url"):
        if written := fields.text(key):
            if found := below(root, written):
                return found
            fields.report("permalink-unreadable", f"`{key}` is no address; write a path such as `/a/b/`", key)
    folder, _slash, name = path.rpartition("/")
    stem, _dot, ending = name.rpartition(".")
    prefix = f"{root}/{encoded_path(folder)}/" if folder else f"{root}/"
    if slug := fields.text("slug").strip("/"):
        return f"{prefix}{encoded_path(slug)}.html"
    if stem.casefold() == "index":
        return prefix
    served = ending if ending.lower() in ("html", "htm") else "html"
    return f"{prefix}{encoded_path(stem)}.{served}"


def _labels(fields: Fields) -> Iterable[tuple[str, list[str]]]:
    """Categories and tags from all their keys."""
    for taxonomy, keys in (
        ("categories", ("category", "categories", "section")),
        ("tags", ("tag", "tags", "keywords")),
    ):
        yield taxonomy, [name for key in keys for name in notes.split(fields, key, fields.values.get(key))]


def _aliases(fields: Fields, root: str) -> Iterable[str]:
    """Former addresses, absolute, each once."""
    keys = ("aliases", "alias", "redirect_from")
    written = (item for key in keys for item in fields.items(key, fields.values.get(key)))
    return dict.fromkeys(url for item in written if (url := below(root, item)))
