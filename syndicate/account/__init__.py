"""Everything that is thought of one post: what `syndicate explain` says.

In: the parts of a run, the state if there is one, and a path, an address or an id. Out: an Account, as values that
can be printed. Nothing is written, not even to the state.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from syndicate.account._memberships import Membership as Membership
from syndicate.account._memberships import Memberships
from syndicate.content import explain, files, frontmatter
from syndicate.content.ingest import Reader
from syndicate.content.scan import Root
from syndicate.delivery.press import Press
from syndicate.index import Index, Kept, PostRow
from syndicate.index.packing import unpack
from syndicate.model import Post, Problem, Severity, Stamp, Visibility, shown_path
from syndicate.model.digest import is_former
from syndicate.model.records import dataclass, field

_MOMENTS = ("published", "updated", "visible_from", "visible_until")


@dataclass(frozen=True)
class Scene:
    """All it takes. `index` is the state of the builds, or what was read of the whole site just now, or None;
    `built` tells the two apart. `now` is in epoch seconds, `how` says how the dialect was found."""

    roots: Sequence[Root]
    reader: Reader
    press: Press
    now: int
    index: Index | None
    built: bool
    how: str
    barred: frozenset[bytes] = frozenset()
    """Absolute paths that are never entered: the output folder."""


@dataclass(frozen=True)
class FieldSaid:
    """One field of the front matter: its line, its value on one line, and which attributes come from it."""

    key: str
    line: int | None
    value: str
    says: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Attribute:
    """One attribute of the post, and where it came from."""

    name: str
    value: Any
    origins: tuple[str, ...]


@dataclass(frozen=True)
class When:
    """A moment: as written ("" where no field says it), with the site's zone, in UTC, and where it came from."""

    name: str
    written: str
    local: str
    utc: str
    origins: tuple[str, ...]


