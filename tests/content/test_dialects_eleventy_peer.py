"""The cases of the dialect `eleventy`, built by Eleventy itself: which posts, where, when, under which titles and tags.

`make peers`. What we read otherwise on purpose is named in the cases (`unlike_peer`) and explained in docs/dialects.md.
Eleventy knows no drafts and no posts of its own: drafts are left out as its documentation shows it, and its pages
must hold all our posts, while further pages are no posts.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.content.listings import eleventy, lay
from tests.peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not peer("eleventy"), reason="eleventy is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "eleventy" and case.data.get("peer", True)]


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_eleventy_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    prefix = urlsplit(dialect.facts.url).path
    plain = {path: text.replace('import plugin from "some-plugin";', "") for path, text in case.files.items()}
    lay(plain, tmp_path / "site")
    theirs = eleventy(tmp_path / "site", tmp_path)
    assert set(theirs) >= set(case.data["posts"])
    assert not set(theirs) & set(case.data.get("left_out", {}))
    for path, wanted in case.data["posts"].items():
        post, _more = read(dialect, path, case.files[path])
        assert post is not None
        page = theirs[path]
        ours = {name: aspect(post, name) for name in page}
        ours["url"] = unquote(urlsplit(post.url).path.removeprefix(prefix))
        different = {name for name in page if ours[name] != page[name]}
        assert different == set(wanted.get("unlike_peer", [])), (path, ours, page)
