"""The first half of a run: the folders → the index. Scan, read what changed, store, forget.

All of it is one transaction: a brake that is pulled, or a crash, leaves the index as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from syndicate.content import HELD, LOST
from syndicate.content.built import changed
from syndicate.content.scan import FolderScan, Root, Scan, Sight
from syndicate.content.sending import Sending
from syndicate.engines import Engine, Errand
from syndicate.errors import ContentMissing
from syndicate.index import Index, Parcel, PostRow, parcel
from syndicate.index.stamps import UNSETTLED, unsettle
from syndicate.model import Problem, Stamp
from syndicate.model.records import dataclass, field

if TYPE_CHECKING:
    from syndicate.content.ingest import Reader

BATCH = 256
"""Files a task: fewer and the hand-over costs more than the work, more and memory grows."""

_LEAST, _TASKS = 64, 16
"""Of few files so many a task at least, and as few as make so many tasks: the last are to keep all workers busy."""

_SHIFTS = 10_000
"""So many changed files at most are compared with one another, since their rows have to be held in
memory; of more (a fresh checkout, which changes the time of every file) each path keeps its post."""

_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Packing:
    """A stage that reads files into an index without posts: the rows of a batch become a Parcel where they are made.

    Stamps travel as bare tuples, which cost a quarter on the way.
    """

    read: Callable[[Sequence[Stamp]], list[PostRow]]
    now: int

    def __call__(self, stamps: Sequence[tuple[Any, ...]]) -> list[Parcel]:
        """Stamps → one Parcel, of no stamps none."""
        return [parcel(self.read([Stamp(*each) for each in stamps]), self.now)] if stamps else []


@dataclass(slots=True)
class Intake:
    """What came in. `problems` are those of files that left no row of their own."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    parsed: int = 0
    problems: list[Problem] = field(default_factory=list)


def survey(
    scan: Scan, index: Index, sight: Sight, paths: frozenset[bytes] | None, where: str, accept_deletions: bool
) -> tuple[list[FolderScan], bool]:
    """What differs; and whether it was enough to look at these paths alone. `sight` is that of the last whole scan.

    Raises:
        ContentMissing: see `differences`.
    """
    if paths is not None and sight.suffices(paths) and not scan.everything and not index.fact(HELD):
        from syndicate.content.narrow import Narrow

        found = Narrow(scan, index, sight.rules).differences(paths)
        if found is not None:
            scan.tally.files = sight.files + sum(each.added - len(each.removed) for each in found)
            return found, True
    recheck(index, scan.roots)
    found = differences(scan, index, where, accept_deletions)
    sight.keep(scan)
    return found, False


def recheck(index: Index, roots: list[Root]) -> None:
    """Have the posts read anew that were made from further files which have changed since."""
    stale: dict[bytes, set[bytes]] = {}
    for path, needs in index.needed():
        root = next((root for root in roots if path.startswith(root.label)), None)
        if root and changed(root.path, needs):
            within, _, name = path[len(root.label) :].rpartition(b"/")
            stale.setdefault(root.label + within, set()).add(name)
    if stale:
        with index.transaction():
            for folder, names in stale.items():
                if packed := index.stamps(folder):
                    index.keep_stamps(folder, unsettle(packed, names))


def differences(scan: Scan, index: Index, where: str, accept_deletions: bool) -> list[FolderScan]:
    """Scan all roots.

    Raises:
        ContentMissing: no post file in a root that had some at the last run.
    """
    before = index.folders()
    found = list(scan.differences(before))
    if before and not accept_deletions and (scan.tally.files == 0 or _emptied(scan, before)):
        raise ContentMissing(
            f"{where}: no posts are left in a folder that had some; nothing has been changed. "
            "Is it mounted? If the posts were deleted on purpose, `syndicate build --accept-deletions` goes on."
        )
    return found


def _emptied(scan: Scan, before: list[bytes]) -> bool:
    """Has one of several roots lost all its posts?"""
    labels = [root.label for root in scan.roots]
    owners = {next((label for label in labels if folder.startswith(label)), None) for folder in before}
    return not owners.isdisjoint(scan.tally.empty)


def deadly(index: Index, everything: bool) -> bool:
    """Whether a post will be read or shown that killed those who tried before: then it has to be in a worker."""
    if not index.fact(LOST):
        return False
    from syndicate.content.quarantine import suspected

    return suspected(index, everything)


