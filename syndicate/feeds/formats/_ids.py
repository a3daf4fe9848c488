"""Ids of entries as Atom wants them. Pure.

An id is whatever the author or an earlier generator made it: `42`, a UUID, a `tag:` URI, an address. RSS and
JSON Feed carry any text, so there it stands letter by letter. Atom demands an absolute IRI (RFC 4287 section
4.2.6), compared letter by letter: entries and tombstones (RFC 6721) have to agree on it, so both ask here.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from syndicate.feeds.formats._uri import is_web
from syndicate.model.patterns import regex

NAMESPACE = "urn:x-guid:"
"""Before the ids that are no IRI. `x-` can never be registered by anybody (RFC 8141 section 5.1)."""

# RFC 3987 section 2.2: all but `ucschar`, as far as it is no white space, and the ASCII that an IRI may hold.
# Said by what it is not, since a pattern costs as much to compile as there are characters in its ranges.
_PLANES = "".join(f"{chr((plane << 16) + 0xFFFE)}-{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 0xE))
_NONE = f'\\x00- "#%<>\\[\\\\\\]^`{{|}}\x7f-\xa0\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff{_PLANES}'
_LETTER = rf"(?:[^{_NONE}\U000e0000-\U000e0fff\U000efffe-\U0010ffff]|%[0-9A-Fa-f]{{2}})"
_IRI = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*+):(?://\[[0-9A-Fa-f:.]++\])?+{_LETTER}*+(?:#{_LETTER}*+)?+",
)
# the commonest by far, in a third of the time
_PAGE = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*+/[A-Za-z0-9._~:/?@!$&'()*+,;=-]*+")
_WHITE = re.compile(r"\s")
_UUID = regex(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def atom_id(text: str) -> str:
    """Any legal text → an absolute IRI, always the same one.

    An absolute IRI comes back letter by letter, so doing it twice changes nothing. A UUID becomes
    `urn:uuid:…`. Anything else is percent-encoded behind `urn:x-guid:`: two texts that are no IRIs never
    become the same one. Takes time in proportion to the text. Never raises (lone surrogates are gone).
    """
    if is_iri(text):
        return text
    return f"urn:uuid:{text}" if is_uuid(text) else NAMESPACE + quote(text, safe="")


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI (RFC 3987 section 2.2); one of http or https has a host."""
    if _PAGE.fullmatch(text):
        return True
    found = _IRI.fullmatch(text)
    if found is None or found.end("scheme") + 1 == len(text) or _WHITE.search(text):
        return False
    return is_web(text) or found["scheme"].lower() not in ("http", "https")


def is_uuid(text: str) -> bool:
    """Whether a text is a bare UUID (RFC 9562 section 4), in letters of either case."""
    return _UUID.fullmatch(text) is not None
