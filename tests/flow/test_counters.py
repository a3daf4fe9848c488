"""What each kind of change costs, counted: posts opened and parsed, entries rendered, documents written.

These stand for the speed that `make bench` measures (docs/performance.md), on any machine: a run whose cost does
not follow what has changed fails here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from syndicate import cycle, wiring
from syndicate.project import find
from tests.flow.site import Site
from tests.flow.watched import Seen, watched

POSTS = 20
NOW = 1_780_315_200
SETTINGS = """
[site]
url = "https://example.org"
[feed]
limit = {limit}
history = "off"
pages = false
formats = {formats}
profile = "{profile}"
[feeds.own]
query = "category:news"
limit = {own}
"""
USUAL = {"limit": 3, "own": 2, "formats": '["rss", "atom", "json"]', "profile": "safe"}
FORMATS = 3
LISTS = 2
"""The page of all feeds, which tells counts and dates, and the OPML, which tells when the newest post came."""


def settings(site: Site, **other: object) -> None:
    site.post("syndicate.toml", SETTINGS.format(**{**USUAL, **other}))


def post(site: Site, number: int, body: str = "Words.") -> str:
    """Odd ones are news, even ones of the city; every third is blue, the others red."""
    category, tag = "news" if number % 2 else "city", "red" if number % 3 else "blue"
    name = f"2026-01-01-n{number}.md"
    moment = f"2026-01-01 {number // 60:02}:{number % 60:02}:00 +0000"
    head = f"title: P{number}\ndate: {moment}\ncategories: {category}\ntags: [{tag}]"
    site.post(f"_posts/{name}", f"---\n{head}\n---\n{body}\n")
    return name


def names(*numbers: int) -> set[str]:
    return {f"2026-01-01-n{number}.md" for number in numbers}


def a_site(folder: Path, posts: int) -> Site:
    made = Site(folder / "site", folder / "feeds", ("--workers", "1"))
    made.post("_config.yml", "title: Small\n")
    settings(made)
    for number in range(1, posts + 1):
        post(made, number)
    return made


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The site, news, city, red, blue, own: 20 posts, of which the feeds show the newest ones."""
    made = a_site(tmp_path, POSTS)
    made.build()
    return made


def counted(seen: Seen) -> tuple[int, int, int]:
    """Posts parsed, entries rendered, documents written, as reported; the files agree with that."""
    report = seen.report
    assert len(seen.placed) == report["documents"]["written"], "a document that was written was put in its place"
    opened = Counter(seen.posts)
    assert len(seen.posts) <= report["parsed"] + report["rendered"], "read once to be stored, once to be shown"
    assert all(times <= 2 for times in opened.values())
    return report["parsed"], report["rendered"], report["documents"]["written"]


def test_the_first_build_reads_each_post_and_renders_what_is_shown(tmp_path: Path) -> None:
    seen = watched(a_site(tmp_path, POSTS))
    assert counted(seen) == (POSTS, 7, 6 * FORMATS + LISTS)
    assert set(seen.posts) == names(*range(1, POSTS + 1))
    shown = {name for name, times in Counter(seen.posts).items() if times == 2}
    assert shown <= names(12, 15, 16, 17, 18, 19, 20)


def test_workers_do_the_same_work_once(tmp_path: Path) -> None:
    one = a_site(tmp_path / "one", POSTS)
    two = a_site(tmp_path / "two", POSTS)
    two.options = ("--workers", "2")
    alone, together = watched(one), watched(two)
    assert counted(alone) == counted(together)
    assert sorted(alone.posts) == sorted(together.posts)
    assert sorted(alone.placed) == sorted(together.placed)


def test_nothing_changed(site: Site) -> None:
    seen = watched(site)
    assert counted(seen) == (0, 0, 0)
    assert (seen.posts, seen.documents, seen.placed) == ([], [], [])


def touch(site: Site) -> set[str]:
    os.utime(site.content / "_posts/2026-01-01-n20.md", (1, 1))
    return names(20)


def add(site: Site) -> set[str]:
    return {post(site, POSTS + 1)}


def add_the_oldest(site: Site) -> set[str]:
    return {post(site, 0)}


