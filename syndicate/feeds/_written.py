"""The ids in an RSS or Atom document, letter by letter as they are written. Pure; a pass with expat.

It also measures the document before anything slower looks at it: how deep, how many elements, which entities.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from syndicate.model.records import dataclass

MAX_DEPTH = 256
MAX_ELEMENTS = 500_000
MAX_ATTRIBUTES = 500
MAX_ENTITIES = 300

_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
_HOLDERS = frozenset(("channel", "feed", "rdf", "rss"))
_ENTRIES = frozenset(("item", "entry"))
_IDS = frozenset(("guid", "id"))
# Modules have an `id` or a `guid` of their own (`podcast:guid`, `yt:videoId`).
_CORE = frozenset(
    (
        "",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """`feed` is the feed's id, `entries` those of its entries in their order, "" for one without.

    `fault` says why the document is not well-formed, "" where it is; `too_much` why it is not to be read at all.
    """

    feed: str = ""
    entries: tuple[str, ...] = ()
    fault: str = ""
    too_much: str = ""

    @property
    def whole(self) -> bool:
        """Whether the document is well-formed."""
        return not self.fault


def ids(data: bytes) -> Written:
    """The ids of a document."""
    reading = _Reading()
    try:
        reading.parser.Parse(data.lstrip(b" \t\r\n"), True)
    except _TooMuchError as fault:
        return Written(too_much=str(fault))
    except (expat.ExpatError, ValueError, LookupError) as fault:
        return Written(fault=str(fault))
    return Written(reading.feed, tuple(reading.entries))


class _TooMuchError(Exception):
    pass


class _Reading:
    """What the parser tells, kept as far as it matters. `path` are the open elements."""

    def __init__(self) -> None:
        self.feed = ""
        self.entries: list[str] = []
        self.path: list[str] = []
        self.text: list[str] | None = None
        self.elements = self.entities = 0
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.path) >= MAX_DEPTH:
            raise _TooMuchError(f"is nested more than {MAX_DEPTH} levels deep; no feed is")
        if self.elements > MAX_ELEMENTS:
            raise _TooMuchError(f"has more than {MAX_ELEMENTS:,} elements; give a shorter feed")
        if len(attributes) > MAX_ATTRIBUTES:  # what reads it next looks at each of them for each of them
            raise _TooMuchError(f"has an element with more than {MAX_ATTRIBUTES} attributes; no feed has")
        own = _own(name)
        if own in _ENTRIES and self._holder() in _HOLDERS:
            self.entries.append(attributes.get(_ABOUT, "").strip())
        self.text = [] if own in _IDS and self._holder() in _ENTRIES | {"feed"} else None
        self.path.append(own)

    def _holder(self) -> str:
        return self.path[-1] if self.path else ""

    def _end(self, _name: str) -> None:
        own = self.path.pop()
        if self.text is None or own not in _IDS:
            return
        text, self.text = "".join(self.text).strip(), None
        if self._holder() == "feed":
            self.feed = self.feed or text
        elif self.entries and text:
            self.entries[-1] = text

    def _characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _entity(self, _name: str, parameter: bool, value: str | None, *_: Any) -> None:
        self.entities += 1
        if self.entities > MAX_ENTITIES or parameter or (value and ("&" in value or len(value) > 1000)):
            raise _TooMuchError("declares entities that unfold into others; no feed needs them")


def _own(name: str) -> str:
    """The local name of an element of RSS or Atom, in small letters; a name nobody has for others."""
    space, _, local = name.rpartition(" ")
    if space in _CORE:
        return local.lower()
    return "rdf" if local == "RDF" else " "
