"""Feeds of others that name addresses which are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.sources import asking, collect, is_address

FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:x</id><updated>2020-01-01T00:00:00Z</updated>'
    '<link rel="self" href="{own}"/><link rel="prev-archive" href="{older}"/>'
    "<entry><title>t</title><id>urn:y</id><updated>2020-01-01T00:00:00Z</updated></entry></feed>"
)


@pytest.mark.parametrize("own", ["http://[x/", "http://[127.0.0.1]/", "http://a/", ""])
@pytest.mark.parametrize("older", ["http://[x/", "http://[127.0.0.1]/", "//[", "http://a:b/", ""])
def test_a_feed_that_names_no_address_is_read(own: str, older: str, tmp_path: Path) -> None:
    file = tmp_path / "feed.atom"
    file.write_text(FEED.format(own=own, older=older))
    found = collect([str(file)], asking([str(file), "http://[x/"]))
    assert [len(feed.entries) for feed in found.feeds] == [1]
    assert not found.faults


@pytest.mark.parametrize(("where", "is_one"), [("HTTPS://a/", True), ("http://[x/", True), ("a/b", False), ("", False)])
def test_what_is_meant_by_a_person(where: str, is_one: bool) -> None:
    assert is_address(where) == is_one
