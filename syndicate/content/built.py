"""The pages that a site's generator built: which file is the page of a post.

In: the site's folder, the generator's output folder below it, and the URL of a post. Out: the file, as far as
it is there. What a page says is for `markup.built`; here it is only found, and its bytes are named by a digest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from syndicate.content import files
from syndicate.content.scan import Root
from syndicate.index import Needed
from syndicate.model import Problem, Severity, shown_path
from syndicate.model.records import NamedTuple

FOLDERS = ("_site", "public", "output", "build", "dist")
"""Where generators build to: Jekyll and Eleventy; Hugo, Zola and Hexo; Pelican; Docusaurus; Astro."""

MAX_SIZE = 16 * 1024 * 1024
"""Largest page that is read, in bytes."""


_UNREAD = ("encoding", "file-too-large", "symlink-outside")
"""Faults of a file that is there; all others say that there is no page."""


class Built(NamedTuple):
    """A page: `path` below the site's folder and the `digest` of its bytes in hexadecimal, "" where there is none.

    `needs` are what a later run has to look at, to see whether the page is another by then, `problems` why a page
    that is there cannot be read.
    """

    path: str
    digest: str
    needs: tuple[Needed, ...]
    problems: tuple[Problem, ...] = ()


def folder_of(site: str, named: str) -> str:
    """The generator's output folder below `site`: the one that was named, else the first usual one that is there."""
    if named:
        return named.strip("/")
    return next((name for name in FOLDERS if os.path.isdir(os.path.join(site, name))), "")


def folders(roots: Sequence[Root], named: str) -> dict[bytes, str]:
    """The output folder of each root by its label, "" where there is none; `named` as in `folder_of`."""
    return {root.label: folder_of(os.fsdecode(root.path), named) for root in roots}


def places(roots: Sequence[Root], built: Mapping[bytes, str]) -> Iterator[bytes]:
    """Absolute paths of the folders in `built` (see `folders`): the pages in them are no posts of their own."""
    for root in roots:
        if folder := built.get(root.label):
            yield os.path.join(root.path, os.fsencode(folder))


def missing(roots: Sequence[Root], built: Mapping[bytes, str], named: str) -> Iterator[Problem]:
    """A Problem for each root in `built` (see `folders`) whose folder of built pages is not there."""
    wanted = named or ", ".join(FOLDERS)
    message = (
        f"there is no folder of built pages ({wanted}), so bodies come from the posts' own files; build the site first"
    )
    for root in roots:
        folder = built.get(root.label)
        if folder is not None and not (folder and os.path.isdir(os.path.join(root.path, os.fsencode(folder)))):
            yield Problem(shown_path(root.label) or ".", Severity.WARNING, "built-pages-missing", message)


def page_of(site: bytes, folder: str, url: str, root: str) -> Built | None:
    """The page of a post at `url`, on a site whose root is at the URL `root`; None where that is elsewhere."""
    if not folder or not url.startswith(f"{root}/"):
        return None
    needs: list[Needed] = []
    problems: list[Problem] = []
    for candidate in _candidates(unquote(url[len(root) + 1 :])):
        path = f"{folder}/{candidate}"
        needs.append(files.needed(site, path.encode("utf-8", "surrogateescape")))
        found = files.read(site, needs[-1].path, MAX_SIZE)
        if not isinstance(found, Problem):
            return Built(path, found.digest.hex(), tuple(needs), tuple(problems))
        if found.code in _UNREAD:
            problems.append(replace(found, severity=Severity.WARNING))
    return Built("", "", tuple(needs), tuple(problems))


def _candidates(path: str) -> Iterator[str]:
    """The files that a web server may serve at a path (without its first slash)."""
    path = path.partition("?")[0].partition("#")[0]
    if path.endswith("/") or not path:
        yield f"{path}index.html"
    else:
        if "." in path.rpartition("/")[2]:
            yield path
        yield f"{path}.html"
        yield f"{path}/index.html"


def changed(site: bytes, needs: Needed) -> bool:
    """Whether a file that a post was made from is another by now, or has come, or is gone."""
    return files.needed(site, needs.path) != needs
