"""`check`, `feeds` and `config`: they tell, and change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import BROKEN, POST, a_site, names, on_a_terminal, syndicate
from tests.flow.site import Run

URL = ("--url", "https://example.org")


# -- check


def test_check_tells_the_problems_and_writes_nothing(tmp_path: Path) -> None:
    a_site(tmp_path, bad=BROKEN)
    before = names(tmp_path)
    done = syndicate(tmp_path, "check", "site", *URL)
    assert done.code == 1
    assert done.err.startswith("error: bad.md:2:")
    assert done.out == "3 post files read, 1 problem\n"
    assert names(tmp_path) == before


def test_check_of_a_good_site(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, "check", "site", *URL)
    assert (done.code, done.out, done.err) == (0, "2 post files read, 0 problems\n", "")


def test_check_as_json_tells_what_build_tells(tmp_path: Path) -> None:
    a_site(tmp_path, bad=BROKEN)
    looked = syndicate(tmp_path, "check", "site", *URL, "--json").report
    built = syndicate(tmp_path, "build", "site", *URL, "--json").report
    assert looked["problems"] == built["problems"] and len(built["problems"]) == 1
    assert looked["skipped"] == built["skipped"] == 1
    assert looked["documents"] == {"written": 0, "unchanged": 0, "removed": 0}


def test_check_between_two_builds_changes_nothing(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    syndicate(tmp_path, "build", "site", *URL)
    state = (tmp_path / ".syndicate/feeds.db").read_bytes()
    (site / "bad.md").write_text(BROKEN)
    assert syndicate(tmp_path, "check", "site", *URL).code == 1
    assert (tmp_path / ".syndicate/feeds.db").read_bytes() == state


# -- feeds


@pytest.fixture
def built(tmp_path: Path) -> Path:
    a_site(tmp_path)
    assert syndicate(tmp_path, "build", "site", *URL).code == 0
    return tmp_path


def test_the_list_of_feeds(built: Path) -> None:
    out = syndicate(built, "feeds", "site", *URL).out
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0] == ["key", "entries", "newest (UTC)", "title", "addresses"]
    assert [row[:4] for row in rows[1:]] == [
        ["site", "2", "2026-01-02 12:00", "example.org"],
        ["tag:red", "2", "2026-01-02 12:00", "red · example.org"],
        ["tag:金融", "1", "2026-01-02 12:00", "金融 · example.org"],
    ]
    assert rows[3][4].split() == [
        f"https://example.org/feeds/tag/%E9%87%91%E8%9E%8D/{name}" for name in ("rss.xml", "atom.xml", "feed.json")
    ]


def test_the_list_as_json(built: Path) -> None:
    listed = json.loads(syndicate(built, "feeds", "site", *URL, "--json").out)
    assert listed[0] == {
        "key": "site",
        "title": "example.org",
        "entries": 2,
        "newest": "2026-01-02T12:00:00+00:00",
        "urls": {
            "rss": "https://example.org/feeds/rss.xml",
            "atom": "https://example.org/feeds/atom.xml",
            "json": "https://example.org/feeds/feed.json",
        },
    }


def test_the_list_on_a_terminal_is_not_cut(built: Path) -> None:
    lines = on_a_terminal(built, "feeds", "site", *URL).split("\r\n")
    assert lines[-2].endswith(" https://example.org/feeds/tag/%E9%87%91%E8%9E%8D/feed.json")
    assert len({line.index("https://") + 2 * line.count("金融") for line in lines[1:-1]}) == 1, "columns"
    assert not any(line.endswith(" ") for line in lines), "a terminal would wrap them"


@pytest.mark.parametrize("more", [["--preset", "jekyll"], ["--formats", "rss"]])
def test_the_list_is_of_what_was_published_whatever_the_settings_say_by_now(built: Path, more: list[str]) -> None:
    def told(*options: str) -> list[dict[str, object]]:
        out = syndicate(
            built, "feeds", "site", *URL, "--feeds-url", "https://example.org/feeds", "--json", *options
        ).out
        return json.loads(out)

    state = (built / ".syndicate/feeds.db").read_bytes()
    assert told(*more) == told()
    assert (built / ".syndicate/feeds.db").read_bytes() == state


def test_names_that_look_like_markup(tmp_path: Path) -> None:
    a_site(tmp_path, odd=POST.format(title="x", day=3, tags='"[/x]", ":smile:", "a\\tb"'))
    syndicate(tmp_path, "build", "site", *URL)
    piped = syndicate(tmp_path, "feeds", "site", *URL)
    assert piped.code == 0 and len(piped.out.splitlines()) == 1 + 6
    assert all(line.count("\t") == 4 for line in piped.out.splitlines())
    seen = on_a_terminal(tmp_path, "feeds", "site", *URL)
    assert "tag:[/x]" in seen and "tag::smile:" in seen


def test_nothing_has_been_built_yet(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, "feeds", "site", *URL)
    assert done.code == 2 and "run `syndicate build` first" in done.err
    assert names(tmp_path) == {"site", "site/one.md", "site/two.md"}


# -- config


def settings(done: Run) -> dict[str, tuple[str, str]]:
    rows = [line.split("\t") for line in done.out.splitlines()[1:]]
    return {path: (value, origin) for path, value, origin in rows}


def test_every_setting_and_its_origin(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "syndicate.toml").write_text('[site]\ntitle = "File"\n[feed]\nlimit = 5\nformats = ["rss"]\n')
    environ = {"SYNDICATE_SITE__TITLE": "Environment", "SYNDICATE_FEED__FORMATS": "rss,json"}
    done = syndicate(tmp_path, "config", "site", *URL, "--title", "Line", **environ)
    found = settings(done)
    assert done.code == 0
    assert found["site.title"] == ('"Line"', "command line")
    assert found["feed.formats"] == ('["rss", "json"]', "environment")
    assert found["feed.limit"] == ("5", "site/syndicate.toml")
    assert found["output.folder"] == ('"feeds"', "defaults")
    assert syndicate(tmp_path, "config", "site").code == 0, "also without what a build needs"


def test_settings_as_json(tmp_path: Path) -> None:
    a_site(tmp_path)
    found = json.loads(syndicate(tmp_path, "config", "site", *URL, "--limit", "7", "--json").out)
    assert found["feed.limit"] == {"value": 7, "origin": "command line"}
    assert found["feed.formats"]["value"] == ["rss", "atom", "json"]


def title(folder: Path, *arguments: str, **environ: str) -> str:
    return settings(syndicate(folder, "config", *arguments, **environ))["site.title"][0].strip('"')


def test_where_the_settings_file_is_found(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (tmp_path / "syndicate.toml").write_text('[site]\ntitle = "current folder"\n')
    (tmp_path / "mine.toml").write_text('[site]\ntitle = "mine"\n')
    (site / "syndicate.toml").write_text('[site]\ntitle = "beside the posts"\n')
    assert title(tmp_path) == "current folder"
    assert title(tmp_path, "site") == "beside the posts", "CONTENT is where to look, not the current folder"
    (site / "config").mkdir()
    (site / "config/syndicate.toml").write_text('\ufeff[site]\ntitle = "config folder"\n', encoding="utf-8")
    assert title(tmp_path, "site") == "config folder"
    assert title(tmp_path, "site", "--config", "mine.toml") == "mine"
    assert title(site) == "config folder"
    assert title(tmp_path, "site", SYNDICATE_SITE__TITLE="environment") == "environment"


def test_a_build_obeys_the_environment(tmp_path: Path) -> None:
    a_site(tmp_path)
    environ = {
        "SYNDICATE_SITE__URL": "https://example.org",
        "SYNDICATE_OUTPUT__FOLDER": "out",
        "SYNDICATE_FEED__LIMIT": "1",
    }
    done = syndicate(tmp_path, "build", "site", "--json", **environ)
    assert done.code == 0
    assert len(json.loads((tmp_path / "out/feed.json").read_text())["items"]) == 1
    assert (tmp_path / ".syndicate/out.db").is_file()


def test_settings_that_the_site_or_the_preset_decides(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_config.yml").write_text("url: https://example.org\ntitle: Mine\nfeed:\n  posts_limit: 7\n")
    found = json.loads(syndicate(tmp_path, "config", "--json", "--preset", "jekyll").out)
    own = "the site's own configuration (jekyll)"
    assert found["site.title"] == {"value": "Mine", "origin": own}
    assert found["feed.limit"] == {"value": 7, "origin": own}
    assert found["feed.url"] == {"value": "https://example.org", "origin": "preset jekyll"}
    assert found["feed.paths.site"] == {"value": "feed{ending}", "origin": "preset jekyll"}
    assert found["site.timezone"] == {"value": "UTC", "origin": "defaults"}
    assert found["content.dialect"] == {"value": "jekyll", "origin": "detected"}
    said = json.loads(syndicate(tmp_path, "config", "--json", "--limit", "20", "--preset", "jekyll").out)
    assert said["feed.limit"] == {"value": 20, "origin": "command line"}
