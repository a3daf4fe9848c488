"""What is told of posts and feeds that are no more: tombstones, gone permalinks, empty feeds, redirects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.readers import read
from tests.faults.site import DAY, NOW, URL, Site
from tests.flow.site import atom_errors

TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    for day in range(1, 5):
        write(made, day)
    return made


def write(site: Site, day: int, **fields: Any) -> None:
    site.post(f"{day}.md", **({"title": f"P{day}", "tags": ["t"], "date": f"2026-05-0{day} 10:00:00"} | fields))


def told(site: Site, key: str = "site") -> dict[str, datetime]:
    """Title's number → when the entry ended, by the tombstones of the Atom feed (RFC 6721)."""
    root = site.feed("atom", key).raw
    path = site.out / ("atom.xml" if key == "site" else f"{key.replace(':', '/')}/atom.xml")
    assert atom_errors(path) == ""
    found = {each.get("ref"): each.get("when") for each in root.findall(f"{TOMBSTONES}deleted-entry")}
    return {ref.rpartition("/")[2].removesuffix(".html"): datetime.fromisoformat(when) for ref, when in found.items()}


def at(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


# -- tombstones


@pytest.mark.parametrize("how", ["deleted", "withdrawn", "unpublished", "expired"])
def test_an_entry_that_ends_is_told_of_for_a_time(site: Site, how: str) -> None:
    if how == "expired":
        write(site, 2, expires="2026-06-01 18:00:00")
    site.build(feed={"tombstones": "10d"})
    assert told(site) == {} == told(site, "tag:t")
    end = NOW + DAY
    if how == "deleted":
        (site.content / "2.md").unlink()
    elif how == "withdrawn":
        write(site, 2, draft=True)
    elif how == "unpublished":
        write(site, 2, published=False)
    else:
        end = NOW + 6 * 3600
    site.build(NOW + DAY, feed={"tombstones": "10d"})
    assert told(site) == {"2": at(end)} == told(site, "tag:t")
    for feed in site.everywhere():
        assert feed.titles == ["P4", "P3", "P1"]
    site.build(end + 10 * DAY - 1, feed={"tombstones": "10d"})
    assert told(site) == {"2": at(end)}
    site.build(end + 10 * DAY, feed={"tombstones": "10d"})
    assert told(site) == {} == told(site, "tag:t")


def test_none_is_told_of_where_that_is_not_wished(site: Site) -> None:
    site.build(feed={"tombstones": ""})
    (site.content / "2.md").unlink()
    site.build(NOW + DAY, feed={"tombstones": ""})
    assert told(site) == {}


def test_what_rolls_out_of_the_window_is_not_deleted(site: Site) -> None:
    feed = {"limit": 2, "history": "off"}
    site.build(feed=feed)
    write(site, 5)
    site.build(NOW + DAY, feed=feed)
    assert site.feed("atom").titles == ["P5", "P4"] and told(site) == {}
    (site.content / "1.md").unlink()  # no feed shows it
    site.build(NOW + 2 * DAY, feed=feed)
    assert told(site) == {}


def test_what_leaves_a_term_or_a_limit_that_shrinks_is_not_deleted(site: Site) -> None:
    site.build()
    write(site, 3, tags=["other"])
    site.build(NOW + DAY, feed={"limit": 2, "history": "off"})
    assert told(site) == {} == told(site, "tag:t")


def test_what_moves_to_another_configured_folder_is_not_deleted(site: Site) -> None:
    folders = {"folders": [".", str(site.folder / "more")]}
    (site.folder / "more").mkdir()
    site.build(content=folders)
    (ident,) = [item.id for item in site.feed("atom").items if item.title == "P2"]
    (site.content / "2.md").rename(site.folder / "more" / "2.md")
    report = site.build(NOW + DAY, content=folders)
    assert told(site) == {} == told(site, "tag:t")
    assert site.feed("atom").item("P2").id == ident
    assert report.documents.removed == 0


def test_a_post_that_returns_has_its_id_and_is_told_of_no_more(site: Site) -> None:
    site.build()
    before = site.feed("atom").item("P2")
    text = (site.content / "2.md").read_text("utf-8")
    (site.content / "2.md").unlink()
    site.build(NOW + DAY)
    assert list(told(site)) == ["2"]
    site.file("2.md", text)
    site.build(NOW + 2 * DAY)
    assert told(site) == {} == told(site, "tag:t")
    assert site.feed("atom").item("P2") == before


# -- permalinks


def rules(site: Site, server: str = "netlify", **options: dict[str, Any]) -> str:
    site.build(NOW + 9 * DAY, output={"folder": str(site.out), "redirects": [server]}, **options)
    name = {"netlify": "_redirects", "nginx": "redirects.nginx.conf", "caddy": "redirects.caddy"}[server]
    return (site.out / name).read_text("utf-8")


@pytest.mark.parametrize("server", ["netlify", "nginx", "caddy"])
def test_permalinks_of_what_is_no_more_are_gone(site: Site, server: str) -> None:
    write(site, 1, expires="2026-06-03")
    site.build()
    (site.content / "2.md").unlink()
    write(site, 3, draft=True)
    found = rules(site, server)
    assert [name for name in "1234" if f"/{name}.html" in found] == ["1", "2", "3"]
    write(site, 3)
    assert "/3.html" not in rules(site, server), "it is there again"


# -- feeds


def documents_of(site: Site, folder: str) -> set[str]:
    return {path.name for path in (site.out / folder).glob("*") if path.is_file()}


ALL = {"rss.xml", "atom.xml", "feed.json", "index.html"}


def test_the_feed_of_a_term_that_vanished_is_empty_and_then_gone(site: Site) -> None:
    write(site, 2, tags=["t", "brief"])
    feed = {"gone_after": "5d"}
    site.build(feed=feed)
    ident = site.feed("atom", "tag:brief").raw.findtext("{*}id")
    write(site, 2)
    site.build(NOW + DAY, feed=feed)
    assert [document.titles for document in site.everywhere("tag:brief")] == [[]] * 4
    assert atom_errors(site.out / "tag/brief/atom.xml") == ""
    assert site.feed("atom", "tag:brief").raw.findtext("{*}id") == ident
    site.build(NOW + 6 * DAY - 1, feed=feed)
    assert documents_of(site, "tag/brief") == ALL, "it stays as long as is said"
    report = site.build(NOW + 6 * DAY, feed=feed)
    assert documents_of(site, "tag/brief") == set() and report.documents.removed >= 4
    assert "/tag/brief/" not in (site.out / "opml.xml").read_text("utf-8")
    lines = [line for line in rules(site, feed=feed).splitlines() if "/tag/brief/atom.xml" in line]
    assert lines == ["# gone: /feeds/tag/brief/atom.xml"], "as Netlify has no answer 410 to give"
    write(site, 2, tags=["t", "brief"])
    assert "/tag/brief/" not in rules(site, feed=feed), "and it comes back"
    assert site.feed("atom", "tag:brief").raw.findtext("{*}id") == ident


def test_a_term_that_comes_back_in_time_was_never_gone(site: Site) -> None:
    feed = {"gone_after": "5d"}
    write(site, 2, tags=["t", "brief"])
    site.build(feed=feed)
    write(site, 2)
    site.build(NOW + DAY, feed=feed)
    write(site, 2, tags=["t", "brief"])
    site.build(NOW + 4 * DAY, feed=feed)
    site.build(NOW + 9 * DAY, feed=feed)
    assert site.feed("atom", "tag:brief").titles == ["P2"]


def test_an_empty_feed_may_stay_for_ever(site: Site) -> None:
    write(site, 2, tags=["t", "brief"])
    site.build(feed={"gone_after": ""})
    write(site, 2)
    site.build(NOW + DAY, feed={"gone_after": ""})
    site.build(NOW + 9999 * DAY, feed={"gone_after": ""})
    assert documents_of(site, "tag/brief") == ALL


@pytest.mark.parametrize("preset", ["jekyll", "hugo", "wordpress", "blogger"])
def test_a_change_of_preset_redirects_every_address_that_was_left(site: Site, preset: str) -> None:
    """The public address of the output folder is another one, too."""
    site.build()
    left = {f"/feeds/{at}" for at in site.files() if at not in ("opml.xml", "index.html")}
    ids = site.feed("rss").ids
    options = {"feed": {"preset": preset, "pages": False, "formats": ["rss", "atom"]}}
    found = [line.split() for line in rules(site, **options).splitlines() if line and line[0] != "#"]
    moved = {source: target.removeprefix(URL) for source, target, status in found if status == "301"}
    served = {source: target for source, target, status in found if status == "200"}
    assert set(moved) >= left
    for source in left:
        path = served.get(moved[source], moved[source])
        feed = read(site.out / path.removeprefix("/"))
        assert feed.ids == ids, (source, "the same entries under the ids they had")


def test_a_preset_and_back_leaves_no_rule_for_what_is_there(site: Site) -> None:
    site.build()
    before = site.feed("atom").data
    site.build(NOW + DAY, feed={"preset": "jekyll"})
    found = [line.split() for line in rules(site).splitlines() if line[:1] == "/"]
    assert site.feed("atom").data == before
    assert not [source for source, *_ in found if (site.out / source.removeprefix("/feeds/")).is_file()]
    assert ["/feed.xml", f"{URL}/feeds/atom.xml", "301"] in found
    assert {target for _source, target, status in found if status == "301"} <= {
        f"{URL}/feeds/{at}" for at in site.files()
    }


def test_other_slugs_redirect_the_feeds_of_terms(site: Site) -> None:
    write(site, 1, tags=["金融"])
    site.build()
    site.build(NOW + DAY, feed={"slugs": "pinyin"})
    found = rules(site, feed={"slugs": "pinyin"})
    assert f"/feeds/tag/%E9%87%91%E8%9E%8D/atom.xml {URL}/feeds/tag/jin-rong/atom.xml 301" in found.splitlines()
    assert read(site.out / "tag/jin-rong/atom.xml").titles == ["P1"]
