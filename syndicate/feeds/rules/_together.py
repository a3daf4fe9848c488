"""Several documents of one site, held against each other: formats that agree, a history that hangs together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from posixpath import splitext

from syndicate.feeds.rules._entries import Seen, Summary
from syndicate.feeds.rules._links import HISTORY
from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import short

RULES = rules(
    (
        "formats-differ",
        "E",
        "two formats of one feed do not say the same",
        "Make them from the same entries: ids, order, titles and dates have to agree.",
        "JSON Feed 1.1; RSS Best Practices Profile",
    ),
    (
        "history-unreachable",
        "E",
        "a page of the history is not there",
        "Publish it, or take the link to it out.",
        "RFC 5005 3, 4; W3C: ArchiveIncomplete",
    ),
    (
        "history-one-way",
        "W",
        "a page of the history does not lead back to the page that leads to it",
        "Let next-archive of the older page be the newer one.",
        "RFC 5005 4",
    ),
    (
        "history-repeats",
        "W",
        "an entry is on two pages of the archive",
        "Let each entry be on one page: number them from the oldest.",
        "RFC 5005 4",
    ),
    (
        "history-circle",
        "E",
        "following the history leads back to where one was",
        "Let each page lead to an older one, and the oldest to none.",
        "RFC 5005 4; W3C: LinkPastEnd",
    ),
)

_BACK = ("prev-archive", "next")


def families(documents: Mapping[str, Summary]) -> Iterator[list[str]]:
    """The paths of documents that are one feed in several formats.

    They stand in one folder and have one name (`rss`, `atom` and `feed` are one), or differ in their ending alone.
    """
    found: dict[str, dict[str, str]] = {}
    for path, summary in documents.items():
        if summary.form != "opml":
            folder, _, name = path.rpartition("/")
            stem = splitext(name)[0]
            key = f"{folder}/{'' if stem in ('rss', 'atom', 'feed', 'index') else stem}"
            found.setdefault(key, {}).setdefault(summary.form, path)
    return (sorted(paths.values()) for paths in found.values() if len(paths) > 1)


def agree(look: Look, first: Summary, other: Summary, name: str) -> None:
    """Whether `other`, called `name`, has the entries of `first`; the first difference is told of `other`."""
    for number, (one, two) in enumerate(zip_longest(first.entries, other.entries), 1):
        fault = _difference(one, two)
        if fault:
            look.note("formats-differ", two.line if two else 1, f"entry {number} {fault} ({name})")
            return


def _difference(one: Seen | None, two: Seen | None) -> str:
    if one is None or two is None:
        return "is in one of them only"
    if one.id != two.id:
        return f"is {short(two.id)!r}, not {short(one.id)!r}"
    if one.title and two.title and " ".join(one.title.split()) != " ".join(two.title.split()):
        return f"is called {short(two.title)!r}, not {short(one.title)!r}"
    if one.published and two.published and one.published != two.published:
        return f"is of {two.published.isoformat()}, not {one.published.isoformat()}"
    return ""


def chains(looks: Mapping[str, Look], documents: Mapping[str, Summary]) -> None:
    """Whether pages of history lead to pages that are there, and back; `looks` are the documents' own."""
    by_address = {summary.self_url: path for path, summary in documents.items() if summary.self_url}
    for path, summary in documents.items():
        for rel, href in summary.links:
            if rel in HISTORY and href not in by_address and _ours(href, by_address):
                looks[path].note("history-unreachable", 1, f"{rel} {short(href, 200)}")
        _back(looks[path], summary, by_address, documents)
        if not any(rel == "next-archive" for rel, _ in summary.links):
            _whole(looks[path], summary, by_address, documents)


def _ours(href: str, by_address: Mapping[str, str]) -> bool:
    """Whether an address is on the host of these documents, so that the page should be among them."""
    host = "/".join(href.split("/", 3)[:3])
    return any(known.startswith(f"{host}/") for known in by_address)


def _back(look: Look, summary: Summary, by_address: Mapping[str, str], documents: Mapping[str, Summary]) -> None:
    for rel, href in summary.links:
        if rel == "prev-archive" and summary.archive and href in by_address:
            back = [there for name, there in documents[by_address[href]].links if name == "next-archive"]
            if summary.self_url not in back:
                look.note("history-one-way", 1, short(href, 200))


def _whole(look: Look, start: Summary, by_address: Mapping[str, str], documents: Mapping[str, Summary]) -> None:
    """Follow the history from a live document: no circle, and no entry on two pages of the archive."""
    seen, ids, page = {start.self_url}, dict[str, str](), start
    while href := next((href for rel, href in page.links if rel in _BACK and href in by_address), ""):
        if href in seen:
            look.note("history-circle", 1, short(href, 200))
            return
        seen.add(href)
        page = documents[by_address[href]]
        if page.archive:
            _repeats(look, page.entries, ids, href)


def _repeats(look: Look, entries: Sequence[Seen], ids: dict[str, str], href: str) -> None:
    for entry in entries:
        if entry.id and ids.get(entry.id, href) != href:
            look.note(
                "history-repeats", 1, f"{short(entry.id)!r} on {short(href, 200)} and {short(ids[entry.id], 200)}"
            )
        ids[entry.id] = href
