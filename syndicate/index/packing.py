"""A Post and a Problem as JSON text, and back. Pure.

Written by hand rather than by `dataclasses.asdict`: each of tens of thousands of posts passes
here, and empty fields need no space in the index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from functools import lru_cache
from itertools import chain, compress, repeat
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from syndicate.model import (
    Author,
    Comments,
    Enclosure,
    Episode,
    Image,
    Origin,
    Post,
    Problem,
    Reference,
    Severity,
    Visibility,
)
from syndicate.model.patterns import regex
from syndicate.model.podcast import Person, Rendition, Soundbite, Transcript

_MOMENTS = ("published", "updated", "visible_from", "visible_until")
_PLAIN = (
    "url", "title", "language", "summary", "separator", "guid", "generator_id", "external_url", "markup",
    "body_at", "translation", "source", "built", "built_digest",
)  # fmt: skip
_PARTS = {"transcripts": Transcript, "persons": Person, "soundbites": Soundbite, "renditions": Rendition}
"""The fields of an Episode that are lists of something."""

_DIFFERENT = ("url", "title", "summary", "generator_id", "body_at", "published", "visible_from", "terms")
"""What may differ in posts that are alike, in the order in which it is packed."""

_QUOTED = ("published", "visible_from")
"""Those of them of which a cast has the quotation marks."""

_HOLE = re.compile(
    rf'(?<=")\\u0000(?:{"|".join(_QUOTED)})(?=")|"\\u0000(?:{"|".join({*_DIFFERENT}.difference(_QUOTED))})"'
)
_iso = datetime.isoformat
_LONE = regex("[\ud800-\udfff]")


def pack(post: Post) -> str:
    """A Post → JSON text with only what is set. The path is not in it: a file may move."""
    out: dict[str, Any] = {name: value for name, value in zip(_PLAIN, _plain(post), strict=True) if value}
    before, written = None, ""
    for name, at in zip(_MOMENTS, _moments(post), strict=True):
        if at is not None:
            if at is not before:  # as a rule a post is visible from when it was published
                before, written = at, at.isoformat()
            out[name] = written
    if post.visibility is not Visibility.PUBLIC:
        out["visibility"] = post.visibility
    for name, value in zip(_WRITTEN, _written(post), strict=True):
        if value:
            out[name] = _WRITTEN[name](value)
    return _json(out)


class Cast:
    """What posts that are alike have in common once they are packed, with holes for what differs."""

    def __init__(self, packed: str) -> None:
        """`packed` is one of them."""
        got = json.loads(packed)
        self._set = tuple(name in got for name in _DIFFERENT)
        got.update({name: f"\0{name}" for name in _DIFFERENT if name in got})
        self._pieces = [repeat(piece) for piece in _HOLE.split(_json(got))]
        """The texts before, between and behind the holes."""

    def filled(
        self,
        urls: Sequence[str],
        titles: Sequence[str],
        published: Sequence[datetime],
        visible_from: Sequence[datetime | None],
        generator_ids: Sequence[str],
        terms: Sequence[tuple[tuple[str, str], ...]],
        summaries: Sequence[str],
        body_at: Sequence[int],
    ) -> list[str | None]:
        """What `pack` makes of posts with these; None for one of which a value is set that was not, or the other way.

        Step by step for all of them, which takes half as long.
        """
        columns = (urls, titles, summaries, generator_ids, body_at, published, visible_from, terms)
        at = list(map(_iso, published))
        seen = at if visible_from == published else [_iso(each) if each else "" for each in visible_from]
        written = (*map(_texts, columns[:4]), map(str, body_at), at, seen, map(_packed_terms, terms))
        first, *between = self._pieces
        parts = chain.from_iterable(zip(compress(written, self._set), between, strict=True))
        filled: list[str | None] = list(map("".join, zip(first, *parts)))  # noqa: B905 pieces never end
        for column, is_set in zip(columns, self._set, strict=True):
            if not all(column) if is_set else any(column):
                filled = [each if bool(value) is is_set else None for each, value in zip(filled, column, strict=True)]
        return filled


def _texts(values: Sequence[str]) -> list[str]:
    """Texts in JSON; what is printable needs no more than quotation marks and escapes."""
    if "".join(values).isprintable():
        return list(map(encode_basestring, values))
    return [encode_basestring(value) if value.isprintable() else _json(value) for value in values]


@lru_cache(4096)
def _packed_terms(terms: tuple[tuple[str, str], ...]) -> str:
    return _json(terms)


def _packed_episode(episode: Episode) -> dict[str, Any]:
    """What is said of an episode; "explicit: no" is said, unlike other flags that are off."""
    said = {each.name: getattr(episode, each.name) for each in fields(Episode)}
    return {
        name: [_without_tail(astuple(part)) for part in value] if name in _PARTS else value
        for name, value in said.items()
        if value not in ("", (), None) and (value is not False or name == "explicit")
    }


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "terms": tuple,
    "aliases": tuple,
    "references": lambda all_of: [(each.written, each.candidates) for each in all_of],
    "authors": lambda all_of: [(each.name, each.email, each.url) for each in all_of],
    "image": lambda its: _without_tail((its.url, its.alt, its.type, its.length, its.width, its.height)),
    "enclosures": lambda all_of: [(each.url, each.type, each.length, each.duration, each.title) for each in all_of],
    "origin": lambda its: (its.title, its.url, its.id, its.updated and its.updated.isoformat()),
    "comments": astuple,
    "episode": _packed_episode,
}
"""The fields that are no text, and what is written of each."""

_plain, _moments, _written = attrgetter(*_PLAIN), attrgetter(*_MOMENTS), attrgetter(*_WRITTEN)


def _episode(got: dict[str, Any]) -> Episode:
    parts = {
        name: tuple(kind(*(tuple(value) if isinstance(value, list) else value for value in part)) for part in got[name])
        for name, kind in _PARTS.items()
        if name in got
    }
    return Episode(**{**got, **parts})


def _origin(title: str, url: str, identity: str, updated: str | None) -> Origin:
    return Origin(title, url, identity, datetime.fromisoformat(updated) if updated else None)


def _without_tail(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without what is not set at the end."""
    while len(values) > 1 and values[-1] in ("", None):
        values = values[:-1]
    return values


