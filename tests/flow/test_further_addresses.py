"""Several addresses for a feed, of which one is canonical; the hubs and links that every feed names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndicate.cycle import Wish
from tests.faults.readers import documents, read
from tests.faults.site import DAY, NOW, URL, Site

HUBS = ["https://hub.example/", "https://push.example/hub"]
FEEDS: dict[str, Any] = {"long": {"query": "words > 1", "aliases": ["old/feed", "lang/rss.xml", "a b/ü.json"]}}
FORM = {"old/feed": "atom", "lang/rss.xml": "rss", "a b/ü.json": "json"}
FILES = {"atom": "atom.xml", "rss": "rss.xml", "json": "feed.json"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    for number in range(1, 8):
        made.post(f"{number}.md", "Some words.", title=f"P{number}", tags=["t"], date=f"2026-05-0{number}")
    return made


def test_an_alias_is_a_copy_that_names_its_canonical_address(site: Site) -> None:
    site.build(feed={"copies": True}, feeds=FEEDS)
    for alias, form in FORM.items():
        canonical = site.out / "long" / FILES[form]
        assert (site.out / alias).read_bytes() == canonical.read_bytes()
        assert read(site.out / alias).own == f"{URL}/feeds/long/{FILES[form]}"
    assert site.build(NOW + 60, feed={"copies": True}, feeds=FEEDS).documents.written == 0
    site.post("8.md", "Some words.", title="P8", date="2026-05-20")
    site.build(NOW + DAY, feed={"copies": True}, feeds=FEEDS)
    assert all(read(site.out / alias).titles[0] == "P8" for alias in FORM)


def test_copies_go_when_they_are_not_wished_for_any_more_or_their_feed_is_gone(site: Site) -> None:
    site.build(feed={"copies": True}, feeds=FEEDS)
    site.build(NOW + DAY, feeds=FEEDS)
    assert not any((site.out / alias).exists() for alias in FORM)
    site.build(NOW + DAY, feed={"copies": True}, feeds=FEEDS)
    assert all((site.out / alias).exists() for alias in FORM)
    site.build(NOW + DAY, feed={"copies": True})
    assert not any((site.out / alias).exists() for alias in FORM)


def test_no_copy_is_made_of_a_document_that_somebody_changed(site: Site) -> None:
    """Of the same size, so that nobody notices before its bytes are asked for."""
    site.build(feeds=FEEDS)
    document = site.out / "long/atom.xml"
    document.write_bytes(document.read_bytes().replace(b"P7", b"XX"))
    site.build(NOW + DAY, feed={"copies": True}, feeds=FEEDS)
    assert not (site.out / "old/feed").exists()
    assert read(site.out / "lang/rss.xml").titles[0] == "P7"
    site.build(NOW + DAY, feed={"copies": True}, feeds=FEEDS, wish=Wish(full=True))
    assert (site.out / "old/feed").read_bytes() == document.read_bytes()
    assert b"P7" in document.read_bytes()


def test_aliases_without_copies_are_redirects(site: Site) -> None:
    site.build(feeds=FEEDS, output={"folder": str(site.out), "redirects": ["netlify"]})
    rules = [line.split() for line in (site.out / "_redirects").read_text("utf-8").splitlines() if line[0] != "#"]
    assert [["/feeds/old/feed", f"{URL}/feeds/long/atom.xml", "301"] == rule for rule in rules].count(True) == 1
    assert {source for source, _target, status in rules if status == "301"} == {
        "/feeds/old/feed", "/feeds/lang/rss.xml", "/feeds/a%20b/%C3%BC.json",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["jekyll", "hugo", "wordpress"])
def test_addresses_of_another_program_lead_to_the_same_feeds(site: Site, name: str) -> None:
    feed = {"also": [name], "url": URL, "copies": True}
    site.build(feed=feed)
    found = {at: read(path) for at, path in documents(site.out, by_name=False) if "archive/" not in at}
    own = {at for at, document in found.items() if document.own == f"{URL}/{at}"}
    copies = set(found) - own
    assert {"jekyll": "feed.xml", "hugo": "index.xml", "wordpress": "feed/index.xml"}[name] in copies
    assert len(own) == 6 and {found[at].data for at in copies} <= {found[at].data for at in own}


def test_an_address_that_is_another_feeds_stays_its_own(site: Site) -> None:
    taken = {"long": {"query": "words > 1", "aliases": ["rss.xml", "tag/t/atom.xml"]}}
    site.build(feed={"copies": True}, feeds=taken)
    assert read(site.out / "rss.xml").own == f"{URL}/feeds/rss.xml"
    assert read(site.out / "tag/t/atom.xml").own == f"{URL}/feeds/tag/t/atom.xml"


def test_every_feed_names_its_hubs_its_page_and_itself(site: Site) -> None:
    """Also a feed of the operator's own and a digest; but no page of history, which nobody has to be told of."""
    feeds = FEEDS | {"daily": {"digest": "daily"}}
    site.build(feed={"hubs": HUBS, "limit": 3, "history": "all"}, feeds=feeds)
    found = site.all()
    assert any("archive/" in at for at in found) and {"long/atom.xml", "daily/rss.xml", "tag/t/feed.json"} <= set(found)
    for at, document in found.items():
        assert document.hrefs("hub") == (set() if "archive/" in at else set(HUBS)), at
        assert document.own == f"{URL}/feeds/{at}"
    pages = [site.out / name for name in ("site.html", "tag/t/index.html", "long/index.html")]
    for path in pages:
        page = read(path)
        assert page.hrefs("hub") == set(), "a hub is told of by the feeds"
        assert {each for each in page.hrefs("alternate") if each.endswith((".xml", ".json"))} == {
            f"{URL}/feeds/{path.relative_to(site.out).parent.as_posix()}/{name}".replace("/./", "/")
            for name in FILES.values()
        }
        atom, rss, json = (read(path.parent / name) for name in FILES.values())
        # the page that an alternate of HTML leads to is the site's own where it has one
        relation = "related" if path.name == "site.html" else "alternate"
        assert page.own in atom.hrefs(relation)
        assert page.own in ({rss.home} | rss.hrefs("related"))
        assert page.own == json.home or relation == "related"
