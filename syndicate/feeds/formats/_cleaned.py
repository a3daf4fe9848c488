"""Single values cleaned, for the doors: text, addresses, languages, media types, numbers. Pure. Never raises."""

from __future__ import annotations

import re
from functools import lru_cache

from syndicate.feeds.formats._uri import is_web, uri
from syndicate.markup.legal import legal
from syndicate.model import Author
from syndicate.model.patterns import regex

_WHITE = regex(r"[ \t\r\n]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( *;[ -~]*)?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+")

_HUGE = 1 << 63  # what readers can count


def line(text: str) -> str:
    """Plain text on one line: legal characters, runs of white space as one space."""
    if text.isprintable() and "  " not in text:  # so it has no white space but single spaces, and all of it is legal
        return text.strip()
    return _WHITE.sub(" ", legal(text)).strip()


def identity(text: str) -> str:
    """An id is nobody's to change: only its characters are made legal, and readers cut the white space around it."""
    return (text if text.isprintable() else legal(text)).strip()


def address(text: str) -> str:
    """A URI of legal characters; "" stays ""."""
    return uri(text if text.isprintable() else legal(text)) if text else ""


def web(text: str) -> str:
    """An http(s) URI, "" for anything else: what readers load or open by themselves."""
    found = address(text)
    return found if is_web(found) else ""


def language(tag: str) -> str:
    """A language tag (BCP 47 by its shape), "" for anything else; `zh_CN` is meant as `zh-CN`."""
    tag = line(tag).replace("_", "-") if tag else ""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def media_type(text: str, default: str = "") -> str:
    """A media type with its parameters, else the default."""
    text = line(text) if text else ""
    return text if _MEDIA_TYPE.fullmatch(text) else default


@lru_cache(maxsize=4096)  # a site has few authors, and shows them again and again
def author(said: Author) -> Author:
    """A person; one whose name is "" afterwards is nobody."""
    return Author(line(said.name), _email(said.email), web(said.url))


def _email(text: str) -> str:
    text = legal(text).strip()
    return text if _EMAIL.fullmatch(text) else ""


def count(number: int | None) -> int | None:
    """A number from 0 to what 63 bits hold, else None."""
    return number if number is not None and 0 <= number < _HUGE else None


def positive(number: int | None) -> int | None:
    """A number from 1 to what 63 bits hold, else None."""
    return count(number) or None
