"""The brake against replays: before anything is published, would subscribers be shown old posts as new ones?

A replay is an entry under an id that subscribers of a feed have never seen, of a post that they have had under another
id, which is gone. The ledger never does that by itself. It comes about where the ledger is lost or was never there
(another program's feed stands at the place of ours), or where files were moved and rewritten at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from syndicate.delivery.jobs import Desk, Job, Pair
from syndicate.delivery.press import Press
from syndicate.delivery.release import Due
from syndicate.errors import BrakeHeld
from syndicate.feeds.formats import entry_id
from syndicate.index.packing import unpack
from syndicate.index.shelves import page_of
from syndicate.model.records import NamedTuple

if TYPE_CHECKING:  # most runs find no feed of before, and then nothing of this is needed
    from syndicate.feeds.foreign import Seen
    from syndicate.feeds.matching import Replay

MOST = 3
"""So many replays in a feed are let pass: a post or two that were moved and rewritten by hand."""


class Replayed(NamedTuple):
    """A feed, by its key, and the entries that its subscribers would be shown a second time."""

    key: str
    entries: list[Replay]


def found(press: Press, names: Sequence[Pair]) -> list[Replayed]:
    """The feeds among these that would replay entries, with all of them. Reads published documents where need be."""
    feeds = (pair for pair in names if not page_of(pair[0])[0])
    if not press.index.totals()[1]:
        if not press.publisher.stands(""):  # there is no output folder yet
            return []
        jobs = (_job(press.desk, pair) for pair in feeds if _is_something_there(press, pair))
        pairs = ((job, _stands_there(press, job)) for job in jobs if job)
    elif press.index.unshown() > MOST and press.index.ended(press.now) > MOST:
        jobs = (_job(press.desk, pair) for pair in feeds)
        pairs = ((job, _published(press, job)) for job in jobs if job and _may_replay(press.desk, job))
    else:
        return []
    judged = ((job, _replayed(press.desk, job, form, before)) for job, (form, before) in pairs if before)
    return [Replayed(job.feed.key, entries) for job, entries in judged if entries]


def hold(held: Sequence[Replayed]) -> None:
    """Stop the run where a feed would replay more than a few entries.

    Raises:
        BrakeHeld: it would; nothing is published.
    """
    many = sorted((each for each in held if len(each.entries) > MOST), key=lambda each: (-len(each.entries), each.key))
    if not many:
        return
    worst = many[0]
    example = worst.entries[0]
    others = f", and so in {len(many) - 1} more feed{'s' if len(many) > 2 else ''}" if len(many) > 1 else ""
    raise BrakeHeld(
        f"readers of the feed {worst.key} would see {len(worst.entries)} old posts again as new ones{others}: "
        f"{example.after.title[:80]!r} had the id {example.before.id} and would have {example.after.id}. Nothing is "
        "published. Where the state was lost, bring it back, or take the ids back from the feeds that we published "
        "(`--previous FOLDER` or ADDRESS). Where another program made them, use `syndicate adopt`. "
        "If this is meant, build with --allow-replay. `syndicate plan` shows all of it."
    )


def _is_something_there(press: Press, pair: Pair) -> bool:
    """Whether a file stands where a document of this feed will: asked before its posts are looked for."""
    if not press.desk.wanted(*pair, *press.desk.size(*pair)):
        return False
    paths = (path for form, path in press.desk.feed(*pair).paths if form != "html")
    return any(press.publisher.beginning(path) for path in paths)


def _job(desk: Desk, pair: Pair) -> Job | None:
    count, newest = desk.size(*pair)
    return desk.job(*pair, count, newest) if desk.wanted(*pair, count, newest) else None


def _may_replay(desk: Desk, job: Job) -> bool:
    """Whether enough of its posts are dead, and enough are new, for replays that are too many."""
    before = {part.id for each in job.documents if each.published for part in each.published.parts}
    now = {post.id for post in job.shown}
    return len(now - before) > MOST and len(desk.index.dead(sorted(before - now), desk.now)) > MOST


def _published(press: Press, job: Job) -> tuple[str, list[Seen]]:
    """The entries that readers have, out of the first document that is what was published."""
    for document in _readable(job):
        row = document.published
        data = press.publisher.read(row.path, row.digest) if row else None
        if data is not None:
            return document.format, _entries(data)
    return "", []


def _stands_there(press: Press, job: Job) -> tuple[str, list[Seen]]:
    """The entries of a feed, of whomever, that stands where one of ours will."""
    for document in _readable(job):
        if data := press.publisher.whole(document.path):
            return document.format, _entries(data)
    return "", []


def _readable(job: Job) -> list[Due]:
    return [each for each in job.documents if each.format != "html"]


def _entries(data: bytes) -> list[Seen]:
    from syndicate.feeds import foreign

    read = foreign.read(data, "")
    return list(read.entries) if isinstance(read, foreign.Foreign) else []


def _replayed(desk: Desk, job: Job, form: str, before: list[Seen]) -> list[Replay]:
    from syndicate.feeds.matching import replays

    return replays(before, _after(desk, job, form))


def _after(desk: Desk, job: Job, form: str) -> list[Seen]:
    """What the feed is to show, with ids as this format writes them."""
    from syndicate.feeds.foreign import Seen

    seen = []
    for recipe in desk.index.recipes([post.id for post in job.shown if post.id > 0]):
        post = unpack(recipe.packed, recipe.path)
        seen.append(Seen(entry_id(recipe.entry_id, form), post.url, post.title, recipe.published, recipe.updated))
    return seen
