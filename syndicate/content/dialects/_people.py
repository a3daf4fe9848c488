"""Authors in every shape they are written in: text, list, mapping, a slug into a data file of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line
from syndicate.model import Author, Value
from syndicate.model.patterns import regex

_NAMES = ("name", "display_name", "title", "author", "login", "username")
_ADDRESSES = ("url", "uri", "web", "website", "homepage", "link")
_LINKED = regex(r"\[([^\[\]]+)\]\((https?://[^()\s]+)\)")
_DEPTH = 20  # a list may hold itself through an alias


def people(fields: Fields, known: Mapping[str, Author], *keys: str) -> tuple[Author, ...]:
    """The authors of the first key that has a value, in order, each once.

    `known` maps the slugs of the site's data file to authors.
    """
    key, value = fields.first(*keys)
    if value is None:
        return ()
    if value.__class__ is str and (found := _from_text(as_text(value) or "")):
        return (known.get(value.strip(), found),)
    return tuple(dict.fromkeys(_each(fields, known, key, value)))


def person(value: Value, otherwise: str = "") -> Author | None:
    """One author from a text or a mapping; None where neither that nor `otherwise` has a name."""
    if isinstance(value, dict):
        return _from_mapping(value, otherwise)
    return _from_text(as_text(value) or "")


def _each(fields: Fields, known: Mapping[str, Author], key: str, value: Value, depth: int = 0) -> Iterator[Author]:
    if isinstance(value, list) and depth < _DEPTH:
        for item in value:
            yield from _each(fields, known, key, item, depth + 1)
    elif isinstance(value, str) and value.strip() in known:
        yield known[value.strip()]
    elif found := person(value):
        yield found
    elif isinstance(value, dict) and any(isinstance(item, dict) for item in value.values()):
        yield from (found for item in value.values() if (found := person(item)))
    elif isinstance(value, list | dict):
        message = f"an author in `{key}` has no name: give each a `name`, or write the name"
        fields.report("author-unreadable", message, key)


def _from_mapping(value: Mapping[str, Value], otherwise: str) -> Author | None:
    email = _line(value, ("email",))
    name = _line(value, _NAMES) or one_line(otherwise) or email
    return Author(name, email, _line(value, _ADDRESSES)) if name else None


def _line(value: Mapping[str, Value], keys: tuple[str, ...]) -> str:
    texts = (one_line(decoded(as_text(value.get(key)) or "")) for key in keys)
    return next((text for text in texts if text), "")


@lru_cache(4096)  # a site has few authors
def _from_text(text: str) -> Author | None:
    """`[Ada](https://ada.example), the first` is a name with a link inside."""
    link = _LINKED.search(text)
    name = one_line(decoded(_LINKED.sub(r"\1", text)))
    return Author(name, url=link[2] if link else "") if name else None