def edit(site: Site) -> set[str]:
    return {post(site, POSTS, "Other words.")}


def edit_what_no_feed_shows(site: Site) -> set[str]:
    return {post(site, 1, "Other words.")}


def retag(site: Site) -> set[str]:
    path = site.content / "_posts/2026-01-01-n20.md"
    path.write_text(path.read_text().replace("red", "blue"))
    return names(20, 16)


def move(site: Site) -> set[str]:
    """Into a folder of its own, which Jekyll takes for a category: another address, another feed."""
    folder = site.content / "port" / "_posts"
    folder.mkdir(parents=True)
    (site.content / "_posts/2026-01-01-n20.md").rename(folder / "2026-01-01-n20.md")
    return names(20)


def delete(site: Site) -> set[str]:
    """What takes its place: in the feed of the city, of red, of the site."""
    (site.content / "_posts/2026-01-01-n20.md").unlink()
    return names(14, 16, 17)


def delete_what_no_feed_shows(site: Site) -> set[str]:
    (site.content / "_posts/2026-01-01-n1.md").unlink()
    return set()


def break_one(site: Site) -> set[str]:
    (site.content / "_posts/2026-01-01-n20.md").write_text("---\ntitle: [\n---\nWords.\n")
    return names(20)


def draft(site: Site) -> set[str]:
    path = site.content / "_posts/2026-01-01-n20.md"
    path.write_text(path.read_text().replace("title:", "published: false\ntitle:"))
    return names(20, 14, 16, 17)


def remove_a_document(site: Site) -> set[str]:
    (site.out / "tag/blue/rss.xml").unlink()
    return names(12, 15, 18)


def own_limit(site: Site) -> set[str]:
    """The limit of one feed, which then shows two posts that no feed has shown, and one that is in another."""
    settings(site, own=5)
    return names(11, 13, 15)


def limit(site: Site) -> set[str]:
    settings(site, limit=4)
    return names(9, 13, 14, 16, 17)


def lower_limit(site: Site) -> set[str]:
    settings(site, limit=2)
    return set()


def fewer_formats(site: Site) -> set[str]:
    settings(site, formats='["atom"]')
    return set()


def other_profile(site: Site) -> set[str]:
    settings(site, profile="plain")
    return names(12, 15, 16, 17, 18, 19, 20)


