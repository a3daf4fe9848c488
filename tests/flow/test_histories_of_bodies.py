"""Random histories of small sites: after every step the output is that of a build from an empty state.

What makes an entry beside its own file is changed at random: other posts, translations, includes, media, built pages,
languages, settings, moments. Left out of the comparison is what the ledger remembers on purpose, and nothing else:
ids, feeds that lost their last post, the last good version of a file that is broken, and the language that a site
was taken to be in at first, which the build from an empty state is told.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest

import syndicate
from syndicate import plugins
from syndicate.cycle import Wish
from syndicate.model import Report

URL = "https://example.org"
DAY = 86_400
START = 1_780_315_200  # 2026-06-01, noon
STEPS = 8
LISTS = ("index.html", "opml.xml")

BROKEN = "---\ntitle: [\n  {{{ nothing\n---\nNew words.\n"


def day(number: int) -> str:
    """A day, counted from the first step."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(START + number * DAY, UTC).strftime("%Y-%m-%d")


@dataclass(frozen=True)
class Note:
    """A post as its author means it. Days are counted from the first step; `links` are numbers of other posts."""

    number: int
    stem: str
    folder: str = ""
    date: int = -5
    until: int | None = None
    edition: int = 1
    tags: tuple[str, ...] = ()
    language: str = ""
    draft: bool = False
    address: str = ""
    links: tuple[int, ...] = ()
    picture: str = ""
    sound: str = ""

    @property
    def title(self) -> str:
        return f"T{self.number}"


