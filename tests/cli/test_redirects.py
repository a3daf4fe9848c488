"""`syndicate redirects`: what the state knows of earlier addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import POST, syndicate


def built(folder: Path, *arguments: str) -> None:
    done = syndicate(folder, "build", "posts", "--url", "https://example.org", "--state", "state.db", *arguments)
    assert done.code == 0, done.err


def asked(folder: Path, server: str, *arguments: str) -> str:
    command = ("redirects", "posts", "--url", "https://example.org", "--state", "state.db", "--for", server)
    done = syndicate(folder, *command, *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for day in (1, 2):
        path = tmp_path / "posts" / f"{day}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(POST.format(title=f"Post {day}", day=day, tags=f"t{day}"), "utf-8")
    return tmp_path


def test_nothing_has_moved_yet(folder: Path) -> None:
    built(folder)
    assert [line for line in asked(folder, "netlify").splitlines() if not line.startswith("#")] == []


def test_a_state_that_is_not_there(folder: Path) -> None:
    done = syndicate(folder, "redirects", "posts", "--url", "https://example.org", "--for", "nginx")
    assert done.code == 2 and "build" in done.err


def test_addresses_that_feeds_have_left(folder: Path) -> None:
    built(folder, "--feeds-url", "https://example.org/feeds")
    (folder / "syndicate.toml").write_text('[feed.paths]\nterm = "by/{taxonomy}/{slug}/{format}.xml"\n', "utf-8")
    more = ("--config", "syndicate.toml", "--feeds-url", "https://example.org/feeds")
    built(folder, *more)
    said = asked(folder, "netlify", *more)
    assert "/feeds/tag/t1/atom.xml https://example.org/feeds/by/tag/t1/atom.xml 301" in said.splitlines()
    assert "/feeds/tag/t2/feed.json https://example.org/feeds/by/tag/t2/json.xml 301" in said.splitlines()
    assert '"/feeds/tag/t1/rss.xml" "https://example.org/feeds/by/tag/t1/rss.xml";' in asked(folder, "nginx", *more)


def test_posts_that_are_gone(folder: Path) -> None:
    built(folder)
    (folder / "posts" / "1.md").unlink()
    built(folder)
    assert "# gone: /1.html" in asked(folder, "netlify").splitlines()
    assert '\t/1.html "" 1 ""' in asked(folder, "caddy").splitlines()


def test_which_files_are_served_where(folder: Path) -> None:
    built(folder, "--preset", "wordpress")
    said = asked(folder, "netlify", "--preset", "wordpress").splitlines()
    assert "/feed/ /feed/index.xml 200" in said and "/tag/t1/feed/atom/ /tag/t1/feed/atom/index.xml 200" in said


def test_the_server_has_to_be_named(folder: Path) -> None:
    done = syndicate(folder, "redirects", "posts", "--url", "https://example.org")
    assert done.code == 2 and "--for" in done.err
