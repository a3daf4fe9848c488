"""Which post is meant by a path, an address or an id."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from syndicate.content.scan import Root
from syndicate.index import Index
from syndicate.index.packing import unpack
from syndicate.model import shown_path

_MOST_SEARCHED = 50_000  # posts among which something like a mistyped address is looked for


def file_at(wanted: str, base: Path, roots: Sequence[Root]) -> bytes | None:
    """The path in the index of the file that is meant: absolute, or relative to the site or the current folder."""
    if not wanted or "\0" in wanted:
        return None
    for start in (base, Path(), *(Path(os.fsdecode(root.path)) for root in roots)):
        at = Path(os.path.abspath(start / wanted))  # a link is not to be resolved: it is what is asked for
        full = os.fsencode(os.path.join(os.path.realpath(at.parent), at.name))
        if os.path.lexists(full) and (found := _within(full, roots)) is not None:
            return found
    return None


def _within(full: bytes, roots: Sequence[Root]) -> bytes | None:
    for root in roots:
        below = root.path.rstrip(b"/") + b"/"
        if full.startswith(below):
            return root.label + full[len(below) :]
    return None


def known_as(wanted: str, index: Index) -> bytes | None:
    """The path of the post with this id, address, former address or path; None where the index knows none."""
    path = wanted.encode("utf-8", "surrogateescape")
    if index.kept(path):
        return path
    sought = _comparable(wanted)
    former: bytes | None = None
    for path, entry_id, packed in index.everyone():
        post = unpack(packed, path) if packed else None
        if wanted == entry_id or (post and sought in (_comparable(post.url), _path_alone(post.url))):
            return path
        if former is None and post and sought in map(_comparable, post.aliases):
            former = path
    return former


def near(wanted: str, index: Index | None) -> list[str]:
    """Paths and addresses that look alike, the likeliest first."""
    if index is None:
        return []
    last = _comparable(wanted).rpartition("/")[2]
    known: dict[str, str] = {}
    for path, _entry_id, packed in islice(index.everyone(), _MOST_SEARCHED):
        shown = shown_path(path)
        known.setdefault(shown.rpartition("/")[2], shown)
        if packed:
            known.setdefault(_comparable(unpack(packed, path).url).rpartition("/")[2], shown)
    return list(dict.fromkeys(known[each] for each in get_close_matches(last, known, 5, 0.6)))


def _comparable(url: str) -> str:
    """An address without what does not tell pages apart: scheme, escapes, `index.html`, the last slash."""
    text = unquote(url.partition("#")[0]).partition("://")
    return (text[2] or text[0]).removesuffix("index.html").rstrip("/")


def _path_alone(url: str) -> str:
    return unquote(urlsplit(url).path).removesuffix("index.html").rstrip("/")
