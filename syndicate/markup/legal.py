"""The one rule for the characters of all text: what XML 1.0 allows, without control characters.

In: any `str`, lone surrogates included. Out: text that expat, lxml and every feed reader accept
(XML 1.0 section 2.2, production 2). Tabs and newlines stay; nothing is normalised or escaped.
"""

from __future__ import annotations

from syndicate.model.patterns import regex

_NEWLINE = regex("\r\n?|\x85")
# What is legal, from the commonest on: half the time of a look for what is not, or at the bytes.
_LEGAL = regex("[ -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t\n]*+")
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A}) + b"\x7f"
_LONG = 500  # characters
_ILLEGAL = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def legal(text: str) -> str:
    """Text without the characters that XML 1.0 forbids, and without C1 controls and DEL.

    CR, CRLF and NEL become LF, which is what an XML parser makes of the first two anyway.
    """
    return text if is_legal(text) else _ILLEGAL.sub("", _NEWLINE.sub("\n", text))


def is_legal(text: str) -> bool:
    """Whether that would change nothing."""
    if len(text) > _LONG and text.isascii():  # its bytes are next to free, and looked at in half the time
        data = text.encode()
        return len(data.translate(None, _CONTROLS)) == len(data)
    return _LEGAL.fullmatch(text) is not None
