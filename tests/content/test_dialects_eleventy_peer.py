"""The cases of the dialect `eleventy`, built by Eleventy itself: which posts, where, when, under which titles and tags.

`make peers`. What we read otherwise on purpose is named in the cases (`unlike_peer`) and explained in docs/dialects.md.
Eleventy knows no drafts and no posts of its own: drafts are left out as its documentation shows it, and its pages
must hold all our posts, while further pages are no posts.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read
from tests.peers import peer

ELEVENTY = peer("eleventy")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(ELEVENTY is None, reason="eleventy is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "eleventy" and case.data.get("peer", True)]
COLLECTING = {"all", "nav", "post", "posts"}

LISTING = """
import * as own from "%s";
import fs from "node:fs";
export default async function (eleventyConfig) {
  const returned = await own.default?.(eleventyConfig);
  eleventyConfig.addPreprocessor("drafts", "*", (data) => (data.draft ? false : undefined));
  const listing = {};
  eleventyConfig.addCollection("everything", (api) => {
    for (const page of api.getAll()) {
      const path = page.inputPath.replace("./", "");
      if (page.url) {
        const { title, tags } = page.data;
        listing[path] = { url: page.url, published: page.date.toISOString(), title: title ?? "", tags: tags ?? [] };
      }
    }
    return [];
  });
  eleventyConfig.on("eleventy.after", () => fs.writeFileSync(process.env.LISTING, JSON.stringify(listing)));
  return returned;
}
export const config = own.config ?? {};
"""


def built(case: Case, folder: Path) -> dict[str, dict[str, Any]]:
    """What Eleventy says of every page it writes and collects, by path."""
    site = folder / "site"
    for path, text in case.files.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace('import plugin from "some-plugin";', ""), "utf-8")
    own = next(name for name in case.files if "eleventy" in name and "/" not in name and not name.endswith("ignore"))
    kind = "commonjs" if "module.exports" in case.files[own] else "module"
    (site / "package.json").write_text(json.dumps({"type": kind}))
    (site / "listing.mjs").write_text(LISTING % f"./{own}")
    environment = {**os.environ, "LISTING": str(folder / "listing.json"), "TZ": "UTC"}
    done = subprocess.run(
        [str(ELEVENTY), "--config=listing.mjs", "--quiet"], cwd=site, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads((folder / "listing.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_eleventy_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    prefix = urlsplit(dialect.facts.url).path
    theirs = built(case, tmp_path)
    assert set(theirs) >= set(case.data["posts"])
    assert not set(theirs) & set(case.data.get("left_out", {}))
    for path, wanted in case.data["posts"].items():
        post, _more = read(dialect, path, case.files[path])
        assert post is not None
        page = theirs[path]
        page["published"] = page["published"].replace(".000Z", "Z")
        page["tags"] = [tag for tag in dict.fromkeys(map(str, page["tags"])) if tag.strip() not in COLLECTING]
        ours = {name: aspect(post, name) for name in page}
        ours["url"] = unquote(urlsplit(post.url).path.removeprefix(prefix))
        different = {name for name in page if ours[name] != page[name]}
        assert different == set(wanted.get("unlike_peer", [])), (path, ours, page)
