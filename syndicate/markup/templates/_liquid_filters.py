"""Jekyll's filters for text, addresses and dates, and those of Liquid that Ruby's differ in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from liquid.filter import with_context

from syndicate.markup.render import to_html
from syndicate.markup.templates._liquid_dates import Moment, formatted, ordinal, read
from syndicate.markup.templates._liquid_engine import LONGEST as _LONGEST
from syndicate.markup.templates._liquid_engine import Context, Overrun, Shelf
from syndicate.markup.templates._liquid_lists import FILTERS as LISTS
from syndicate.markup.templates._liquid_lists import nothing
from syndicate.markup.templates._liquid_shown import escaped

_CJK = (
    r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u1100-\u11ff\U00020000-\U0003ffff"
)
_CJK_LETTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[^{_CJK}\s]+")
_SAFE = "/:@!$&'()*+,;=~?#%-._"
_COMPONENT = "/:@!$&'()*+,;=~?"


def text(value: Any) -> str:
    """A value as text, "" for nil."""
    return value if isinstance(value, str) else "" if nothing(value) else str(value)


# Addresses.


def filters_for(shelf: Shelf, zone: Any) -> dict[str, Callable[..., Any]]:
    """All filters, for one site."""
    return {**LISTS, **_TEXTS, **_addresses(shelf), **_dates(zone)}


def _addresses(shelf: Shelf) -> dict[str, Callable[..., Any]]:
    def relative(value: Any) -> Any:
        if nothing(value) or _is_absolute(text(value)):
            return None if nothing(value) else value
        path = text(value)
        return quote(f"{shelf.base}{'/' if path and not path.startswith('/') else ''}{path}", safe=_SAFE)

    def absolute(value: Any) -> Any:
        if nothing(value) or _is_absolute(text(value)):
            return None if nothing(value) else value
        path = relative(value).removeprefix(shelf.base)
        return f"{shelf.site.url}{path}"

    return {"relative_url": relative, "absolute_url": absolute}


def _is_absolute(url: str) -> bool:
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return False


def strip_index(value: Any) -> str:
    """`/a/index.html` → `/a/`."""
    return re.sub(r"/index\.html?(?=\s|\Z)", "/", text(value), count=1)


# Dates.


def _dates(zone: Any) -> dict[str, Callable[..., Any]]:
    def shown(pattern: Callable[[Moment], str]) -> Callable[..., Any]:
        def converted(value: Any, *_more: Any) -> Any:
            at = read(value, zone) if not nothing(value) else None
            return formatted(at, pattern(at)) if at else value

        return converted

    def date(value: Any, pattern: Any = None) -> Any:
        at = read(value, zone) if not nothing(value) and text(pattern) else None
        return formatted(at, text(pattern)) if at else "" if value in ("now", "today") else value

    def named(month: str) -> Callable[..., Any]:
        def converted(value: Any, kind: Any = None, style: Any = None) -> Any:
            at = read(value, zone) if not nothing(value) else None
            if at is None:
                return value
            if kind != "ordinal":
                return formatted(at, f"%d {month} %Y")
            return formatted(at, f"{month} {ordinal(at.day)}, %Y" if style == "US" else f"{ordinal(at.day)} {month} %Y")

        return converted

    return {
        "date": date,
        "date_to_xmlschema": shown(lambda _at: "%Y-%m-%dT%H:%M:%S%:z"),
        "date_to_rfc822": shown(lambda _at: "%a, %d %b %Y %H:%M:%S %z"),
        "date_to_string": named("%b"),
        "date_to_long_string": named("%B"),
    }


# Text.


def markdownify(value: Any) -> str:
    """Markdown as HTML."""
    return to_html(text(value), "markdown")


def smartify(value: Any) -> str:
    """Straight quotation marks and dashes as a printer sets them."""
    found = text(value).replace("---", "—").replace("--", "–").replace("...", "…")
    found = re.sub(r"(?:(?<=[\s(\[{–—])|\A)\"", "“", found).replace('"', "”")
    return re.sub(r"(?:(?<=[\s(\[{–—“])|\A)'(?![0-9]{2}s)", "‘", found).replace("'", "’")


def slugify(value: Any, mode: Any = None) -> Any:
    """Jekyll's slug, in its modes."""
    if nothing(value):
        return None
    kind, found = text(mode) or "default", text(value)
    if kind == "none":
        return found
    if kind == "raw":
        return re.sub(r"\s+", "-", found).strip("-").lower()
    if kind == "latin":
        found = unicodedata.normalize("NFKD", found).encode("ascii", "ignore").decode()
    further = "._~!$&'()+,;=@" if kind == "pretty" else ""
    ascii_only = kind in ("ascii", "latin")
    spelled = "".join(char if _kept(char, further, ascii_only) else " " for char in found)
    return re.sub(" +", "-", spelled).strip("-").lower()


