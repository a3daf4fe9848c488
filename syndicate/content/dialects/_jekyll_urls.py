"""Where Jekyll 4.3 puts a document: slugs, permalink templates, placeholders, ids. Pure text.

In: what a document is called and when it is from (Named). Out: the path Jekyll writes into its own links,
from the site's root, without baseurl. Jekyll's own words for it: `Utils.slugify`, `URL`, `Drops::UrlDrop`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from syndicate.content.dialects._addresses import encoded_path
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

STYLES = {
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
}

# English in every locale, as Ruby's strftime has them.
_MONTHS = ("January February March April May June July August September October November December").split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

_PRETTY = frozenset("._~!$&'()+,;=@")
_NOT_PRETTY = regex(r"[^A-Za-z0-9._~!$&'()+,;=@]+")  # the two modes once more, for ASCII
_NOT_DEFAULT = regex(r"[^A-Za-z0-9]+")
_PCHAR = "/:@!$&'()*+,;=~"  # RFC 3986 pchar, beside letters, digits and `-._`
_PLAIN = re.compile(r"[a-zA-Z0-9./-]+")
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_SLASHES = re.compile("/+")


class Named(NamedTuple):
    """What the placeholders of a permalink stand for.

    `path` is the path below the special folder, without ending; `file` the file name without ending;
    `slug` the `slug` of the front matter or of the file name; `at` the moment in the zone Jekyll runs in.
    """

    path: str
    file: str
    slug: str
    collection: str
    categories: tuple[str, ...]
    ending: str
    at: datetime | None


is_plain_slug = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*+").fullmatch
"""A slug that stands in paths and ids as it is."""


def _kept(char: str, further: frozenset[str]) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd" or char in further


def lower(text: str) -> str:
    """Lower case letter by letter: a Greek final sigma is not special, as in Ruby."""
    return text.lower() if text.isascii() else "".join(char.lower() for char in text)


def slugify(text: str, *, pretty: bool = False, cased: bool = False) -> str:
    """`Utils.slugify` in its modes default and pretty: runs of anything else become one hyphen."""
    if text.isascii():
        parts = text if is_plain_slug(text) else (_NOT_PRETTY if pretty else _NOT_DEFAULT).sub("-", text)
    else:
        further = _PRETTY if pretty else frozenset[str]()
        parts = re.sub(" +", "-", "".join(char if _kept(char, further) else " " for char in text))
    slug = parts.removeprefix("-").removesuffix("-")
    return slug if cased else lower(slug)


def titleized(slug: str) -> str:
    """The title Jekyll makes of a slug: `bits-and-pieces` → `Bits And Pieces`."""
    return " ".join(word[:1].upper() + lower(word[1:]) for word in slug.rstrip("-").split("-"))


def escaped(value: str) -> str:
    """`URL.escape_path`: a value percent-encoded for a path. `?` stays, as Jekyll leaves it."""
    return value if _PLAIN.fullmatch(value) else quote(value, safe=_PCHAR + "?", errors="surrogateescape")


@lru_cache(4096)  # a site has few lists of categories
def _joined(categories: tuple[str, ...], change: Callable[[str], str]) -> str:
    return "/".join(dict.fromkeys(change(name) for name in categories))


_OF_NAME: dict[str, Callable[[Named], str]] = {
    "path": lambda named: named.path,
    "name": lambda named: slugify(named.file),
    "title": lambda named: slugify(named.slug, pretty=True, cased=True),
    "slug": lambda named: slugify(named.slug),
    "collection": lambda named: named.collection,
    "categories": lambda named: _joined(named.categories, lower),
    "slugified_categories": lambda named: _joined(named.categories, slugify),
    "output_ext": lambda named: named.ending,
}

_OF_MOMENT: dict[str, Callable[[datetime], str]] = {
    "year": lambda at: f"{at.year:04}",
    "short_year": lambda at: f"{at.year % 100:02}",
    "month": lambda at: f"{at.month:02}",
    "i_month": lambda at: str(at.month),
    "short_month": lambda at: _MONTHS[at.month - 1][:3],
    "long_month": lambda at: _MONTHS[at.month - 1],
    "day": lambda at: f"{at.day:02}",
    "i_day": lambda at: str(at.day),
    "y_day": lambda at: f"{at.timetuple().tm_yday:03}",
    "w_year": lambda at: f"{at.isocalendar().year:04}",
    "week": lambda at: f"{at.isocalendar().week:02}",
    "w_day": lambda at: str(at.isoweekday()),
    "short_day": lambda at: _DAYS[at.weekday()][:3],
    "long_day": lambda at: _DAYS[at.weekday()],
    "hour": lambda at: f"{at.hour:02}",
    "minute": lambda at: f"{at.minute:02}",
    "second": lambda at: f"{at.second:02}",
}

_Piece = tuple[str, Callable[[Named], str] | None, Callable[[Any], str] | None]
"""Text, and what is put behind it: by the names, or by the moment."""

PLACEHOLDERS = frozenset(_OF_NAME) | frozenset(_OF_MOMENT)

_OF_ITS_OWN = frozenset(("name", "title", "slug", "hour", "minute", "second"))
"""What differs in posts of one day and the same categories."""


@lru_cache(256)
def _known(name: str) -> str | None:
    """The placeholder a name in a template means: in `:month_:day`, `month_` means `month`."""
    return next((key for key in (name, name.removesuffix("_")) if key in PLACEHOLDERS), None)


def unknown_placeholders(template: str) -> list[str]:
    """The placeholders in a template that Jekyll does not have (it refuses to build then)."""
    return [f":{name}" for name in _PLACEHOLDER.findall(template) if _known(name) is None]


@lru_cache(256)
def needs_moment(template: str) -> bool:
    """Whether the path depends on the date."""
    return any(_known(name) in _OF_MOMENT for name in _PLACEHOLDER.findall(template))


def path_of(template: str, named: Named) -> str:
    """A permalink template filled in and tidied: always one leading slash, never two in a row."""
    path, _file, _slug, collection, categories, ending, at = named
    made = _beginning(template, path, collection, categories, ending, at.date() if at else None)
    for literal, of_name, of_moment in _pieces(template)[1]:
        made += literal
        if of_name:
            made += escaped(of_name(named))
        elif of_moment and at:
            made += of_moment(at)  # letters and digits: nothing to escape
    return _tidy(made)


def forms_of(template: str, collection: str, categories: tuple[str, ...], ending: str) -> tuple[str, str] | None:
    """How the paths of posts with these categories and plain slugs are written, and their ids: as texts with a `%s` for
    each of `spelled` and for the slug.

    None where a template asks for anything of a post but its day and, behind that, its `:title`.
    """
    shared, own = _pieces(template)
    title, shorter, ours = _OF_NAME["title"], _OF_NAME["slug"], [of_name for _literal, of_name, _of_moment in own]
    if ours[0] is not title or {*ours[1:]} & {title, shorter, _OF_NAME["name"]} or any(each[2] for each in own):
        return None
    named, made, count = Named("", "", "", collection, categories, ending, None), "", 0
    for literal, of_name, of_moment in (*shared, *own):
        made += literal
        if of_name and of_name is not title:
            made += escaped(of_name(named))
        elif of_name or of_moment:
            made += _STAND_IN.format(count)
            count += 1
    path = _tidy(made)
    if any("%" in piece[-2:] for piece in _STANDING_IN.split(path)[:-1]):
        return None  # an escape that goes on in what stands behind it, if that begins with the right letters
    forms = [_form(text, count) for text in (encoded_path(path), id_of(path, _STAND_IN.format(count - 1)))]
    return (forms[0], forms[1]) if forms[0] and forms[1] else None


def _form(text: str, count: int) -> str | None:
    """A text with so many stand-ins, in order, with a `%s` for each; None where one might have become part of what
    stands next to it."""
    pieces = _STANDING_IN.split(text)
    if _STANDING_IN.findall(text) != [_STAND_IN.format(n) for n in range(count)]:
        return None
    if any(piece[:1] == "%" for piece in pieces[1:]):
        return None  # it may be a mark above the letter before it
    return "%s".join(piece.replace("%", "%%") for piece in pieces)


_STAND_IN, _STANDING_IN = "zQ{}Qz", regex("zQ[0-9]+Qz")
"""What stands for letters and digits that are not known yet."""


@lru_cache(4096)
def spelled(template: str, day: date) -> tuple[str, ...]:
    """What the placeholders for a day stand for in a template that has `forms_of` its posts."""
    return tuple([of_moment(day) for _literal, _of_name, of_moment in _pieces(template)[0] if of_moment])


@lru_cache(4096)
def _beginning(
    template: str, path: str, collection: str, categories: tuple[str, ...], ending: str, day: date | None
) -> str:
    """What the addresses of a day's posts of the same categories begin with."""
    made, named = "", Named(path, "", "", collection, categories, ending, None)
    for literal, of_name, of_moment in _pieces(template)[0]:
        made += literal
        if of_name:
            made += escaped(of_name(named))
        elif of_moment and day:
            made += of_moment(day)
    return made


