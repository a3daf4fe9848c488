"""`ref` and `relref`: which page a shortcode names, and its address. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from syndicate.markup.links import joined

_ENDING = re.compile(r"\.(?:md|markdown|mdown|html?)\Z", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:|//")
_FILE = re.compile(r"\.[A-Za-z0-9]{1,6}\Z")


def target(written: str) -> tuple[str, str]:
    """What a reference says → the page it names, and the fragment with its `#`."""
    page, mark, fragment = written.strip().partition("#")
    return page.partition("?")[0].strip(), mark + fragment


def candidates(written: str, path: str) -> tuple[str, ...]:
    """The pages that a reference in the file `path` may mean, the likeliest first; none where it names no page."""
    page = target(written)[0]
    if not page or _ELSEWHERE.match(page):
        return ()
    found = [each for folder in _folders(page, path) for each in _files(joined(folder, page), path) if each]
    if "/" not in page:
        stem = _ENDING.sub("", page).lower()
        found += [f"name:{stem}"] if stem not in ("index", "_index") else []
    return tuple(dict.fromkeys(found))


def _folders(page: str, path: str) -> Iterator[str]:
    """Where a page is looked for: beside the one that names it, then in the content and in its language's folder."""
    parts = path.split("/")[:-1]
    if not page.startswith("/"):
        yield "/".join(parts)
        yield "/".join(parts[:-1])
    for depth in (1, 2):
        if len(parts) >= depth:
            yield "/".join(parts[:depth])


def _files(wanted: str, path: str) -> Iterator[str]:
    """The files that a path without an ending, or with one, may be; in the language of the page first."""
    language = path.rpartition("/")[2].split(".")[1:-1]
    ending = f".{language[-1]}.md" if language else ".md"
    stem = _ENDING.sub("", wanted)
    if stem != wanted:
        yield wanted
    for each in dict.fromkeys((ending, ".md")):
        yield f"{stem}{each}"
        yield f"{stem}/index{each}"
        yield f"{stem}/_index{each}"


def address(written: str, links: Mapping[str, str], site: str) -> str:
    """The URL for a reference: of the page that is known, else below the site where its path says as much; else ""."""
    page, fragment = target(written)
    if not page or _ELSEWHERE.match(page):
        return page + fragment
    if written in links:
        return links[written] + fragment
    if "/" not in page:
        return ""
    path = re.sub(r"(?:\A|/)_?index\Z", "", _ENDING.sub("", page)).strip("/")
    slash = "" if not path or _FILE.search(path) else "/"
    return f"{site}/{path.lower().replace(' ', '-')}{slash}{fragment}"
