"""Sites of any size, made of a few arguments: the same arguments give the same bytes, on any machine.

A site is `_config.yml` and `_posts/YYYY-MM-DD-ID.md`, in one flat folder or in several. Posts are numbered by
their date, no two have the same one, and none has a fault. A site is made once and kept in a cache folder under
a name that holds its arguments.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from bench.corpus.posts import WRITERS
from bench.corpus.write import Part, write_part

VERSION = 1
"""To be raised when the same arguments give other posts than before."""

CACHE = Path(os.environ.get("BENCH_CACHE") or Path(__file__).parents[1] / ".cache").resolve()
PART = 2000
"""Posts that one task writes: the same whatever the number of processes, since each has its own chance."""


@dataclass(frozen=True)
class Corpus:
    """The arguments. `shown` deals the terms out so that each post stands in the feed of just one of its
    terms, else they are drawn, the first ones most (Zipf). `smallest` and `largest` are bytes of a post."""

    posts: int
    dialect: str = "finews"
    categories: int = 40
    tags: int = 200
    folders: int = 1
    shown: bool = False
    smallest: int = 3100
    largest: int = 6400
    seed: int = 1

    @property
    def name(self) -> str:
        """The folder's name: what it is for people, and a digest of all arguments."""
        digest = sha256(json.dumps([VERSION, asdict(self)]).encode()).hexdigest()[:8]
        return f"{self.dialect}-{self.posts}-{1 + self.categories + self.tags}-{digest}"

    @property
    def folder(self) -> Path:
        return CACHE / "corpora" / self.name

    @property
    def url(self) -> str:
        return WRITERS[self.dialect].site.url


def made(corpus: Corpus) -> Path:
    """The folder of the site. It is written if it is not there yet; a folder that is there is whole."""
    folder = corpus.folder
    if not folder.is_dir():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        print(f"making {corpus.posts:,} posts ({corpus.dialect})", file=sys.stderr, flush=True)
        make(corpus, unfinished)
        unfinished.rename(folder)
    return folder


def make(corpus: Corpus, folder: Path, processes: int | None = None) -> None:
    """Write the site into a folder that is not there yet."""
    (folder / "_posts").mkdir(parents=True)
    (folder / "_config.yml").write_text(WRITERS[corpus.dialect].site.config, "utf-8")
    parts = [
        Part(corpus.posts, start, min(start + PART, corpus.posts), folder) for start in range(0, corpus.posts, PART)
    ]
    if corpus.folders > 1:
        for number in range(corpus.folders):
            (folder / "_posts" / f"{number:03}").mkdir()
    arguments = asdict(corpus)
    if len(parts) < 3 or processes == 1:
        for part in parts:
            write_part(arguments, part)
        return
    with ProcessPoolExecutor(processes) as pool:
        for _ in pool.map(write_part, [arguments] * len(parts), parts):
            pass
