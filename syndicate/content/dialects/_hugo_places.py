"""Where a file stands in the content of a Hugo site: its language, its page's path, its section, its bundle.

In: the site-relative path of a file, the mounts and languages of the site. Out: a Place. Hugo reads paths in lower
case and with dashes for blanks; what an author wrote is kept where Hugo keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Place:
    """A content file. `folders` are those above it, as written; `name` is without ending and language.

    `language` is a language's key, "" where nothing says it; `leaf` whether the file is a bundle's own.
    """

    folders: tuple[str, ...]
    name: str
    ending: str
    language: str = ""
    leaf: bool = False

    @property
    def base(self) -> str:
        """What the page is called: the file's name, or the folder's where that is a bundle."""
        return self.folders[-1] if self.leaf and self.folders else self.name

    @property
    def above(self) -> tuple[str, ...]:
        """The folders above the page."""
        return self.folders[:-1] if self.leaf else self.folders

    @property
    def page(self) -> str:
        """Hugo's path of the page: `/posts/my-post`."""
        return normal("/" + "/".join((*self.above, self.base) if self.base else self.above))

    @property
    def section(self) -> str:
        """The first folder, "" for a page above all sections."""
        return normal(self.above[0]) if self.above else ""


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
    inside = path[len(mount.source) :].strip("/").split("/")
    folders = tuple(part for part in (*mount.target.split("/"), *inside[:-1]) if part)
    name, *rest = inside[-1].split(".")
    ending = rest.pop() if rest else ""
    language = mount.language
    for at in range(len(rest) - 1, -1, -1):
        if rest[at].lower() in languages:
            language, rest = rest[at].lower(), rest[:at]
            break
    stem = ".".join((name, *rest))
    return Place(folders, stem, ending.lower(), language, leaf=stem.lower() == "index")
