"""The files of an episode beside its media: transcripts, chapters, other forms of it. Fields in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from syndicate.content.dialects._episode_values import time_of, transcript_type
from syndicate.content.dialects._fields import Fields, as_text, decoded, language_tag, one_line, shortened
from syndicate.content.dialects._media import Absolute
from syndicate.content.dialects._media_values import bytes_of, is_address, is_playable, media_type
from syndicate.content.dialects._names import Named, by_plain_name
from syndicate.content.frontmatter import truth
from syndicate.model import Value
from syndicate.model.patterns import regex
from syndicate.model.podcast import Rendition, Soundbite, Transcript

_MOST = 50
_ADDRESSES = ("url", "src", "href", "file", "path", "link", "uri")
_TYPE = regex(r"[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}")


def transcripts(fields: Fields, key: str, value: Value, absolute: Absolute, *, captions: bool) -> Iterator[Transcript]:
    """The transcripts in an address, a mapping, or a list of either; a transcript written out in full is none.

    `captions` for a key that says so (`rel="captions"` of the namespace).
    """
    for table in _tables(value):
        written = _text(table, _ADDRESSES)
        if not is_address(written) or "\n" in written or not (url := absolute(written)):
            continue
        kind = given if _TYPE.fullmatch(given := _text(table, ("type", "mime")).lower()) else transcript_type(url)
        if not kind:
            message = f"nobody can tell what kind of file the transcript `{shortened(written)}` is; add its `type`"
            fields.report("episode-unreadable", message, key)
            continue
        language = language_tag(_text(table, ("language", "lang")))
        yield Transcript(url, kind, language, captions or _text(table, ("rel",)).lower() == "captions")


def chapters(value: Value, absolute: Absolute) -> str:
    """The address of a file of chapters in JSON, the one form the namespace has; "" for chapters in other forms."""
    table = next(_tables(value), {})
    written = _text(table, _ADDRESSES)
    if not is_address(written) or "\n" in written:
        return ""
    kind = _text(table, ("type", "mime")).lower()
    ending = written.partition("?")[0].rpartition(".")[2].lower()
    return absolute(written) if "json" in kind or (not kind and ending == "json") else ""


def renditions(value: Value, absolute: Absolute) -> Iterator[Rendition]:
    """The same episode in other forms: an address, a mapping or a list of either."""
    for table in _tables(value):
        sources = tuple(dict.fromkeys(url for text in _sources(table) if (url := absolute(text))))
        kind = media_type(_text(table, ("type", "mime")), sources[0]) if sources else ""
        if not is_playable(kind):
            continue
        yield Rendition(
            sources,
            kind,
            bytes_of(_text(table, ("length", "size", "bytes"))) or None,
            _whole(_text(table, ("bitrate",))),
            _whole(_text(table, ("height",))),
            language_tag(_text(table, ("language", "lang"))),
            one_line(decoded(_text(table, ("title", "label")))),
            truth(table.get("default", ("", None))[1]) is True,
        )


def soundbites(value: Value) -> Iterator[Soundbite]:
    """Parts worth hearing first: mappings, or texts `start duration title`."""
    for item in islice(value if isinstance(value, list) else [value], _MOST):
        if isinstance(item, dict):
            table = by_plain_name(item)
            parts = [_text(table, names) for names in (("start", "starttime"), ("duration", "length"), ("title",))]
        else:
            parts = [*(as_text(item) or "").split(None, 2), "", "", ""]
        start, length = time_of(parts[0]), time_of(parts[1])
        if start is not None and length:
            yield Soundbite(start, length, one_line(decoded(parts[2]))[:128])


def _tables(value: Value) -> Iterator[Named]:
    """Each file as a mapping; `{vtt: a.vtt, srt: a.srt}` and `{en: a.vtt}` name several."""
    for item in islice(value if isinstance(value, list) else [value], _MOST):
        if isinstance(item, dict):
            table = by_plain_name(item)
            if any(name in table for name in (*_ADDRESSES, "sources")):
                yield table
            else:
                yield from ({"url": inner} for inner in table.values() if isinstance(inner[1], str))
        elif isinstance(item, str):
            yield {"url": ("url", item)}


def _sources(table: Named) -> list[str]:
    several = table.get("sources", ("", None))[1]
    named = several if isinstance(several, list) else [several]
    texts = (_text(by_plain_name(each), (*_ADDRESSES,)) if isinstance(each, dict) else as_text(each) for each in named)
    return [text for text in (*islice(texts, _MOST), _text(table, _ADDRESSES)) if text and is_address(text)]


def _whole(written: str) -> int | None:
    return int(float(written)) if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{0,6})?", written) else None


def _text(table: Named, names: tuple[str, ...]) -> str:
    return next((text for name in names if name in table and (text := (as_text(table[name][1]) or "").strip())), "")
