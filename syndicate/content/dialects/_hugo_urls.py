"""URLs as Hugo makes them: paths out of names, permalinks out of patterns.

In: a Page with what its front matter and its place say. Out: the path of its page below the site's root, not yet
percent-encoded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from posixpath import normpath
from urllib.parse import unquote_plus

from syndicate.model.records import dataclass

_KEPT = frozenset("./\\_#+~-@")
_PLAIN = re.compile(r"[A-Za-z0-9./\\_#+~@-]*")
_HEX = re.compile(r"%[0-9A-Fa-f]{2}")
_PLACEHOLDER = re.compile(r":\w+(?:\[.+?\])?", re.ASCII)
_CUT = re.compile(r"(sections|sectionslugs)\[([^\[\]]*)\]")

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Style:
    """How a site spells its paths."""

    keep_case: bool = False
    drop_accents: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a permalink can be made of. `at` is the date as its author's clock showed it, None without one.

    `sections` are the folders above the page that are sections, `section_slugs` their slugs or titles.
    """

    title: str = ""
    slug: str = ""
    file: str = ""
    base: str = ""
    section: str = ""
    sections: tuple[str, ...] = ()
    section_slugs: tuple[str, ...] = ()
    at: datetime | None = None


def sanitized(text: str, style: Style) -> str:
    """A text as a part of a path: letters and digits of any script stay, blanks become one dash, the rest goes."""
    if _PLAIN.fullmatch(text):  # most texts: nothing in them is left out
        return text if style.keep_case else text.lower()
    done: list[str] = []
    gap = dash = False
    for index, character in enumerate(text):
        if _allowed(text, index, character):
            dash = character == "-"
            if gap and not dash:
                done.append("-")
            gap = False
            done.append(character)
        elif done and not dash and character.isspace():
            gap = True
    made = "".join(done)
    if style.drop_accents:
        apart = unicodedata.normalize("NFD", made)
        made = unicodedata.normalize("NFC", "".join(c for c in apart if unicodedata.category(c) != "Mn"))
    return made if style.keep_case else made.lower()


