"""The cases of the dialect `jekyll`, built by Jekyll itself: what it publishes, where, and under which terms.

Debian and Ubuntu: `apt-get install jekyll`. What we read otherwise on purpose is named in the cases
(`unlike_peer`) and explained in docs/dialects.md.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.content.listings import jekyll, lay
from tests.peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not peer("jekyll"), reason="jekyll is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "jekyll" and case.data.get("peer", True)]


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_jekyll_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    root = dialect.facts.url
    lay(case.files, tmp_path / "site")
    theirs = jekyll(tmp_path / "site", tmp_path)
    assert set(theirs) == set(case.data["posts"])
    for path, document in theirs.items():
        post, _more = read(dialect, path, case.files[path])
        assert post is not None
        ours = {name: aspect(post, name) for name in document} | {
            "url": unquote(post.url.removeprefix(root)),
            "generator_id": root + post.generator_id,
        }
        document["url"] = unquote(document["url"])
        excepted = case.data["posts"][path].get("unlike_peer", [])
        different = {name for name in document if ours[name] != document[name]}
        assert different == set(excepted), (path, ours, document)
