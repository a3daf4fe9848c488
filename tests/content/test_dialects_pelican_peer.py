"""The cases of the dialect `pelican`, built by Pelican itself: what it publishes, where, and under which terms.

`make peers` installs it. What we read otherwise on purpose is named in the cases (`unlike_peer`, and for a whole
article `unlisted_by_peer`) and explained in docs/dialects.md.
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

PELICAN = peer("pelican")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not PELICAN, reason="pelican is not installed"),
]

BUILT = [case for case in cases() if case.dialect == "pelican" and case.data.get("peer", True)]

PLUGIN = r"""
import datetime, json, os
from pelican import signals
from markupsafe import Markup

def moment(value):
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""

def listing(generators):
    found = {}
    for generator in generators:
        groups = ("articles", "translations")
        for article in (one for name in groups for one in getattr(generator, name, [])):
            path = os.path.relpath(article.source_path, os.environ["SITE"])
            found[path] = {
                "url": article.url,
                "title": str(Markup(article.title).striptags()),
                "published": moment(article.date),
                "updated": moment(getattr(article, "modified", None)),
                "tags": [tag.name for tag in getattr(article, "tags", [])],
                "categories": [article.category.name],
                "authors": [author.name for author in getattr(article, "authors", [])],
                "language": article.lang,
                "translations": sorted(
                    os.path.relpath(one.source_path, os.environ["SITE"]) for one in article.translations
                ),
            }
    with open(os.environ["LISTING"], "w", encoding="utf-8") as out:
        json.dump(found, out)

def register():
    signals.all_generators_finalized.connect(listing)
"""

SETTINGS = """
import sys
sys.path.insert(0, {site!r})
from {module} import *
PLUGIN_PATHS = [{plugins!r}]
PLUGINS = ["listing"]
OUTPUT_PATH = {output!r}
THEME = "simple"
LOG_FILTER = []
"""


def built(case: Case, folder: Path) -> dict[str, dict[str, Any]]:
    """What Pelican says of every article it lists, by path."""
    site = folder / "site"
    module = "publishconf" if "publishconf.py" in case.files else "pelicanconf"
    settings = SETTINGS.format(
        site=str(site), module=module, plugins=str(folder / "plugins"), output=str(folder / "output")
    )
    files = {f"site/{path}": text.removeprefix("\n") for path, text in case.files.items()}
    for path, text in {**files, "plugins/listing.py": PLUGIN, "site/peer_settings.py": settings}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    environment = {
        **os.environ,
        "LISTING": str(folder / "listing.json"),
        "SITE": str(site),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [str(PELICAN), "--settings", "peer_settings.py"], cwd=site, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "listing.json").read_text("utf-8"))


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
    theirs, mine = built(case, tmp_path), ours(case)
    for path in case.data.get("unlisted_by_peer", []):
        del mine[path]
    assert set(theirs) == set(mine)
    for path, article in theirs.items():
        excepted = case.data["posts"][path].get("unlike_peer", [])
        different = {name for name in article if mine[path][name] != article[name]}
        assert different == set(excepted), (path, mine[path], article)
