"""Liquid, as Jekyll runs it over bodies: includes, data, tags and filters. docs/dialects.md says what is known.

What is not known is left out and told of, what is broken as well; the rest of a body is never lost for it. In code
samples template code runs as Jekyll runs it, but what cannot be run stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syndicate.markup.templates import Expanded, Fault, Page, Templates, TemplateSite
from syndicate.model import Reference
from syndicate.model.patterns import regex

if TYPE_CHECKING:
    from syndicate.markup.templates._liquid_engine import Run, Shelf
    from syndicate.markup.templates._liquid_pieces import Piece, Structure

_NAMED = regex(r"\{%-?+\s*+(post_url|link)\s++([^\s%{}]++)\s*+-?%\}")
_POST_FILE = regex(r"/?((?:[^/]+/)*)([0-9]+-[0-9]+-[0-9]+-[^/]*)")
_ENDING = regex(r"\.(?:md|markdown|mkd|mkdown|mkdn|html?)\Z", re.IGNORECASE)
_MOST_FAULTS = 20
_TOO_COSTLY = Fault(
    "template-too-costly",
    "template",
    "the template code of the body costs more than a page may, and is left out; make loops and includes smaller",
)
_OF_THE_SITE = frozenset(
    "posts pages collections documents html_pages html_files static_files related_posts categories tags time".split()
)
"""What Jekyll knows of a whole site, and a body alone does not."""


class Liquid(Templates):
    """The template language of Jekyll; see syndicate.markup.templates.Templates for the contract."""

    name: ClassVar[str] = "liquid"

    def __init__(self, site: TemplateSite) -> None:
        self._site = site
        self._told: Callable[[str, str], None] = lambda _path, _fault: None

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language for a site; what costs time is done when the first body needs it."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether there is a tag or an output in the body."""
        return "{" in body and ("{%" in body or "{{" in body)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The posts named by `post_url` and `link`, where they are named outright."""
        if "{%" not in body:
            return []
        found = dict.fromkeys((one[1], one[2]) for one in _NAMED.finditer(body))
        return [Reference(f"{tag} {name}", tuple(_candidates(tag, name))) for tag, name in found]

    def expand(self, body: str, page: Page) -> Expanded:
        """The body, run. One that costs too much, or is broken as a whole, is shown without its tags."""
        if not self.concerns(body):
            return Expanded(body)
        from syndicate.markup.templates._liquid_engine import Overrun, Run, written
        from syndicate.markup.templates._liquid_pieces import bare, is_too_much, structure

        if is_too_much(body):
            return Expanded(bare(body), (_TOO_COSTLY,))
        found = structure(body, page.markup)
        run = Run(page, {})
        run.variables = self._variables(page, run)
        self._told = lambda path, fault: run.tell(
            "template-broken",
            f"data {path}",
            f"the data file `{path}` cannot be read and counts as empty: {fault}; correct it",
        )
        nodes = self._shelf.library.nodes(found, lambda piece: self._unknown(piece, run))
        _tell_flaws(found, body, run)
        try:
            text = written(self._shelf.library, nodes, run) if nodes else found.plain()
        except (Overrun, RecursionError):
            run.faults[_TOO_COSTLY.subject] = _TOO_COSTLY
            text = found.plain()
        return Expanded(text, tuple(run.faults.values())[:_MOST_FAULTS])

    def _unknown(self, piece: Piece, run: Run) -> str:
        """What stays of a tag that nobody knows: the addresses in it."""
        from syndicate.markup.templates._liquid_links import remains, written_arguments
        from syndicate.markup.templates._liquid_tags import SILENT

        if piece.name in SILENT or (piece.name.startswith("end") and f"tag {piece.name[3:]}" in run.faults):
            return ""
        run.unknown(f"tag {piece.name[:60]}", "it is left out, what it encloses stays")
        return remains(written_arguments(piece.expression), self._site.unknown == "keep")

    def _variables(self, page: Page, run: Run) -> Mapping[str, Any]:
        from syndicate.markup.templates._liquid_values import defaults_for, page_variables

        defaults = defaults_for(self._site.variables, page.path)
        return {
            "site": _Site(self._variables_of_site, run),
            "page": page_variables(page, self._site.url, self._zone, defaults),
            "jekyll": {"environment": "production"},
        }

    @cached_property
    def _variables_of_site(self) -> dict[str, Any]:
        from syndicate.markup.templates._liquid_data import Data
        from syndicate.markup.templates._liquid_values import typed

        folder = self._site.variables.get("data_dir")
        folder = folder.strip("/") if isinstance(folder, str) and folder.strip("/") else "_data"
        known = typed(self._site.variables)
        known["data"] = Data(self._site.files, folder, self._tell)
        return known

    def _tell(self, path: str, fault: str) -> None:
        self._told(path, fault)

    @cached_property
    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._site.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @cached_property
    def _shelf(self) -> Shelf:
        from syndicate.markup.templates._liquid_engine import Library, Shelf
        from syndicate.markup.templates._liquid_filters import filters_for
        from syndicate.markup.templates._liquid_tags import tags_for

        base = self._site.variables.get("baseurl")
        base = "/" + base.strip("/") if isinstance(base, str) and base.strip("/") else ""
        shelf = Shelf(self._site, Library([], {}), base)
        shelf.library = Library(tags_for(shelf), filters_for(shelf, self._zone))
        return shelf


class _Site(Mapping[str, Any]):
    """`site`, which tells when it is asked for what only a whole build knows."""

    def __init__(self, known: Mapping[str, Any], run: Run) -> None:
        self._known = known
        self._run = run

    def __getitem__(self, key: str) -> Any:
        if key in _OF_THE_SITE and key not in self._known:
            self._run.unknown(f"variable site.{key}", "it is empty here, as only a build of the whole site knows it")
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _tell_flaws(found: Structure, body: str, run: Run) -> None:
    """What is broken, with its line in the body."""
    from syndicate.markup.templates._liquid_pieces import quoted

    for flaw in sorted(found.flaws)[:_MOST_FAULTS]:
        line = body.count("\n", 0, flaw.start) + 1
        written = quoted(flaw.written.partition("\n")[0])
        message = f"`{written}` in line {line} of the body is left out: {flaw.reason}; correct it"
        run.faults.setdefault(written, Fault("template-broken", written, message))


def _candidates(tag: str, name: str) -> Iterator[str]:
    """The files that a tag may mean, the likeliest first."""
    if tag == "link":
        path = name.lstrip("/")
        yield path
        if path.startswith("_posts/") or "/_posts/" in path:
            yield f"name:{_ENDING.sub('', path.rpartition('/')[2]).lower()}"
        return
    found = _POST_FILE.fullmatch(_ENDING.sub("", name))
    if not found:
        return
    folder, stem = found.groups()
    for home in (f"_posts/{folder}", f"{folder}_posts/") if folder else ("_posts/",):
        yield from (f"{home}{stem}.{ending}" for ending in ("md", "markdown", "html"))
    yield f"name:{stem.lower()}"