def _kept(char: str, further: str, ascii_only: bool) -> bool:
    if ascii_only and not char.isascii():
        return False
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd" or char in further


def xml_escape(value: Any) -> str:
    """Text for XML."""
    return text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number_of_words(value: Any, mode: Any = None) -> int:
    """Words; with `cjk` or `auto` each Chinese, Japanese or Korean letter is one."""
    found = text(value)
    letters = len(_CJK_LETTER.findall(found)) if mode in ("cjk", "auto") else 0
    if mode == "cjk" or letters:
        return letters + len(_WORD.findall(found))
    return len(found.split())


def to_integer(value: Any) -> int:
    """The number a value begins with, else 0."""
    if isinstance(value, bool | int | float):
        return int(value)
    found = re.match(r"\s*([+-]?[0-9]{1,60})", text(value))
    return int(found[1]) if found else 0


def strip_html(value: Any) -> str:
    """Text without tags, comments, scripts and styles. Each character is looked at a few times at most."""
    found = text(value)
    for start, end in (("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"), ("<", ">")):
        found = _without(found, start, end)
    return found


def _without(found: str, start: str, end: str) -> str:
    pieces, at = [], 0
    while (opening := found.find(start, at)) != -1 and (closing := found.find(end, opening + len(start))) != -1:
        pieces.append(found[at:opening])
        at = closing + len(end)
    return "".join((*pieces, found[at:]))


def replace(value: Any, old: Any, new: Any = "") -> str:
    """Each occurrence replaced."""
    found, wanted, put = text(value), text(old), text(new)
    count = found.count(wanted) if len(put) > len(wanted) else 0
    if len(found) + count * (len(put) - len(wanted)) > _LONGEST:
        raise Overrun
    return found.replace(wanted, put)


def escape_once(value: Any) -> str:
    """Escaped, where it is not yet."""
    found = re.sub(r"&(?![A-Za-z]+;|#[0-9]+;|#[xX][0-9A-Fa-f]+;)", "&amp;", text(value))
    for char, reference in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        found = found.replace(char, reference)
    return found


@with_context
def jsonify(value: Any, *, context: Context) -> str:
    """JSON."""
    return context.shower.as_json(value)


@with_context
def inspect(value: Any, *, context: Context) -> str:
    """The value as Ruby shows it to a developer, for HTML."""
    return xml_escape(context.shower.inspected(value))


_TEXTS: dict[str, Callable[..., Any]] = {
    "markdownify": markdownify,
    "smartify": smartify,
    "slugify": slugify,
    "xml_escape": xml_escape,
    "cgi_escape": lambda value: quote_plus(text(value), safe="*-._"),
    "uri_escape": lambda value: quote(text(value), safe=_COMPONENT),
    "normalize_whitespace": lambda value: " ".join(text(value).split()),
    "number_of_words": number_of_words,
    "to_integer": to_integer,
    "strip_html": strip_html,
    "strip_index": strip_index,
    "replace": replace,
    "escape": lambda value: None if nothing(value) else escaped(text(value)),
    "h": lambda value: None if nothing(value) else escaped(text(value)),
    "escape_once": escape_once,
    "jsonify": jsonify,
    "inspect": inspect,
}
