"""Where a file stands in the content of a Hugo site: its language, its page's path, its section, its bundle.

In: the site-relative path of a file, the mounts and languages of the site. Out: a Place. Hugo reads paths in lower
case and with dashes for blanks; what an author wrote is kept where Hugo keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from syndicate.model.records import NamedTuple, dataclass

MARKDOWN = ("md", "mdown", "markdown")
HTML = ("html", "htm")
UNSUPPORTED = ("adoc", "asciidoc", "ad", "org", "rst", "pandoc", "pdc")
"""Formats that Hugo reads, most of them with another program, and we do not."""

_ENDINGS = "|".join((*MARKDOWN, *HTML, *UNSUPPORTED))
POSTS = re.compile(rf"(?!_index\.|_content\.)[^.#].*\.(?:{_ENDINGS})\Z", re.IGNORECASE | re.DOTALL)
_BUNDLE = re.compile(rf"index(?:\.[^.]+)*\.(?:{_ENDINGS})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of the site whose files are content: below `target` of the content, in `language` ("": any)."""

    source: str
    target: str = ""
    language: str = ""


class Place(NamedTuple):
    """A content file. `name` is without ending and language.

    `language` is a language's key, "" where nothing says it; `leaf` whether the file is a bundle's own. `base` is what
    the page is called: the file's name, or the folder's where that is a bundle; `above` are the folders above the
    page, as written, and `section` the first of them ("" for a page above all sections). `page` is Hugo's path of the
    page: `/posts/my-post`.
    """

    name: str
    ending: str
    language: str
    leaf: bool
    base: str
    above: tuple[str, ...]
    section: str
    page: str


def normal(path: str) -> str:
    """A path as Hugo compares it."""
    return path.lower().replace(" ", "-")


def mount_of(mounts: Sequence[Mount], path: str) -> Mount | None:
    """The mount a file or folder lies in, the innermost where they lie in each other."""
    around = [mount for mount in mounts if not mount.source or f"{path}/".startswith(f"{mount.source}/")]
    return max(around, key=lambda mount: len(mount.source), default=None)


def leads_to(mounts: Sequence[Mount], folder: str) -> bool:
    """Whether a mount lies in the folder or below it."""
    return any(not folder or f"{mount.source}/".startswith(f"{folder}/") for mount in mounts)


def hidden_name(name: str) -> bool:
    """Names that Hugo passes by, and packages, which nobody means."""
    return name[:1] in (".", "#") or name[-1:] == "~" or name == "node_modules"


def bundle_files(names: Collection[str]) -> re.Pattern[str] | None:
    """Where `index.md` or `index.fr.md` makes a folder a bundle: the pattern of its pages; all else belongs to them."""
    return _BUNDLE if any(_BUNDLE.match(name) for name in names) else None


def place(mount: Mount, path: str, languages: Collection[str]) -> Place:
    """What the path of a file in a mount says; `languages` are the keys of all, also of disabled ones."""
    inside, _slash, file = path[len(mount.source) :].strip("/").rpartition("/")
    name, *rest = file.split(".")
    ending = rest.pop() if rest else ""
    language = mount.language
    for at in range(len(rest) - 1, -1, -1):
        if rest[at].lower() in languages:
            language, rest = rest[at].lower(), rest[:at]
            break
    stem = ".".join((name, *rest))
    leaf = stem.lower() == "index"
    above, section, start, last = _folders(mount.target, inside, leaf)
    base = last if leaf and last else stem
    page = start + normal(base) if base else start.rstrip("/") or "/"
    return Place(stem, ending.lower(), language, leaf, base, above, section, page)


@lru_cache(4096)
def _folders(target: str, inside: str, leaf: bool) -> tuple[tuple[str, ...], str, str, str]:
    """The folders above a page, its section, the start of its path, and the folder that the file is in."""
    folders = tuple(part for part in (*target.split("/"), *inside.split("/")) if part)
    above = folders[:-1] if leaf else folders
    start = normal("/" + "".join(f"{part}/" for part in above))
    return above, normal(above[0]) if above else "", start, folders[-1] if folders else ""
