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
from syndicate.feeds.entries import Style, clean_body, entry
from syndicate.feeds.formats import Format
from syndicate.index import Recipe
from syndicate.index.packing import unpack
from syndicate.model import Post, Problem, Severity, shown_path

NO_BODY = " "
"""The last good version of a post that is nothing but a title; "" says that none is known."""


class Written(NamedTuple):
    """The fragments of one post, in the order of the writer's formats.

    None where there are none: the problem says whether the post failed (an error) or has to wait.
    """

    id: int
    fragments: tuple[bytes, ...] | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Writer:
    """What every entry of a run has in common. Travels to the workers."""

    roots: tuple[tuple[bytes, bytes], ...]
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
        body = self._body(post, recipe) if recipe.last_good is None else ""
        if body is None:
            return Written(recipe.id, None, (_changing(recipe),))
        try:
            html = clean_body(post, body) if recipe.last_good is None else recipe.last_good.removeprefix(NO_BODY)
            made = entry(post, recipe.entry_id, recipe.published, recipe.updated, html, body, self.style)
            return Written(recipe.id, tuple(maker.fragment(made) for maker in makers))
        except Exception as fault:  # noqa: BLE001 one post must never stop the others
            return _left_out(recipe, f"its entry cannot be made ({type(fault).__name__}: {fault})")

    def _body(self, post: Post, recipe: Recipe) -> str | None:
        label, root = next(pair for pair in self.roots if recipe.path.startswith(pair[0]))
        source = files.read(root, recipe.path[len(label) :], self.max_size)
        if isinstance(source, Problem) or source.digest != recipe.digest:
            return None
        return source.text[post.body_at :]


def _left_out(recipe: Recipe, why: str) -> Written:
    problem = Problem(shown_path(recipe.path), Severity.ERROR, "entry-failed", f"the post is left out: {why}")
    return Written(recipe.id, None, (problem,))


def _changing(recipe: Recipe) -> Problem:
    why = "has changed since it was read; the feeds that show it wait for the next run"
    return Problem(shown_path(recipe.path), Severity.INFO, "file-changing", why)