@dataclass
class World:
    """A site in a folder, its settings, and what has happened to it."""

    folder: Path
    random: Random
    notes: dict[int, Note] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    written: dict[int, str] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    day: int = 0
    last: int = 0
    shown: dict[str, Note] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    # what the kinds of site differ in
    stems: ClassVar[str] = "abcdef"
    folders: ClassVar[tuple[str, ...]] = ("",)
    media: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[dict[str, tuple[str, ...]]] = {}
    pages: ClassVar[str] = "_site"
    content: ClassVar[dict[str, Any]] = {"dialect": "auto"}

    def path(self, note: Note) -> str:
        raise NotImplementedError

    def text(self, note: Note) -> str:
        raise NotImplementedError

    def write(self, path: str, text: str) -> None:
        """A file, of a time that no other has: two changes may fall into one tick of the clock."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.stamp(target)
        self.stamp(target.parent)

    def stamp(self, path: Path) -> None:
        self.last += 1
        os.utime(path, (1_700_000_000 + self.last, 1_700_000_000 + self.last))

    def remove(self, path: str) -> None:
        target = self.folder / path
        target.unlink()
        self.stamp(target.parent)

    def note(self) -> Note | None:
        sound = [each for each in self.notes.values() if each.number not in self.broken]
        return self.random.choice(sound) if sound else None

    def put(self, note: Note) -> None:
        """Write a post, unless another one is at its path."""
        before = self.notes.get(note.number)
        if any(self.path(each) == self.path(note) for each in self.notes.values() if each.number != note.number):
            return
        if before and self.path(before) != self.path(note):
            self.remove(self.path(before))
        self.notes[note.number] = note
        self.written[note.number] = self.text(note)
        self.write(self.path(note), self.text(note))

    # -- what may happen

    def add(self) -> None:
        number = self.last
        self.put(self.drawn(Note(number, self.random.choice(self.stems))))

    def drawn(self, note: Note) -> Note:
        """A post with whatever chance gives it."""
        chance = self.random
        return replace(
            note,
            folder=chance.choice(self.folders),
            date=chance.choice([-9, -5, -5, -1, 1, 3]),
            until=chance.choice([None, None, None, 2, 5]),
            tags=tuple(sorted(chance.sample(["red", "blue", "sea"], chance.randint(0, 2)))),
            language=chance.choice(["", "", "en", "fr", "de"]),
            draft=chance.random() < 0.1,
            address=chance.choice(["", "", "", f"/kept/{note.number}/"]),
            links=tuple(chance.sample(sorted(self.notes), min(len(self.notes), chance.randint(0, 3)))),
            picture=chance.choice(["", *self.media]),
            sound=chance.choice(["", *self.media]),
            edition=self.last,
        )

    def edit(self) -> None:
        if note := self.note():
            drawn = self.drawn(note)
            names = self.random.sample(["date", "until", "tags", "language", "draft", "address", "links", "picture"], 2)
            self.put(replace(note, edition=self.last, **{name: getattr(drawn, name) for name in names}))

    def move(self) -> None:
        """The same bytes elsewhere."""
        if note := self.note():
            self.put(replace(note, folder=self.random.choice(self.folders)))

    def rename(self) -> None:
        if note := self.note():
            self.put(replace(note, stem=self.random.choice(self.stems)))

    def swap(self) -> None:
        """Two posts change places: each path has the other's bytes."""
        one, two = self.note(), self.note()
        if one and two and one != two:
            places = [(each.stem, each.folder, each.language) for each in (two, one)]
            if {self.path(one), self.path(two)} & {self.path(self.notes[number]) for number in self.broken}:
                return
            for note, (stem, folder, language) in zip((one, two), places, strict=True):
                self.notes[note.number] = replace(note, stem=stem, folder=folder, language=language)
            for note in (one, two):
                self.written[note.number] = self.text(self.notes[note.number])
                self.write(self.path(self.notes[note.number]), self.written[note.number])

    def delete(self) -> None:
        if len(self.notes) > 2 and (note := self.note()):
            self.remove(self.path(note))
            del self.notes[note.number]

    def spoil(self) -> None:
        """A post that is shown, as it is, breaks: only then is there a last good version."""
        known = [note for note in self.notes.values() if note.title in self.shown and note == self.shown[note.title]]
        if not self.broken and known:
            note = self.random.choice(known)
            self.broken.add(note.number)
            self.write(self.path(note), BROKEN)

    def mend(self) -> None:
        for number in sorted(self.broken):
            self.broken.discard(number)
            self.put(replace(self.notes[number], edition=self.last))

    def medium(self) -> None:
        if self.media:
            path = self.random.choice(self.places(self.random.choice(self.media)))
            if path in self.files and self.random.random() < 0.5:
                del self.files[path]
                self.remove(path)
            else:
                self.files[path] = self.last
                self.write(path, "x" * (1000 + self.last))

    def places(self, address: str) -> list[str]:
        return [address.lstrip("/")]

    def file(self) -> None:
        """An include, a configuration, a built page."""
        if self.texts:
            self.mend()
            path = self.random.choice(sorted(self.texts))
            self.write(path, self.random.choice(self.texts[path]))

    def switch(self) -> None:
        """Another setting. A broken file has its old place until it is mended, so it is mended first."""
        self.mend()
        section, key, values = self.random.choice(
            [
                ("feed", "languages", ["auto", "mixed", "apart"]),
                ("site", "language", ["", "en", "fr"]),
                ("site", "timezone", ["", "Asia/Shanghai"]),
                ("content", "body", ["source", "built"]),
                ("feed", "profile", ["safe", "plain"]),
                ("feed", "limit", [3, 20]),
            ]
        )
        self.settings[section] = {**self.settings.get(section, {}), key: self.random.choice(values)}

    def built(self) -> None:
        """The generator builds the page of a post, or takes it away."""
        for path in self.random.sample(["kept/1/", "a/", "b", "posts/a/", "posts/b/", "fr/posts/a/", "x/c"], 3):
            end = self.random.choice([".html", "/index.html"])
            target = f"{self.pages}/{path}" + ("index.html" if path.endswith("/") else end)
            if (self.folder / target).exists() and self.random.random() < 0.5:
                self.remove(target)
            elif not (self.folder / target).is_dir():
                self.write(target, f"<article><h1>T</h1><div class='content'><p>Built {self.last}</p></div></article>")

    def pass_on(self) -> None:
        self.day += 1

    def step(self) -> None:
        doings: list[Callable[[], None]] = [
            *[self.add, self.edit] * 3, *[self.move, self.rename, self.medium, self.file, self.pass_on] * 2,
            self.delete, self.spoil, self.mend, self.switch, self.built, self.swap,
        ]  # fmt: skip
        done: list[str] = []
        for doing in self.random.choices(doings, k=self.random.randint(1, 3)):
            if doing == self.spoil and {"file", "switch"} & set(done):
                continue  # it would have its place by the older rules until it is mended
            doing()
            done.append(doing.__name__)
        self.log += done


