"""What the end of a run means for those who are told: enrolled, quiet, adopted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syndicate import plugins
from syndicate.cycle import Wish
from syndicate.delivery import enrol
from syndicate.delivery.announce import Offer
from syndicate.errors import PublishError
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.delivery import ADOPTING, Endpoint
from syndicate.wiring import build

NOW = 1_790_000_000
HOOK = {"kind": "webhook", "url": "https://hook.example/"}
ENGINE = {"kind": "indexnow", "url": "https://engine.example/", "key": "abcdef0123456789"}


@dataclass
class Site:
    """A site that is built with these endpoints."""

    folder: Path

    def post(self, name: str, words: str = "Hello.") -> None:
        path = self.folder / "posts" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntitle: {name}\ndate: 2026-01-01\ntags: [news]\n---\n{words}\n")

    def build(self, endpoints: Mapping[str, Any], wish: Wish | None = None, now: int = NOW) -> None:
        options = {
            "site": {"url": "https://example.org"},
            "output": {"folder": str(self.folder / "out"), "state": str(self.folder / "state.db")},
            "endpoints": endpoints,
        }
        build(str(self.folder / "posts"), options=options, wish=wish, now=now, environ={})

    def open(self) -> closing[SqliteIndex]:
        return closing(SqliteIndex.open(str(self.folder / "state.db")))

    def due(self, name: str) -> int:
        """Documents of the site's feed that the endpoint has not got."""
        with self.open() as index:
            got = index.deliveries(name)
            site = [row for row in index.announced() if not row.taxonomy and row.format == "rss"]
            return sum(got[row.url].sent != row.digest for row in site)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.post("one")
    return made


def test_a_run_enrols_who_is_new_and_the_next_leaves_due_what_it_publishes(site: Site) -> None:
    site.build({"hook": HOOK})
    with site.open() as index:
        assert index.standings()["hook"].enrolled_at == NOW
    assert site.due("hook") == 0
    site.post("two")
    site.build({"hook": HOOK, "other": {**HOOK, "url": "https://other.example/"}}, now=NOW + 60)
    assert (site.due("hook"), site.due("other")) == (1, 0)


def test_a_run_for_one_feed_enrols_nobody(site: Site) -> None:
    site.build({})
    site.post("two")
    site.build({"hook": HOOK}, Wish(feed="tag:news"))
    with site.open() as index:
        assert index.standings() == {}
    site.build({"hook": HOOK})
    assert site.due("hook") == 0


def test_what_a_run_adopts_is_due_to_nobody(site: Site) -> None:
    site.build({"hook": HOOK})
    site.post("two")
    site.build({"hook": HOOK}, Wish(adopt=True))
    assert site.due("hook") == 0
    with site.open() as index:
        assert index.fact(ADOPTING) == ""


def test_what_a_run_was_to_adopt_that_died_is_adopted_by_the_next(site: Site) -> None:
    site.build({"hook": HOOK})
    site.post("two")
    blocked = site.folder / "out/rss.xml"
    blocked.unlink()
    blocked.mkdir()
    (blocked / "in the way").write_text("x")
    with pytest.raises(PublishError):
        site.build({"hook": HOOK}, Wish(adopt=True))
    with site.open() as index:
        assert index.fact(ADOPTING), "nobody is told meanwhile"
    (blocked / "in the way").unlink()
    blocked.rmdir()
    site.build({"hook": HOOK})
    assert site.due("hook") == 0
    with site.open() as index:
        assert index.fact(ADOPTING) == ""


def test_pages_are_noted_from_the_run_on_that_enrols_who_wants_them(site: Site) -> None:
    site.build({"engine": ENGINE})
    with site.open() as index:
        assert index.waiting_pages() == [] and index.watches_pages()
    site.post("two")
    site.build({"engine": ENGINE})
    with site.open() as index:
        assert [(page.url, page.gone) for page in index.waiting_pages()] == [("https://example.org/two.html", False)]
    site.post("three")
    site.build({"engine": ENGINE}, Wish(adopt=True))
    with site.open() as index:
        assert index.waiting_pages() == [] and index.standings()["engine"].reached == index.last_page() == 2
    site.build({})
    with site.open() as index:
        assert not index.watches_pages()


def test_an_adoption_may_be_for_some_alone(site: Site) -> None:
    endpoints = {"hook": HOOK, "other": {**HOOK, "url": "https://other.example/"}}
    site.build(endpoints)
    site.post("two")
    site.build(endpoints)
    with site.open() as index:
        webhook = plugins.find("notifiers", "webhook")()
        some = [Offer(Endpoint(name, "webhook", each.url), webhook) for name, each in index.standings().items()]
        assert enrol.adopt(index, some, NOW, {"other"}) == 1
    assert (site.due("hook"), site.due("other")) == (1, 0)
