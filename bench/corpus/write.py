"""Posts into files: which moment and which terms each has, and where it lies."""

from __future__ import annotations

import bisect
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.corpus.posts import WRITERS, Terms, Writer

FIRST, DAYS = datetime(2022, 1, 1), 728  # noqa: DTZ001 - each dialect writes its own zone behind it
LIMIT = 20
"""Entries of a feed."""


@dataclass(frozen=True)
class Part:
    """The posts from `start` to before `stop`, of so many, in the site's folder."""

    of: int
    start: int
    stop: int
    folder: Path


def moment_of(number: int, of: int) -> datetime:
    """When a post was published: evenly over two years, with a bit of chance, and no two at once."""
    step = DAYS * 86400 / of
    shift = Random(number).random() * 0.9
    return FIRST + timedelta(seconds=int((number + shift * (1 - 1 / max(step, 1.0001))) * step))


def terms_of(chance: Random, number: int, arguments: Mapping[str, Any]) -> Terms:
    """What a post is filed under. The oldest posts have one of each, so that no term has no post."""
    categories, tags = arguments["categories"], arguments["tags"]
    if arguments["shown"]:
        # counted from the newest: these fill the feeds of the categories, the next those of the tags
        rank = arguments["posts"] - 1 - number
        return Terms(rank % categories, (rank % tags,) if rank >= LIMIT * categories else ())
    category = number if number < categories else _drawn(chance, categories)
    # a source of news has tags of its own, and each tag one source
    own = (category + categories * int(chance.random() * -(-tags // categories))) % tags
    first = number if number < tags else own
    second = _drawn(chance, tags) if chance.random() < 0.5 else first
    return Terms(category, (first,) if second == first else (first, second))


def _drawn(chance: Random, count: int) -> int:
    weights = _zipf(count)
    return bisect.bisect_left(weights, chance.random() * weights[-1])


@cache
def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def folder_of(number: int, arguments: Mapping[str, Any]) -> str:
    """The folder of a post below `_posts`, by its date; "" where there is but one."""
    folders = arguments["folders"]
    return f"{min(number * folders // arguments['posts'], folders - 1):03}/" if folders > 1 else ""


@cache
def _writer(dialect: str, seed: int, categories: int, tags: int) -> Writer:
    return WRITERS[dialect](Random(f"{dialect}/{seed}"), categories, tags)


def text_of(arguments: Mapping[str, Any], chance: Random, number: int) -> tuple[str, bytes]:
    """Path below `_posts`, and bytes of a post. Numbers beyond the last are posts that are added later."""
    writer = _writer(*(arguments[name] for name in ("dialect", "seed", "categories", "tags")))
    moment = moment_of(number, arguments["posts"])
    terms = terms_of(chance, number, arguments) if number < arguments["posts"] else Terms(0, (0,))
    size = chance.uniform(arguments["smallest"], arguments["largest"])
    ident, text = writer.write(chance, number, moment, terms, size)
    return f"{folder_of(number, arguments)}{moment:%Y-%m-%d}-{ident}.md", text.encode()


def write_part(arguments: Mapping[str, Any], part: Part) -> None:
    """Write the posts of a part. Their chance is of the seed and the part alone."""
    chance = Random(f"{arguments['seed']}/{part.start}")
    posts = os.fspath(part.folder / "_posts")
    for number in range(part.start, part.stop):
        name, data = text_of(arguments, chance, number)
        with open(f"{posts}/{name}", "wb", buffering=0) as file:
            file.write(data)


def add_post(arguments: Mapping[str, Any], folder: Path, number: int, aside: Path | None = None) -> Path:
    """Write one post more than there are, newer than all of them: the `number`-th added one, from 0; where it belongs,
    or `aside`. Gives where it belongs."""
    chance = Random(f"added/{arguments['seed']}/{number}")
    name, data = text_of(arguments, chance, arguments["posts"] + number)
    path = folder / "_posts" / name
    (aside or path).write_bytes(data)
    return path


def added_path(arguments: Mapping[str, Any], folder: Path, number: int) -> Path:
    """Where it belongs."""
    chance = Random(f"added/{arguments['seed']}/{number}")
    return folder / "_posts" / text_of(arguments, chance, arguments["posts"] + number)[0]


def forget_added(arguments: Mapping[str, Any], folder: Path, most: int = 200) -> None:
    """Take away what `add_post` has written, also in a run that was stopped."""
    for number in range(most):
        added_path(arguments, folder, number).unlink(missing_ok=True)
