"""The second half of a run: the touched feeds → documents in place.

For a batch of feeds at a time: select the newest posts, write the entries that no document
holds yet, assemble, stage, put in place, record. A feed whose selection and envelope did not
change is not rendered; a document whose bytes did not change is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from syndicate.content.intake import batched
from syndicate.delivery.fragments import Fragments
from syndicate.delivery.publishers import Publisher
from syndicate.delivery.release import Due, Key, due, entries_digest
from syndicate.engines import Engine
from syndicate.feeds.assemble import assemble, envelope_digest
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import Format
from syndicate.feeds.plan import Plan
from syndicate.feeds.taxonomy import feed_key, slug
from syndicate.feeds.write import Writer
from syndicate.index import DocumentRow, FeedRow, Index, Part, Shown
from syndicate.index.shelves import apart
from syndicate.markup.templates import Fault
from syndicate.model import Envelope, Feed, Problem, Severity, Term, shown_path

LISTED = "listed"
"""A fact: what the page of all feeds was made by, "" when a feed has changed since."""

FEEDS_AT_ONCE = 256
POSTS_AT_ONCE = 64


@dataclass(frozen=True)
class Press:
    """All it takes to publish. `shapes` has a digest per format of what makes its fragments."""

    index: Index
    publisher: Publisher
    plan: Plan
    channels: Channels
    formats: dict[str, Format]
    shapes: dict[str, bytes]
    writer: Writer
    taxonomies: tuple[str, ...]
    limit: int
    now: int
    anew: bool = False
    """Write every document anew, whether it changed or not."""
    wary: bool = False
    """A run died between putting documents in place and recording them: judge them by their bytes, not their size."""


@dataclass(slots=True)
class Printed:
    """What was done."""

    rendered: int = 0
    written: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)
    faults: dict[int, tuple[Fault, ...]] = field(default_factory=dict)
    """What template code could not be expanded in the entries of the batch under way, by post."""


@dataclass(frozen=True, slots=True)
class _Stale:
    """A document that has to be assembled: `frame` is the digest of its envelope."""

    due: Due
    envelope: Envelope
    frame: bytes


@dataclass(slots=True)
class _Job:
    """One feed under way; `stale` are its documents that are not what is due."""

    feed: Feed
    row: FeedRow
    shown: list[Shown]
    documents: list[Due]
    obsolete: list[str]
    stale: list[_Stale] = field(default_factory=list)

    def keys(self) -> list[Key]:
        return [(post.id, post.key) for post in self.shown]


def publish(
    press: Press,
    engine: Engine,
    fragments: Fragments,
    names: Sequence[tuple[str, str]],
    tick: Callable[[int], None] = lambda _: None,
) -> Printed:
    """Publish the named feeds; `tick(n)` is told of every n that are done.

    Raises:
        PublishError: nothing of the batch under way is in place; the batches before it are.
    """
    done = Printed()
    for batch in batched(names, FEEDS_AT_ONCE):
        jobs = _jobs(press, batch, done)
        waiting, failed = _write_entries(press, engine, fragments, jobs, done)
        _print(press, fragments, jobs, waiting, failed, done)
        tick(len(batch))
    return done


def expansion_problems(index: Index) -> list[Problem]:
    """What template code could not be expanded in the entries as they were last made, by this run or an earlier one."""
    found: dict[Fault, list[bytes]] = {}
    for path, fault in index.unexpanded():
        found.setdefault(Fault(*fault), []).append(path)
    return [problem for fault in sorted(found) for problem in _told(fault, found[fault])]


def _told(fault: Fault, known: list[bytes]) -> list[Problem]:
    """What is not known is told once, however many posts have it; what is broken, for each of them."""
    others = ""
    if fault.code == "template-unknown":
        others = f" (So in {len(known) - 1} more of the posts shown.)" if len(known) > 1 else ""
        known = known[:1]
    return [Problem(shown_path(path), Severity.WARNING, fault.code, fault.message + others) for path in known]


# -- which documents are due


def _jobs(press: Press, names: Sequence[tuple[str, str]], done: Printed) -> list[_Job]:
    jobs, claimed = [], {path.casefold() for path in press.plan.pages}
    with press.index.transaction():
        sizes = {pair: press.index.size(*pair, press.now) for pair in names}
        wanted = [pair for pair in names if _wanted(press, *pair, sizes[pair][0])]
        # first, since others may be waiting for their paths
        _withdraw(press, sorted(set(names) - set(wanted)), done)
        for taxonomy, name in wanted:
            job = _job(press, taxonomy, name, *sizes[taxonomy, name])
            if not _collides(press.index, job, claimed, done):
                jobs.append(job)
    return jobs


def _wanted(press: Press, taxonomy: str, name: str, count: int) -> bool:
    """Whether there is to be such a feed: one that was published stays, even with nothing left to show."""
    language, taxonomy_alone = apart(taxonomy)
    if not taxonomy_alone:
        return not language or bool(count or press.index.feed(taxonomy, name))
    return taxonomy_alone in press.taxonomies and bool(count or press.index.feed(taxonomy, name))


def _withdraw(press: Press, names: Sequence[tuple[str, str]], done: Printed) -> None:
    obsolete = [row.path for pair in names for row in press.index.documents(*pair)]
    press.publisher.remove(obsolete)
    done.removed += len(obsolete)
    for pair in names:
        press.index.withdrawn(*pair)
    if obsolete:
        press.index.keep_fact(LISTED, "")


def _job(press: Press, taxonomy: str, name: str, count: int, newest: int | None) -> _Job:
    known = press.index.feed(taxonomy, name)
    language, of = apart(taxonomy)
    feed = press.plan.feed(_term(press, of, name), press.channels.home_url(of, name), language)
    shown = press.index.newest(taxonomy, name, press.limit, press.now)
    documents, obsolete = due(feed.paths, press.shapes, press.index.documents(taxonomy, name))
    permanent = known.id if known else press.plan.url(dict(feed.paths).get("atom", feed.paths[0][1]))
    row = FeedRow(taxonomy, name, permanent, count, newest, entries_digest(shown))
    job = _Job(feed, row, shown, documents, obsolete)
    job.stale = list(_stale(press, job))
    return job


def _stale(press: Press, job: _Job) -> Iterator[_Stale]:
    updated = max((post.updated for post in job.shown), default=None)
    for document in job.documents:
        channel = press.channels.channel(job.feed, job.row.id, updated, document.format, press.plan)
        envelope = press.formats[document.format].envelope(channel)
        frame = envelope_digest(envelope)
        if press.anew or not (document.current(job.shown, frame) and _stands(press, document)):
            yield _Stale(document, envelope, frame)


def _stands(press: Press, document: Due) -> bool:
    row = document.published
    if row is None:
        return False
    if press.wary:
        return press.publisher.read(row.path, row.digest) is not None
    return press.publisher.in_place(row.path, row.size)


def _term(press: Press, taxonomy: str, name: str) -> Term | None:
    if not taxonomy:
        return None
    rule = press.plan.rule(taxonomy)

    def made(taken: Callable[[str], bool]) -> str:
        return slug(name, taxonomy, rule, lambda each: taken(each) or press.plan.reserves(taxonomy, each))

    return Term(taxonomy, name, press.index.slug(taxonomy, name, rule, made))


def _collides(index: Index, job: _Job, claimed: set[str], done: Printed) -> bool:
    mine = (job.row.taxonomy, job.row.name)
    for _, path in job.feed.paths:
        owner = index.owner(path)
        if path.casefold() in claimed or (owner is not None and owner != mine):
            done.problems.append(_collision(job, path, owner))
            return True
    claimed.update(path.casefold() for _, path in job.feed.paths)
    return False


def _collision(job: _Job, path: str, owner: tuple[str, str] | None) -> Problem:
    other = f" of {feed_key(*owner)}" if owner else ""
    return Problem(
        path,
        Severity.ERROR,
        "path-collision",
        f"the feed {job.feed.key} would overwrite a document{other}; it is not published. "
        "Set feed.paths.term to a template in which {taxonomy} and {slug} make every path distinct.",
    )


# -- the entries that no document holds yet


def _write_entries(
    press: Press, engine: Engine, fragments: Fragments, jobs: list[_Job], done: Printed
) -> tuple[set[int], set[int]]:
    """Write what is missing. The posts that have to wait for the next scan, and those that failed."""
    missing = {post.id: post.key for job in jobs for post in _missing(press, fragments, job)}
    waiting, failed = set[int](), set[int]()
    batches = batched(press.index.recipes(sorted(missing)), POSTS_AT_ONCE)
    for results in engine.run(press.writer.write, batches, press.writer.lost):
        for written in results:
            done.problems.extend(written.problems)
            if written.fragments is None:
                (failed if _is_fault(written.problems) else waiting).add(written.id)
                continue
            done.rendered += 1
            done.faults[written.id] = tuple(dict.fromkeys(written.faults))
            fragments.add((written.id, missing[written.id]), written.fragments)
    return waiting, failed


def _is_fault(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _missing(press: Press, fragments: Fragments, job: _Job) -> Iterator[Shown]:
    """The posts of a feed whose fragments stand in none of its documents."""
    held = [{} if press.anew or not fragments.document(stale.due) else stale.due.reusable() for stale in job.stale]
    for post in job.shown:
        key = (post.id, post.key)
        if fragments.lacks(key) and not all(key in have for have in held):
            yield post


# -- into their places


def _print(
    press: Press, fragments: Fragments, jobs: list[_Job], waiting: set[int], failed: set[int], done: Printed
) -> None:
    finished = []
    for job in jobs:
        if any(post.id in waiting for post in job.shown):
            # the old documents stay, and so does the mark that the feed is touched
            continue
        if any(post.id in failed for post in job.shown):
            _leave_out(press, job, failed)
        finished.append((job, [_document(press, fragments, job, stale) for stale in job.stale]))
    press.publisher.put()
    obsolete = [path for job, _ in finished for path in job.obsolete]
    press.publisher.remove(obsolete)
    done.removed += len(obsolete)
    with press.index.transaction():
        for post, faults in done.faults.items():
            press.index.keep_unexpanded(post, faults)
        done.faults.clear()
        for job, rows in finished:
            done.written += len(rows)
            _record(press, job, rows, failed)


def _leave_out(press: Press, job: _Job, failed: set[int]) -> None:
    job.shown = [post for post in job.shown if post.id not in failed]
    job.row = job.row._replace(digest=entries_digest(job.shown))
    job.stale = list(_stale(press, job))


def _document(press: Press, fragments: Fragments, job: _Job, stale: _Stale) -> DocumentRow:
    made = assemble(stale.envelope, fragments.collect(stale.due, job.keys()))
    press.publisher.stage(stale.due.path, made.data)
    places = zip(job.shown, made.offsets, strict=True)
    parts = tuple(Part(post.id, post.key, *place) for post, place in places)
    due = stale.due
    return DocumentRow(due.path, due.format, made.digest, len(made.data), due.shape, stale.frame, parts)


def _record(press: Press, job: _Job, rows: list[DocumentRow], failed: set[int]) -> None:
    if press.index.feed(job.row.taxonomy, job.row.name) != job.row:
        press.index.keep_fact(LISTED, "")
    press.index.published(job.row, rows, job.obsolete)
    if failed:
        # an entry that cannot be made is tried, and told of, at every run
        newest = press.index.newest(job.row.taxonomy, job.row.name, press.limit, press.now)
        if any(post.id in failed for post in newest):
            press.index.touch(job.row.taxonomy, job.row.name)