_decode = json.JSONDecoder().raw_decode

_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_MOMENTS, datetime.fromisoformat),
    "visibility": Visibility,
    "terms": lambda all_of: tuple([(taxonomy, name) for taxonomy, name in all_of]),
    "aliases": tuple,
    "references": lambda all_of: tuple([Reference(text, tuple(means)) for text, means in all_of]),
    "authors": lambda all_of: tuple([Author(*each) for each in all_of]),
    "enclosures": lambda all_of: tuple([Enclosure(*each) for each in all_of]),
    "image": lambda its: Image(*its),
    "origin": lambda its: _origin(*its),
    "comments": lambda its: Comments(*its),
    "episode": _episode,
}
"""The fields that are no text, and how each is made of what was written."""


def unpack(text: str, path: bytes) -> Post:
    """JSON text → the Post it was made from, at this path."""
    got, _ = _decode(text)
    for name in got:
        if name in _READ:
            got[name] = _READ[name](got[name])
    return Post(**{"path": path, "url": "", "title": "", "published": None, "markup": "", **got})


def pack_problems(problems: tuple[Problem, ...]) -> str | None:
    """Problems → JSON text, None for none."""
    if not problems:
        return None
    return _json([[getattr(problem, each.name) for each in fields(Problem)] for problem in problems])


def pack_texts(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text → JSON text."""
    return _json(rows)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: Any) -> str:
    """JSON that a database can hold: a lone surrogate, which UTF-8 cannot carry, is written as its escape."""
    text = _encode(value)
    try:
        text.encode()  # a fifth of the time that it takes to look for one
    except UnicodeEncodeError:
        return _LONE.sub(lambda found: ascii(found[0])[1:-1], text)
    return text


def unpack_problems(text: str) -> list[Problem]:
    """JSON text → the Problems it was made from."""
    out = []
    for path, severity, *rest in json.loads(text):
        out.append(Problem(path, Severity(severity), *rest))
    return out
