"""From clean HTML, or from what an author wrote, to plain text: the words of an entry, its summary, its title.

Everything here gives legal text; lengths are in characters (code points) as a reader counts them, markup apart.
"""

from __future__ import annotations

import html as entities
import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from syndicate.markup._cut import shortened
from syndicate.markup.legal import is_legal, legal
from syndicate.model.patterns import regex

TITLE_LIMIT = 300
"""Characters of a title that are kept: the longest one meant as a title has 249."""

# --- plain text ---

_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q rp rt ruby s samp small span strike"
    " strong sub sup tt u var wbr"
).split()
_NO_SPACE = frozenset([*_INLINE, *(f"/{name}" for name in _INLINE)])
_TAG = re.compile(r"<((?:/?[a-z][a-z0-9]*+(?=[\s>]))?+)[^<>]*>")
_FOOTNOTE_MARK = regex(r'<sup><a href="[^"]*#fn[^"]*">[^<]*</a></sup>')


def plain_text(html: str) -> str:
    """Clean HTML → its words on one line: entities decoded, a space between blocks, no footnotes and their marks."""
    return _words(_without_footnotes(html))


def _words(html: str) -> str:
    return legal(_spaced(html))


def _spaced(html: str) -> str:
    pieces: list[str] = _TAG.split(html)
    pieces[1::2] = ["" if name in _NO_SPACE else " " for name in pieces[1::2]]
    return " ".join(entities.unescape("".join(pieces)).split())


def _without_footnotes(html: str) -> str:
    """A number after a word and a list that explains it say nothing in a summary."""
    if "#" not in html or "#fn" not in html:  # one character is found ten times as fast as two
        return html
    html = _FOOTNOTE_MARK.sub("", html)
    notes = html.rfind("<section>")
    return html[:notes] if notes >= 0 and "#fnref" in html[notes:] else html


def summary(text: str, limit: int) -> str:
    """Plain text of at most `limit` characters, cut between words or after a phrase, with `…` when cut."""
    return shortened(" ".join(text.split()), limit)


def beginning(html: str, limit: int) -> str:
    """Clean HTML → `summary(plain_text(html), limit)`, of which only as much is read as the summary needs."""
    html = _without_footnotes(html)
    end = limit + limit // 2 + 40
    while (end := html.find("<", end)) >= 0:
        text = _spaced(html[:end])
        if not is_legal(text):
            text = " ".join(legal(text).split())
        if len(text) > limit:  # what follows a cut has no say in where it is made
            return shortened(text, limit)
        end *= 2
    return summary(_words(html), limit)


# --- a piece of a body ---


def before_separator(body: str, separator: str) -> str | None:
    """What an author put above the separator (`<!--more-->` in any spacing, or a literal text such as a blank line).

    None when there is no separator, or nothing above it; one inside fenced code is none. The definitions that
    links above it refer to are kept, wherever they stand; footnotes that would be missing are not shown.
    """
    if not separator or not (earliest := _separator(separator).search(body)):
        return None
    first = re.search(r"\S", body)
    fences = iter(_fences(body))  # both come in order, so each is passed once
    start, end = next(fences, _NOWHERE)
    for found in _separator(separator).finditer(body, earliest.start()):
        while end <= found.start():
            start, end = next(fences, _NOWHERE)
        if found.start() < start and first and first.start() < found.start():
            return _whole(body[: found.start()], body[found.end() :])
    return None


@lru_cache(maxsize=8)
def _separator(text: str) -> re.Pattern[str]:
    words = re.fullmatch(r"\s*<!--(.*?)-->\s*", text, re.DOTALL)
    if words:
        inner = r"\s++".join(map(re.escape, words[1].split()))
        return re.compile(rf"<!--\s*+{inner}\s*+-->", re.IGNORECASE)
    at_start = r"(?<![ \t])" if text.startswith("\n") else ""  # or each blank of a long run is a start of its own
    return re.compile(at_start + re.escape(text).replace("\\\n", r"[ \t]*+\r?\n"))


_NOWHERE = (sys.maxsize, sys.maxsize)
_FENCE = regex(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)


def _fences(body: str) -> list[tuple[int, int]]:
    """Where fenced code stands; a fence without an end reaches to the end of the body."""
    found, opened = [], None
    for line in _FENCE.finditer(body):
        if opened is None:
            opened = line
        elif line[1].startswith(opened[1]) and not line[2].strip():
            found.append((opened.start(), line.end()))
            opened = None
    return [*found, (opened.start(), len(body))] if opened else found


