"""Flags that hide a post, and ids that authors set. Fields in, values out."""

from __future__ import annotations

import re

from syndicate.content.dialects._fields import Fields, shortened
from syndicate.content.frontmatter import truth
from syndicate.model import Visibility


def hidden(fields: Fields) -> Visibility:
    """`draft: true` and `published: false`, in any case: a post hidden in error can be shown later."""
    flags = {key.casefold(): truth(value) for key, value in fields.values.items()}
    if flags.get("draft") is True:
        return Visibility.DRAFT
    return Visibility.UNPUBLISHED if flags.get("published") is False else Visibility.PUBLIC


_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NOT_FILLED_IN = re.compile(r"(?:urn:uuid:)?[0{}-]*", re.IGNORECASE)


def guid(fields: Fields, *keys: str) -> str:
    """The id an author set in one of the keys: an IRI, which Atom demands, or a UUID, which becomes one.

    One of zeros only is a template nobody filled in.
    """
    key, _value = fields.first(*keys)
    written = fields.line(key) if key else ""
    if _NOT_FILLED_IN.fullmatch(written):
        return ""
    if _UUID.fullmatch(written):
        return f"urn:uuid:{written.lower()}"
    if _IRI.fullmatch(written):
        return written
    fields.report(
        "guid-unreadable",
        f"`{key}: {shortened(written)}` is no id; write an address or `urn:uuid:…`; the permalink is used",
        key,
    )
    return ""
