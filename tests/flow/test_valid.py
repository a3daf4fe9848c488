"""Every document of the samples and the examples keeps every rule, ours and those of independent readers."""

from __future__ import annotations

import calendar
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import atoma
import feedparser
import pytest
from lxml import etree

from syndicate.feeds.rules import Finding, Summary, begin, examine, examine_together, is_feed
from syndicate.model import Severity
from tests.feeds.documents import atom_grammar
from tests.flow.samples import need
from tests.flow.site import ROOT, SAMPLES, Site

EXAMPLES = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir() and path.name != "dialect")
NAMES = ("finews", "hugo-yaml", "zola-toml", "jekyll-multilang")
# Some generators show posts of the future, and some examples have one.
MEANT = ("date-future",)
# So few entries in a feed that all have a history, through which every post is looked at in every feed it is in.
OPTIONS = ("--url", "https://example.org", "--limit", "3")
HISTORY = {"SYNDICATE_FEED__HISTORY": "all"}


@pytest.fixture(scope="module", params=[*(f"sample:{name}" for name in NAMES), *EXAMPLES])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a whole build of one site publishes."""
    out = tmp_path_factory.mktemp("valid") / "feeds"
    kind, _, name = request.param.rpartition(":")
    if kind:
        Site(need(name), out, OPTIONS, HISTORY).build()
    else:
        here = out.parent / "site"
        shutil.copytree(ROOT / "examples" / name, here)
        Site(here, out, OPTIONS, HISTORY).build()
    return out


@cache
def documents(folder: Path) -> dict[str, bytes]:
    """Path → bytes of every feed and list of feeds in a folder."""
    found = ((path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.suffix in (".xml", ".json"))
    return {path.relative_to(folder).as_posix(): data for path, data in found if is_feed(data[:4096])}


def findings(found: dict[str, bytes]) -> list[tuple[str, Finding]]:
    looks = {name: begin("", datetime.now(UTC)) for name in found}
    seen: dict[str, Summary] = {}
    for name, data in found.items():
        if summary := examine(looks[name], data):
            seen[name] = summary
    examine_together(looks, seen)
    return [(name, each) for name, look in looks.items() for each in look.end()]


def test_every_document_keeps_our_rules(folder: Path) -> None:
    found = documents(folder)
    assert len(found) > 3
    wrong = [
        f"{name}:{each.line} {each.rule}: {each.message} [{each.entry}]"
        for name, each in findings(found)
        if each.severity is not Severity.INFO and each.rule not in MEANT
    ]
    assert not wrong, "\n" + "\n".join(wrong[:40])


def test_no_independent_reader_has_a_complaint(folder: Path) -> None:
    grammar = atom_grammar()
    for name, data in documents(folder).items():
        if name.endswith(".json"):
            assert atoma.parse_json_feed_bytes(data).version == "https://jsonfeed.org/version/1.1"
            continue
        root = etree.fromstring(data)
        if root.tag != "opml":
            assert not feedparser.parse(data)["bozo"], name
        if root.tag.endswith("}feed"):
            assert grammar.validate(root), f"{name}: {grammar.error_log.last_error}"


class Seen(NamedTuple):
    """An entry as a reader sees it, in any of the formats."""

    id: str
    url: str
    title: str
    published: datetime
    tags: tuple[str, ...]
    sound: tuple[str, str] | None


def by_atoma(data: bytes) -> list[Seen]:
    return [_by_atoma(item) for item in atoma.parse_json_feed_bytes(data).items]


def _by_atoma(item: Any) -> Seen:
    assert item.content_html is not None or item.content_text is not None, item.id_
    sound = next(((each.url, each.mime_type) for each in item.attachments), None)
    return Seen(item.id_, item.url, item.title, item.date_published.astimezone(UTC), tuple(item.tags), sound)


def by_feedparser(data: bytes) -> list[Seen]:
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    return [_by_feedparser(entry) for entry in parsed.entries]


def _by_feedparser(entry: Any) -> Seen:
    moment = datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC)
    tags = tuple(dict.fromkeys(tag.term for tag in entry.get("tags", ())))
    sound = next(((link.href, link.type) for link in entry.links if link.rel == "enclosure"), None)
    return Seen(entry.id, entry.link, entry.title, moment, tags, sound)


def test_the_formats_of_every_feed_and_page_of_history_agree(folder: Path) -> None:
    found = documents(folder)
    feeds = [name.removesuffix("feed.json") for name in found if name.endswith("feed.json")]
    assert len(feeds) * 3 == len([name for name in found if name != "opml.xml"])
    assert any("archive/" in feed for feed in feeds)
    for feed in feeds:
        shown = by_atoma(found[f"{feed}feed.json"])
        assert by_feedparser(found[f"{feed}rss.xml"]) == shown, feed
        assert by_feedparser(found[f"{feed}atom.xml"]) == shown, feed


def test_damage_is_found(folder: Path) -> None:
    """The same documents with one thing wrong each: else the tests above could not fail."""
    damage = {
        b"<guid": b"<Guid",
        b"</updated>": b"+00</updated>",
        b'"id": "h': b'"id": 7, "x": "h',
        b'<?xml version="1.0"': b'\n<?xml version="1.0"',
    }
    for name, data in documents(folder).items():
        for old, new in damage.items():
            if old in data:
                assert findings({name: data.replace(old, new, 1)}), (name, old)


def test_the_samples_are_looked_for_where_they_are() -> None:
    assert not SAMPLES.is_dir() or {path.name for path in SAMPLES.iterdir()} >= set(NAMES)
