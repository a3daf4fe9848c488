"""The pages that a site's generator built: which file is the page of a post.

In: the site's folder, the generator's output folder below it, and the URL of a post. Out: the file, as far as
it is there. What a page says is for `markup.built`; here it is only found, and its bytes are named by a digest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from syndicate.content import files
from syndicate.index import Needed
from syndicate.model import Problem

FOLDERS = ("_site", "public", "output", "build", "dist")
"""Where generators build to: Jekyll and Eleventy; Hugo, Zola and Hexo; Pelican; Docusaurus; Astro."""

MAX_SIZE = 16 * 1024 * 1024
"""Largest page that is read, in bytes."""


class Built(NamedTuple):
    """A page: `path` below the site's folder and the `digest` of its bytes in hexadecimal, "" where there is none.

    `needs` is what a later run has to look at, to see whether the page is another by then.
    """

    path: str
    digest: str
    needs: Needed


def folder_of(site: str, named: str) -> str:
    """The generator's output folder below `site`: the one that was named, else the first usual one that is there."""
    if named:
        return named.strip("/")
    return next((name for name in FOLDERS if os.path.isdir(os.path.join(site, name))), "")


def page_of(site: bytes, folder: str, url: str, root: str) -> Built | None:
    """The page of a post at `url`, on a site whose root is at the URL `root`; None where that is elsewhere."""
    if not folder or not url.startswith(f"{root}/"):
        return None
    paths = [f"{folder}/{path}" for path in _candidates(unquote(url[len(root) + 1 :]))]
    for path in paths:
        found = files.read(site, os.fsencode(path), MAX_SIZE)
        if not isinstance(found, Problem):
            return Built(path, found.digest.hex(), Needed(os.fsencode(path), found.stamp.size, found.stamp.mtime_ns))
    return Built("", "", Needed(os.fsencode(paths[0]), -1, 0))


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
    try:
        found = os.stat(os.path.join(site, needs.path))
    except OSError:
        return needs.size >= 0
    return (found.st_size, found.st_mtime_ns) != (needs.size, needs.mtime_ns)