@pytest.mark.parametrize(
    ("change", "parsed", "rendered", "written"),
    [
        (touch, 1, 0, 0),
        # site, news, blue, own
        (add, 1, 1, 4 * FORMATS + LISTS),
        (add_the_oldest, 1, 0, 1),
        (edit, 1, 1, 3 * FORMATS),
        (edit_what_no_feed_shows, 1, 0, 0),
        (retag, 1, 2, 4 * FORMATS + 1),
        (move, 1, 1, 4 * FORMATS + LISTS),
        (delete, 0, 3, 3 * FORMATS + LISTS),
        (delete_what_no_feed_shows, 0, 0, 1),
        (break_one, 1, 0, 0),
        (draft, 1, 3, 3 * FORMATS + LISTS),
        (remove_a_document, 0, 3, 1),
        (own_limit, 0, 3, FORMATS),
        (limit, 0, 5, 5 * FORMATS),
        (lower_limit, 0, 0, 5 * FORMATS),
        (fewer_formats, 0, 0, 6 + LISTS),
        (other_profile, 0, 7, 6 * FORMATS),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_a_change_costs_what_it_changes(
    site: Site, change: Callable[[Site], set[str]], parsed: int, rendered: int, written: int
) -> None:
    """`rendered` and what the change returns, the posts that may be opened, are the most that is needed."""
    opened = change(site)
    seen = watched(site)
    found = counted(seen)
    assert (found[0], found[2]) == (parsed, written)
    assert found[1] <= rendered
    assert set(seen.posts) <= opened
    if change is not break_one:  # its last good version is looked for
        assert set(seen.documents) <= {*seen.placed, "opml.xml"}, "none is read that is not written anew"
    after = watched(site)
    assert counted(after) == (0, 0, 0)
    assert set(after.posts) <= opened, "what was broken may be looked at again, nothing else"


def test_another_title_of_the_site_renders_nothing(site: Site) -> None:
    site.options = (*site.options, "--title", "Another")
    seen = watched(site)
    _, rendered, written = counted(seen)
    assert (rendered, written) == (0, 6 * FORMATS + LISTS)


@pytest.mark.parametrize("change", [add, edit, delete], ids=lambda value: value.__name__)
def test_the_cost_of_a_change_does_not_grow_with_the_posts(tmp_path: Path, change: Callable[[Site], set[str]]) -> None:
    seen = []
    for older in (0, 200):
        made = a_site(tmp_path / str(older), POSTS)
        for number in range(older):  # of the year before, filed alike
            moment, tag = f"2025-06-{number % 28 + 1:02}", "red" if number % 3 else "blue"
            head = f"title: O{number}\ndate: {moment}\ncategories: {'news' if number % 2 else 'city'}\ntags: [{tag}]"
            made.post(f"_posts/{moment}-o{number}.md", f"---\n{head}\n---\nWords.\n")
        made.build()
        change(made)
        one = watched(made)
        seen.append((*counted(one), sorted(one.posts), sorted(one.documents), sorted(one.placed)))
    assert seen[0] == seen[1]


def test_the_kernel_sees_no_post_opened_either(site: Site, tmp_path: Path) -> None:
    """Whatever opens files beside Python would escape the hook: strace does not miss it."""
    strace = shutil.which("strace")
    if not strace or subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("strace is not installed, or may not trace here")

    def traced() -> list[str]:
        log = tmp_path / "trace"
        line = [strace, "-f", "-qq", "-e", "trace=open,openat,openat2", "-o", str(log)]
        line += [
            sys.executable,
            "-m",
            "syndicate",
            "build",
            str(site.content),
            "--out",
            str(site.out),
            "--workers",
            "1",
        ]
        subprocess.run(line, check=True, capture_output=True, cwd=Path(__file__).parents[2])
        return [each for each in log.read_text("utf-8", "replace").splitlines() if '.md"' in each]

    assert traced() == []
    add(site)
    found = traced()
    assert found and all("-n21.md" in each for each in found)


def test_the_posts_of_a_feed_are_counted_once_however_long_its_history_is(tmp_path: Path) -> None:
    """Each page asks how many posts its feed has, which is found by counting them."""

    def counted(posts: int) -> int:
        site = a_site(tmp_path / str(posts), posts)
        options = {
            "feed": {"limit": 2, "history": "site"},
            "output": {"folder": str(site.out), "state": str(tmp_path / f"{posts}.db")},
        }
        asked: list[str] = []
        with wiring.parts(find(str(site.content), None, options, {})) as parts:
            parts.press.index._db.set_trace_callback(asked.append)
            cycle.run(parts, cycle.Wish(), NOW)
        return sum("count(*), max(published) FROM posts" in each for each in asked)

    assert counted(40) == counted(10) > 0


def test_a_change_asks_the_state_no_more_often_where_there_are_more_feeds(tmp_path: Path) -> None:
    """Nor is anything made of a feed that was not published, as its line of the page of all feeds."""

    def asked(feeds: int) -> list[str]:
        site = a_site(tmp_path / str(feeds), POSTS)
        for number in range(feeds):
            head = f"title: O{number}\ndate: 2025-06-01\ncategories: news\ntags: [t{number}]"
            site.post(f"_posts/2025-06-01-o{number}.md", f"---\n{head}\n---\nWords.\n")
        site.build()
        add(site)
        statements: list[str] = []
        options = {"output": {"folder": str(site.out)}}
        with wiring.parts(find(str(site.content), None, options, {})) as parts:
            parts.press.index._db.set_trace_callback(statements.append)
            report = cycle.run(parts, cycle.Wish(), NOW)
        assert report.feeds == feeds + 6
        return [each.split("VALUES")[0] for each in statements if not each.startswith("--")]

    few, many = asked(0), asked(40)
    assert len(few) == len(many) > 0
    lines = [sum("INTO lines" in each for each in one) for one in (few, many)]
    assert lines == [3, 3]  # of news, blue and own; the site's feed is shown otherwise