_LINK_DEFINITION = regex(r"^ {0,3}\[(?!\^)[^\[\]\n]{1,999}\]:[ \t]*\S.*$", re.MULTILINE)
_NOTE_MARK = regex(r"\[\^([^\[\]\s]{1,99})\](?!:)")
_NOTE_DEFINITION = regex(r"^ {0,3}\[\^([^\[\]\s]{1,99})\]:", re.MULTILINE)


def _whole(above: str, below: str) -> str:
    """The part above with what it needs of the part below."""
    if "[" not in above:
        return above
    missing = set(_NOTE_DEFINITION.findall(below))
    above = _NOTE_MARK.sub(lambda mark: "" if mark[1] in missing else mark[0], above)
    return "\n".join([above, "", *_LINK_DEFINITION.findall(below)]) if "]:" in below else above


# --- a picture ---

TINY = 64
"""Pixels of width or height below which a picture in a body is an icon and does not stand for the post."""

_PICTURE = re.compile(r"<img\s[^<>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]{1,20})="([^"]*)"')
_PIXELS = re.compile(r"\s*([0-9]{1,6})(?:px)?\s*")
# Signs of who writes, of how a build went, of how somebody feels: hosts, and names in a path.
_HOSTS_OF_SIGNS = re.compile(
    r"https?://(?:[^/]*\.)?(?:shields\.io|badgen\.net|badge\.fury\.io|badges\.[^/]{1,60}|codecov\.io|travis-ci\.(?:com|org)"
    r"|gravatar\.com|s\.w\.org)/",
    re.IGNORECASE,
)
_SIGNS = re.compile(
    r"/(?:(?:emojis?|smil(?:ey|ie)s?|badges?|avatars?)[/._-]|badge\.svg)",  # a slash, which has no case, is found fast
    re.IGNORECASE,
)


def first_picture(html: str) -> tuple[str, str] | None:
    """Clean HTML → (absolute URL, alternative text) of the first picture that can stand for it; None without one.

    Icons, badges, emoji and portraits cannot, nor what is no web address.
    """
    for tag in _PICTURE.finditer(html):
        found = dict(_ATTRIBUTE.findall(tag[0]))
        if "&" in tag[0]:
            found = {name: entities.unescape(value) for name, value in found.items()}
        url = found.get("src", "").strip()
        if url[:8].lower().startswith(("http://", "https://")) and not (_is_sign(url) or _tiny(found)):
            return url, legal(" ".join(found.get("alt", "").split()))
    return None


def _is_sign(url: str) -> bool:
    return bool(_SIGNS.search(url) or _HOSTS_OF_SIGNS.match(url))


def _tiny(attributes: dict[str, str]) -> bool:
    sides = (_PIXELS.fullmatch(attributes.get(side, "")) for side in ("width", "height"))
    return any(int(side[1]) < TINY for side in sides if side)


# --- titles ---

_ENTITY = regex(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TITLE_TAG = regex(rf"<(/?)({'|'.join(_INLINE)})(\s[^<>]*)?/?>", re.IGNORECASE)
_BREAK = regex(r"<br\s*/?>|<img\s[^<>]*>", re.IGNORECASE)
_OVERRIDES = regex("[\u202d\u202e]")
_BLANKS = regex(r"[^\S\u3000]+")  # an ideographic space between Chinese words is meant
_EDGES = " \u3000\u200b\ufeff"


def plain_title(text: str) -> str:
    """A title as written in front matter → plain text of at most 300 characters on one line.

    Inline HTML goes where it is markup beyond doubt: an element that is opened and closed. So `a->b`,
    `1 < 2` and `List<i>` stay. Entities are decoded once, since half of all sites write them in titles.
    """
    if "<" in text:
        text = _TITLE_TAG.sub(_unless_text(text), _BREAK.sub(" ", text))
    text = _ENTITY.sub(lambda entity: entities.unescape(entity[0]), text) if "&" in text else text
    if text.isprintable() and "  " not in text:  # most titles: all of it is legal, no blank but single spaces
        text = unicodedata.normalize("NFC", text)
    else:
        # An override of the writing direction would run on into whatever a reader shows after the title.
        text = _BLANKS.sub(" ", unicodedata.normalize("NFC", legal(_OVERRIDES.sub("", text))))
    return shortened(text.strip(_EDGES), TITLE_LIMIT)


def _unless_text(text: str) -> Callable[[re.Match[str]], str]:
    tags = _TITLE_TAG.findall(text)
    markup = {name.lower() for end, name, _ in tags if end} & {name.lower() for end, name, _ in tags if not end}
    return lambda tag: "" if tag[2].lower() in markup or tag[2].lower() == "wbr" else tag[0]
