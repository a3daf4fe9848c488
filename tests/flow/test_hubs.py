"""Feeds name the hubs that are told of them, and a cloud; the file of a key stands where it can."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from lxml import etree

from syndicate.feeds.rules import check
from tests.flow.site import Site

HUB = '[endpoints.hub]\nkind = "websub"\nurl = "https://hub.example/"\n'
TAGS = '[endpoints.tags]\npreset = "google"\nfeeds = ["tag:*"]\n'
POST = "---\ntitle: {0}\ndate: 2026-03-{1:02} 12:00:00 +0000\ntags: [quiet]\n---\nWords.\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "posts", tmp_path / "feeds", ("--config", str(tmp_path / "settings.toml")))
    for day in range(1, 4):
        made.post(f"{day}.md", POST.format(f"Post {day}", day))
    return made


def told(site: Site, more: str = "", feed: str = "") -> int:
    """Build with these settings; how many documents were written."""
    text = f'[site]\nurl = "https://example.org"\n[feed]\n{feed}\n{more}'
    Path(site.options[1]).write_text(text, encoding="utf-8")
    return site.build().written


def digests(site: Site) -> dict[tuple[str, str], bytes]:
    state = site.out.parent / ".syndicate" / "feeds.db"
    with sqlite3.connect(state) as index:
        return {
            (taxonomy, name): found
            for taxonomy, name, found in index.execute("SELECT taxonomy, name, digest FROM feeds")
        }


def hubs(path: Path) -> list[str]:
    root = etree.fromstring(path.read_bytes())
    return [each.get("href", "") for each in root.iter("{http://www.w3.org/2005/Atom}link") if each.get("rel") == "hub"]


def test_a_hub_is_named_where_it_is_told_and_nothing_is_new_by_that(site: Site) -> None:
    told(site)
    before = digests(site)
    assert len(before) == 2 and all(before.values())
    assert told(site, HUB) == 3  # the site's three documents; its page for people names no hub
    assert hubs(site.out / "rss.xml") == ["https://hub.example/"] == hubs(site.out / "atom.xml")
    assert '"hubs"' in (site.out / "feed.json").read_text("utf-8")
    assert hubs(site.out / "tag" / "quiet" / "rss.xml") == []
    assert told(site, HUB) == 0
    assert told(site, HUB + TAGS, 'hubs = ["https://all.example/", "https://hub.example/"]') == 6
    assert hubs(site.out / "rss.xml") == ["https://all.example/", "https://hub.example/"]
    tag = site.out / "tag" / "quiet" / "atom.xml"
    assert hubs(tag) == ["https://all.example/", "https://hub.example/", "https://pubsubhubbub.appspot.com/"]
    assert told(site) == 6
    assert hubs(site.out / "rss.xml") == []
    assert digests(site) == before


def test_headers_for_web_servers_name_the_hubs_of_each_document(site: Site) -> None:
    told(site, HUB + TAGS)
    lines = site.run("discover", "--for", "tag:quiet", "--header").out.splitlines()
    google, hub = '<https://pubsubhubbub.appspot.com/>; rel="hub"', '<https://hub.example/>; rel="hub"'
    assert sum(google in line for line in lines) == 3 == sum(hub in line for line in lines)


def test_a_hub_whose_address_may_hold_a_secret_is_not_named(site: Site) -> None:
    told(site, HUB.replace("example/", "example/?token=planted"))
    assert hubs(site.out / "rss.xml") == []
    assert not [path for path in site.out.rglob("*") if path.is_file() and b"planted" in path.read_bytes()]


def test_a_cloud_is_named_by_rss_alone(site: Site) -> None:
    assert told(site) and not told(site)
    assert told(site, feed='cloud = "http://rpc.rsscloud.io:5337/pleaseNotify?a=1&b=2"') == 2
    cloud = etree.fromstring((site.out / "rss.xml").read_bytes()).find("channel/cloud")
    assert cloud is not None and dict(cloud.attrib) == {
        "domain": "rpc.rsscloud.io",
        "port": "5337",
        "path": "/pleaseNotify?a=1&b=2",
        "registerProcedure": "",
        "protocol": "http-post",
    }
    assert b"cloud" not in (site.out / "atom.xml").read_bytes()
    assert not [each for each in check((site.out / "rss.xml").read_bytes()) if each.rule == "rss-cloud"]
    refused = Site(site.content, site.out, site.options).run("build", SYNDICATE_FEED__CLOUD="https://cloud.example/")
    assert refused.code == 2 and "is https, which <cloud> cannot say" in refused.err


def test_the_file_of_a_key_is_published_where_it_counts(site: Site) -> None:
    search = '[endpoints.search]\npreset = "indexnow"\nkey = "{}"\n'
    root, first, second = 'url = "https://example.org"', "0123456789abcdef", "fedcba9876543210"
    told(site, search.format(first))
    assert not list(site.out.glob("*.txt"))
    told(site, search.format(first), root)
    assert (site.out / f"{first}.txt").read_text("ascii") == first
    told(site, search.format(second), root)
    assert [path.name for path in site.out.glob("*.txt")] == [f"{second}.txt"]
    (site.out / f"{second}.txt").unlink()
    site.post("4.md", POST.format("Post 4", 4))
    told(site, search.format(second), root)
    assert (site.out / f"{second}.txt").read_text("ascii") == second
    told(site, "", root)
    assert not list(site.out.glob("*.txt"))


def test_what_is_wrong_with_an_endpoint_stops_a_build(site: Site) -> None:
    told(site)
    Path(site.options[1]).write_text('[site]\nurl = "https://example.org"\n[endpoints.x]\npreset = "gogle"\n')
    done = site.run("build")
    assert done.code == 2 and 'endpoints.x.preset: "gogle" is no preset; did you mean "google"?' in done.err


def clouds(path: Path) -> list[tuple[str, str, str]]:
    root = etree.fromstring(path.read_bytes())
    return [(each.get("domain", ""), each.get("port", ""), each.get("path", "")) for each in root.iter("cloud")]


def test_the_hub_that_is_built_in_is_named_by_all_feeds_while_it_is_on(site: Site) -> None:
    told(site)
    before = digests(site)
    assert told(site, "[hub]\non = true\n") == 6
    tag = site.out / "tag" / "quiet"
    assert hubs(site.out / "rss.xml") == ["https://example.org/feeds/hub"] == hubs(tag / "atom.xml")
    assert '"https://example.org/feeds/hub"' in (tag / "feed.json").read_text("utf-8")
    assert (
        told(site, '[hub]\non = true\naddress = "https://hub.example.org/"\n', 'hubs = ["https://all.example/"]') == 6
    )
    assert hubs(site.out / "rss.xml") == ["https://hub.example.org", "https://all.example/"]
    assert told(site) == 6
    assert hubs(site.out / "rss.xml") == [] and digests(site) == before


def test_a_cloud_of_our_own_is_named_where_it_can_be(site: Site) -> None:
    http = 'url = "http://feeds.example.org"'
    told(site, "[hub]\nrsscloud = true\n", http)
    assert clouds(site.out / "rss.xml") == [("feeds.example.org", "80", "/rsscloud")]
    told(site, "[hub]\nrsscloud = true\n", f'{http}\ncloud = "http://cloud.example.org/notify"')
    assert clouds(site.out / "rss.xml") == [("cloud.example.org", "80", "/notify")]
    Path(site.options[1]).write_text('[site]\nurl = "https://example.org"\n[hub]\nrsscloud = true\n', encoding="utf-8")
    refused = site.run("build")
    assert refused.code == 2 and "hub.rsscloud" in refused.err and "feed.cloud" in refused.err