class JekyllSite(World):
    folders = ("_posts", "city/_posts", "fr/_posts")
    media = ("/img/a.png", "/img/b.mp3")
    texts: ClassVar[dict[str, tuple[str, ...]]] = {
        "_includes/x.html": ("*One* {{ page.path }}", "*Two*", "{% include y.html %}"),
        "_includes/y.html": ("Why", "{{ site.drink }}"),
        "_config.yml": ("title: Sea\ndrink: tea\n", "title: Lake\npermalink: /:title/\nlanguages: [en, fr]\n"),
    }

    def path(self, note: Note) -> str:
        return f"{note.folder or '_posts'}/{day(-20)}-{note.stem}.md"

    def text(self, note: Note) -> str:
        lines = [f"title: {note.title}", f"date: {day(note.date)} 08:00:00", f"last_modified_at: {day(-4)}"]
        lines += [f"tags: [{', '.join(note.tags)}]", f"ref: {note.stem}"]
        lines += [f"lang: {note.language}"] * bool(note.language) + ["published: false"] * note.draft
        lines += [f"permalink: {note.address}"] * bool(note.address)
        lines += [f"image: {note.picture}"] * bool(note.picture) + [f"audio: {note.sound}"] * bool(note.sound)
        body = [f"Edition {note.edition}. {{% include x.html %}} {{{{ page.date | date: '%H' }}}}"]
        for number in note.links:
            if other := self.notes.get(number):
                name = self.path(other).rpartition("/")[2]
                body += [f"[one]({{% post_url {name[:-3]} %}}) [two]({name}#x) [three](/{self.path(other)})"]
                body += [f"{{% link {self.path(other)} %}} {{{{ page.path }}}}"]
        return "\n".join(["---", *lines, "---", *body, ""])


class HugoSite(World):
    folders = ("posts", "notes", "posts/deep")
    media = ("/img/a.png", "/img/b.mp3", "cover.png")
    pages = "public"
    texts: ClassVar[dict[str, tuple[str, ...]]] = {
        "hugo.toml": (
            f'baseURL = "{URL}/"\ntitle = "Sea"\n',
            f'baseURL = "{URL}/"\ntitle = "Sea"\ndefaultContentLanguage = "en"\n'
            '[languages.en]\nweight = 1\n[languages.fr]\nweight = 2\ntitle = "Mer"\n',
            f'baseURL = "{URL}/"\ntitle = "Lake"\n[permalinks]\nposts = "/:slug/"\n',
        ),
        "content/posts/_index.md": ("---\ntitle: Posts\n---\n", "---\ntitle: P\ncascade:\n  tags: [sea]\n---\n"),
    }

    def places(self, address: str) -> list[str]:
        if address.startswith("/"):
            return [f"static{address}", f"assets{address}", f"content{address}"]
        return [f"content/posts/{stem}/{address}" for stem in self.stems]

    def path(self, note: Note) -> str:
        folder = f"content/{note.folder or 'posts'}"
        language = ".fr" if note.language == "fr" else ""
        if note.stem in "ab":
            return f"{folder}/{note.stem}/index{language}.md"
        return f"{folder}/{note.stem}{language}.md"

    def text(self, note: Note) -> str:
        lines = [f"title: {note.title}", f"date: {day(note.date)}T08:00:00Z", f"lastmod: {day(-4)}T00:00:00Z"]
        lines += [f"tags: [{', '.join(note.tags)}]"] + ["draft: true"] * note.draft
        lines += [f"url: {note.address}"] * bool(note.address)
        lines += [] if note.until is None else [f"expiryDate: {day(note.until)}"]
        lines += [f"images: [{note.picture}]"] * bool(note.picture) + [f"audio: {note.sound}"] * bool(note.sound)
        body = [f"Edition {note.edition}."]
        for number in note.links:
            if other := self.notes.get(number):
                path = self.path(other)
                body += [f'[one]({{{{< ref "{other.stem}" >}}}}) [two]({{{{< relref "/{path[8:]}" >}}}})']
                body += [f"[three]({os.path.relpath(path, os.path.dirname(self.path(note)))}#x) {{{{< unknown >}}}}"]
        return "\n".join(["---", *lines, "---", *body, ""])


