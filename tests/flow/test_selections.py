"""Feeds of the operator's own, from the settings file to the documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syndicate import build
from syndicate.errors import ConfigurationError

NOW = 1_750_000_000  # 2025-06-15


class Folder:
    """Three posts with a mood, and a settings file with one feed of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for number, mood in enumerate(("calm", "wild", "calm"), 1):
            text = f"---\ntitle: T{number}\ndate: 2025-06-0{number}\nmood: {mood}\ntags: [x]\n---\n{'word ' * number}\n"
            (path / f"{number}.md").write_text(text)

    def titles(self, own: str, now: int = NOW) -> list[str]:
        """The titles of the feed `own` after a build with these settings of it."""
        (self.path / "syndicate.toml").write_text(f'[site]\nurl = "https://example.org"\n[feeds.own]\n{own}\n')
        out = self.path / "out"
        report = build(str(self.path), options={"output": {"folder": str(out)}}, now=now)
        assert report.exit_code == 0, report.problems
        (document,) = out.rglob("own/**/feed.json")
        return [item["title"] for item in json.loads(document.read_text())["items"]]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_another_query_has_the_posts_read_for_what_it_asks(folder: Folder) -> None:
    assert folder.titles('query = "tag:x"') == ["T3", "T2", "T1"]
    assert folder.titles('query = "mood:calm"') == ["T3", "T1"]
    assert folder.titles('query = "words > 1 -mood:calm"') == ["T2"]
    assert folder.titles('query = "mood:calm"\nsort = "oldest"\nlimit = 1') == ["T1"]


def test_a_post_that_changes_enters_and_leaves(folder: Folder) -> None:
    assert folder.titles('query = "mood:calm"') == ["T3", "T1"]
    changed = folder.path / "3.md"
    changed.write_text(changed.read_text().replace("calm", "wild"))
    assert folder.titles('query = "mood:calm"') == ["T1"]
    (folder.path / "1.md").unlink()
    assert folder.titles('query = "mood:calm"') == []


def test_time_alone_moves_a_window(folder: Folder) -> None:
    day = 86_400
    assert folder.titles('query = "newer(14d)"') == ["T3", "T2"]
    assert folder.titles('query = "newer(14d)"', NOW + day) == ["T3"]
    assert folder.titles('query = "newer(14d)"', NOW + 9 * day) == []
    assert folder.titles('max_age = "14d"', NOW + day) == ["T3"]


def test_a_digest_has_an_entry_when_its_day_is_over(folder: Folder) -> None:
    the_third = 1_748_908_800  # 2025-06-03
    assert folder.titles('digest = "daily"', the_third + 3_600) == ["2 June 2025 · 1 post", "1 June 2025 · 1 post"]
    assert folder.titles('digest = "daily"', the_third + 90_000)[0] == "3 June 2025 · 1 post"
    assert folder.titles('digest = "weekly"') == ["2 – 8 June 2025 · 2 posts", "26 May – 1 June 2025 · 1 post"]


def test_wrong_queries_stop_the_build_before_anything_is_written(folder: Folder) -> None:
    with pytest.raises(ConfigurationError) as caught:
        folder.titles('query = "tag:x and words > many"\n[feeds.other]\nquery = "(a"')
    assert [line.partition(": ")[2][:34] for line in caught.value.mistakes] == [
        "feeds.own.query: column 19: words is a number"[:34],
        "feeds.other.query: column 1: the ( that"[:34],
    ]
    assert all("syndicate.toml: " in line for line in caught.value.mistakes)
    assert not (folder.path / "out").exists()


def test_mistakes_name_the_settings_file_also_where_it_says_nothing_else(folder: Folder) -> None:
    file = folder.path / "syndicate.toml"
    options = {"site": {"url": "https://example.org"}, "output": {"folder": str(folder.path / "out")}}
    file.write_text('[feeds.own]\nquery = "(a"\n')
    with pytest.raises(ConfigurationError) as caught:
        build(str(folder.path), options=options, now=NOW)
    assert caught.value.mistakes[0].startswith(f"{file}: feeds.own.query: column 1: ")
    file.write_text('[feeds.own]\nquery = "mod:calm"\n')
    report = build(str(folder.path), options=options, now=NOW)
    assert [(each.code, each.path) for each in report.problems] == [("query-key-unknown", str(file))]
