"""Ids that authors set for their entries. Fields in, an IRI out.

In most dialects `id` has a meaning of the generator's own, or is a number out of some database: there only what
can be nothing else but an id of an entry counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line, shortened
from syndicate.content.dialects._names import only_with, plain
from syndicate.model import Value
from syndicate.model.patterns import regex

KEYS = ("guid", "episodeguid", "podcastguid", "itemguid", "uuid")
"""Plain names of the keys that hold the id of an entry, the likeliest first."""

_TABLES = ("episode", "podcast")
_VERBATIM = frozenset(("episodeguid", "podcastguid", *_TABLES))
# Themes of podcasts publish these letter by letter, whatever they are, and apps remember them so.
_IRI = regex(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_SURE = regex(r"(?:https?|urn|tag):", re.IGNORECASE)
_UUID = regex(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ZEROS = regex(r"(?:urn:uuid:)?(?:[0{}-]{2,}|f{8}(?:-f{4}){3}-f{12})", re.IGNORECASE)
_MEANINGLESS = regex(
    r"(?:urn:uuid:)?(?:[\W_0]*|f{8}(?:-f{4}){3}-f{12})|null|none|nil|nan|undefined|unknown|true|false|n/a|tba|tbd|todo",
    re.IGNORECASE,
)


@only_with(*KEYS, *_TABLES, "id", otherwise="")
def guid(fields: Fields, keys: Sequence[str] = KEYS, doubtful: Sequence[str] = ("id",)) -> str:
    """The first id in one of the keys: an IRI, which Atom demands, or a UUID, which becomes one; "" for none.

    That of an episode is any text, as the `guid` of RSS may be. A key that is `doubtful` counts only where its value
    is an IRI or a UUID. What is no id at all (zeros, `null`) is a template that nobody filled in: it would be the same
    for several posts.
    """
    for key, value in _candidates(fields.values, keys):
        if found := _read(fields, key, value):
            return found
    return next(
        (found for key, value in _candidates(fields.values, doubtful) if (found := _sure(fields, key, value))), ""
    )


def _candidates(values: Mapping[str, Value], keys: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """What has a value under these names, in their order; `guid` also in the table of an episode."""
    found: dict[str, tuple[str, Value]] = {}
    for key, value in values.items():
        if value is not None:
            found.setdefault(plain(key), (key, value))
    for name in keys:
        if name in found:
            yield found[name]
    for key, table in (found[name] for name in _TABLES if name in found and "guid" in keys):
        if isinstance(table, dict) and table.get("guid") is not None:
            yield key, table["guid"]


def _read(fields: Fields, key: str, value: Value) -> str:
    text = as_text(value)
    if text is None:
        fields.misshapen(key, "a single text", value)
        return ""
    written = one_line(decoded(text))
    if _MEANINGLESS.fullmatch(written):
        _tell_meaningless(fields, key, written)
        return ""
    if plain(key) in _VERBATIM:
        return written
    if found := _as_iri(written):
        return found
    fields.report(
        "guid-unreadable",
        f"`{key}: {shortened(written)}` is no id; write an address or `urn:uuid:…`; the permalink is used",
        key,
    )
    return ""


def _sure(fields: Fields, key: str, value: Value) -> str:
    """The id in a key that may mean something else."""
    written = one_line(decoded(as_text(value) or ""))
    if _ZEROS.fullmatch(written) and "-" in written:
        _tell_meaningless(fields, key, written)
        return ""
    return _as_iri(written) if _UUID.fullmatch(written) or _SURE.match(written) else ""


def _as_iri(written: str) -> str:
    if _UUID.fullmatch(written):
        return f"urn:uuid:{written.lower()}"
    return written if _IRI.fullmatch(written) else ""


def _tell_meaningless(fields: Fields, key: str, written: str) -> None:
    fields.report(
        "id-meaningless",
        f"`{key}: {shortened(written) or '(empty)'}` tells no post from another; write a UUID of this post's own, "
        "or delete the line; the permalink is used",
        key,
    )