def relieve(index: Index) -> None:
    """No post is missing any more: what a brake waited for is forgotten."""
    if index.fact(HELD):
        with index.transaction():
            index.keep_fact(HELD, "")


def take_in(
    found: list[FolderScan],
    seen: int,
    index: Index,
    engine: Engine,
    reader: Reader,
    now: int,
    tick: Callable[[int], None] = lambda _: None,
    accept_deletions: bool = False,
    rolling: bool = False,
    meanwhile: Errand | None = None,
) -> Intake:
    """Read every file that differs and bring the index up to date.

    `seen` is how many files the scan met, `now` in epoch seconds; `tick(n)` is told of every n
    files that are read. With `rolling` the oldest posts may go in any number. `meanwhile` is done while others read.

    Raises:
        BrakeHeld: a large share of the posts is gone at once, and has not only moved.
    """
    if not found:
        return Intake(seen)
    from syndicate.content.brakes import Brake
    from syndicate.content.quarantine import Quarantine

    intake = Intake(
        seen=seen,
        added=sum(each.added for each in found),
        changed=sum(each.changed for each in found),
        removed=sum(len(each.removed) for each in found),
    )
    gone = _gone(found)
    brake = Brake(index, gone, now, rolling=rolling, accepted=accept_deletions)
    quarantine = Quarantine(index, reader, found[0].everything)
    unsettled = quarantine.again
    rows = quarantine.admitted(chain.from_iterable(each.opened() for each in found))
    to_read = seen if found[0].everything else intake.added + intake.changed
    at_once = max(_LEAST, min(BATCH, to_read // _TASKS))
    with brake.remembering(), Sending(index) as sending, index.transaction():
        if index.is_blank():
            left_out = lambda stamp: parcel([quarantine.lost(Stamp(*stamp))], now)  # noqa: E731
            parcels = engine.run(Packing(reader.read, now), batched(rows, at_once), left_out, meanwhile)
            index.store_first(sending.during(_noting_parcels(parcels, intake, unsettled, tick)), now)
        else:
            results = engine.run(reader.read, batched(map(Stamp._make, rows), at_once), quarantine.lost, meanwhile)
            read = chain(_noting(results, intake, unsettled, tick), quarantine.aside())
            index.store(read, gone, now, _changed(found))
        brake.judge(gone)
        index.remove(sorted(gone), now)
        quarantine.remember(gone)
        for each in found:
            _remember(index, each, unsettled)
    return intake


def _gone(found: list[FolderScan]) -> set[bytes]:
    """The paths that are gone from all folders: with another set of roots a path may be another's now."""
    gone = {path for each in found for path in each.removed}
    if gone:
        gone.difference_update(stamp.path for each in found for stamp in each.stamps())
    return gone


def _changed(found: list[FolderScan]) -> set[bytes]:
    """The paths that had another file before, unless they are too many to be compared."""
    if sum(each.changed for each in found) > _SHIFTS:
        return set()
    return {path for each in found for path in each.changed_paths()}


def _noting(
    results: Iterable[list[PostRow]], intake: Intake, unsettled: set[bytes], tick: Callable[[int], None]
) -> Iterator[PostRow]:
    for rows in results:
        intake.parsed += len(rows)
        tick(len(rows))
        for row in rows:
            if row.unsettled:
                _leave(row, intake, unsettled)
            yield row


def _noting_parcels(
    results: Iterable[list[Parcel]], intake: Intake, unsettled: set[bytes], tick: Callable[[int], None]
) -> Iterator[Parcel]:
    for parcels in results:
        for each in parcels:
            intake.parsed += each.files
            tick(each.files)
            for row in each.unsettled:
                _leave(row, intake, unsettled)
            yield each


def _leave(row: PostRow, intake: Intake, unsettled: set[bytes]) -> None:
    """Nothing is stored of a file that was written to while it was read."""
    unsettled.add(row.path)
    intake.problems.extend(row.problems)


def _remember(index: Index, each: FolderScan, unsettled: set[bytes]) -> None:
    names = {path.rpartition(b"/")[2] for path in unsettled if path.rpartition(b"/")[0] == each.folder.rstrip(b"/")}
    if each.late is not None:
        index.keep_late(each.folder, each.late | dict.fromkeys(each.late.keys() & names, UNSETTLED))
    else:
        index.keep_stamps(each.folder, unsettle(each.packed, names) if each.packed and names else each.packed)


def batched(items: Iterable[_Any], size: int) -> Iterator[list[_Any]]:
    """Lists of at most `size` items, in order."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
