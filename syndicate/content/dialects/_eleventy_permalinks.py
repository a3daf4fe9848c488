"""Where Eleventy 3 puts a page: default addresses and the permalinks that are no more than lookups and filters.

In: a path below the input folder, a permalink, the data of the page. Out: a path from the site's root, or None
where a permalink needs more than is read here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from syndicate.content.dialects._fields import as_text
from syndicate.model import Value

_EXPRESSION = re.compile(r"\{\{-?([^{}]*+)-?\}\}")
_PIPE = re.compile(r"\|(?=(?:[^'\"]|'[^']*+'|\"[^\"]*+\")*+\Z)")
_QUOTED = re.compile(r"'([^']*+)'|\"([^\"]*+)\"")
_FILTER = re.compile(r"\s*+([A-Za-z_]\w*+)\s*+(?::|\()?(.*)", re.DOTALL)
_PATH = re.compile(r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)*+")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-(.*)", re.DOTALL)
_LONGEST = 500

_LETTERS = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th"}
_LETTERS |= {"ł": "l", "ı": "i", "ħ": "h", "&": " and ", "♥": " love ", "œ": " "}
_CODES = "%Y %m %d %y %H %M %S %j".split()


def slug_of(stem: str) -> str:
    """A name without the date in front: `2021-01-01-trip` → `trip`."""
    found = _DATED.search(stem)
    return found[1] if found else stem


def default_path(own: str) -> str:
    """`posts/trip.md` → `/posts/trip/`; `index`, and a file called as its folder, stand for the folder."""
    folder, _slash, name = own.rpartition("/")
    stem = name.rpartition(".")[0]
    alone = stem == "index" or (bool(folder) and folder.rpartition("/")[2] == stem)
    parts = [part for part in (folder, "" if alone else stem) if part]
    return f"/{'/'.join(parts)}/" if parts else "/"


def page_data(own: str, at: datetime | None) -> dict[str, Value]:
    """What templates know as `page`."""
    folder, _slash, name = own.rpartition("/")
    raw = slug_of(name.rpartition(".")[0])
    slug = raw if raw != "index" else slug_of(folder.rpartition("/")[2])
    stem = "/" + "/".join(part for part in (folder, raw) if part)
    return {"fileSlug": slug, "filePathStem": stem, "date": at, "outputFileExtension": "html"}


def href(written: str) -> str:
    """A rendered permalink → the address Eleventy gives the page: `index.html` is its folder."""
    path = re.sub("/{2,}", "/", f"/{written.strip()}")
    path = "/".join(part for part in path.split("/") if part != ".")
    path = f"{path}index.html" if path.endswith("/") else path
    for ending in ("/index.html", "/index"):
        if path.endswith(ending):
            return path[: -len(ending)] + "/"
    return path


def rendered(template: str, data: Mapping[str, Value]) -> str | None:
    """The permalink with its expressions filled in; None where one is more than a lookup with known filters."""
    if len(template) > _LONGEST or "{%" in template:
        return None
    pieces: list[str] = []
    done = 0
    for found in _EXPRESSION.finditer(template):
        value = _evaluated(found[1], data)
        if value is None:
            return None
        pieces += (template[done : found.start()], value)
        done = found.end()
    text = "".join((*pieces, template[done:]))
    return None if "{{" in text else text


def _evaluated(expression: str, data: Mapping[str, Value]) -> str | None:
    first, *filters = _PIPE.split(expression)
    value = _looked_up(first.strip(), data)
    for each in filters:
        found = _FILTER.fullmatch(each)
        change = _FILTERS.get(found[1]) if found else None
        if found is None or change is None:
            return None
        value = change(value, [one or two for one, two in _QUOTED.findall(found[2])])
        if value is None:
            return None
    return None if isinstance(value, datetime) else as_text(value)


def _looked_up(name: str, data: Mapping[str, Value]) -> Value:
    if quoted := _QUOTED.fullmatch(name):
        return quoted[1] or quoted[2] or ""
    value: Value = data if _PATH.fullmatch(name) else None
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _dated(value: Value, arguments: Sequence[str]) -> str | None:
    """LiquidJS's `date`, in UTC, for the codes that permalinks are made of."""
    if not isinstance(value, datetime) or not arguments:
        return None
    codes = re.findall("%-?.?", arguments[0])
    if any(code.replace("-", "") not in _CODES for code in codes):
        return None
    parts = (value.strftime(code.replace("-", "")).lstrip("0" if "-" in code else "") for code in codes)
    return re.sub("%-?.?", lambda _code: next(parts), arguments[0])


def slugify(value: Value, arguments: Sequence[str] = ()) -> str | None:
    """Eleventy's filter `slugify`; None where the text has letters of a script that it spells in Latin ones."""
    text = as_text(value)
    if text is None or arguments:
        return None
    spelled = "".join(_LETTERS.get(char, char) for char in unicodedata.normalize("NFC", text).lower())
    plain = "".join(char for char in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(char))
    if any(char.isalpha() and not char.isascii() and char < "\u2e80" for char in plain):
        return None
    plain = re.sub(r"([a-z0-9])'([ts])(?=\s|\Z)", r"\1\2", plain)
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def _slug(value: Value, arguments: Sequence[str]) -> str | None:
    """The older filter `slug`, for plain ASCII."""
    text = as_text(value)
    if text is None or arguments or not text.isascii() or re.search("[&%$<>|]", text):
        return None
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s*+~.()'\"!\-:@]+", "", text).strip()).lower()


def _texts(change: Callable[[str], str]) -> Callable[[Value, Sequence[str]], str | None]:
    def changed(value: Value, _arguments: Sequence[str]) -> str | None:
        text = as_text(value)
        return None if text is None else change(text)

    return changed


_FILTERS: dict[str, Callable[[Value, Sequence[str]], Value]] = {
    "slugify": slugify,
    "slug": _slug,
    "date": _dated,
    "lower": _texts(str.lower),
    "downcase": _texts(str.lower),
    "upcase": _texts(str.upper),
    "upper": _texts(str.upper),
    "strip": _texts(str.strip),
    "trim": _texts(str.strip),
    "safe": lambda value, _arguments: value,
    "default": lambda value, arguments: value or (arguments[0] if arguments else None),
    "append": lambda value, arguments: f"{as_text(value)}{arguments[0]}" if arguments and as_text(value) else None,
    "prepend": lambda value, arguments: f"{arguments[0]}{as_text(value)}" if arguments and as_text(value) else None,
}
