"""Hexo's names: slugs, what a file name says by `new_post_name`, and permalink templates. Pure text.

Hexo's own words for it: `slugize`, `escapeDiacritic`, `Permalink#parse` and `#stringify` of hexo-util.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from syndicate.model.patterns import regex

_SPECIAL = regex(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/\ufeff]+")
_DASHES = regex("-{2,}")
_SLASHES = regex("/{2,}")
_CONTROL = regex("[\0-\x1f]")
_PLACEHOLDER = regex(r":(\w*[^_\W])", re.ASCII)
_ENCODED = regex(r"[A-Za-z0-9_.~/:@!$&'()*+,;=-]*")
_MARKS = regex("[\u0300-\u036f]")
_LONGEST = 500  # characters of a pattern for file names

# Letters that Unicode does not take apart, as far as people write titles with them.
_LETTERS = str.maketrans(
    dict(zip("ßØøĐđĦħıŁłŦŧſŉĿŀ", "s O o D d H h i L l T t l n L l".split(), strict=True))
    | {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ǽ": "AE", "ǽ": "ae", "Ǿ": "O", "ǿ": "o"}
)

# How `new_post_name` finds its parts; any other part takes as little as it can.
_PARTS = {
    "year": "([0-9]{4})",
    "month": "([0-9]{2})",
    "day": "([0-9]{2})",
    "i_month": "([0-9]{1,2})",
    "i_day": "([0-9]{1,2})",
    "hash": "([0-9a-f]{12})",
}
_MOST_PARTS = 3  # that take any text: each more multiplies the ways in which a name may be split


def slugized(text: str, case: int = 0) -> str:
    """A text as part of an address: `case` 1 is lower, 2 upper, 0 as written."""
    parts = _SPECIAL.sub("-", _CONTROL.sub("", _plain(text)))
    slug = (_DASHES.sub("-", parts) if "--" in parts else parts).strip("-")
    return slug.lower() if case == 1 else slug.upper() if case == 2 else slug


def _plain(text: str) -> str:
    """Latin letters without their marks; other letters stay as they are."""
    return text if text.isascii() else "".join(map(_letter, text))


@lru_cache(4096)
def _letter(char: str) -> str:
    taken_apart = unicodedata.normalize("NFD", char.translate(_LETTERS))
    if unicodedata.decomposition(char).startswith(("<wide>", "<circle>")):
        taken_apart = unicodedata.normalize("NFKD", char)
    bare = _MARKS.sub("", taken_apart)
    return bare if bare.isascii() and bare.isalpha() else char


def name_parts(pattern: str, path: str) -> dict[str, str]:
    """What the path of a post (below `_posts`) says by `new_post_name`; `title` is always among it."""
    stem = _without_ending(path)
    matches, names = _pattern(_without_ending(pattern))
    found = matches.fullmatch(stem)
    parts = dict(zip(names, found.groups(), strict=True)) if found else {}
    return parts if "title" in parts else {**parts, "title": slugized(stem)}


def _without_ending(path: str) -> str:
    """As node's `extname` has it: a dot in front of a name begins no ending."""
    folder, slash, name = path.rpartition("/")
    stem, dot, _ending = name.rpartition(".")
    return f"{folder}{slash}{stem}" if dot and stem else path


@lru_cache(16)
def _pattern(written: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    pieces = _PLACEHOLDER.split(written)
    names = tuple(pieces[1::2])
    if not names or len(written) > _LONGEST or sum(name not in _PARTS for name in names) > _MOST_PARTS:
        return re.compile("(.+)", re.DOTALL), ("title",)
    spelled = (_PARTS.get(piece, "(.+?)") if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    return re.compile("".join(spelled)), names


_OF_MOMENT: dict[str, Callable[[datetime], str]] = {
    "year": lambda at: f"{at.year:04}",
    "month": lambda at: f"{at.month:02}",
    "day": lambda at: f"{at.day:02}",
    "hour": lambda at: f"{at.hour:02}",
    "minute": lambda at: f"{at.minute:02}",
    "second": lambda at: f"{at.second:02}",
    "i_month": lambda at: str(at.month),
    "i_day": lambda at: str(at.day),
    "timestamp": lambda at: str(int(at.timestamp())),
}


@lru_cache(256)
def placeholders(template: str) -> frozenset[str]:
    """The names in a permalink template."""
    return frozenset(_PLACEHOLDER.findall(template))


def needs_moment(template: str) -> bool:
    """Whether an address depends on the date."""
    return any(name in _OF_MOMENT or name == "hash" for name in placeholders(template))


def filled(template: str, at: datetime | None, values: Mapping[str, str]) -> str:
    """A permalink template with its placeholders filled; as in Hexo, one nobody knows becomes `undefined`."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in _OF_MOMENT:
            return _OF_MOMENT[name](at) if at else ""
        return values.get(name, "undefined")

    return _PLACEHOLDER.sub(value, template)


def hash_of(slug: str, at: datetime | None) -> str:
    """`:hash`: twelve digits from the slug and the moment."""
    if not slug or at is None:
        return "null"
    from hashlib import sha1  # here, as loading it is dear and nearly no site asks for it

    text = f"{slug}{int(at.timestamp())}"
    return sha1(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:12]


def page_url(root: str, path: str, *, index: bool, html: bool) -> str:
    """`full_url_for`: a path below the root, encoded once; with or without a last `index.html` or `.html`."""
    joined = _SLASHES.sub("/", f"/{path}")
    if not _ENCODED.fullmatch(joined):
        joined = quote(unquote(joined, errors="surrogateescape"), safe="/:@!$&'()*+,;=~", errors="surrogateescape")
    url = root + joined
    if not index:
        url = url.removesuffix("index.html")
    return url if html or url.endswith("index.html") else url.removesuffix(".html")
