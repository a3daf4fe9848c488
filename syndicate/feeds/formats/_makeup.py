"""The makeup of an entry: all that decides how it is written, apart from its values. Pure.

Two admitted entries of the same makeup differ in their values alone: every format writes them with the same
elements, attributes and keys. So whatever a format looks at to decide what to write belongs into the makeup: what is
there at all, how many there are, which values are the same, and the few kinds of a value that make a difference.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._moments import rfc822, rfc3339
from syndicate.feeds.formats._podcast import seconds
from syndicate.feeds.formats._uri import is_web
from syndicate.model import Author, Category, Entry, Image, Origin
from syndicate.model.records import NamedTuple

MARK: Final = re.compile(rb"zq\d+qz|97\d\d")
"""What every mark holds: a token, or the digits with which marked numbers and years begin."""

MOST_VALUES: Final = 300
"""Of one entry; hardly two entries that say more than that say the same things."""

HTML: Final = 3
"""The number of the HTML among the values."""

_URL = 1  # its number among the values
BLANKLESS: Final = (0, 2, 4)
"""The numbers of the values that may not be blank: the id, the title, the id in Atom."""

MOMENTS: Final = (7, 8, 9)
"""The numbers of the values that are dates."""

_MEDIUMS = frozenset(("audio", "video", "image"))


class Told(NamedTuple):
    """An admitted entry as its makeup and its values, each as the formats say it before they escape it.

    The same makeup has the same number of values, in the same order. "" stands where there is none.
    """

    makeup: Hashable
    values: list[str]


def told(entry: Entry) -> Told | None:
    """The makeup and the values of an admitted entry; None of those that hardly another is like (a digest)."""
    if entry.members:
        return None
    ident, url, summary, title = entry.id, entry.url, entry.summary, entry.title
    named = atom_id(ident)
    published = rfc3339(entry.published)
    values = [ident, url, title, entry.html, named, summary]
    values += (escape(summary, quote=False), published, rfc822(entry.published))
    values += (published if entry.updated == entry.published else rfc3339(entry.updated), entry.language)
    values += (entry.external_url, f"{published[:-1]}+00:00", published[:10])
    makeup: tuple[Hashable, ...] = (
        ident == url,
        ident == named,
        is_web(ident),
        ident == url or is_web(url),
        *map(bool, (url, entry.html, summary, entry.language, entry.external_url)),
        _categories(entry.categories, values),
        _authors(entry.authors, values) if entry.authors else (),
        _image(entry.image, values) if entry.image else (),
    )
    rare = (entry.enclosures, entry.alternates, entry.origin, entry.comments, entry.episode)
    if any(rare):
        if entry.origin:
            values.append(atom_id(entry.origin.id))
            makeup += (entry.origin.id == values[-1],)
        makeup += (_of(rare, values, {url: _URL}),)
    return Told(makeup, values) if len(values) <= MOST_VALUES else None


def _categories(categories: tuple[Category, ...], values: list[str]) -> Hashable:
    names = [each.name for each in categories]
    values += names
    values += [each.scheme for each in categories]
    same = () if len(set(names)) == len(names) else tuple(map(names.index, names))
    return tuple([each.scheme != "" for each in categories]), same


def _authors(authors: tuple[Author, ...], values: list[str]) -> Hashable:
    for each in authors:
        values += (each.name, each.email, each.url)
    return tuple([(each.email != "", each.url != "") for each in authors])


def _image(image: Image, values: list[str]) -> Hashable:
    sizes = (image.length, image.width, image.height)
    values += (image.url, image.type)
    return image.type != "", _of(sizes, values, {}) if any(sizes) else sizes


def _of(value: Any, values: list[str], known: dict[str, int]) -> Hashable:
    """The makeup of any other value; of text it is the number of the first value that is the same."""
    if value is None or isinstance(value, bool):
        return f"{value}"
    if isinstance(value, str):
        return _of_text(value, values, known) if value else ""
    if isinstance(value, tuple):
        return tuple([_of(each, values, known) for each in value])
    if isinstance(value, datetime):
        values.append(rfc3339(value))
        return "a moment"
    if isinstance(value, float | int):
        values.append(_number(value))
        return "a number" if value else "nothing"
    return tuple([_of(getattr(value, name), values, known) for name in value.__slots__])


def _number(value: int | float) -> str:
    return str(value) if isinstance(value, int) else seconds(value)


def _of_text(text: str, values: list[str], known: dict[str, int]) -> Hashable:
    number = known.setdefault(text, len(values))
    if number == len(values):
        values.append(text)
    return number, _medium(text)


def _medium(text: str) -> str:
    """The kind of medium that a media type begins with, which some elements say."""
    kind, slash, _ = text.partition("/")
    return kind if slash and kind in _MEDIUMS else ""


class Marks:
    """Gives out marks, each another: texts with all the characters that are escaped anywhere, addresses, moments."""

    def __init__(self) -> None:
        self._given = 0

    def token(self) -> str:
        self._given += 1
        return f"zq{self._given}qz"

    def text(self) -> str:
        return f"{self.token()} &<\">'\t\n\u00e9\u91d1&amp;"

    def address(self) -> str:
        return f"https://{self.token()}.example/?a=1&b='2'"

    def number(self) -> int:
        self._given += 1
        return 970_000_000 + self._given

    def moment(self) -> datetime:
        self._given += 1
        return datetime(9700, 4, 17, 3, 52, 41, tzinfo=UTC) + timedelta(days=1, hours=1, seconds=7) * self._given

    def like(self, value: Any, known: dict[str, str]) -> Any:
        """A value of marks with the makeup of another value."""
        if not value or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return known.setdefault(value, self._like(value))
        if isinstance(value, tuple):
            return tuple(self.like(each, known) for each in value)
        if isinstance(value, datetime):
            return self.moment()
        if isinstance(value, float | int):
            return type(value)(self.number())
        return replace(value, **{name: self.like(getattr(value, name), known) for name in value.__slots__})

    def _like(self, text: str) -> str:
        if medium := _medium(text):
            return f"{medium}/{self.token()}"
        return self.address() if is_web(text) else self.text()


def marked(entry: Entry) -> Entry:
    """An entry of the same makeup as an admitted one, whose values are marks."""
    marks = Marks()
    url = entry.url and marks.address()
    known = {entry.url: url}
    rare = {name: marks.like(getattr(entry, name), known) for name in ("enclosures", "alternates", "comments")}
    return Entry(
        id=url if entry.id == entry.url else marked_id(entry.id, marks),
        url=url,
        title=marks.text(),
        html=entry.html and marks.text(),
        published=marks.moment(),
        updated=marks.moment(),
        summary=entry.summary and marks.text(),
        categories=_marked_categories(entry.categories, marks),
        authors=tuple(
            Author(marks.text(), each.email and marks.text(), each.url and marks.address()) for each in entry.authors
        ),
        language=entry.language and marks.text(),
        image=entry.image
        and replace(marks.like(entry.image, {}), url=marks.address(), type=entry.image.type and marks.text()),
        external_url=entry.external_url and marks.address(),
        origin=entry.origin and _marked_origin(entry.origin, marks, known),
        episode=marks.like(entry.episode, known),
        **rare,
    )


def marked_id(text: str, marks: Marks) -> str:
    """A mark for an id that is, as the given one is or is not, an IRI and an address."""
    if atom_id(text) != text:
        return f'https://{marks.token()}/"<>' if is_web(text) else marks.text()
    return marks.address() if is_web(text) else f"urn:{marks.token()}&'"


def _marked_categories(categories: tuple[Category, ...], marks: Marks) -> tuple[Category, ...]:
    known: dict[str, str] = {}
    return tuple(
        Category(known.setdefault(each.name, marks.text()), each.scheme and marks.text()) for each in categories
    )


def _marked_origin(origin: Origin, marks: Marks, known: dict[str, str]) -> Origin:
    made: Origin = marks.like(origin, known)
    return replace(made, id=marked_id(origin.id, marks)) if made.id != made.url else made
