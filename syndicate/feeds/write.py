"""The write stage: Recipes → the fragments of their entries, in every format asked for.

Runs in worker processes, a batch at a time. The file is read again (the index keeps no
bodies) and must still be the one that was indexed: else the entry waits for the next scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from syndicate import plugins
from syndicate.content import files
from syndicate.content.built import MAX_SIZE as MAX_PAGE
from syndicate.feeds.bodies import Bodies, Body
from syndicate.feeds.entries import Style, entry
from syndicate.feeds.formats import Format
from syndicate.index import Recipe
from syndicate.index.packing import unpack
from syndicate.markup.templates import Fault
from syndicate.model import Post, Problem, Severity, shown_path

NO_BODY = " "
"""The last good version of a post that is nothing but a title; "" says that none is known."""

_NOT_IN_PAGE = Fault(
    "page-without-post",
    "page",
    "the text of the post is not found in the page that was built of it, so it is taken from the post's own file; "
    "say where it stands with `content.built_selectors`",
)


class Written(NamedTuple):
    """The fragments of one post, in the order of the writer's formats.

    None where there are none: the problem says whether the post failed (an error) or has to wait.
    `faults` are what template code in it could not be expanded.
    """

    id: int
    fragments: tuple[bytes, ...] | None
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

    def write(self, recipes: Sequence[Recipe]) -> list[Written]:
        """One result per recipe, in order."""
        makers: list[Format] = [plugins.find("formats", name)() for name in self.formats]
        return [self._one(recipe, makers) for recipe in recipes]

    def lost(self, recipe: Recipe) -> Written:
        """What stands for a post that killed its worker or never came to an end."""
        return _left_out(recipe, "showing it crashed or took too long; look for extreme nesting or size in it")

    def _one(self, recipe: Recipe, makers: list[Format]) -> Written:
        post = unpack(recipe.packed, recipe.path)
        if recipe.last_good == "":
            return _left_out(recipe, "the file is broken and no good version of it is known; mend the file")
        try:
            body = self._body(post, recipe)
            if body is None:
                return Written(recipe.id, None, (_changing(recipe),))
            made = entry(post, recipe, body, self.style)
            return Written(recipe.id, tuple(maker.fragment(made) for maker in makers), faults=body.faults)
        except Exception as fault:  # noqa: BLE001 one post must never stop the others
            return _left_out(recipe, f"its entry cannot be made ({type(fault).__name__}: {fault})")

    def _body(self, post: Post, recipe: Recipe) -> Body | None:
        """The body of a post; None where its file, or the page built of it, is another than was indexed."""
        if recipe.last_good is not None:
            return Body(recipe.last_good.removeprefix(NO_BODY), "", post.summary)
        label, folder, bodies = next(root for root in self.roots if recipe.path.startswith(root[0]))
        within = recipe.path[len(label) :]
        source = files.read(folder, within, self.max_size)
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


def _left_out(recipe: Recipe, why: str) -> Written:
    problem = Problem(shown_path(recipe.path), Severity.ERROR, "entry-failed", f"the post is left out: {why}")
    return Written(recipe.id, None, (problem,))


def _changing(recipe: Recipe) -> Problem:
    why = "has changed since it was read; the feeds that show it wait for the next run"
    return Problem(shown_path(recipe.path), Severity.INFO, "file-changing", why)
