"""Every document of the samples and the examples keeps every rule, ours and those of independent readers."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

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
URL = ("--url", "https://example.org")


@pytest.fixture(scope="module", params=[*(f"sample:{name}" for name in NAMES), *EXAMPLES])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a whole build of one site publishes."""
    out = tmp_path_factory.mktemp("valid") / "feeds"
    kind, _, name = request.param.rpartition(":")
    if kind:
        Site(need(name), out, URL).build()
    else:
        here = out.parent / "site"
        shutil.copytree(ROOT / "examples" / name, here)
        Site(here, out, URL).build()
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
            assert json.loads(data)["version"] == "https://jsonfeed.org/version/1.1"
            continue
        root = etree.fromstring(data)
        if root.tag != "opml":
            assert not feedparser.parse(data)["bozo"], name
        if root.tag.endswith("}feed"):
            assert grammar.validate(root), f"{name}: {grammar.error_log.last_error}"


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
