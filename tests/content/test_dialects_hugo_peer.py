"""The cases of the dialect `hugo`, built by Hugo itself: what it publishes, where, when, and under which terms.

`make peers` installs it. What we read otherwise on purpose is named in the cases (`unlike_peer`) and explained in
docs/dialects.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from syndicate.content.dialects import Dialect
from syndicate.model import Post
from tests.content.dialect_cases import Case, cases, is_public, looked_at, opened, plainly, read
from tests.content.listings import hugo, lay
from tests.peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not peer("hugo"), reason="hugo is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "hugo" and case.data.get("peer", True)]

NOW = datetime(2024, 6, 1, tzinfo=UTC)
"""The moment at which the sites are built."""


def ours(case: Case) -> tuple[Dialect, dict[str, Post]]:
    """The posts that are public at the moment of the build, and the drafts and pages that are none left out."""
    dialect, _problems = opened(case)
    found = {path: read(dialect, path, case.files[path])[0] for path in looked_at(dialect, list(case.files))}
    return dialect, {path: post for path, post in found.items() if post and is_public(post) and _live(post)}


def _live(post: Post) -> bool:
    return (post.visible_from or NOW) <= NOW <= (post.visible_until or NOW)


def compared(dialect: Dialect, post: Post, posts: dict[str, Post]) -> dict[str, Any]:
    """A post of ours in the words of the listing."""
    assert post.published
    together = [each for each in posts.values() if each.translation and each.translation == post.translation]
    return {
        "url": unquote(post.url),
        "title": post.title,
        "published": plainly(post.published),
        "updated": plainly(post.updated or post.published),
        "terms": sorted({unquote(dialect.term_url(*term)) for term in post.terms} - {""}),
        "translations": sorted(unquote(each.url) for each in together or [post]),
    }


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_hugo_publishes(case: Case, tmp_path: Path) -> None:
    dialect, posts = ours(case)
    lay(case.files, tmp_path / "site")
    listed = hugo(tmp_path / "site", tmp_path, NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), case.given.url)
    theirs = {path: page for path, page in listed.items() if page["published"] > "0001-01-02"}
    assert set(theirs) == set(posts)
    for path in set(theirs) & set(posts):
        page = theirs[path] | {"url": unquote(theirs[path]["url"])}
        page["terms"] = sorted(set(map(unquote, page["terms"])))
        page["translations"] = sorted(map(unquote, page["translations"]))
        own = compared(dialect, posts[path], posts)
        different = {name for name in own if own[name] != page[name]}
        assert different == set(case.data["posts"][path].get("unlike_peer", [])), (path, own, page)
