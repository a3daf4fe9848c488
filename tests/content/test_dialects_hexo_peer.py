"""The cases of the dialect `hexo`, built by Hexo itself: what it publishes, where, and under which terms.

Hexo runs with its own renderers only, so a script of the site reads Markdown as it is. It runs in the zone of the
site, as on its author's machine: its permalinks are in the machine's zone. What we read otherwise on purpose is named
in the cases (`unlike_peer`) and explained in docs/dialects.md.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.peers import peer

HEXO = peer("hexo")

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(HEXO is None, reason="hexo is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "hexo" and case.data.get("peer", True)]

LISTING = r"""
for (const ending of ["md", "markdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext"]) {
  hexo.extend.renderer.register(ending, "html", (data) => data.text, true);
}
hexo.extend.filter.register("after_generate", () => {
  const listing = {};
  hexo.locals.get("posts").forEach((post) => {
    listing["source/" + post.source] = {
      url: post.permalink,
      title: post.title,
      published: post.date.toDate().toISOString().replace(".000Z", "Z"),
      categories: post.categories.map((one) => one.name),
      tags: post.tags.map((one) => one.name),
    };
  });
  require("fs").writeFileSync(process.env.LISTING, JSON.stringify(listing));
});
"""


def built(case: Case, folder: Path, zone: str) -> dict[str, dict[str, Any]]:
    """What Hexo says of every post it publishes, by path."""
    assert HEXO is not None
    site = folder / "site"
    for path, text in {**case.files, "scripts/listing.js": LISTING}.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.removeprefix("\n"), "utf-8")
    packages = next(each for each in Path(HEXO).resolve().parents if each.name == "node_modules")
    (site / "node_modules").symlink_to(packages)
    environment = {**os.environ, "LISTING": str(folder / "listing.json"), "TZ": zone, "LC_ALL": "C.UTF-8"}
    done = subprocess.run([HEXO, "generate"], cwd=site, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
    return dict(json.loads((folder / "listing.json").read_text("utf-8")))


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_hexo_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    theirs = built(case, tmp_path, dialect.facts.timezone)
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