class Vault(World):
    folders = ("", "Deep/er", "x")
    media = ("/img/a.png", "/img/b.mp3")
    pages = "built"
    texts: ClassVar[dict[str, tuple[str, ...]]] = {
        ".obsidian/app.json": ("{}", '{"attachmentFolderPath": "img"}', '{"attachmentFolderPath": "./"}')
    }

    def path(self, note: Note) -> str:
        return f"{note.folder}/{note.stem}.md".lstrip("/")

    def text(self, note: Note) -> str:
        lines = [f"title: {note.title}", f"date: {day(note.date)}", f"updated: {day(-4)}"]
        lines += [f"lang: {note.language}"] * bool(note.language) + ["status: draft"] * note.draft
        lines += [f"permalink: {note.address}"] * bool(note.address)
        lines += [] if note.until is None else [f"expires: {day(note.until)}"]
        lines += [f"image: {note.picture}"] * bool(note.picture) + [f"audio: {note.sound}"] * bool(note.sound)
        body = [f"Edition {note.edition}. ![[pic.png|100]] {' '.join('#' + tag for tag in note.tags)}"]
        for number in note.links:
            if other := self.notes.get(number):
                path = self.path(other)
                body += [f"[[{other.stem}]] [[{path[:-3]}#H|two]] ![[{other.stem.upper()}]]"]
                body += [f"[three](<{os.path.relpath(path, os.path.dirname(self.path(note)) or '.')}>)"]
        return "\n".join(["---", *lines, "---", *body, ""])


class Folders(Vault):
    """Two content folders of plain notes, which name each other's."""

    folders = ("one", "two/x", "two")
    media = ("/one/a.png", "/two/b.mp3")
    texts: ClassVar[dict[str, tuple[str, ...]]] = {}
    content: ClassVar[dict[str, Any]] = {"folders": ["one", "two"], "dialect": "plain"}

    def path(self, note: Note) -> str:
        return f"{note.folder or 'one'}/{note.stem}.md"


# -- builds and what is compared


def build(world: World, out: Path) -> Report:
    site = {"url": URL, **world.settings.get("site", {})}
    content = {**world.content, "built": world.pages, **world.settings.get("content", {})}
    # which post stands on which page of a history is settled by the past, which an empty state has not seen
    feed = {"history": "off", **world.settings.get("feed", {})}
    options = {**world.settings, "site": site, "content": content, "feed": feed, "output": {"folder": str(out)}}
    now = START + world.day * DAY
    return syndicate.build(str(world.folder), options=options, wish=Wish(accept_deletions=True), now=now)


