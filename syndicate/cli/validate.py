"""`syndicate validate`: our rules put to anybody's feeds, in files, folders and at addresses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicate.model.records import NamedTuple

if TYPE_CHECKING:
    from syndicate.feeds.rules import Answer, Finding, Look, Summary

ENDINGS = (".xml", ".rss", ".atom", ".json", ".opml", ".rdf")
MAX_SIZE = 64_000_001  # one more than the rules look at


class Source(NamedTuple):
    """A document that was read: `name` is its path or address; `answer` says what a server said with it."""

    name: str
    data: bytes
    answer: Answer | None = None


class Judged(NamedTuple):
    """A document and what is wrong with it; `form` is "" where it is no feed."""

    name: str
    form: str
    findings: list[Finding]


@click.command("validate")
@click.argument("places", metavar="FILE|URL|DIR...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
def command(places: tuple[str, ...], as_json: bool, strict: bool) -> int:
    """Hold feeds against the rules of RSS, Atom and JSON Feed: anybody's, not only our own."""
    from syndicate.cli import validated
    from syndicate.model import Severity

    unread: list[tuple[str, str]] = []
    judged = [each for place in places for each in judge(list(_sources(place, unread)), Path(place).is_dir())]
    if as_json:
        validated.as_json(judged, unread)
    else:
        validated.as_text(judged, unread)
    if not judged:
        return 2
    grave = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return int(any(finding.severity in grave for each in judged for finding in each.findings))


def judge(sources: list[Source], together: bool) -> list[Judged]:
    """Documents → what is wrong with each and, where they are all of a site, with them as a whole."""
    from datetime import UTC, datetime

    from syndicate.feeds import rules

    now = datetime.now(UTC)
    looks: dict[str, Look] = {}
    found: dict[str, Summary] = {}
    for name, data, answer in sources:
        look = looks[name] = rules.begin(answer.asked if answer else "", now)
        summary = rules.examine_answer(look, answer, data) if answer else rules.examine(look, data)
        if summary:
            found[name] = summary
    if together:
        rules.examine_together(looks, found)
    return [Judged(name, found[name].form if name in found else "", look.end()) for name, look in looks.items()]


def _sources(place: str, unread: list[tuple[str, str]]) -> Iterator[Source]:
    """What a place holds; what cannot be read is noted with the reason."""
    if place.startswith(("http://", "https://")):
        yield from _fetched(place, unread)
    elif Path(place).is_dir():
        found = list(_folder(Path(place), unread))
        if not found:
            unread.append((place, "there is no feed in this folder"))
        yield from found
    else:
        yield from _file(Path(place), unread)


def _file(path: Path, unread: list[tuple[str, str]]) -> Iterator[Source]:
    try:
        with path.open("rb") as file:
            yield Source(str(path), file.read(MAX_SIZE))
    except (OSError, ValueError) as fault:
        unread.append((str(path), getattr(fault, "strerror", None) or str(fault)))


def _folder(folder: Path, unread: list[tuple[str, str]]) -> Iterator[Source]:
    """Every feed below a folder, by its ending and its first bytes; links are not followed."""
    from syndicate.feeds.rules import is_feed

    for here, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(here) / name
            bare = name in ("feed", "rss", "atom")
            if (bare or name.lower().endswith(ENDINGS)) and path.is_file() and not path.is_symlink():
                yield from (source for source in _file(path, unread) if is_feed(source.data[:4096]))


def _fetched(url: str, unread: list[tuple[str, str]]) -> Iterator[Source]:
    """What a server answers, asked once as it is and once with the validators that it gave."""
    from syndicate.delivery.http import Client
    from syndicate.errors import SyndicateError
    from syndicate.feeds.rules import Answer

    client = Client()
    try:
        answer = client.get(url, allow_private=True)
        again = None
        if validators := _validators(answer.headers.get("etag"), answer.headers.get("last-modified")):
            again = client.get(answer.url, allow_private=True, headers=validators).status
        yield Source(url, answer.body, Answer(url, answer.url, answer.status, answer.headers, again))
    except SyndicateError as fault:
        unread.append((url, str(fault)))


def _validators(tag: str | None, modified: str | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 section 13.1)."""
    pairs = (("If-None-Match", tag), ("If-Modified-Since", modified))
    return {name: value for name, value in pairs if value}
