"""`syndicate init`: a settings file that says what holds anyway, and is loaded without a mistake."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from syndicate.settings import documented
from tests.cli.program import a_site, names, syndicate
from tests.flow.site import NEWSROOM

SAID = ("--url", "https://example.org/blog", "--title", 'The "Quiet" Ferry', "--formats", "rss,atom", "--limit", "7")


def in_force(folder: Path, *arguments: str) -> dict[str, object]:
    done = syndicate(folder, "config", *arguments, "--json")
    assert done.code == 0, done.err
    return {path: row["value"] for path, row in json.loads(done.out).items()}


@pytest.fixture(params=["plain", "jekyll"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "plain":
        return a_site(tmp_path)
    found = tmp_path / "site"
    found.mkdir()
    for name in ("_config.yml", "_posts"):
        source = NEWSROOM / name
        shutil.copytree(source, found / name) if source.is_dir() else shutil.copy(source, found)
    return found


def test_nothing_changes_by_it(site: Path, tmp_path: Path) -> None:
    before = in_force(tmp_path, "site")
    done = syndicate(tmp_path, "init", "site")
    assert done.code == 0 and done.err == ""
    assert "site/config/syndicate.toml is written" in done.out
    assert in_force(tmp_path, "site") == before


def test_what_is_given_is_set(site: Path, tmp_path: Path) -> None:
    wanted = in_force(tmp_path, "site", *SAID)
    assert syndicate(tmp_path, "init", "site", *SAID).code == 0
    assert in_force(tmp_path, "site") == wanted
    assert (wanted["site.title"], wanted["feed.limit"]) == ('The "Quiet" Ferry', 7)


def test_every_option_is_there_and_every_comment_is_one_that_loads(site: Path, tmp_path: Path) -> None:
    before = in_force(tmp_path, "site", "--url", "https://example.org")
    text = syndicate(tmp_path, "init", "site", "--url", "https://example.org", "--stdout").out
    assert max(map(len, text.splitlines())) <= 160
    settings = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert len(re.findall(r"^\w+ = ", settings, re.MULTILINE)) == len(documented())
    (site / "syndicate.toml").write_text(settings, "utf-8")
    assert in_force(tmp_path, "site") == before


def test_the_feeds_of_ones_own_that_it_shows_can_be_had(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    text = syndicate(tmp_path, "init", "site", "--url", "https://example.org", "--stdout").out
    shown = re.findall(r"^#   (.+)$", text, re.MULTILINE)
    (site / "syndicate.toml").write_text("\n".join(shown), "utf-8")
    found = in_force(tmp_path, "site", "--url", "https://example.org")
    assert found["feeds.weekly.digest"] == "weekly"
    assert found["feeds.long-reads.query"] == "words > 1500 and not category:news"
    assert "feeds.weekly.query" not in found
    assert syndicate(tmp_path, "build", "site", "--url", "https://example.org").code == 0


def test_printed_is_not_written(site: Path, tmp_path: Path) -> None:
    before = names(site)
    done = syndicate(tmp_path, "init", "site", "--stdout")
    assert done.code == 0 and done.out.startswith("# The posts of this site are read as ")
    assert names(site) == before


@pytest.mark.parametrize("there", ["config/syndicate.toml", "syndicate.toml"])
def test_nothing_is_overwritten(there: str, tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "config").mkdir()
    (site / there).write_text("[site]\nurl = 'https://mine.example'\n")
    done = syndicate(tmp_path, "init", "site")
    assert done.code == 2 and f"site/{there}: is there already; --force" in done.err and done.out == ""
    assert (site / there).read_text() == "[site]\nurl = 'https://mine.example'\n"


def test_unless_it_is_meant(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "config").mkdir()
    (site / "config" / "syndicate.toml").write_text("[broken")
    assert syndicate(tmp_path, "init", "site", "--force").code == 0
    assert in_force(tmp_path, "site")["content.dialect"] == "plain"
    assert names(site / "config") == {"syndicate.toml"}


def test_another_name_and_a_missing_address(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, "init", "site", "--config", "deep/mine.toml")
    assert done.code == 0 and "set site.url" in done.out
    assert (tmp_path / "deep" / "mine.toml").is_file()
    assert syndicate(tmp_path, "init", "site", "--config", "deep/mine.toml").code == 2


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "config").write_text("a file")
    done = syndicate(tmp_path, "init", "site")
    assert done.code == 2 and "cannot be written" in done.err
    assert syndicate(tmp_path, "init", "nowhere").code == 2
