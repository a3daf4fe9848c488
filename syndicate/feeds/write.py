"""The write stage: orders → the fragments of their entries, in every format and look asked for.

Runs in worker processes, a batch at a time. The file is read again (the index keeps no
bodies) and must still be the one that was indexed: else the entry waits for the next scan.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from syndicate.content import files
from syndicate.content.built import MAX_SIZE as MAX_PAGE
from syndicate.feeds.bodies import Bodies, Body
from syndicate.feeds.entries import Style, entry
from syndicate.feeds.fragments import Fragments, Ready, fragments_in
from syndicate.feeds.holdings import Look
from syndicate.index import Recipe
from syndicate.index.packing import unpack
from syndicate.markup.templates import Fault
from syndicate.model import Entry, Post, Problem, Severity, shown_path
from syndicate.model.records import NamedTuple, dataclass

Opened = Mapping[bytes, files.Files]
"""The files of each root, by its folder."""

NO_BODY = " "
"""The last good version of a post that is nothing but a title; "" says that none is known."""

_NOT_IN_PAGE = Fault(
    "page-without-post",
    "page",
    "the text of the post is not found in the page that was built of it, so it is taken from the post's own file; "
    "say where it stands with `content.built_selectors`",
)


_ORDINARY = """A *paragraph* with [a link](https://example.org/) & `code`.

![picture](https://example.org/a.png) <span class="a">and</span> <center>HTML</center>

| a | b |
| --- | --- |
| 1 | 2 |
"""

_AT_ONCE = 1 << 20
"""Characters of posts that are worked on at once; one that is longer is so by itself."""

_Any = TypeVar("_Any")


class Order(NamedTuple):
    """One entry to be written in some looks: that of a post, by its recipe, or one that is ready to show."""

    id: int
    looks: tuple[Look, ...]
    recipe: Recipe | None = None
    made: Entry | None = None


class Written(NamedTuple):
    """The fragments of one entry: for each look asked for, in the order of the writer's formats.

    None where there are none: the problem says whether the post failed (an error) or has to wait.
    `faults` are what template code in it could not be expanded.
    """

    id: int
    fragments: tuple[tuple[bytes, ...], ...] | None
    problems: tuple[Problem, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Writer:
    """What every entry of a run has in common. Travels to the workers.

    `roots` are (label, folder, what its bodies have in common).
    """

    roots: tuple[tuple[bytes, bytes, Bodies], ...]
    formats: tuple[str, ...]
    style: Style
    max_size: int

    def write(self, orders: Sequence[Order]) -> list[Written]:
        """One result per order, in order."""
        fragments = fragments_in(self.formats)
        return [written for some in self.entries(orders) for written in _all_written(some, fragments)]

    def entries(self, orders: Sequence[Order]) -> Iterator[list[tuple[Order, Entries | Written]]]:
        """The entries of each order, in order; `Written` says why there are none.

        Step by step for some posts at once: one post after the other takes a quarter longer, since a processor does
        not keep so much of a program at hand.
        """
        with contextlib.ExitStack() as stack:
            # a batch comes from few folders, and files beside each other are read by fewer calls
            opened = {
                folder: stack.enter_context(files.Files(folder, self.max_size))
                for _label, folder, _bodies in self.roots
            }
            for some in self._together(orders, opened):
                rendered = [_done(each.order, self._rendered, each) for each in some]
                bodies = [_done(each.order, self._bodies, each, html) for each, html in _pairs(some, rendered)]
                yield [
                    (each.order, _done(each.order, self._entries, each, body)) for each, body in _pairs(some, bodies)
                ]

    def warm(self) -> None:
        """Make entries of an ordinary post that is none: workers that are forked then have all loaded and compiled."""
        post = Post(b"a.md", self.style.base_url, "A", datetime(2000, 1, 1, tzinfo=UTC))
        recipe = Recipe(0, b"a.md", b"", "", "a", 0, 0, None)

        def made(bodies: Bodies) -> None:
            body = bodies.of(post, _ORDINARY, "a.md", {})
            for _ in range(2):  # of the second, what is alike in all is learnt
                fragments_in(self.formats).of(entry(post, recipe, body, self.style))

        for _label, _folder, bodies in self.roots[:1]:
            _done(Order(0, ()), made, bodies)

    def lost(self, order: Order) -> Written:
        """What stands for a post that killed its worker or never came to an end."""
        return _left_out(order, "showing it crashed or took too long; look for extreme nesting or size in it")

    def _together(self, orders: Sequence[Order], opened: Opened) -> Iterator[list[_Read]]:
        """The orders with the files of their posts, in lists of which not too much is in memory at once."""
        some: list[_Read] = []
        size = 0
        for order in orders:
            read = _done(order, self._read, order, opened)
            some.append(read if isinstance(read, _Read) else _Read(order, read))
            size += len(some[-1].text)
            if size > _AT_ONCE:
                yield some
                some, size = [], 0
        if some:
            yield some

    def _read(self, order: Order, opened: Opened) -> _Read | Written:
        """The post of an order and the text of its file, if that is still the one that was indexed."""
        recipe = order.recipe
        if recipe is None:
            return _Read(order)
        if recipe.last_good == "":
            return _left_out(order, "the file is broken and no good version of it is known; mend the file")
        post = unpack(recipe.packed, recipe.path)
        if recipe.last_good is not None:
            return _Read(order, post=post)
        label, folder, bodies = next(root for root in self.roots if recipe.path.startswith(root[0]))
        within = recipe.path[len(label) :]
        text = opened[folder].indexed(within, recipe.digest)
        if text is None:
            return _changing(order)
        return _Read(order, None, post, text, within, folder, bodies)

    def _rendered(self, read: _Read) -> Body | Written | None:
        """The body that the file of a post has, not yet clean; None where what is shown is not taken from it alone."""
        order, post = read.order, read.post
        if read.done or post is None or order.recipe is None or read.bodies is None or post.built:
            return read.done
        path = read.within.decode("utf-8", "surrogateescape")
        return read.bodies.rendered(post, read.text, path, dict(order.recipe.links))

    def _bodies(self, read: _Read, rendered: Body | Written | None) -> dict[str, Body] | Written:
        """The body of a post in each profile that is asked for."""
        if isinstance(rendered, Written):
            return rendered
        order, post = read.order, read.post
        if post is None or order.recipe is None:
            return {}
        if rendered and read.bodies:
            return {profile: read.bodies.cleaned(rendered, post.url, profile) for _, profile in order.looks}
        found = {}
        for _, profile in order.looks:
            body = self._body(read, post, order.recipe, profile)
            if body is None:
                return _changing(order)
            found[profile] = body
        return found

    def _entries(self, read: _Read, bodies: dict[str, Body] | Written) -> Entries | Written:
        """The entry in each of its looks."""
        if isinstance(bodies, Written):
            return bodies
        order, post = read.order, read.post
        if order.recipe is None or post is None:
            return Entries([order.made] * len(order.looks), ()) if order.made else _changing(order)
        made = [entry(post, order.recipe, bodies[look.profile], self._styled(look)) for look in order.looks]
        faults = [fault for look in order.looks for fault in bodies[look.profile].faults]
        return Entries(made, tuple(dict.fromkeys(faults)) if faults else (), clean=order.recipe.last_good is None)

    def _styled(self, look: Look) -> Style:
        style = self.style
        if (style.content, style.profile) == look:
            return style
        return replace(style, content=look.content, profile=look.profile)

    def _body(self, read: _Read, post: Post, recipe: Recipe, profile: str) -> Body | None:
        """A body that is not the file's alone; None where the page built of the post is another than was indexed."""
        if recipe.last_good is not None or read.bodies is None:
            return Body((recipe.last_good or "").removeprefix(NO_BODY), "", post.summary)
        bodies = read.bodies if read.bodies.profile == profile else replace(read.bodies, profile=profile)
        page = files.read(read.folder, post.built.encode("utf-8", "surrogateescape"), MAX_PAGE)
        if isinstance(page, Problem) or page.digest.hex() != post.built_digest:
            return None
        if found := bodies.of_page(post, page.text, read.text):
            return found
        body = bodies.of(post, read.text, read.within.decode("utf-8", "surrogateescape"), dict(recipe.links))
        return body._replace(faults=(*body.faults, _NOT_IN_PAGE))


class _Read(NamedTuple):
    """An order under way: its post and the text of its file, or `done` where there is nothing more to do."""

    order: Order
    done: Written | None = None
    post: Post | None = None
    text: str = ""
    within: bytes = b""
    folder: bytes = b""
    bodies: Bodies | None = None


class Entries(NamedTuple):
    """The entries of an order, one for each look, and what could not be expanded in them.

    `clean`: their HTML comes from the sanitiser just now.
    """

    made: list[Entry]
    faults: tuple[Fault, ...]
    clean: bool = False


class _Half(NamedTuple):
    """The same when the first half of their fragments is done."""

    ready: list[Ready]
    faults: tuple[Fault, ...]


def _all_written(some: list[tuple[Order, Entries | Written]], fragments: Fragments) -> list[Written]:
    halves = _all_ready(some, fragments)
    return [_done(order, _written, order, each, fragments) for (order, _), each in zip(some, halves, strict=True)]


def _all_ready(some: list[tuple[Order, Entries | Written]], fragments: Fragments) -> list[_Half | Written]:
    """The first half of all fragments, at once; one by one where one of the entries is so odd that this fails."""
    try:
        made = [(each, its.clean) for _, its in some if isinstance(its, Entries) for each in its.made]
        ready = iter(fragments.all_ready(made))
        return [_Half([*islice(ready, len(its.made))], its.faults) if isinstance(its, Entries) else its for _, its in some]
    except Exception:  # noqa: BLE001 it is told of the one that it comes from
        return [_done(order, _ready, its, fragments) for order, its in some]


def _ready(entries: Entries | Written, fragments: Fragments) -> _Half | Written:
    if isinstance(entries, Written):
        return entries
    return _Half([fragments.ready(each, clean=entries.clean) for each in entries.made], entries.faults)


def _written(order: Order, half: _Half | Written, fragments: Fragments) -> Written:
    if isinstance(half, Written):
        return half
    held = [fragments.written(each) for each in half.ready]
    if fault := next((each.fault for each in held if each.fault), ""):
        return _left_out(order, fault, "entry-invalid")
    return Written(order.id, tuple(each.fragments for each in held), faults=half.faults)


def _done(order: Order, step: Callable[..., _Any], *given: Any) -> _Any | Written:
    """What a step comes to; one post must never stop the others."""
    try:
        return step(*given)
    except Exception as fault:  # noqa: BLE001 whatever it is, it is this post's
        return _left_out(order, f"its entry cannot be made ({type(fault).__name__}: {fault})")


def _pairs(some: list[_Read], of: list[_Any]) -> Iterable[tuple[_Read, _Any]]:
    return zip(some, of, strict=True)


def _left_out(order: Order, why: str, code: str = "entry-failed") -> Written:
    problem = Problem(_where(order), Severity.ERROR, code, f"the post is left out: {why}")
    return Written(order.id, None, (problem,))


def _changing(order: Order) -> Written:
    why = "has changed since it was read; the feeds that show it wait for the next run"
    return Written(order.id, None, (Problem(_where(order), Severity.INFO, "file-changing", why),))


def _where(order: Order) -> str:
    return shown_path(order.recipe.path) if order.recipe else "digest"
