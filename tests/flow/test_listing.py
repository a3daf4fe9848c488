"""The page of all feeds and the OPML, put together from what is kept of each feed: as if made from nothing."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syndicate.cycle import Wish
from syndicate.feeds.directory import DECLARED, Row, group, item, opml, page
from syndicate.index import FeedRow, LineRow
from syndicate.index.sqlite import SqliteIndex
from tests.faults.site import DAY, NOW, Site

LISTS = ("index.html", "opml.xml")
TAGS = ("sea", "金融", "C++", "a & b", "<b>", "Long " * 9)
FULL = Wish(full=True, accept_deletions=True)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path, {"feeds": {"own": {"query": "tag:sea", "title": "Of the sea"}}})
    for number, tag in enumerate(TAGS):
        post(made, number, tag)
    post(made, len(TAGS), "mer", lang="fr")
    made.build()
    return made


def post(site: Site, number: int, *tags: str, **fields: Any) -> None:
    site.post(f"{number}.md", title=f"P{number}", date=f"2026-01-{number % 28 + 1:02}", tags=list(tags), **fields)


def lists(site: Site) -> dict[str, bytes]:
    (outline,) = site.out.rglob("opml.xml")
    return {name: (outline.parent / name).read_bytes() for name in LISTS}


def same(site: Site, now: int = NOW) -> dict[str, bytes]:
    """What a build makes of the lists, which is what one that starts anew makes of them."""
    site.build(now)
    kept = lists(site)
    site.build(now, FULL)
    assert lists(site) == kept
    return kept


def add(site: Site) -> None:
    post(site, 50, "sea", "new")


def remove(site: Site) -> None:
    (site.content / "1.md").unlink()


def rename(site: Site) -> None:
    (site.content / "0.md").rename(site.content / "other.md")


def retag(site: Site) -> None:
    post(site, 2, "C", "sea")


def french(site: Site) -> None:
    post(site, 51, "mer", "ciel", lang="fr")


def expire(site: Site) -> None:
    post(site, 52, "sea", expires="2026-06-02")


def setting(table: str, name: str, value: object) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        site.options = {**site.options, table: {**site.options.get(table, {}), name: value}}

    change.__name__ = f"{table}.{name}"
    return change


SETTINGS = [
    setting("site", "title", "The Lake & <more>"),
    setting("site", "url", "https://example.net/blog"),
    setting("site", "language", "zh-CN"),
    setting("feed", "formats", ["atom"]),
    setting("feed", "pages", False),
    setting("feed", "taxonomies", ["categories"]),
    setting("feed", "preset", "jekyll"),
    setting("feeds", "own", {"query": "tag:sea", "title": "Another title"}),
    setting("feeds", "second", {"query": "tag:C"}),
]
CHANGES = [add, remove, rename, retag, french, expire, *SETTINGS]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change(site: Site, change: Callable[[Site], None]) -> None:
    before = lists(site)
    change(site)
    after = same(site, NOW + 1)
    assert (before != after) is (change is not rename)


def test_one_change_after_another(site: Site) -> None:
    for number, change in enumerate(random.Random(5).sample(CHANGES, len(CHANGES))):
        change(site)
        same(site, NOW + number * DAY)


def state(site: Site) -> Path:
    return site.out.parent / ".syndicate/feeds.db"


def in_state(site: Site, sql: str) -> list[Any]:
    with sqlite3.connect(state(site)) as db:
        found = db.execute(sql).fetchall()
    db.close()
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        "DELETE FROM lines",
        "DELETE FROM lines WHERE name > 'a'",
        "UPDATE facts SET value = 'by another program' WHERE key = 'lines made by'",
        "DELETE FROM facts WHERE key = 'lines made by'",
        "INSERT INTO lines VALUES ('tags', 'no feed', 'tags', 'Tags', 'x', '<li>x</li>', '<outline />')",
        "DROP TABLE lines",
    ],
)
def test_what_is_kept_may_be_lost(site: Site, spoil: str) -> None:
    in_state(site, spoil)
    if spoil.startswith("DROP"):
        in_state(site, "DROP INDEX documents_by_feed")
        in_state(site, "CREATE INDEX documents_by_feed ON documents (taxonomy, name)")
        in_state(site, "PRAGMA user_version = 7")
    add(site)
    same(site)
    assert in_state(site, "PRAGMA user_version") == [(10,)]


def test_the_whole_state_may_be_lost(site: Site) -> None:
    before = lists(site)
    for path in state(site).parent.glob("feeds.db*"):
        path.unlink()
    assert same(site) == before


def test_only_what_was_published_since_is_made_anew(site: Site) -> None:
    """The line of any other feed may even say what no program would write."""
    for number in range(20, 40):
        post(site, number, f"t{number}")
    site.build()
    in_state(site, "UPDATE lines SET line = '<li>kept</li>', outline = '<outline text=\"kept\"/>'")
    (feeds,) = in_state(site, "SELECT count(*) FROM lines")[0]
    add(site)
    site.build()
    made = 3  # sea, new, own
    for name, kept in zip(LISTS, (b"<li>kept</li>", b'<outline text="kept"/>'), strict=True):
        assert lists(site)[name].count(kept) == feeds + 1 - made  # of these `new` is one more


LABELS = ("a", "ä", "金融", "𝔞", "\uffed", "A")
"""In an order that is not that of code units."""


def rows(luck: random.Random) -> list[Row]:
    """Feeds as they come from the index: by taxonomy and name. Many are of one size, and of one moment, or none."""
    found = [
        Row(
            key=f"{taxonomy} {label}{number}",
            title=f"{label} <{number}>",
            label=luck.choice(LABELS),
            taxonomy=taxonomy,
            taxonomy_label=taxonomy.title(),
            entries=luck.randrange(3),
            newest=luck.choice([None, *(datetime.fromtimestamp(NOW + each, UTC) for each in range(3))]),
            urls=luck.choice([(), (("atom", f"https://example.org/{number}"),)]),
        )
        for taxonomy in (DECLARED, "categories", "fr/tags", "tags")
        for number, label in enumerate(LABELS * 3)
        if luck.random() < 0.6
    ]
    return sorted(found, key=lambda row: (row.taxonomy != DECLARED, row.taxonomy, row.key))


@pytest.mark.parametrize("seed", range(20))
def test_feeds_come_out_of_the_index_in_the_order_of_the_page(seed: int) -> None:
    made = rows(random.Random(seed))
    with closing(SqliteIndex.open(":memory:")) as index:
        for row in made:
            of = "" if row.taxonomy == DECLARED else row.taxonomy
            newest = int(row.newest.timestamp()) if row.newest else None
            index.published(FeedRow(of, row.key, row.key, row.entries, newest, b""), [], [])
            it = item(row, "https://example.org", "en")
            index.keep_lines([LineRow(of, row.key, it.section, it.heading, it.label, it.line, it.outline)])
        kept = [group(*each) for each in index.listed()]
    said = ("The Sea", "https://example.org")
    assert page(kept, *said, "", "en") == page(made, *said, "", "en")
    assert opml(kept, *said) == opml(made, *said)
