"""A medium that only the template code of a body names: `{% include player.html url="https://….mp3" %}`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from syndicate.model.patterns import regex

_AUDIO = ("mp3", "m4a", "m4b", "ogg", "oga", "opus", "aac", "flac", "wav")
_MOST_TAGS = 500
_LONGEST_TAG = 4_000  # characters
_QUOTED = regex(r"""["'](https?://[^"'\s{}]++)["']""")


def included_audio(body: str) -> str:
    """The address of the first audio file that an include is given; "" for none. Linear in the body."""
    return next((url for tag in _includes(body) for url in _QUOTED.findall(tag) if _is_audio(url)), "")


def _includes(body: str) -> Iterator[str]:
    at = 0
    for _number in range(_MOST_TAGS):
        start = body.find("{%", at)
        end = body.find("%}", start) if start != -1 else -1
        if end == -1:
            return
        at = end + 2
        # The last opening counts: one before it is not closed.
        tag = body[max(start, end - _LONGEST_TAG) : end].rpartition("{%")[2]
        if tag.lstrip("- \t\r\n").startswith("include"):
            yield tag


def _is_audio(url: str) -> bool:
    try:
        return urlsplit(url).path.rpartition(".")[2].lower() in _AUDIO
    except ValueError:
        return False