@dataclass
class Account:
    """All that is known of one post. `why_not` says why the file is no post, or why the post is not shown."""

    path: str
    dialect: str
    how: str
    format: str = ""
    post: bool = False
    shown: bool = False
    why_not: str = ""
    id: str = ""
    id_given: bool = False
    state: str = ""
    fields: list[FieldSaid] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    moments: list[When] = field(default_factory=list)
    timezone: str = ""
    translations: list[tuple[str, str]] = field(default_factory=list)
    feeds: list[Membership] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when healthy, 1 when a problem of severity error was met."""
        return int(any(problem.severity is Severity.ERROR for problem in self.problems))


# -- the account


def of(path: bytes, scene: Scene) -> Account:
    """What is thought of the file at `path` (as in the index)."""
    root = next(root for root in scene.roots if path.startswith(root.label))
    kept = scene.index.kept(path) if scene.index else None
    made = Account(shown_path(path), root.dialect.name, scene.how, timezone=root.dialect.facts.timezone)
    if kept and scene.built:
        made.state = _state(kept)
    stamp = _stamp(path, root)
    if stamp is None:
        made.why_not = "the file is not there any more" if kept else "there is no such file"
        made.id, made.id_given = (kept.entry_id, bool(kept.entry_id)) if kept else ("", False)
        return made
    within = path[len(root.label) :].decode("utf-8", "surrogateescape")
    made.why_not = _no_file(path, root, scene) or explain.refusal(root.dialect, within, _names(root), _excluded(root))
    if made.why_not:
        return made
    _Told(made, stamp, root, within, kept, scene).tell()
    return made


class _Told:
    """The account of a file that a scan takes for a post file, as it is put together."""

    def __init__(self, made: Account, stamp: Stamp, root: Root, within: str, kept: Kept | None, scene: Scene) -> None:
        self.made, self.stamp, self.root, self.within = made, stamp, root, within
        self.kept, self.scene = kept, scene

    def tell(self) -> None:
        made, kept = self.made, self.kept
        row = self.scene.reader.read([self.stamp])[0]
        made.problems = list(row.problems)
        self._read_fields()
        packed = row.packed or (kept.packed if kept and row.broken and not row.withdrawn else "")
        differs = kept and row.digest != kept.digest and not is_former(kept.digest)
        if kept and differs and kept.state == "public" and self.scene.built and not row.broken:
            made.state += "; the file has changed since"
        if not packed:
            made.why_not = self._nothing(row)
            return
        post = unpack(packed, self.stamp.path)
        made.post = not row.broken
        made.why_not = self._hidden(row, post)
        made.shown = not made.why_not
        made.id, made.id_given = self._id(row)
        self._fill_in(post, row)

    def _read_fields(self) -> None:
        """The front matter, and where each attribute came from."""
        source = files.read(self.root.path, os.fsencode(self.within), self.scene.reader.max_size, self.stamp.path)
        if isinstance(source, Problem):
            return
        dialect = self.root.dialect
        matter, _problems = frontmatter.split(source.text, self.made.path, dialect.forms(self.within))
        if matter is None:
            return
        found = explain.origins(dialect, source.stamp, self.within, matter)
        self.made.format = matter.format
        notes = dict.fromkeys(found.vital, "without it, the file would be no post")
        notes |= dict.fromkeys(found.faults, "cannot be used, see the problems")
        self.made.fields = [
            FieldSaid(key, matter.line_of(key), explain.plainly(value), found.used.get(key, ()), notes.get(key, ""))
            for key, value in list(matter.fields.items())[: explain.MOST_FIELDS]
        ]
        self.made.attributes = [Attribute(name, None, each) for name, each in found.attributes.items()]

    def _fill_in(self, post: Post, row: PostRow) -> None:
        made = self.made
        origins = {each.name: each.origins for each in made.attributes}
        told = {
            name: _plain(value) for name in explain.ATTRIBUTES if (value := getattr(post, name)) not in ("", None, ())
        }
        stand_in = ("last good version",) if row.broken else (explain.FILES,)
        made.attributes = [
            Attribute(name, value, origins.get(name, stand_in)) for name, value in told.items() if name not in _MOMENTS
        ]
        zone = ZoneInfo(made.timezone)
        made.moments = [
            When(name, _written(origins.get(name, ()), made.fields), *_both(at, zone), origins.get(name, stand_in))
            for name in _MOMENTS
            if (at := getattr(post, name))
        ]
        made.translations = self._translations()
        language = row.language or (self.kept.language if row.broken and self.kept else "")
        scene = self.scene
        feeds = Memberships(scene.press, scene.index, scene.now, self.kept, made.why_not)
        made.feeds = list(feeds.of(post, language))

    def _nothing(self, row: PostRow) -> str:
        if row.broken:
            return "the file cannot be understood, and no good version of it was ever published"
        return f"{self.root.dialect.name} reads no post in it: a page, or a file with nothing to publish"

    def _hidden(self, row: PostRow, post: Post) -> str:
        now = self.scene.now
        if row.withdrawn:
            return "the file cannot be understood, but it says that it is not to be shown"
        if row.broken and not (self.kept and self.kept.state == "public" and self.kept.entry_id and self.scene.built):
            return "the file cannot be understood, and no good version of it was ever published"
        if post.visibility is not Visibility.PUBLIC:
            return f"it is a {post.visibility.value}" if post.visibility is Visibility.DRAFT else "it is unpublished"
        if post.visible_from and post.visible_from.timestamp() > now:
            return f"it lies in the future: shown from {_utc(post.visible_from)} on"
        if post.visible_until and post.visible_until.timestamp() <= now:
            return f"it has expired: shown until {_utc(post.visible_until)}"
        return ""

    def _id(self, row: PostRow) -> tuple[str, bool]:
        if self.kept and self.kept.entry_id and self.scene.built:
            return self.kept.entry_id, True
        return row.guid or row.default_id, False

    def _translations(self) -> list[tuple[str, str]]:
        if not self.kept or not self.scene.index or self.kept.state != "public":
            return []
        recipe = next(iter(self.scene.index.recipes([self.kept.id])), None)
        return list(recipe.alternates) if recipe else []


# -- the file system, and words


def _stamp(path: bytes, root: Root) -> Stamp | None:
    try:
        found = os.stat(os.path.join(root.path, path[len(root.label) :]))
    except (OSError, ValueError):
        return None
    return Stamp(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _no_file(path: bytes, root: Root, scene: Scene) -> str:
    """Why what is at a path is never looked at, whatever it is called."""
    full = os.path.join(root.path, path[len(root.label) :])
    if os.path.isdir(full):
        return "it is a folder; name a file in it"
    if any(full.startswith(barred.rstrip(b"/") + b"/") for barred in scene.barred):
        return "it lies in the output folder, which is never read"
    return ""


def _names(root: Root) -> Callable[[str], list[str]]:
    def names(folder: str) -> list[str]:
        try:
            return [os.fsdecode(name) for name in os.listdir(os.path.join(root.path, os.fsencode(folder)))]
        except OSError:
            return []

    return names


def _excluded(root: Root) -> Callable[[str], bool]:
    return lambda path: root.exclude is not None and bool(root.exclude.match(path))


def _state(kept: Kept) -> str:
    if kept.state == "gone":
        return "known from before; its file is gone, its id stays"
    seen = f"first seen {_utc(datetime.fromtimestamp(kept.first_seen, UTC))}"
    return f"{seen}; the file is broken, its last good version is shown" if kept.broken and kept.stands_in else seen


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _both(at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    return at.astimezone(zone).isoformat(sep=" "), at.astimezone(UTC).isoformat(sep=" ")


def _written(origins: tuple[str, ...], said: list[FieldSaid]) -> str:
    values = {each.key: each.value for each in said}
    return next((values[key] for key in origins if key in values), "")


def _plain(value: Any) -> Any:
    """A value of a post in the types JSON has, without what is empty."""
    if hasattr(value, "__dataclass_fields__"):
        pairs = ((name, _plain(getattr(value, name))) for name in value.__dataclass_fields__)
        return {name: each for name, each in pairs if each not in ("", None, [], {})}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value
