"""The one rule for the characters of all text: what XML 1.0 allows, without control characters.

In: any `str`, lone surrogates included. Out: text that expat, lxml and every feed reader accept
(XML 1.0 section 2.2, production 2). Tabs and newlines stay; nothing is normalised or escaped.
"""

from __future__ import annotations

import re

_C0 = bytes([*range(9), 0x0B, 0x0C, *range(0x0D, 0x20), 0x7F])
# In UTF-8, C1 controls start with C2, and U+FFFE and U+FFFF with EF BF.
_SUSPECT = _C0 + b"\xc2"
_NEWLINE = re.compile("\r\n?|\x85")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def legal(text: str) -> str:
    """Text without the characters that XML 1.0 forbids, and without C1 controls and DEL.

    CR, CRLF and NEL become LF, which is what an XML parser makes of the first two anyway.
    """
    return text if _is_legal(text) else _ILLEGAL.sub("", _NEWLINE.sub("\n", text))


def _is_legal(text: str) -> bool:
    """A fast, strict check: False may also mean an innocent no-break space. Bytes beat any pattern."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return b"\xef\xbf" not in raw and len(raw.translate(None, _SUSPECT)) == len(raw)
