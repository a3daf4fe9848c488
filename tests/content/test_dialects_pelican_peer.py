"""The cases of the dialect `pelican`, built by Pelican itself: what it publishes, where, and under which terms.

`make peers` installs it. What we read otherwise on purpose is named in the cases (`unlike_peer`, and for a whole
article `unlisted_by_peer`) and explained in docs/dialects.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.content.listings import lay, pelican
from tests.peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not peer("pelican"), reason="pelican is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "pelican" and case.data.get("peer", True)]


def ours(case: Case) -> dict[str, dict[str, Any]]:
    """The same of the posts we read: those that the case says are published."""
    dialect, _problems = opened(case)
    posts = {path: read(dialect, path, case.files[path].removeprefix("\n"))[0] for path in case.data["posts"]}
    groups: dict[str, list[str]] = {}
    for path, post in posts.items():
        assert post is not None
        groups.setdefault(post.translation, []).append(path)
    return {
        path: {
            **{name: aspect(post, name) for name in ("title", "published", "updated", "tags", "categories")},
            "url": unquote(post.url.removeprefix(f"{dialect.facts.url}/")),
            "authors": [author.name for author in post.authors],
            "language": post.language or dialect.site.language,  # type: ignore[attr-defined]
            "translations": sorted(set(groups[post.translation]) - {path}),
        }
        for path, post in posts.items()
        if post
    }


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_pelican_publishes(case: Case, tmp_path: Path) -> None:
    lay({path: text.removeprefix("\n") for path, text in case.files.items()}, tmp_path / "site")
    theirs, mine = pelican(tmp_path / "site", tmp_path), ours(case)
    for path in case.data.get("unlisted_by_peer", []):
        del mine[path]
    assert set(theirs) == set(mine)
    for path, article in theirs.items():
        excepted = case.data["posts"][path].get("unlike_peer", [])
        different = {name for name in article if mine[path][name] != article[name]}
        assert different == set(excepted), (path, mine[path], article)
