"""Readers are not shown old posts as new ones: when the brake holds a run, when it does not, and the ways on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import syndicate
from syndicate.cycle import Wish
from syndicate.errors import BrakeHeld
from syndicate.model import Report
from tests.flow.site import Site

URL = "https://example.org"
NOW = 1_800_000_000
LIMIT = 10


@pytest.fixture
def site(tmp_path: Path) -> Site:
    options = ("--url", URL, "--state", str(tmp_path / "state" / "db"))
    made = Site(tmp_path / "site", tmp_path / "out", options)
    for number in range(12):
        post(made, number)
    build(made)
    return made


def post(site: Site, number: int, name: str = "", more: str = "") -> None:
    day, month = number % 28 + 1, number // 28 + 1
    text = f"---\ntitle: P{number}\ndate: 2026-{month:02}-{day:02}\ntags: [x]\n---\nWords of {number}{more}.\n"
    site.post(name or f"p{number}.md", text)


def build(site: Site, url: str = URL, allow_replay: bool = False, **feed: Any) -> Report:
    output = {"folder": str(site.out), "state": str(site.out.parent / "state" / "db")}
    options = {"site": {"url": url}, "feed": {"limit": LIMIT, "history": "off", **feed}, "output": output}
    wish = Wish(accept_deletions=True, allow_replay=allow_replay)
    return syndicate.build(str(site.content), options=options, now=NOW, wish=wish)


def ids(site: Site, path: str = "feed.json") -> dict[str, str]:
    return {item["title"]: item["id"] for item in json.loads((site.out / path).read_text())["items"]}


def held(site: Site, **settings: Any) -> str:
    """What a build says that is held; it changes nothing."""
    before = site.tree()
    with pytest.raises(BrakeHeld) as found:
        build(site, **settings)
    assert site.tree() == before
    return str(found.value)


def moved_and_rewritten(site: Site) -> None:
    for number in range(12):
        (site.content / f"p{number}.md").unlink()
        post(site, number, f"q{number}.md", ", as they are now")


def test_a_lost_state_and_another_domain(site: Site) -> None:
    shutil.rmtree(site.out.parent / "state")
    assert "readers of the feed site would see 10 old posts again" in held(site, url="https://example.com")
    assert build(site, url="https://example.com", allow_replay=True).documents.written
    assert build(site, url="https://example.com").documents.written == 0


def test_a_lost_state_alone_is_no_replay(site: Site) -> None:
    before = ids(site)
    shutil.rmtree(site.out.parent / "state")
    build(site)
    assert ids(site) == before


def test_the_feed_of_another_program_stands_there(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", tmp_path / "out")
    for number in range(6):
        post(site, number)
    items = [
        f"<item><title>P{at}</title><link>{URL}/p{at}.html</link><guid isPermaLink='false'>tag:old:{at}</guid></item>"
        for at in range(6)
    ]
    site.out.mkdir()
    (site.out / "rss.xml").write_text(
        f"<rss version='2.0'><channel><title>T</title><link>{URL}</link><description>D</description>"
        f"{''.join(items)}</channel></rss>"
    )
    assert "'P0' had the id tag:old:0 and would have https://example.org/p0.html" in held(site)


def test_files_that_were_moved_and_rewritten_at_once(site: Site) -> None:
    moved_and_rewritten(site)
    held(site)
    held(site)
    before = ids(site)
    build(site, allow_replay=True)
    assert ids(site).keys() == before.keys() and ids(site) != before
    report = build(site)
    assert (report.rendered, report.documents.written) == (0, 0)


def test_what_was_moved_and_rewritten_can_have_its_ids_back(site: Site, tmp_path: Path) -> None:
    """The brake says that ids can be taken over from what readers have; so it has to be possible."""
    before = ids(site)
    moved_and_rewritten(site)
    held(site)
    settings = tmp_path / "syndicate.toml"
    settings.write_text(f'[feed]\nlimit = {LIMIT}\nhistory = "off"\n')
    done = site.run("plan", "--json", "--config", str(settings))
    assert len(done.report["feeds"][0]["replayed"]) == 10
    options = ("--content", str(site.content), "--config", str(settings), "--out", str(site.out), *site.options)
    adopted = Site(site.out / "feed.json", site.out, options).run("adopt")
    assert adopted.code == 0 and "10 ids taken over" in adopted.out
    build(site)
    assert ids(site) == before
    assert b"deleted-entry" not in (site.out / "atom.xml").read_bytes()
    # a file of before comes back: its id is another post's now
    site.post("p5.md", "---\ntitle: Back\ndate: 2026-03-01\n---\nIt is back.\n")
    build(site)
    after = ids(site)
    assert after.items() - before.items() == {("Back", after["Back"])} and after["Back"] not in before.values()


@pytest.mark.parametrize(
    "settings", [{"limit": 12}, {"limit": 3}, {"history": "all"}, {"preset": "hugo"}, {"content": "summary"}]
)
def test_a_change_of_settings_is_no_replay(site: Site, settings: dict[str, Any]) -> None:
    before = ids(site)
    build(site, **settings)
    build(site)
    assert ids(site) == before


def test_a_day_of_many_posts_and_many_deletions_is_no_replay(site: Site) -> None:
    for number in range(5, 11):
        (site.content / f"p{number}.md").unlink()
    for number in range(30, 50):
        post(site, number)
    build(site)
    assert list(ids(site)) == [f"P{number}" for number in range(49, 39, -1)]
