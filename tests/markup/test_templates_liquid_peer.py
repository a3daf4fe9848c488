"""The cases of Liquid, run by Jekyll itself: what its Liquid makes of a body, before Markdown.

Cases that Jekyll refuses, or where we mean the author, have `peer = false`; docs/dialects.md says why. Highlighted
code is compared without the `figure` that Jekyll puts around it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.markup.test_templates_liquid import CASES, expanded, load, page_of
from tests.peers import peer

JEKYLL = peer("jekyll")

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not JEKYLL, reason="jekyll is not installed"),
]

LISTING = r"""
require "json"
Jekyll::Hooks.register :documents, :pre_render do |document, payload|
  if document.relative_path == ENV["PAGE"]
    info = {registers: {site: document.site, page: payload["page"]}}
    run = document.site.liquid_renderer.file("body").parse(document.content).render!(payload, info)
    File.write(ENV["LISTING"], JSON.generate(run))
  end
end
"""


def run_by_jekyll(case: dict[str, Any], folder: Path) -> str:
    page = page_of(case)
    front = json.dumps(plainly(dict(page.fields)))
    config = {"plugins": [], "highlighter": "none", "timezone": "UTC", **case.get("variables", {})}
    files = {
        **case.get("files", {}),
        page.path: f"---\n{front}\n---\n{case['body']}",
        "_plugins/listing.rb": LISTING,
        "_config.yml": json.dumps(config),
    }
    for path, text in files.items():
        target = folder / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    environment = {**os.environ, "LISTING": str(folder / "listing.json"), "PAGE": page.path, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(JEKYLL), "build", "--quiet"], cwd=folder / "site", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return str(json.loads((folder / "listing.json").read_text("utf-8")))


def plainly(fields: dict[str, Any]) -> dict[str, Any]:
    """Front matter as the generator reads it, where ours has kept numbers as the text they were."""
    return {key: int(text) if isinstance(text, str) and text.isdigit() else text for key, text in fields.items()}


@pytest.mark.parametrize("path", [path for path in CASES if load(path).get("peer", True)], ids=lambda path: path.stem)
def test_runs_as_jekyll_runs_it(path: Path, tmp_path: Path) -> None:
    case = load(path)
    theirs = run_by_jekyll(case, tmp_path)
    theirs = re.sub(r'<figure class="highlight">(.*?)</figure>', r"\1", theirs, flags=re.DOTALL)
    theirs = re.sub(r' data-lang="[^"]*"', "", theirs)
    assert expanded(case).text.strip() == theirs.strip()
