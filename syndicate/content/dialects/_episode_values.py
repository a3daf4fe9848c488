"""Single values of an episode as people write them: numbers, kinds, flags, times, licences. Text in, values out."""

from __future__ import annotations

import re

from syndicate.content.dialects._media_values import seconds_of
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

KINDS = ("full", "trailer", "bonus")
"""What an episode may be (itunes:episodeType)."""

_KINDS = {
    "full": "full", "normal": "full", "regular": "full", "standard": "full", "episode": "full",
    "trailer": "trailer", "teaser": "trailer", "preview": "trailer",
    "bonus": "bonus", "extra": "bonus", "special": "bonus",
}  # fmt: skip
_BEFORE = r"(?:(?:#|№|no\.?|nr\.?|number|ep\.?|episode|folge|season|series|staffel|s|e)[\s_-]{0,3})?"
_ORDINAL = regex(_BEFORE + r"#?0{0,6}([1-9][0-9]{0,5})(?:\.0)?", re.IGNORECASE)
_BOTH = regex(
    r"s(?:eason)?[\s_-]{0,2}0{0,4}([0-9]{1,4})[\s_.,x-]{0,3}e(?:p(?:isode)?)?\.?[\s_-]{0,2}0{0,4}([1-9][0-9]{0,5})",
    re.IGNORECASE,
)
_DECIMAL = regex(r"[0-9]{1,9}(?:\.[0-9]{0,6})?")
_CREATIVE = regex(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses/([a-z-]{2,12})/([0-9.]{1,5})|publicdomain/(zero)/([0-9.]{1,5}))",
    re.IGNORECASE,
)
_NAMED = regex(r"cc[ -](by(?:-[a-z]{2}){0,2})[ -]([0-9]\.[0-9])", re.IGNORECASE)
_TRANSCRIPTS = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "json": "application/json",
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
}


class Numbers(NamedTuple):
    """The number of an episode and of its season, as far as one text says them."""

    number: int | None = None
    season: int | None = None


def numbers_of(written: str) -> Numbers | None:
    """`12`, `#12`, `Ep. 012`, `S02E05` → the numbers in it; None where it is neither (`0`, `12b`, a name)."""
    text = written.strip()
    if found := _BOTH.fullmatch(text):
        return Numbers(int(found[2]), int(found[1]) or None)
    found = _ORDINAL.fullmatch(text)
    return Numbers(int(found[1])) if found else None


def kind_of(written: str) -> str:
    """`Full`, `teaser`, `bonus` → a kind of Apple's; "" for none of them."""
    return _KINDS.get(written.strip().casefold(), "")


def time_of(written: str) -> float | None:
    """A moment or a length within an episode, in seconds: `73.5`, `1:13`, `1m13s`; None where it is neither."""
    text = written.strip()
    return float(text) if _DECIMAL.fullmatch(text) else None if (found := seconds_of(text)) is None else float(found)


def licence_of(written: str) -> tuple[str, str]:
    """A name, an SPDX identifier or the address of a licence → its identifier and its address ("" for unknown)."""
    text = written.strip()
    if found := _CREATIVE.match(text):
        name = f"cc-{found[1]}-{found[2]}" if found[1] else f"cc0-{found[4]}"
        return name.lower(), text
    if re.match(r"https?://", text, re.IGNORECASE):
        return "", text
    named = _NAMED.fullmatch(text)
    return f"cc-{named[1]}-{named[2]}".lower() if named else text, ""


def transcript_type(url: str) -> str:
    """The media type of a transcript by the ending of its address; one without an ending is a page."""
    name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
    return _TRANSCRIPTS.get(name.rpartition(".")[2].lower(), "") if "." in name else "text/html"
