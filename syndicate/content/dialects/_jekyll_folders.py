"""Which folder of a Jekyll site is what: posts, drafts, a collection, or one to walk through.

In: a path relative to the content. Out: a Place, or None for what Jekyll leaves out. Jekyll's own words:
`Reader#read_directories`, `PostReader`, `Collection#filtered_entries`, `EntryFilter`.
"""

from __future__ import annotations

from functools import lru_cache

from syndicate.content.dialects._jekyll_site import Site
from syndicate.model.records import dataclass

_HIDDEN = (".", "#", "~", "_")


@dataclass(frozen=True, slots=True)
class Place:
    """What a folder is. `label` is the collection its files belong to, "" where files are no posts.

    `special` is the folder that makes it one (`_posts`, `_drafts`, `_recipes`).
    """

    label: str = ""
    special: str = ""


def inside(site: Site, path: str) -> str | None:
    """A path relative to the content → relative to Jekyll's source; None outside it."""
    if not site.source or path == site.source:
        return "" if site.source else path
    prefix = f"{site.source}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None


@lru_cache(4096)
def place(site: Site, folder: str) -> Place | None:
    """What the folder is (relative to the content, "" for the top); None: left out, do not enter."""
    path = inside(site, folder)
    if path is None:
        return Place() if not folder or site.source.startswith(f"{folder}/") else None
    return _of_collection(site, path) or _on_the_way(site, path)


def _of_collection(site: Site, path: str) -> Place | None:
    """Collections are read straight from their folder, whatever lies above it."""
    prefix = f"{site.collections_dir}/" if site.collections_dir else ""
    for collection in site.collections:
        special = f"_{collection.label}"
        home = prefix + special
        if path == home or path.startswith(f"{home}/"):
            below = path[len(home) + 1 :]
            return Place(collection.label, special) if _entered(site, home, below) else None
    return None


def _on_the_way(site: Site, path: str) -> Place | None:
    parts = path.split("/") if path else []
    for depth, name in enumerate(parts):
        here = "/".join(parts[: depth + 1])
        if name in ("_posts", "_drafts"):
            known = here.startswith(site.collections_dir) and _entered(site, here, path[len(here) + 1 :])
            return Place("posts", name) if known else None
        if left_out(site, here, name):
            return Place() if _leads_to_collection(site, path) else None
    return Place()


def _entered(site: Site, home: str, below: str) -> bool:
    """Whether Jekyll takes files from a folder below the special one at `home`."""
    if _excluded(site, home):
        return False
    parts = below.split("/") if below else []
    if parts and parts[0].startswith(_HIDDEN) and not site.included.match(parts[0]):
        return False
    paths = (f"{home}/{'/'.join(parts[: end + 1])}" for end in range(len(parts)))
    hidden = any(part.startswith(".") or part.endswith("~") for part in parts)
    return not hidden and not any(_excluded(site, path) for path in paths)


def left_out(site: Site, path: str, name: str) -> bool:
    """Whether Jekyll passes by an ordinary folder."""
    if name == "node_modules" or path == site.destination:
        return True
    if site.included.match(name):
        return False
    return name.startswith(_HIDDEN) or name.endswith(("~", ".")) or _excluded(site, path)


def _excluded(site: Site, path: str) -> bool:
    return bool(site.excluded.match(path) or site.excluded.match(f"{path}/"))


def _leads_to_collection(site: Site, path: str) -> bool:
    return bool(site.collections) and site.collections_dir.startswith(path)


def file_excluded(site: Site, path: str) -> bool:
    """Whether `exclude:` names this very file (relative to the source)."""
    return bool(site.excluded.match(path)) and not site.included.match(path.rpartition("/")[2])


def relative_path(site: Site, path: str) -> str:
    """Jekyll's `relative_path`: relative to collections_dir."""
    return path.removeprefix(f"{site.collections_dir}/") if site.collections_dir else path