@lru_cache(256)
def _pieces(template: str) -> tuple[tuple[_Piece, ...], tuple[_Piece, ...]]:
    """A template taken apart once, up to the first placeholder that is a post's own, and from there on."""
    pieces: list[_Piece] = []
    literal, done, shared = "", 0, 0
    for found in _PLACEHOLDER.finditer(template):
        literal += template[done : found.start()]
        done = found.end()
        key = _known(found[1])
        if key is None:
            literal += found[0]
            continue
        if shared == len(pieces) and key not in _OF_ITS_OWN:
            shared += 1
        pieces.append((literal, _OF_NAME.get(key), _OF_MOMENT.get(key)))
        literal = found[1].removeprefix(key)
    pieces.append((literal + template[done:], None, None))
    return tuple(pieces[:shared]), tuple(pieces[shared:])


def _tidy(path: str) -> str:
    whole = path if path[:1] == "/" else f"/{path}"
    if "." in whole:
        whole = whole.replace("..", "/").replace("./", "")
    return _SLASHES.sub("/", whole) if "//" in whole else whole


def id_of(path: str, slug: str) -> str:
    """`Document#id`, the folder of the URL with the slug, encoded as the filter `absolute_url` does it.

    The feed plugin of Jekyll writes the site's URL and this. The filter normalises to NFKC on the way.
    """
    folder = path.rstrip("/").rpartition("/")[0]
    whole = f"{folder}/{slug.lstrip('/')}"
    if _PLAIN.fullmatch(whole):
        return whole
    parts = whole.split("/")
    return "/".join(map(_normalised, parts)).removesuffix("#")  # to the filter an empty fragment


def _normalised(segment: str) -> str:
    if _PLAIN.fullmatch(segment):
        return segment
    if segment.isascii() and "%" not in segment:
        return quote(segment, safe=_PCHAR + "?#")
    text = unicodedata.normalize("NFKC", unquote(segment, errors="surrogateescape"))
    return quote(text, safe=_PCHAR + "?#" if "%" not in segment else _PCHAR, errors="surrogateescape")


def suffixed(template: str, style: str) -> str:
    """`Utils.add_permalink_suffix`: a collection's template ends the way the site's permalinks end."""
    if style == "pretty" or style.endswith("/"):
        return template + "/"
    plain = style in ("date", "ordinal", "none") or style.endswith(":output_ext")
    return template + ":output_ext" if plain else template
