"""One comparison of a query (`tag:x`, `words > 200`, `has:image`) → a leaf of the tree. Pure.

The known keys mean what a post means in its dialect (`date` is its date, wherever it was written); any other key is
one of the front matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from difflib import get_close_matches
from typing import cast

from syndicate.feeds import _query_values as values
from syndicate.feeds._query_text import QueryError, shown
from syndicate.feeds.taxonomy import singular
from syndicate.model.records import dataclass
from syndicate.model.selection import (
    All,
    Compared,
    Counted,
    Dated,
    Either,
    Has,
    Holds,
    InLanguage,
    InTerm,
    Lies,
    Not,
    Says,
    Sign,
    Tree,
    Written,
    fold,
    split,
)

_TEXTS = {
    "title": "title",
    "url": "url",
    "id": "id",
    "summary": "summary",
    "image": "image",
    "enclosure": "enclosure",
    "enclosures": "enclosure",
    "external_url": "external_url",
}
_DATES = {"date": "published", "published": "published", "updated": "updated"}
_LANGUAGES = ("lang", "language")
_THERE = {
    **_TEXTS,
    "audio": "audio",
    "video": "video",
    "updated": "updated",
    "lang": "language",
    "language": "language",
}
_FULL_TEXT = "text"
_ALWAYS = ("date", "published", "url", "id", "path", "section", _FULL_TEXT)
_WINDOWS = ("newer", "older")
_KEY = re.compile(r"[^\W\d][\w.-]{0,99}")
_ORDERS = ("<", "<=", ">", ">=")

TAXONOMIES = ("categories", "tags", "authors")
"""Taxonomies that are known of every site."""


def terms(taxonomies: Iterable[str]) -> dict[str, str]:
    """The keys that mean a taxonomy, singular or plural → its plural key."""
    plurals = dict.fromkeys((*TAXONOMIES, *taxonomies))
    return {alias.casefold(): plural for plural in plurals for alias in (singular(plural), plural)}


@dataclass(frozen=True)
class Value:
    """One value as it was written at offset `at` of the query, and whether it stood in quotes."""

    text: str
    quoted: bool
    at: int


@dataclass(frozen=True)
class Key:
    """A key and the sign behind it: `=` (also written `:`), `~` or a comparison. `at` and `end` are offsets."""

    name: str
    sign: str
    at: int
    end: int

    def fault(self, message: str, hint: str, at: int | None = None) -> QueryError:
        return QueryError(message, (self.at if at is None else at) + 1, hint)


@dataclass(frozen=True)
class Leaves:
    """Makes leaves; `terms` as from `terms()`, `zone` that of dates. `live` says that full text can be asked for."""

    terms: dict[str, str]
    zone: tzinfo
    live: bool = False

    def leaf(self, key: Key, value: Value) -> Tree:
        """What a key, its sign and one value mean. Raises QueryError."""
        name = key.name.casefold()
        if not value.text and key.sign != "=":
            raise key.fault("there is nothing to compare with", "write a value into the quotes", value.at)
        if name in _WINDOWS:
            hint = f"write {name}(30d), a number and one of s, min, h, d, w, mo, y"
            raise key.fault(f"{name} takes its time in parentheses", hint)
        if name == "has":
            return self._has(key, value)
        if name == _FULL_TEXT:
            return self._holding(key, value)
        if key.sign == "=" and not value.text:
            return Not(self._existing(name))
        if key.sign == "=" and value.text == "*" and not value.quoted:
            return self._existing(name)
        return self._compared(name, key, value)

    def _compared(self, name: str, key: Key, value: Value) -> Tree:
        if name == "words":
            return _counted(key, value)
        if name in _DATES:
            return self._dated(_DATES[name], key, value)
        if key.sign in _ORDERS:
            if name in self.terms or name in (*_TEXTS, *_LANGUAGES, "path", "section"):
                raise _no_order(name, key)
            return _ordered(name, key, value)
        if name in self.terms:
            return InTerm(self.terms[name], *values.matched(value.text, value.quoted, key.sign == "~"))
        if name in _LANGUAGES:
            return _language(key, value)
        if name in ("path", "section"):
            return _place(name, key, value)
        return _worded(name, key, value)

    def knows(self, name: str) -> bool:
        """Whether a key means the same in every site."""
        known = (*_TEXTS, *_DATES, *_LANGUAGES, *_WINDOWS, "has", "words", "path", "section", _FULL_TEXT)
        return name.casefold() in self.terms or name.casefold() in known

    def _has(self, key: Key, value: Value) -> Tree:
        if key.sign != "=":
            raise key.fault("has is followed by the name of a key", "write has:image, say")
        if not _KEY.fullmatch(value.text):
            raise key.fault(f'"{shown(value.text)}" is no name of a key', "write has:image, say", value.at)
        return self._existing(value.text.casefold())

    def _holding(self, key: Key, value: Value) -> Tree:
        if not self.live:
            message = "text looks into bodies, which only live queries can"
            raise key.fault(message, f"write title~{shown(value.text) or 'word'} for titles, or ask query.atom?q=")
        if key.sign in _ORDERS:
            raise key.fault(f"{key.sign} does not compare full text", 'write text~word, or text:"some words"')
        begun = value.text.endswith("*") and not value.quoted
        words = tuple(split(value.text))
        if "*" in value.text.rstrip("*") and not value.quoted:
            raise key.fault("a * stands at the end of a word here", "write text:begin*, or text~word", value.at)
        if not words:
            raise key.fault(f'"{shown(value.text)}" has no word to look for', "write text~word", value.at)
        return Holds(words, begun)

    def _existing(self, name: str) -> Tree:
        if name in self.terms:
            return InTerm(self.terms[name])
        if name == "words":
            return Counted(">", 0)
        if name in _THERE:
            return Has(_THERE[name])
        return All() if name in _ALWAYS else Written(name)

    def _dated(self, field: str, key: Key, value: Value) -> Tree:
        hint = "write it as 2025, 2025-03, 2025-03-01 or 2025-03-01T08:30"
        if key.sign == "~":
            raise key.fault(f"{key.name} is a date and holds no text", "write : or a comparison, as date >= 2025-03")
        found = values.period(value.text, self.zone)
        if found is None and values.span(value.text):
            hint = f"for what is that old write newer({shown(value.text)}) or older({shown(value.text)})"
        if found is None or isinstance(found, str):
            why = found or "it is no date"
            raise key.fault(f'"{shown(value.text)}" cannot be read: {why}', hint, value.at)
        start, end = found
        since = {"=": start, ">=": start, ">": end}.get(key.sign)
        until = {"=": end, "<": start, "<=": end}.get(key.sign)
        return Dated(field, since, until)


def _worded(name: str, key: Key, value: Value) -> Tree:
    """A text of every post, or a key of the front matter."""
    match, text = values.matched(value.text, value.quoted, key.sign == "~")
    if name in _TEXTS:
        return Says(_TEXTS[name], match, text)
    if value.text.startswith("//"):
        raise key.fault(f"{shown(key.name)}: looks like an address, and is read as a key", "put it in quotes")
    if match == "is" and "-" in text and not value.quoted and (date := values.day(text)):
        return Compared(name, "=", date)
    return Written(name, match, values.spellings(text, value.quoted) if match == "is" else (text,))


def _counted(key: Key, value: Value) -> Tree:
    found = values.number(value.text)
    if found is None or key.sign == "~":
        hint = "write a whole number, as words > 200"
        raise key.fault(f'words is a number, and "{shown(value.text)}" is none', hint, value.at)
    return Counted(cast(Sign, key.sign), found)


def _no_order(name: str, key: Key) -> QueryError:
    part = "" if name in (*_LANGUAGES, "section") else f", or {shown(key.name)}~ for a part of it"
    message = f"{shown(key.name)} is a text, which {key.sign} does not compare"
    return key.fault(message, f"write {shown(key.name)}: for the same text{part}")


def _ordered(name: str, key: Key, value: Value) -> Tree:
    """`<` and the like of a key of the front matter, with a number or a date."""
    sign = cast(Sign, key.sign)
    number, date = values.number(value.text), values.day(value.text)
    if number is not None and date is not None:  # a year, or a number of four digits
        return Either((Compared(name, sign, number), Compared(name, sign, date)))
    if number is None and date is None:
        message = f'{key.sign} compares numbers and dates, and "{shown(value.text)}" is neither'
        raise key.fault(message, "write it as 200, 4.5 or 2025-03-01", value.at)
    return Compared(name, sign, cast("float | str", date if number is None else number))


def _language(key: Key, value: Value) -> Tree:
    found = values.language(value.text)
    if found is None or key.sign == "~":
        hint = f"write {key.name}:zh or {key.name}:zh-CN"
        raise key.fault(f'"{shown(value.text)}" is no language', hint, value.at if key.sign == "=" else None)
    return InLanguage(found)


def _place(name: str, key: Key, value: Value) -> Tree:
    text = fold(value.text.strip("/") if name == "section" else value.text)
    if name == "section":
        if key.sign == "~" or not text:
            raise key.fault("section is the whole name of a folder", "write section:news, or path:news/** for a glob")
        return Lies(f"**/{text}/**")
    if key.sign == "~" or value.quoted:
        return Says("path", *values.matched(value.text, value.quoted, key.sign == "~"))
    return Lies(text + "**" if text.endswith("/") else text)


def meant(name: str) -> str:
    """What a function that is not known may have meant, "" where nothing is near."""
    return next(iter(get_close_matches(name.casefold(), _WINDOWS, 1, 0.5)), "")
