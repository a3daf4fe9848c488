"""How the report of `syndicate adopt` is printed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import click

from syndicate.cli import show as page
from syndicate.delivery.adopt import Adopted
from syndicate.feeds.foreign import Seen
from syndicate.feeds.matching import Match
from syndicate.model import shown_path

_LONGEST = 300


def show(done: Adopted, documents: int, as_json: bool, verbose: bool) -> None:
    """The report: a summary line first, then what needs a look; `documents` is how many were read."""
    if as_json:
        page.say(page.dumps(_plain(done, documents)))
        return
    hows = Counter(each.by for each in done.taken)
    how = ", ".join(f"{hows[by]} by {by}" for by in ("link", "id", "title and date", "title") if hows[by])
    ids, read = page.counted(len(done.taken), "id"), page.counted(documents, "document")
    page.say(f"{ids} taken over{f' ({how})' if how else ''} from {read}")
    for key, feed_id in done.feeds:
        _line(f"{key} keeps its id {feed_id}")
    for each in done.kept:
        _line(f"{shown_path(each.candidate.path)} keeps the id {each.candidate.entry_id}, not {_short(each.seen.id)}: "
              "it is published already, or that id is another post's, or has too many characters")  # fmt: skip
    for each in done.dated:
        _line(f"{shown_path(each.candidate.path)} is dated {_day(each.candidate.published)}, not "
              f"{_day(each.seen.published)} as in the feed; what the post says stands")  # fmt: skip
    for entry in done.unmatched:
        _line(f"no post is this entry: {_short(entry.id)} {_short(entry.title)}")
    for entry in done.second if verbose else ():
        _line(f"a second id of a post is not kept: {_short(entry.id)}")
    for each in done.taken if verbose else ():
        _line(f"{shown_path(each.candidate.path)}: {each.seen.id} (by {each.by})")
    for fault in done.faults:
        click.echo(page.visible(f"error: {fault.url}: {fault.reason}"), err=True)


def _short(text: str) -> str:
    """What others wrote, as far as a line can hold it; `--json` has it all."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _line(text: str) -> None:
    page.say("  " + page.visible(text))


def _day(seconds: int | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _plain(done: Adopted, documents: int) -> dict[str, Any]:
    return {
        "documents": documents,
        "taken": [_match(each) for each in done.taken],
        "kept": [_match(each) for each in done.kept],
        "unmatched": [_entry(each) for each in done.unmatched],
        "second": [_entry(each) for each in done.second],
        "dates": [_match(each) for each in done.dated],
        "feeds": [{"key": key, "id": feed_id} for key, feed_id in done.feeds],
        "faults": [{"url": each.url, "reason": each.reason} for each in done.faults],
    }


def _match(found: Match) -> dict[str, Any]:
    post = found.candidate
    return {
        **_entry(found.seen),
        "path": shown_path(post.path),
        "by": found.by,
        "had": post.entry_id,
        "dated": post.published,
    }


def _entry(seen: Seen) -> dict[str, Any]:
    return {"id": seen.id, "url": seen.url, "title": seen.title, "published": seen.published}