def _allowed(text: str, index: int, character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in _KEPT or (character == "%" and bool(_HEX.match(text, index)))
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind == "Nd"


# --- permalinks ---

_OF_NAME: dict[str, Callable[[Page], str]] = {
    "section": lambda page: page.section,
    "sections": lambda page: "/".join(page.sections),
    "sectionslug": lambda page: page.section_slugs[0] if page.section_slugs else "",
    "sectionslugs": lambda page: "/".join(filter(None, page.section_slugs)),
    "title": lambda page: page.title,
    "slug": lambda page: page.slug or page.title,
    "slugorfilename": lambda page: page.slug or page.file,
    "filename": lambda page: page.file,
    "contentbasename": lambda page: page.base,
    "slugorcontentbasename": lambda page: page.slug or page.base,
}
_WHOLE = frozenset(("section", "sections"))  # these Hugo puts in as they are

_OF_MOMENT: dict[str, Callable[[datetime], str]] = {
    "year": lambda at: str(at.year),
    "month": lambda at: f"{at.month:02}",
    "monthname": lambda at: _MONTHS[at.month - 1],
    "day": lambda at: f"{at.day:02}",
    "weekday": lambda at: str(at.isoweekday() % 7),
    "weekdayname": lambda at: _DAYS[at.weekday()],
    "yearday": lambda at: str(at.timetuple().tm_yday),
}

# The pieces of Go's date layouts that a placeholder can hold, the longest first.
_LAYOUT: dict[str, Callable[[datetime], str]] = {
    "January": lambda at: _MONTHS[at.month - 1],
    "Jan": lambda at: _MONTHS[at.month - 1][:3],
    "Monday": lambda at: _DAYS[at.weekday()],
    "Mon": lambda at: _DAYS[at.weekday()][:3],
    "2006": lambda at: f"{at.year:04}",
    "__2": lambda at: f"{at.timetuple().tm_yday:3}",
    "002": lambda at: f"{at.timetuple().tm_yday:03}",
    "_2": lambda at: f"{at.day:2}",
    "15": lambda at: f"{at.hour:02}",
    "01": lambda at: f"{at.month:02}",
    "02": lambda at: f"{at.day:02}",
    "03": lambda at: f"{at.hour % 12 or 12:02}",
    "04": lambda at: f"{at.minute:02}",
    "05": lambda at: f"{at.second:02}",
    "06": lambda at: f"{at.year % 100:02}",
    "PM": lambda at: "PM" if at.hour >= 12 else "AM",
    "pm": lambda at: "pm" if at.hour >= 12 else "am",
    "1": lambda at: str(at.month),
    "2": lambda at: str(at.day),
    "3": lambda at: str(at.hour % 12 or 12),
    "4": lambda at: str(at.minute),
    "5": lambda at: str(at.second),
}
_LAYOUT_PIECE = re.compile("|".join(_LAYOUT))
_NO_DATE = datetime.min.replace(tzinfo=UTC)


def unknown_placeholders(pattern: str) -> list[str]:
    """The placeholders Hugo does not know (it refuses to build then)."""
    return [found for found in _placeholders(pattern) if not _known(found[1:])]


def needs_moment(pattern: str) -> bool:
    """Whether the path depends on the date."""
    return any(found[1:] not in _OF_NAME and not _CUT.fullmatch(found[1:]) for found in _placeholders(pattern))


def _placeholders(pattern: str) -> list[str]:
    return _PLACEHOLDER.findall(pattern.replace("\\:", "\0"))


def _known(name: str) -> bool:
    return name in _OF_NAME or name in _OF_MOMENT or bool(_CUT.fullmatch(name) or _LAYOUT_PIECE.search(name))


def expanded(pattern: str, page: Page, style: Style) -> str:
    """A pattern filled in; a colon behind a backslash is one."""
    filled = _PLACEHOLDER.sub(lambda found: _value(found[0][1:], page, style), pattern.replace("\\:", "\0"))
    return unquote_plus(filled.replace("\0", ":"), errors="surrogateescape")


def _value(name: str, page: Page, style: Style) -> str:
    if name in _OF_NAME:
        text = _OF_NAME[name](page)
        return text if name in _WHOLE else _without_empty_fragment(sanitized(text, style))
    if cut := _CUT.fullmatch(name):
        parts = page.sections if cut[1] == "sections" else page.section_slugs
        return "/".join(part for part in _sliced(parts, cut[2].strip().lower()) if part)
    at = page.at or _NO_DATE
    return _OF_MOMENT[name](at) if name in _OF_MOMENT else _LAYOUT_PIECE.sub(lambda f: _LAYOUT[f[0]](at), name)


def _without_empty_fragment(text: str) -> str:
    """`c#` → `c`: Hugo takes the text for a URL on its way, and one whose fragment is empty has none."""
    return text[:-1] if text.find("#") == len(text) - 1 >= 0 else text


def _sliced(parts: tuple[str, ...], cut: str) -> tuple[str, ...]:
    """`[0]`, `[last]`, `[1:]`, `[:last]` of the sections; nothing where the sections are too few."""
    low, colon, high = cut.partition(":")
    first = _number(low, len(parts), 0)
    if not parts or first >= len(parts):
        return ()
    return parts[first : _number(high, len(parts), len(parts))] if colon else parts[first : first + 1]


def _number(written: str, count: int, otherwise: int) -> int:
    if written == "last":
        return count - 1
    if not written:
        return otherwise
    return int(written) if written.isdecimal() and len(written) < 6 else 0


# --- links ---


def link(parts: list[str], style: Style, *, ugly: bool = False) -> str:
    """The path of a page out of its parts, each a name or several with slashes: `/posts/my-post/`, or `….html`."""
    made = [sanitized(part, style) for part in parts if part not in ("", "/")]
    path = _joined(made)
    if ugly and made:
        path = f"{path.rstrip('/')}.html"
        return path.removesuffix("index.html") if path.endswith("/index.html") else path
    return path if path.endswith("/") else f"{path}/"


def permalink(pattern: str, page: Page, style: Style, *, ugly: bool = False) -> str:
    """The path a pattern of `permalinks` gives."""
    return link([normpath("/" + expanded(pattern, page, style).lstrip("/"))], style, ugly=ugly)


def own_link(written: str, prefix: str) -> str:
    """The path for the `url` of front matter, which is taken as it is.

    `prefix` (a language) is put before one without a slash in front, unless it begins with it.
    """
    path = normpath("/" + written.lstrip("/")) + ("/" if written.endswith("/") else "") if ".." in written else written
    parts = [part for part in path.split("/") if part]
    made = _joined(parts)
    if not parts or path.endswith("/") or "." not in path:
        made = made if made.endswith("/") else f"{made}/"
    elif parts[-1] == "index.html":
        made = made.removesuffix("index.html")
    if prefix and not written.startswith("/") and not path.startswith(f"/{prefix}"):
        return f"/{prefix}{made}"
    return made


def _joined(parts: list[str]) -> str:
    path = ""
    for part in parts:
        path += part if path.endswith("/") or part.startswith("/") else f"/{part}"
    return path or "/"