def from_nothing(world: World, out: Path, before: Path) -> None:
    """A build of the same folder by an empty ledger, which is only told what the site's language was taken to be."""
    state = out.parent / ".syndicate" / f"{out.name}.db"
    state.parent.mkdir(exist_ok=True)
    known = plugins.find("index", "sqlite").open(str(before.parent / ".syndicate" / f"{before.name}.db"))
    fresh = plugins.find("index", "sqlite").open(str(state))
    with closing(known), closing(fresh), fresh.transaction():
        fresh.keep_fact("language", known.fact("language"))
    mended = {number: (world.folder / world.path(world.notes[number])) for number in world.broken}
    kept = {number: (path.read_bytes(), path.stat()) for number, path in mended.items()}
    for number, path in mended.items():
        path.write_text(world.written[number], encoding="utf-8")
    build(world, out)
    for number, (data, status) in kept.items():
        mended[number].write_bytes(data)
        os.utime(mended[number], ns=(status.st_atime_ns, status.st_mtime_ns))


_OF_THE_PAST = re.compile(
    rb'(?<=<id>)[^<]*|<guid[^<]*|(?<="id": ")[^"]*|(?<=class="u-uid" value=")[^"]*| *<at:deleted-entry [^>]*/>\n'
)


def timeless(document: bytes) -> bytes:
    """A feed that shows nothing any more without the moment that it keeps."""
    if b"<entry>" in document or b"<item>" in document:
        return document
    return re.sub(rb"<(updated|lastBuildDate|pubDate)>[^<]*", b"", document)


def shown(out: Path) -> dict[str, bytes]:
    """The documents without what only a state knows: ids of entries, those that ended, when a feed was emptied."""
    return {
        path.relative_to(out).as_posix(): timeless(_OF_THE_PAST.sub(b"", path.read_bytes()))
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in LISTS
    }


def entries(document: bytes, broken: set[str]) -> Any:
    """What a JSON feed shows; of a post that is broken, that it is there."""
    items = json.loads(document)["items"]
    return [item["title"] if item["title"] in broken else item for item in items]


def titles_of(document: bytes) -> set[str]:
    return {item["title"] for item in json.loads(document)["items"]}


def compare(world: World, out: Path, fresh: Path) -> None:
    ours, theirs = shown(out), shown(fresh)
    assert theirs.keys() <= ours.keys()
    broken = {world.notes[number].title for number in world.broken}
    for path, document in ours.items():
        if path not in theirs:
            assert b"<item>" not in document and b"<entry>" not in document and b"T" not in path.encode()
            if path.endswith(".json"):
                assert entries(document, set()) == [], path
        elif path.endswith(".json"):
            assert entries(document, broken) == entries(theirs[path], broken), path
        if path in theirs and not broken:
            assert document == theirs[path], path


SITES = {"jekyll": JekyllSite, "hugo": HugoSite, "vault": Vault, "folders": Folders}


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEEDS", "2"))))
@pytest.mark.parametrize("kind", SITES)
def test_every_step_gives_what_an_empty_state_gives(kind: str, seed: int, tmp_path: Path) -> None:
    world: World = SITES[kind](tmp_path / "site", Random(f"{kind} {seed}"))
    for folder in world.content.get("folders", ()):
        (world.folder / folder).mkdir(parents=True)
    for path, texts in world.texts.items():
        world.write(path, texts[0])
    for _ in range(4):
        world.add()
        world.last += 1
    out = tmp_path / "out" / "feeds"
    for number in range(STEPS):
        if number:
            world.log.append(f"-- {number}")
            world.step()
        build(world, out)
        again = build(world, out)
        titles = {
            item for path, document in shown(out).items() if path.endswith(".json") for item in titles_of(document)
        }
        world.shown = {note.title: note for note in world.notes.values() if note.title in titles}
        fresh = tmp_path / f"fresh{number}"
        from_nothing(world, fresh, out)
        try:
            assert again.documents.written == 0
            compare(world, out, fresh)
        except AssertionError as fault:
            raise AssertionError(f"{' '.join(world.log)}: {fault}") from fault
        shutil.rmtree(fresh)
