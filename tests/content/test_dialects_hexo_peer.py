"""The cases of the dialect `hexo`, built by Hexo itself: what it publishes, where, and under which terms.

What we read otherwise on purpose is named in the cases (`unlike_peer`) and explained in docs/dialects.md.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.content.listings import hexo, lay
from tests.peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not peer("hexo"), reason="hexo is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "hexo" and case.data.get("peer", True)]


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_hexo_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    lay({path: text.removeprefix("\n") for path, text in case.files.items()}, tmp_path / "site")
    theirs = hexo(tmp_path / "site", tmp_path, dialect.facts.timezone)
    assert set(theirs) == set(case.data["posts"])
    for path, document in theirs.items():
        post, _more = read(dialect, path, case.files[path])
        assert post is not None
        ours = {name: aspect(post, name) for name in document} | {"url": unquote(post.url)}
        # Hexo lists the terms of a post in the order in which the site first had them
        for name in ("categories", "tags"):
            ours[name], document[name] = set(ours[name]), set(document[name])
        document["url"] = unquote(document["url"])
        excepted = case.data["posts"][path].get("unlike_peer", [])
        different = {name for name in document if ours[name] != document[name]}
        assert different == set(excepted), (path, ours, document)
