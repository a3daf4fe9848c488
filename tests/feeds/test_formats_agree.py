"""The formats of one feed say the same: entries, order, dates, main enclosure, titles, tags, authors."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Enclosure, Entry
from tests.feeds.documents import (
    FORMATS,
    MORNING,
    NOON,
    SITE,
    a_bare_entry,
    a_channel,
    a_told_entry,
    an_entry,
    document,
    json_feed,
    read,
)


@dataclass(frozen=True)
class Seen:
    """What a reader sees of an entry."""

    id: str
    url: str
    title: str
    published: datetime
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    picture: str
    main: tuple[str, str, str] | None


ENTRIES = [
    an_entry(),
    a_bare_entry(published=MORNING - timedelta(days=400), updated=MORNING),
    a_bare_entry(id="tag:news.example,2020:茶", title="", html="<p>First words.</p>"),
    an_entry(id=f"{SITE}/标签/1", url=f"{SITE}/标签/1", enclosures=(Enclosure("ftp://x.example/a", "a/b"),)),
    an_entry(id="urn:5", enclosures=an_entry().enclosures[::-1]),
    a_told_entry(id="urn:6"),
]


def by_feedparser(name: str, entries: list[Entry]) -> list[Seen]:
    """RSS or Atom as feedparser sees it."""
    (form,) = (form for form in FORMATS if form.name == name)
    found = read(document(form, entries))
    assert found.bozo == 0
    return [_seen(entry) for entry in found.entries]


def _seen(entry: Any) -> Seen:
    main = entry.enclosures[0] if entry.get("enclosures") else None
    return Seen(
        entry.id,
        entry.link,
        entry.title,
        datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC),
        tuple(dict.fromkeys(tag.term for tag in entry.get("tags", []))),
        tuple(author.name for author in entry.get("authors", []) if "name" in author),
        entry.media_content[0]["url"] if "media_content" in entry else "",
        main and (main.href, main.type, main.get("length", "0")),
    )


def by_json(entries: list[Entry]) -> list[Seen]:
    """JSON Feed as its specification says to read it."""
    return [
        Seen(
            entry["id"],
            entry["url"],
            entry["title"],
            datetime.fromisoformat(entry["date_published"]),
            tuple(entry.get("tags", ())),
            tuple(author["name"] for author in entry.get("authors", ())),
            entry.get("image", ""),
            next(
                (
                    (each["url"], each["mime_type"], str(each.get("size_in_bytes", 0)))
                    for each in entry.get("attachments", ())
                ),
                None,
            ),
        )
        for entry in json_feed(*entries)["items"]
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["newest first", "oldest first"])
def test_the_three_formats_agree(order: int) -> None:
    entries = ENTRIES[::order]
    seen = by_json(entries)
    assert len(seen) == len(ENTRIES)
    assert by_feedparser("atom", entries) == seen
    assert by_feedparser("rss", entries) == seen


def test_what_is_seen_is_what_was_given() -> None:
    assert by_json([an_entry()]) == [
        Seen(
            f"{SITE}/2025/tea",
            f"{SITE}/2025/tea.html",
            "Tea & 茶",
            MORNING,
            ("金融", "R&D", "News"),
            ("王小明", "Ada"),
            f"{SITE}/tea.jpg",
            (f"{SITE}/tea.mp3", "audio/mpeg", "1234"),
        )
    ]


def test_they_agree_on_where_an_entry_comes_from_and_who_talks_about_it() -> None:
    entry = a_told_entry()
    in_atom, in_rss = (read(document(form, [entry])).entries[0] for form in (Atom(), Rss()))
    (in_json,) = json_feed(entry)["items"]
    assert in_rss.source.title == in_atom.source.title == in_json["_source"]["title"]
    assert in_rss.source.href == in_atom.source.links[0].href == in_json["_source"]["feed_url"]
    assert int(in_rss.slash_comments) == int(in_atom.thr_total) == in_json["_comments"]["count"]
    replies = [link.href for link in in_atom.links if link.rel == "replies"]
    assert replies == [in_rss.wfw_commentrss, in_rss.comments]
    assert replies == [in_json["_comments"]["feed_url"], in_json["_comments"]["url"]]


def test_the_feeds_agree() -> None:
    channel = a_channel(updated=NOON)
    feed = json_feed(channel=channel)
    for form in FORMATS[:2]:
        found = read(document(form, (), channel)).feed
        assert (found.title, found.link, found.subtitle) == (feed["title"], feed["home_page_url"], feed["description"])
        assert found.language.lower() == feed["language"].lower()
        assert calendar.timegm(found.updated_parsed) == NOON.timestamp()
