"""What a build would change, feed by feed, without making anything.

In: the desk of a run whose intake is done (on a copy of the state), the touched feeds, and a way to read what stands
in the output folder. Out: one `Foreseen` for each feed that would differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from syndicate.delivery.jobs import Desk, Job, Pair
from syndicate.delivery.release import Due
from syndicate.feeds.foreign import Foreign, Seen, read
from syndicate.feeds.matching import Replay, bare, replays
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import DocumentRow, Part, Recipe
from syndicate.index.packing import unpack
from syndicate.index.shelves import page_of
from syndicate.model.records import dataclass, field

_PREFERRED = ("json", "rss", "atom")

Look = Callable[[str], bytes | None]
"""A path below the output folder → the document that stands there."""


@dataclass(slots=True)
class Foreseen:
    """What becomes of one feed: ids of entries that are new in it, changed, and no longer there.

    `made` says that the feed is not published yet, `gone` that it will not be any more. `replayed` are entries that
    subscribers have and would be shown again. `moved` is the number of its documents that get another address.
    """

    key: str
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    replayed: list[Replay] = field(default_factory=list)
    made: bool = False
    gone: bool = False
    moved: int = 0

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.new or self.changed or self.vanished or self.made or self.gone or self.moved)


def foresee(desk: Desk, names: Sequence[Pair], look: Look) -> list[Foreseen]:
    """What would become of these feeds, pages of history aside; those that stay as they are are left out."""
    found = []
    with desk.index.transaction():
        for taxonomy, name in names:
            if page_of(taxonomy)[0]:
                continue
            size = desk.size(taxonomy, name)
            if desk.wanted(taxonomy, name, *size):
                desk.lengthen(taxonomy, name, size[0])  # what goes to a page of history leaves the feed
                found.append(_of(desk, desk.job(taxonomy, name, *size), look))
            elif rows := desk.index.documents(taxonomy, name):
                found.append(Foreseen(feed_key(taxonomy, name), vanished=_ids(desk, rows[0].parts), gone=True))
    return [each for each in found if each.differs]


def _of(desk: Desk, job: Job, look: Look) -> Foreseen:
    rows = [each.published for each in job.documents if each.published]
    before = {part.id: part.key for part in rows[0].parts} if rows else {}
    due = _due(desk, job)
    seen = published(job, look)
    known = {bare(each.id) for each in seen.entries} if seen else set()
    return Foreseen(
        key=feed_key(job.row.taxonomy, job.row.name),
        new=[due[post.id].id for post in job.shown if post.id not in before and bare(due[post.id].id) not in known],
        changed=[due[post.id].id for post in job.shown if post.id in before and before[post.id] != post.key],
        # the state does not know the ids of entries that are no post's
        vanished=_vanished(desk, job, before, due, seen if job.holding.digest or not rows else None),
        replayed=replays(seen.entries, due.values()) if seen else [],
        made=not rows and seen is None,
        moved=sum(bool(row.url) and row.url != desk.plan.url(each.path) for each, row in _pairs(job)),
    )


def _pairs(job: Job) -> Iterator[tuple[Due, DocumentRow]]:
    """The documents that are published, as they are due and as they are."""
    return ((each, each.published) for each in job.documents if each.published)


def _vanished(desk: Desk, job: Job, before: dict[int, bytes], due: dict[int, Seen], seen: Foreign | None) -> list[str]:
    if seen:
        ids = {bare(each.id) for each in due.values()}
        return [each.id for each in seen.entries if bare(each.id) not in ids]
    shown = {post.id for post in job.shown}
    return [each.id for each in _entries(desk, [post for post in before if post not in shown]).values()]


def _ids(desk: Desk, parts: Sequence[Part]) -> list[str]:
    return [each.id for each in _entries(desk, [part.id for part in parts]).values()]


def _due(desk: Desk, job: Job) -> dict[int, Seen]:
    """The entries that the feed is to show, by post, in its order."""
    entries = _entries(desk, [post.id for post in job.shown if post.id not in job.made])
    made = {at: Seen(make().id, "", "") for at, make in job.made.items()}
    return {post.id: each for post in job.shown if (each := entries.get(post.id) or made.get(post.id))}


def _entries(desk: Desk, posts: Sequence[int]) -> dict[int, Seen]:
    return {recipe.id: _seen(recipe) for recipe in desk.index.recipes(list(posts))}


def _seen(recipe: Recipe) -> Seen:
    if not recipe.packed:  # a post that is gone keeps its id alone
        return Seen(recipe.entry_id, "", "")
    post = unpack(recipe.packed, recipe.path)
    return Seen(recipe.entry_id, post.url, post.title, recipe.published, recipe.updated)


def published(job: Job, look: Look) -> Foreign | None:
    """What subscribers of this feed have now: the document that stands where one of its documents belongs."""
    for form, path in _by_preference(job):
        data = look(path)
        found = read(data, "") if data else None
        if isinstance(found, Foreign) and found.format == form:
            return found
    return None


def _by_preference(job: Job) -> Iterator[tuple[str, str]]:
    paths = dict(job.feed.paths)
    standing = {each.format: each.published.path for each in job.documents if each.published}
    for form in _PREFERRED:
        if form in standing or form in paths:
            yield form, standing.get(form) or paths[form]
