"""The ids that other programs gave to the same posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syndicate.content import ids
from syndicate.content.dialects import Facts
from syndicate.content.files import Source
from syndicate.content.read import read
from syndicate.feeds.presets import PRESETS
from syndicate.index.packing import unpack
from syndicate.model import Post, Stamp
from tests.builders import a_post
from tests.content.dialect_cases import Case, opened

SITE = Facts(url="https://example.org/blog", timezone="America/New_York")
LATE = datetime(2024, 3, 2, 3, 30, tzinfo=UTC)


def default(rule: str, post: Post, facts: Facts) -> str:
    return ids.default(rule, post.url, post.generator_id, post.published, facts)


def test_every_rule_that_a_preset_names_is_one() -> None:
    assert {preset.ids for preset in PRESETS.values()} == ids.RULES


def test_the_permalink() -> None:
    assert default("url", a_post(url="https://example.org/a/"), SITE) == "https://example.org/a/"


def test_jekylls_own_id() -> None:
    post = a_post(generator_id="/2024/03/02/x")
    assert default("generator", post, SITE) == "https://example.org/blog/2024/03/02/x"
    assert default("generator", a_post(url="https://example.org/y"), SITE) == "https://example.org/y"


@pytest.mark.parametrize(
    ("url", "zone", "expected"),
    [
        ("https://example.org:8080/a/b/", "UTC", "tag:example.org,2024-03-02:/a/b/"),
        ("https://example.org/a.html", "America/New_York", "tag:example.org,2024-03-01:/a.html"),
        ("https://example.org/caf%C3%A9/", "UTC", "tag:example.org,2024-03-02:/café/"),
        ("https://Example.org/a#part", "UTC", "tag:example.org,2024-03-02:/a/part"),
        ("https://[broken/a", "UTC", "https://[broken/a"),
    ],
)
def test_a_tag_uri_as_pelican_makes_it(url: str, zone: str, expected: str) -> None:
    assert default("pelican", a_post(url=url, published=LATE), Facts(timezone=zone)) == expected


@pytest.mark.parametrize("moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_days_at_the_ends_of_time(moment: datetime, zone: str) -> None:
    found = default("pelican", a_post(url="https://e.org/a", published=moment), Facts(timezone=zone))
    assert found.startswith("tag:e.org,") and found.endswith(":/a")


@pytest.mark.parametrize(
    ("rule", "fields", "expected"),
    [
        ("wordpress", {"wordpress_url": "http://old.example.org/?p=12", "wordpress_id": "12"}, "http://old.example.org/?p=12"),
        ("wordpress", {"wordpress_id": "12"}, "https://example.org/blog/?p=12"),
        ("wordpress", {"id": "12"}, "https://example.org/blog/?p=12"),
        ("wordpress", {"id": "12", "guid": "http://old.example.org/?p=13"}, ""),
        ("wordpress", {"id": "x12"}, ""),
        ("wordpress", {"wordpress_id": True, "wordpress_url": ["x"]}, ""),
        ("wordpress", {"wordpress_url": "javascript:alert(1)"}, ""),
        ("ghost", {"ID": "5c1bd0a1e2b3c4d5e6f70819"}, "5c1bd0a1e2b3c4d5e6f70819"),
        ("ghost", {"ghost_id": "5c1bd0a1e2b3c4d5e6f70819", "uuid": "x"}, "5c1bd0a1e2b3c4d5e6f70819"),
        ("ghost", {"id": "7"}, ""),
        ("blogger", {"blogger_id": "tag:blogger.com,1999:blog-36.post-57"}, "tag:blogger.com,1999:blog-36.post-57"),
        ("blogger", {"blogger_id": "57"}, ""),
        ("url", {"id": "12", "wordpress_id": "12"}, ""),
    ],
)  # fmt: skip
def test_what_the_front_matter_has_kept(rule: str, fields: dict[str, Any], expected: str) -> None:
    assert ids.brought(rule, fields, SITE.url) == expected


def test_an_id_that_was_brought_is_the_posts_own() -> None:
    dialect, _problems = opened(Case("x", "plain", {"files": {}, "given": {"url": "https://example.org"}}))
    text = "---\ndate: 2020-01-02\nid: 5c1bd0a1e2b3c4d5e6f70819\n---\nbody\n"
    source = Source(Stamp(b"a.md", len(text), 0, 0, 1), text, b"digest")
    row = read(source, "a.md", dialect, "ghost")
    assert row.guid == unpack(row.packed, row.path).guid == "5c1bd0a1e2b3c4d5e6f70819"
    assert not row.problems, "nor is said that it is no id"
    assert row.default_id == "https://example.org/a.html"
