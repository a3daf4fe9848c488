"""The cases of the dialect `jekyll`, built by Jekyll itself: what it publishes, where, and under which terms.

Debian and Ubuntu: `apt-get install jekyll`. What we read otherwise on purpose is named in the cases
(`unlike_peer`) and explained in docs/dialects.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.content.dialect_cases import Case, aspect, cases, opened, read

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("jekyll"), reason="jekyll is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "jekyll" and case.data.get("peer", True)]

LISTING = r"""
require "json"
Jekyll::Hooks.register :site, :post_render do |site|
  filters = Class.new { include Jekyll::Filters; def initialize(context) @context = context end }
  filters = filters.new(Liquid::Context.new({}, {}, {site: site}))
  documents = site.collections.values.select(&:write?).flat_map(&:docs)
  listing = documents.map do |one|
    [one.path.delete_prefix(site.source + "/"), {
      url: one.url,
      generator_id: filters.absolute_url(one.id),
      categories: one.data["categories"],
      tags: one.data["tags"].uniq,
      title: one.data["title"].to_s.strip,
      published: one.date.getutc.strftime("%FT%TZ")
    }]
  end
  File.write(ENV["LISTING"], JSON.generate(listing.to_h))
end
"""


def built(case: Case, folder: Path) -> dict[str, dict[str, Any]]:
    """What Jekyll says of every document it writes, by path."""
    site = folder / "site"
    for path, text in {"_config.yml": "", **case.files, "_plugins/listing.rb": LISTING}.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (folder / "more.yml").write_text("plugins: []\n")
    environment = {**os.environ, "LISTING": str(folder / "listing.json"), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["jekyll", "build", "--quiet", "--config", f"{site}/_config.yml,{folder}/more.yml"],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr, done.stderr
    return json.loads((folder / "listing.json").read_text("utf-8"))


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.name)
def test_publishes_what_jekyll_publishes(case: Case, tmp_path: Path) -> None:
    dialect, _problems = opened(case)
    root = dialect.facts.url
    theirs = built(case, tmp_path)
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
