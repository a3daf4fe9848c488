"""Reading fields that people wrote: any shape in, clean text or a Problem out.

In: the fields of one file (a mapping of str to Value, see model.Value). Out: text in NFC without the
characters XML 1.0 forbids, names, languages, moments; what cannot be used becomes a Problem of the file
and reads as absent, so that a post goes on without it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from itertools import islice

from syndicate.content.dates import DateFault, Moment, read_moment
from syndicate.content.dialects._names import Keys, Named, by_plain_name, keys_of
from syndicate.markup.excerpt import plain_title
from syndicate.markup.legal import legal
from syndicate.model import Problem, Severity, Value
from syndicate.model.patterns import regex

MOST_TERMS = 1_000
"""Terms of one post that are read; whoever has more has a broken file."""

_DEPTH = 20  # lists in lists: more is no content, and a list may hold itself through an alias
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ENTITY = regex(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BREAKS = regex(r"[\r\n\t\x85\u2028\u2029]+")
_EDGES = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b\ufeff"


def tidy(text: str) -> str:
    """Text in NFC, without the characters that XML 1.0 forbids; white space stays as it is."""
    if text.isprintable():  # then it is legal; 0.1 us instead of 1
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", legal(text))


def one_line(text: str) -> str:
    """Text for a heading or a name: legal, trimmed, line breaks and tabs turned into a space."""
    clean = tidy(text)
    if clean.isprintable():  # then nothing in it is a break
        return clean.strip(_EDGES)
    return " ".join(part.strip(" ") for part in _BREAKS.split(clean)).strip(_EDGES)


@lru_cache(16_384)
def term(text: str) -> str:
    """The name of a term on one line; a site has few of them, and many posts of each."""
    return one_line(text)


def decoded(text: str) -> str:
    """HTML character references decoded, once; a bare `&` and `&copy=1` in a URL stay."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def as_text(value: Value) -> str | None:
    """A scalar as text; None for no value, a list or a mapping. Half a surrogate pair (JSON) is no text."""
    if isinstance(value, str):
        # what is printable has no half of a pair
        return value if value.isascii() or value.isprintable() else value.encode("utf-8", "ignore").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def language_tag(text: str) -> str:
    """`zh_CN.UTF-8` → `zh-CN`; "" where it is no language tag (BCP 47 in outline)."""
    tag = text.strip().split(".", 1)[0].replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


class Fields:
    """The fields of one file and the problems met while reading them.

    `path` is the file as shown to a person, `line_of` finds the line of a key (None: unknown).
    """

    __slots__ = ("_keys", "_line_of", "_named", "path", "problems", "values")

    def __init__(
        self, values: Mapping[str, Value], path: str, line_of: Callable[[str], int | None] = lambda _key: None
    ) -> None:
        self.values = values
        self.path = path
        self.problems: list[Problem] = []
        self._line_of = line_of
        self._keys: Keys | None = None
        self._named: Named | None = None

    @property
    def keys(self) -> Keys:
        """The keys by their plain names: readers are asked or not by what is among them (see `only_with`)."""
        if self._keys is None:
            self._keys = keys_of(tuple(self.values))
        return self._keys

    @property
    def named(self) -> Named:
        """What has a value, by plain name."""
        if self._named is None:
            self._named = by_plain_name(self.values)
        return self._named

    def put(self, values: Mapping[str, Value]) -> None:
        """Other values in the place of those there are."""
        self.values, self._keys, self._named = values, None, None

    def report(self, code: str, message: str, key: str = "", severity: Severity = Severity.WARNING) -> None:
        """Note a Problem, on the line of `key` where there is one."""
        line = self._line_of(key) if key else None
        problem = Problem(self.path, severity, code, message, line)
        if problem not in self.problems:  # a field may be read more than once
            self.problems.append(problem)

    def first(self, *keys: str) -> tuple[str, Value]:
        """The first of the keys that has a value, with it; ("", None) where none has."""
        for key in keys:
            if (value := self.values.get(key)) is not None:
                return key, value
        return "", None

    def raw(self, *keys: str) -> str | None:
        """The text of the first key that has a value, as written; None where there is none."""
        values = self.values
        for key in keys:
            if (value := values.get(key)) is not None:
                break
        else:
            return None
        if value.__class__ is str and value.isascii():
            return value
        text = as_text(value)
        if text is None:
            self.misshapen(key, "a single text", value)
        return text

    def text(self, *keys: str) -> str:
        """As `raw`, legal and trimmed, line breaks kept; "" where there is none."""
        written = self.raw(*keys)
        return tidy(written).strip(_EDGES) if written else ""

    def line(self, *keys: str) -> str:
        """As `raw`, for a name: one line, character references decoded."""
        written = self.raw(*keys)
        return one_line(decoded(written)) if written else ""

    def title(self) -> str:
        """The `title` as Post.title promises it: one line without markup, not too long; "" where there is none."""
        return plain_title(self.raw("title") or "")

    def language(self, *keys: str) -> str:
        """A language tag, "" where there is none."""
        key, value = self.first(*keys)
        if value is None:
            return ""
        written = self.text(key)
        tag = language_tag(written)
        if written and not tag:
            self.report(
                "language-unreadable",
                f"`{key}: {shortened(written)}` is no language tag; write one such as `en` or `zh-CN`",
                key,
            )
        return tag

    def moment(self, key: str, zone: tzinfo) -> Moment | None:
        """The moment of a field; None where there is none, or with a Problem where it is unreadable."""
        value = self.values.get(key)
        if value is None:
            return None
        written = (as_text(value) or "").strip()
        if written == "":
            if isinstance(value, list | dict):
                self.misshapen(key, "a date", value, "date-unreadable")
            return None
        try:
            return read_moment(written, zone)
        except DateFault as fault:
            self.report("date-unreadable", f"`{key}` cannot be used: {fault}", key)
            return None

    def misshapen(self, key: str, wanted: str, value: Value, code: str = "field-unreadable") -> None:
        """Note that a field has a shape nobody can use."""
        kind = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "one text"
        self.report(code, f"`{key}` is {kind} where {wanted} is wanted; it is left out", key)

    def items(self, key: str, value: Value, depth: int = 0) -> list[str]:
        """The texts in a value, lists in lists flattened, empty ones dropped, as written."""
        if value is None:
            return []
        if isinstance(value, list) and depth < _DEPTH:
            return [text for item in value for text in self.items(key, item, depth + 1)]
        if text := as_text(value):
            return [text]
        if isinstance(value, list | dict):
            self.misshapen(key, "a text or a list of texts", value)
        return []


def shortened(text: str, most: int = 60) -> str:
    """Text from a file, fit to stand in a message: one line, printable, not too long."""
    shown = "".join(c if c.isprintable() else "�" for c in one_line(text))
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def terms(fields: Fields, named: Sequence[tuple[str, Sequence[str]]]) -> tuple[tuple[str, str], ...]:
    """(taxonomy, names as written) pairs → the terms of a post, clean, without repetition, at most 1,000."""
    unique = {(taxonomy, clean): None for taxonomy, names in named for name in names if (clean := term(name))}
    if len(unique) > MOST_TERMS:
        fields.report(
            "too-many-terms",
            f"{len(unique)} categories, tags and authors; the first {MOST_TERMS} are used: remove the others",
        )
    return tuple(unique if len(unique) <= MOST_TERMS else islice(unique, MOST_TERMS))
