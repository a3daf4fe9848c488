"""Sites that were made to have something read that is none of theirs, or that hold what nobody expects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syndicate.model import Severity
from tests.flow.site import Site, items
from tests.flow.test_kinds_of_site import build


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", tmp_path / "out/feeds", ("--url", "https://example.org"))
    made.post("_config.yml", "url: https://example.org\ntitle: The Sea\n")
    return made


def test_what_no_body_asks_for_among_the_includes_stops_nothing(site: Site) -> None:
    """A photo among the data, a table that is too large, a link that leads out, a pipe: none of them is read."""
    (site.content.parent / "secret").write_text("a secret", encoding="utf-8")
    site.post("_includes/own.html", "own")
    site.post("_data/photo.jpg", "x").write_bytes(b"\xff\xd8\xff\x00")
    site.post("_data/table.csv", "1,2\n" * 300_000)
    os.symlink("../../secret", site.content / "_includes/secret.html")
    os.mkfifo(site.content / "_includes/pipe.html")
    asked = "own.html secret.html ../../secret pipe.html /etc/hostname".split()
    body = " ".join(f"{{% include {name} %}}" for name in asked) + " {% include_relative ../../secret %}"
    site.post("_posts/2026-01-01-a.md", f"---\ntitle: a\n---\n{body}\n")
    report = build(site)
    (item,) = items(site.out / "rss.xml")
    assert item.html == "<p>own</p>"
    told = [problem for problem in report.problems if problem.severity is not Severity.INFO]
    assert [problem.code for problem in told] == ["template-unknown"] * 4
