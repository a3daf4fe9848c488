"""The write stage: orders → the fragments of their entries, in every format and look asked for.

Runs in worker processes, a batch at a time. The file is read again (the index keeps no
bodies) and must still be the one that was indexed: else the entry waits for the next scan.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from syndicate.content import files
from syndicate.content.built import MAX_SIZE as MAX_PAGE
from syndicate.feeds.bodies import Bodies, Body
from syndicate.feeds.entries import Style, entry
from syndicate.feeds.fragments import Fragments, fragments_in
from syndicate.feeds.holdings import Look
from syndicate.index import Recipe
from syndicate.index.packing import unpack
from syndicate.markup.templates import Fault
from syndicate.model import Entry, Post, Problem, Severity, shown_path

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
        with contextlib.ExitStack() as stack:
            # a batch comes from few folders, and files beside each other are read by fewer calls
            opened = {
                folder: stack.enter_context(files.Files(folder, self.max_size))
                for _label, folder, _bodies in self.roots
            }
            return [self._one(order, fragments, opened) for order in orders]

    def lost(self, order: Order) -> Written:
        """What stands for a post that killed its worker or never came to an end."""
        return _left_out(order, "showing it crashed or took too long; look for extreme nesting or size in it")

    def _one(self, order: Order, fragments: Fragments, opened: Opened) -> Written:
        if order.recipe is not None and order.recipe.last_good == "":
            return _left_out(order, "the file is broken and no good version of it is known; mend the file")
        try:
            made, faults = self._entries(order, opened)
            if made is None:
                return Written(order.id, None, (_changing(order),))
            held = [fragments.of(each) for each in made]
            if fault := next((each.fault for each in held if each.fault), ""):
                return _left_out(order, fault, "entry-invalid")
            return Written(order.id, tuple(each.fragments for each in held), faults=faults)
        except Exception as fault:  # noqa: BLE001 one post must never stop the others
            return _left_out(order, f"its entry cannot be made ({type(fault).__name__}: {fault})")

    def _entries(self, order: Order, opened: Opened) -> tuple[list[Entry] | None, tuple[Fault, ...]]:
        """The entry in each of its looks; None where its file is another than was indexed."""
        if order.recipe is None:
            return [order.made] * len(order.looks) if order.made else None, ()
        post = unpack(order.recipe.packed, order.recipe.path)
        bodies = {profile: self._body(post, order.recipe, profile, opened) for _, profile in order.looks}
        if None in bodies.values():
            return None, ()
        made, faults = [], dict[Fault, None]()
        for look in order.looks:
            if body := bodies[look.profile]:
                made.append(entry(post, order.recipe, body, self._styled(look)))
                faults.update(dict.fromkeys(body.faults))
        return made, tuple(faults)

    def _styled(self, look: Look) -> Style:
        style = self.style
        if (style.content, style.profile) == look:
            return style
        return replace(style, content=look.content, profile=look.profile)

    def _body(self, post: Post, recipe: Recipe, profile: str, opened: Opened) -> Body | None:
        """The body of a post; None where its file, or the page built of it, is another than was indexed."""
        if recipe.last_good is not None:
            return Body(recipe.last_good.removeprefix(NO_BODY), "", post.summary)
        label, folder, bodies = next(root for root in self.roots if recipe.path.startswith(root[0]))
        within = recipe.path[len(label) :]
        if bodies.profile != profile:
            bodies = replace(bodies, profile=profile)
        source = opened[folder].read(within, within)
        if isinstance(source, Problem) or source.digest != recipe.digest:
            return None
        if post.built:
            page = files.read(folder, post.built.encode("utf-8", "surrogateescape"), MAX_PAGE)
            if isinstance(page, Problem) or page.digest.hex() != post.built_digest:
                return None
            if found := bodies.of_page(post, page.text, source.text):
                return found
        body = bodies.of(post, source.text, within.decode("utf-8", "surrogateescape"), dict(recipe.links))
        return body._replace(faults=(*body.faults, _NOT_IN_PAGE)) if post.built else body


def _left_out(order: Order, why: str, code: str = "entry-failed") -> Written:
    problem = Problem(_where(order), Severity.ERROR, code, f"the post is left out: {why}")
    return Written(order.id, None, (problem,))


def _changing(order: Order) -> Problem:
    why = "has changed since it was read; the feeds that show it wait for the next run"
    return Problem(_where(order), Severity.INFO, "file-changing", why)


def _where(order: Order) -> str:
    return shown_path(order.recipe.path) if order.recipe else "digest"
