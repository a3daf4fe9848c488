"""Random histories of a site: posts come, change, move, vanish and return, and the site changes its address and preset.

After every build, in every feed and format: a post has the id it had, and no other post has it; whoever follows the
links to older entries finds every post of the feed; a page of history shows no post that was not on it at first; a file
whose bytes would be the same is not written; Atom tells of entries that ended while the feed showed them, and of no
others.

The client that reads all this knows the standards only: RFC 5005 for RSS and Atom, `next_url` for JSON Feed, RFC 6721.
A post is known to it by the number in its title, which no step changes.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

import syndicate
from syndicate.cycle import Wish

START = 1_780_315_200  # 2026-06-01, noon
DAY = 86_400
LIMIT = 3
TAGS = "abc"
TOLD = 20  # days for which a feed surely tells of a deleted entry: it does so for 30 from the end of the entry on
DOMAINS = ("https://example.org", "http://example.net", "https://example.com/blog")
PRESETS = ("syndicate", "jekyll", "hugo", "pelican")

ATOM = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
AT = "{http://purl.org/atompub/tombstones/1.0}"


# -- a client of feeds


@dataclass(frozen=True)
class Document:
    """A feed, or a page of its history, as a client sees it; `entries` are (number of the post, id)."""

    form: str
    title: str
    own: str
    older: str
    newer: str
    current: str
    archive: bool
    complete: bool
    entries: tuple[tuple[int, str], ...]
    deleted: frozenset[str] = frozenset()

    @property
    def numbers(self) -> set[int]:
        return {number for number, _ in self.entries}


def number_in(title: str) -> int:
    found = re.match(r"P(\d+)\b", title)
    assert found, title
    return int(found[1])


def read(data: bytes) -> Document:
    return _json(json.loads(data)) if data.startswith(b"{") else _xml(etree.fromstring(data))


def _json(feed: dict[str, Any]) -> Document:
    entries = tuple((number_in(item["title"]), item["id"]) for item in feed["items"])
    return Document("json", feed["title"], feed["feed_url"], feed.get("next_url", ""), "", "", False, False, entries)


def _xml(root: Any) -> Document:
    form = "rss" if root.tag == "rss" else "atom"
    feed, own = (root.find("channel"), "") if form == "rss" else (root, ATOM)
    item, name = ("item", "guid") if form == "rss" else (f"{ATOM}entry", f"{ATOM}id")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    return Document(
        form,
        feed.findtext(f"{own}title"),
        links["self"],
        links.get("prev-archive", ""),
        links.get("next-archive", ""),
        links.get("current", ""),
        feed.find(f"{FH}archive") is not None,
        feed.find(f"{FH}complete") is not None,
        tuple((number_in(each.findtext(f"{own}title")), each.findtext(name)) for each in feed.findall(item)),
        frozenset(each.get("ref") for each in feed.findall(f"{AT}deleted-entry")),
    )


# -- a site and what happens to it


@dataclass(frozen=True)
class Note:
    """A post as its author means it; days are counted from the first build."""

    number: int
    path: str
    date: int
    tags: str = ""
    edition: int = 1
    draft: bool = False
    until: int | None = None
    guid: str = ""
    permalink: str = ""

    def is_live(self, day: int) -> bool:
        return not self.draft and self.date <= day and (self.until is None or day < self.until)

    @property
    def text(self) -> str:
        lines = [f"title: P{self.number} in edition {self.edition}", f"date: {_day(self.date)} 08:00:00"]
        lines += [f"tags: [{', '.join(self.tags)}]", f"draft: {str(self.draft).lower()}"]
        lines += [] if self.until is None else [f"expires: {_day(self.until)} 08:00:00"]
        lines += [f"guid: {self.guid}"] * bool(self.guid) + [f"permalink: {self.permalink}"] * bool(self.permalink)
        return "\n".join(["---", *lines, "---", f"Words of {self.number}, edition {self.edition}.", ""])


def _day(number: int) -> str:
    return datetime.fromtimestamp(START + number * DAY, UTC).strftime("%Y-%m-%d")


@dataclass
class World:
    """A folder of posts with its settings, and all that its subscribers have seen."""

    folder: Path
    notes: dict[int, Note] = field(default_factory=dict)
    deleted: dict[int, Note] = field(default_factory=dict)
    domain: str = DOMAINS[0]
    preset: str = PRESETS[0]
    day: int = 0
    made: int = 0
    stamps: int = 0
    busy: set[int] = field(default_factory=set)

    ids: dict[int, str] = field(default_factory=dict)
    first: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)
    shown: dict[str, set[int]] = field(default_factory=dict)
    told: dict[tuple[str, int], int] = field(default_factory=dict)

    # each step takes a number, and finds by it what it is about; a post has one step between two builds

    def add(self, choice: int) -> None:
        self.made += 1
        number = self.made
        guid = f"urn:example:{number}" if choice % 3 == 0 else ""
        until = choice % 9 + self.day + 1 if choice % 7 == 0 else None
        date = self.day - choice % 6 + choice % 11 // 9  # mostly of the last days, seldom of tomorrow
        tags = "".join(tag for place, tag in enumerate(TAGS) if choice >> place & 1)
        self.put(Note(number, self.fresh(choice), date, tags, until=until, guid=guid))

    def edit(self, choice: int) -> None:
        if note := self.some(choice):
            self.put(replace(note, edition=note.edition + 1))

    def retag(self, choice: int) -> None:
        if note := self.some(choice):
            self.put(replace(note, tags=TAGS[choice % 4 :]))

    def redate(self, choice: int) -> None:
        if note := self.some(choice):
            self.put(replace(note, date=self.day - choice % 12))

    def address(self, choice: int) -> None:
        if note := self.some(choice):
            self.put(replace(note, permalink=f"/kept/{note.number}/{choice}/"))

    def withdraw(self, choice: int) -> None:
        if note := self.some(choice):
            self.put(replace(note, draft=not note.draft))

    def rename(self, choice: int) -> None:
        if note := self.some(choice):
            self.move(note, self.fresh(choice))

    def rewrite(self, choice: int) -> None:
        """A file that is moved and rewritten at once is known by the id its author gave."""
        if note := self.some(choice, guid=True):
            self.remove(note)
            self.put(replace(note, path=self.fresh(choice), edition=note.edition + 1))

    def swap(self, choice: int) -> None:
        """Two posts change places. Those without an id of their author's are known by their addresses then."""
        one, two = self.some(choice, guid=True), self.some(choice + 1, guid=True)
        if one and two and one != two:
            self.put(replace(one, path=two.path))
            self.put(replace(two, path=one.path))

    def shift(self, choice: int) -> None:
        """A post goes, and another one takes its place."""
        one, two = self.some(choice, guid=True), self.some(choice + 1, guid=True)
        if one and two and one != two:
            self.move(two, self.fresh(choice))
            self.move(one, two.path)

    def delete(self, choice: int) -> None:
        if note := self.some(choice):
            self.remove(note)
            self.deleted[note.number] = self.notes.pop(note.number)
            self.busy.add(note.number)

    def bring_back(self, choice: int) -> None:
        taken = {note.path for note in self.notes.values()}
        back = [note for note in self.deleted.values() if note.path not in taken and note.number not in self.busy]
        if back:
            note = self.deleted.pop(back[choice % len(back)].number)
            self.put(replace(note, edition=note.edition + choice % 2))

    def change_domain(self, choice: int) -> None:
        self.domain = DOMAINS[choice % len(DOMAINS)]

    def change_preset(self, choice: int) -> None:
        self.preset = PRESETS[choice % len(PRESETS)]

    def pass_on(self, choice: int) -> None:
        self.day += choice % 4 + 1

    # what they are made of

    def some(self, choice: int, guid: bool = False) -> Note | None:
        """A post to which nothing has happened since the last build; with `guid`, one with an id of its author's."""
        idle = [note for number, note in sorted(self.notes.items()) if number not in self.busy]
        idle = [note for note in idle if note.guid or not guid]
        return idle[choice % len(idle)] if idle else None

    def fresh(self, choice: int) -> str:
        self.stamps += 1
        return f"{('', 'x/', 'y/z/')[choice % 3]}n{self.stamps}.md"

    def move(self, note: Note, path: str) -> None:
        target = self.content / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.content / note.path).rename(target)
        self.stamp(target.parent)
        self.notes[note.number] = replace(note, path=path)
        self.busy.add(note.number)

    def put(self, note: Note) -> None:
        path = self.content / note.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note.text, encoding="utf-8")
        self.stamp(path)
        self.stamp(path.parent)
        self.notes[note.number] = note
        self.busy.add(note.number)

    def remove(self, note: Note) -> None:
        (self.content / note.path).unlink()
        self.stamp((self.content / note.path).parent)

    def stamp(self, path: Path) -> None:
        """A time that no other change has: two may fall into one tick of the clock."""
        self.stamps += 1
        os.utime(path, (1_700_000_000 + self.stamps, 1_700_000_000 + self.stamps))

    # builds and what is published

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def out(self) -> Path:
        return self.folder / "out" / "feeds"

    @property
    def base(self) -> str:
        return f"{self.domain}/f/"

    def build(self) -> None:
        self.content.mkdir(exist_ok=True)
        options = {
            "site": {"url": self.domain, "title": "Sea", "author": {"name": "Ada"}},
            "content": {"dialect": "plain"},
            "feed": {
                "url": self.base.rstrip("/"), "limit": LIMIT, "history": "all", "preset": self.preset,
                "taxonomies": ["tags"],
            },
            "output": {"folder": str(self.out)},
        }  # fmt: skip
        wish = Wish(accept_deletions=True)
        now = START + self.day * DAY
        report = syndicate.build(str(self.content), options=options, wish=wish, now=now, environ={})
        assert not report.exit_code, report.problems

    def files(self) -> dict[str, tuple[bytes, int]]:
        paths = [path for path in sorted(self.out.rglob("*")) if path.is_file()]
        return {path.relative_to(self.out).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    def get(self, url: str) -> Document:
        """What is served at an address; there must be something."""
        assert url.startswith(self.base), url
        return read((self.out / unquote(url.removeprefix(self.base))).read_bytes())

    def feeds(self) -> Iterator[tuple[str, Document]]:
        """Every feed in every format: its tag, "" for the site's, and the document one subscribes to."""
        seen = set()
        for path, (data, _) in self.files().items():
            if "archive/" in path or not (data.startswith(b"{") or b"<rss " in data or b"<feed " in data):
                continue
            feed = read(data)
            key = feed.title.removesuffix("Sea").removesuffix(" · ")
            assert (key, feed.form) not in seen, path
            assert self.get(feed.own) == feed, path
            seen.add((key, feed.form))
            yield key, feed
        assert {("", form) for form in ("rss", "atom", "json")} <= seen
        for tag in TAGS:
            if self.expected(tag):
                assert {(tag, form) for form in ("rss", "atom", "json")} <= seen

    def expected(self, tag: str) -> set[int]:
        return {note.number for note in self.notes.values() if note.is_live(self.day) and (not tag or tag in note.tags)}


# -- what must be true after every build


def whole(world: World, feed: Document) -> list[Document]:
    """The document one subscribes to and the pages behind it, as a client that wants everything fetches them."""
    pages = [feed]
    while older := pages[-1].older:
        pages.append(world.get(older))
        assert len(pages) < 99, "the pages lead in a circle"
    return pages


def check_ids(world: World, documents: list[Document]) -> None:
    """An entry that is new to a subscriber is a post that is: an id is one post's, and a post has one."""
    for document in documents:
        assert len(document.numbers) == len(document.entries), document
        for number, entry_id in document.entries:
            assert world.ids.setdefault(number, entry_id) == entry_id, (number, document.form)
    assert len(set(world.ids.values())) == len(world.ids)


def check_pages(world: World, key: str, pages: list[Document]) -> None:
    feed, older = pages[0], pages[1:]
    assert not feed.archive
    assert set().union(*(page.numbers for page in pages)) == world.expected(key), (key, feed.form)
    assert feed.complete == (not older and feed.form != "json"), (key, feed.form)
    assert len(feed.entries) < 3 * LIMIT
    for place, page in enumerate(older):
        if feed.form != "json":
            assert page.archive
            assert page.current == feed.own
            assert page.newer == (older[place - 1].own if place else "")
        kept = world.first.setdefault((key, feed.form, len(older) - place), page.numbers)
        assert page.numbers <= kept, (key, feed.form, page.own)
        assert len(kept) == LIMIT
    on_pages = [number for page in older for number in page.numbers]
    assert len(on_pages) == len(set(on_pages)), (key, feed.form)


def check_tombstones(world: World, key: str, feed: Document) -> None:
    ended = {world.ids[number]: number for number in world.ids if number not in world.expected("")}
    assert feed.deleted <= ended.keys(), (key, feed.deleted)
    for number in world.shown.get(key, set()) - world.expected(""):
        world.told[key, number] = world.day
    for (of, number), day in list(world.told.items()):
        if of == key and number in world.expected(""):
            del world.told[of, number]
        elif of == key and world.day - day < TOLD:
            assert world.ids[number] in feed.deleted, (key, number)
    assert {number for of, number in world.told if of == key} >= {ended[each] for each in feed.deleted}
    world.shown[key] = feed.numbers


def check(world: World, before: dict[str, tuple[bytes, int]]) -> dict[str, tuple[bytes, int]]:
    """Everything; `before` and the answer are the files of the output, with their times."""
    after = world.files()
    for path in before.keys() & after.keys():
        assert before[path][0] != after[path][0] or before[path] == after[path], path
    world.build()
    assert world.files() == after, "a second build writes nothing"
    for key, feed in world.feeds():
        pages = whole(world, feed)
        check_ids(world, pages)
        check_pages(world, key, pages)
        if feed.form == "atom":
            check_tombstones(world, key, feed)
    return after


DOINGS: list[Callable[[World, int], None]] = [
    *[World.add, World.edit] * 2, World.retag, World.redate, World.address, World.withdraw, World.rename,
    World.rewrite, World.swap, World.shift, World.delete, World.bring_back, World.change_domain,
    World.change_preset, World.pass_on,
]  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 63)), min_size=1, max_size=4)


LIVES_IN_ANOTHER_FEED = [[(World.add, 1)], [(World.withdraw, 0)], [(World.retag, 1)], [(World.withdraw, 0)]]


@settings(max_examples=int(os.environ.get("HISTORIES", "20")), derandomize="HISTORIES" not in os.environ)
@example(LIVES_IN_ANOTHER_FEED, 0)
@given(st.lists(STEPS, min_size=4, max_size=9), st.integers(0, 9))
def test_ids_last_and_all_is_reached(history: list[list[tuple[Callable[[World, int], None], int]]], first: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for number in range(first):
            world.add(number * 7 + first)
        world.build()
        before = check(world, {})
        for steps in history:
            world.busy.clear()
            for doing, choice in steps:
                doing(world, choice)
            world.build()
            before = check(world, before)
