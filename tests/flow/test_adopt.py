"""Moving from another program to us: its feeds' ids are taken over, and no subscriber sees a post twice."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from syndicate.feeds.foreign import Foreign, Seen, read
from syndicate.feeds.matching import replays
from tests.flow.site import NEWSROOM, ROOT, Run, Site
from tests.peers import peer

HUGO = ROOT / "examples" / "hugo"

POST = "---\ntitle: {title}\ndate: {date}\n---\n\nText.\n"


def _feed(path: Path) -> Foreign:
    found = read(path.read_bytes(), path.as_uri())
    assert isinstance(found, Foreign), found
    return found


def _adopt(site: Site, feed: Path, *more: str) -> Run:
    """`syndicate adopt FEED` for this site."""
    return _command(site, "adopt", str(feed), "--content", str(site.content), *more)


def _command(site: Site, command: str, *arguments: str) -> Run:
    import os
    import sys

    line = [sys.executable, "-m", "syndicate", command, *arguments, "--out", str(site.out), *site.options]
    environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **site.environ}
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, timeout=300, env=environ)
    return Run(done.returncode, done.stdout, done.stderr)


def _all_of(folder: Path, name: str) -> list[Seen]:
    """The entries of the site's feed and of those of its further languages."""
    return [entry for path in sorted((*folder.glob(name), *folder.glob(f"*/{name}"))) for entry in _feed(path).entries]


def _ids(entries: Iterable[Seen]) -> dict[str, str]:
    return {each.url: each.id for each in entries}


@pytest.fixture(scope="module")
def by_jekyll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newsroom's feed, made by Jekyll with jekyll-feed."""
    jekyll = peer("jekyll")
    if jekyll is None:
        pytest.skip("jekyll is not installed")
    folder = tmp_path_factory.mktemp("jekyll")
    more = folder / "more.yml"
    more.write_text("plugins: [jekyll-feed]\nfeed: {posts_limit: 100}\n", encoding="utf-8")
    config = f"{NEWSROOM / '_config.yml'},{more}"
    line = [jekyll, "build", "-q", "-s", str(NEWSROOM), "-d", str(folder / "_site"), "--config", config]
    done = subprocess.run([*line, "--disable-disk-cache"], capture_output=True, text=True, timeout=300)
    feed = folder / "_site" / "feed.xml"
    if "jekyll-feed" in done.stderr and not feed.is_file():
        pytest.skip("jekyll-feed is not installed")
    assert feed.is_file(), done.stderr
    return feed


@pytest.fixture(scope="module")
def by_hugo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The podcast's feed, made by Hugo."""
    hugo = peer("hugo")
    if hugo is None:
        pytest.skip("hugo is not installed: make peers")
    folder = tmp_path_factory.mktemp("hugo")
    line = [hugo, "--quiet", "--source", str(HUGO), "--destination", str(folder), "--noBuildLock", "--buildFuture"]
    done = subprocess.run([*line, "--cacheDir", str(folder / "cache")], capture_output=True, text=True, timeout=300)
    assert (folder / "index.xml").is_file(), done.stderr
    return folder / "index.xml"


def _switched(feed: Path, site: Site, ours: str) -> tuple[Foreign, list[Seen]]:
    """The feed as it was, and ours after its ids were taken over."""
    done = _adopt(site, feed, "--json")
    assert done.code == 0, done.err
    site.build()
    return _feed(feed), _all_of(site.out, ours)


@pytest.mark.peers
@pytest.mark.slow
@pytest.mark.parametrize("preset", ["syndicate", "jekyll"])
def test_subscribers_of_jekyll_see_no_post_twice(by_jekyll: Path, tmp_path: Path, preset: str) -> None:
    site = Site(NEWSROOM, tmp_path / "out", ("--preset", preset, "--limit", "100"))
    before, after = _switched(by_jekyll, site, "atom.xml" if preset == "syndicate" else "feed.xml")
    assert replays(before.entries, after) == []
    ours = _ids(after)
    # Jekyll publishes a post whose merge was left unfinished, and we do not
    posts = {url: known for url, known in _ids(before.entries).items() if url in ours}
    assert len(posts) >= len(before.entries) - 2 > 30
    assert all(ours[url] == known for url, known in posts.items())
    if preset == "jekyll":
        assert _feed(site.out / "feed.xml").id == before.id


@pytest.mark.peers
@pytest.mark.slow
@pytest.mark.parametrize("preset", ["syndicate", "hugo"])
def test_subscribers_of_hugo_see_no_post_twice(by_hugo: Path, tmp_path: Path, preset: str) -> None:
    site = Site(HUGO, tmp_path / "out", ("--preset", preset, "--limit", "100", "--formats", "rss"))
    before, after = _switched(by_hugo, site, "rss.xml" if preset == "syndicate" else "index.xml")
    assert replays(before.entries, after) == []
    ours = _ids(after)
    posts = {url: known for url, known in _ids(before.entries).items() if url in ours}
    assert len(posts) >= 5
    assert all(ours[url] == known for url, known in posts.items())


# -- at the very place where the other program put them


def _in_place(feed: Path, content: Path, folder: Path, *options: str) -> Site:
    """A site whose output folder holds all that the other program has built, its feed at the path of ours."""
    shutil.copytree(feed.parent, folder / "_site")
    return Site(content, folder / "_site", ("--limit", "100", *options))


def _replayed(site: Site) -> dict[str, int]:
    """How many old posts the next build would show again, feed by feed, as `syndicate plan` tells."""
    done = _command(site, "plan", str(site.content), "--json")
    assert done.code in (0, 1), done.err
    return {feed["key"]: len(feed["replayed"]) for feed in done.report["feeds"]}


def _takes_over(site: Site, feed: Path) -> None:
    """With the ids taken over, nothing is replayed in any feed, and the brake lets the build pass."""
    assert _adopt(site, site.out / feed.name, "--json").code == 0
    foreseen = _replayed(site)
    assert "site" in foreseen and set(foreseen.values()) == {0}
    before = _ids(_feed(feed).entries)
    assert site.build().written
    after = _ids(_feed(site.out / feed.name).entries)
    kept = {url: known for url, known in before.items() if url in after}
    assert len(kept) >= 5 and all(after[url] == known for url, known in kept.items())


@pytest.mark.peers
@pytest.mark.slow
def test_our_build_over_jekylls_replays_nothing(by_jekyll: Path, tmp_path: Path) -> None:
    _takes_over(_in_place(by_jekyll, NEWSROOM, tmp_path, "--preset", "jekyll"), by_jekyll)


@pytest.mark.peers
@pytest.mark.slow
def test_our_build_over_hugos_replays_nothing(by_hugo: Path, tmp_path: Path) -> None:
    _takes_over(_in_place(by_hugo, HUGO, tmp_path, "--preset", "hugo", "--formats", "rss"), by_hugo)


@pytest.mark.peers
@pytest.mark.slow
def test_with_ids_of_our_own_it_would_and_is_stopped_until_they_are_taken_over(by_jekyll: Path, tmp_path: Path) -> None:
    options = ("--feeds-url", "https://newsroom.example.org", "--formats", "atom")
    site = _in_place(by_jekyll, NEWSROOM, tmp_path, *options)
    (site.out / "feed.xml").rename(site.out / "atom.xml")
    assert _replayed(site)["site"] > 20
    before = site.tree()
    stopped = site.run("build")
    assert stopped.code == 2 and "would see" in stopped.err and "syndicate adopt" in stopped.err
    assert site.tree() == before, "nothing is published"
    _takes_over(site, site.out / "atom.xml")


# -- with feeds of our own writing


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Old</title>
<link>https://example.org/</link><atom:link rel="self" href="https://example.org/old/feed.xml"/>{more}{items}
</channel></rss>"""


def _item(guid: str, link: str, title: str, date: str) -> str:
    return f"<item><guid>{guid}</guid><link>{link}</link><title>{title}</title><pubDate>{date}</pubDate></item>"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "posts", tmp_path / "out", ("--url", "https://example.org"))
    for number, name in enumerate(("one", "two", "three"), 1):
        made.post(f"{name}.md", POST.format(title=name.title(), date=f"2025-01-0{number} 12:00:00"))
    return made


def _old(tmp_path: Path) -> Path:
    items = _item("old-1", "http://www.example.org/one.html", "Something else", "Wed, 01 Jan 2025 12:00:00 GMT")
    items += _item("old-2", "https://example.org/2025/two", "TWO", "Thu, 02 Jan 2025 20:00:00 GMT")
    items += _item("lost", "https://example.org/lost", "Lost", "Thu, 02 Jan 2020 20:00:00 GMT")
    more = '<atom:link rel="prev-archive" href="https://example.org/old/page/2.xml"/>'
    (tmp_path / "old" / "page").mkdir(parents=True)
    (tmp_path / "old" / "feed.xml").write_text(FEED.format(more=more, items=items), encoding="utf-8")
    older = _item("old-3", "https://example.org/elsewhere", "Three", "Fri, 01 Jan 2021 00:00:00 GMT")
    (tmp_path / "old" / "page" / "2.xml").write_text(FEED.format(more="", items=older), encoding="utf-8")
    return tmp_path / "old" / "feed.xml"


def test_ids_are_taken_over_by_link_date_and_title(site: Site, tmp_path: Path) -> None:
    done = _adopt(site, _old(tmp_path), "--json")
    assert done.code == 0, done.err
    report = done.report
    assert [(each["path"], each["id"], each["by"]) for each in report["taken"]] == [
        ("one.md", "old-1", "link"),
        ("two.md", "old-2", "title and date"),
        ("three.md", "old-3", "title"),
    ]
    assert [each["id"] for each in report["unmatched"]] == ["lost"]
    assert [each["path"] for each in report["dates"]] == ["two.md", "three.md"]
    site.build()
    assert {each.id for each in _feed(site.out / "rss.xml").entries} == {"old-1", "old-2", "old-3"}


def test_posts_of_no_entry_get_the_ids_of_the_preset_that_is_chosen_later(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", tmp_path / "out", ("--url", "https://example.org"))
    site.post("_config.yml", "permalink: date\n")
    for day in range(1, 5):
        site.post(f"_posts/2025-01-0{day}-p{day}.md", f"---\ntitle: P{day}\n---\n\nText.\n")
    feeds = [tmp_path / f"{name}.xml" for name in ("first", "second")]
    for day, path in zip((4, 3), feeds, strict=True):
        item = _item(
            f"tag:old,2020:{day}", f"https://example.org/2025/01/0{day}/p{day}.html", f"P{day}", f"0{day} Jan 2025"
        )
        path.write_text(FEED.format(more="", items=item), encoding="utf-8")
        assert _adopt(site, path).code == 0
    site.build("--preset", "jekyll")
    assert [each.id for each in _feed(tmp_path / "out" / "feed.xml").entries] == [
        "tag:old,2020:4",
        "tag:old,2020:3",
        "https://example.org/2025/01/02/p2",
        "https://example.org/2025/01/01/p1",
    ]


def test_a_dry_run_changes_nothing(site: Site, tmp_path: Path) -> None:
    feed = _old(tmp_path)
    done = _adopt(site, feed, "--dry-run")
    assert done.out.startswith("3 ids taken over (1 by link, 1 by title and date, 1 by title) from 2 documents")
    assert "no post is this entry: lost" in done.out
    assert not (tmp_path / ".syndicate").exists()
    site.build()
    assert "old-1" not in (site.out / "atom.xml").read_text(encoding="utf-8")


def test_what_is_published_keeps_its_id(site: Site, tmp_path: Path) -> None:
    site.build()
    before = site.tree()
    done = _adopt(site, _old(tmp_path), "--json")
    assert len(done.report["kept"]) == 3 and not done.report["taken"]
    assert site.build().written == 0
    assert site.tree() == before


def test_a_feed_that_cannot_be_read_is_told(site: Site, tmp_path: Path) -> None:
    done = _adopt(site, tmp_path / "nothing.xml")
    assert done.code == 1
    assert "nothing.xml: cannot be read (No such file or directory)" in done.err


# -- plan


def test_plan_says_what_a_build_would_do(site: Site) -> None:
    first = _command(site, "plan", str(site.content))
    assert first.code == 0, first.err
    assert first.out.splitlines()[0] == "1 feed would change; 0 old posts would be shown again as new"
    assert not site.out.exists() and not (site.out.parent / ".syndicate").exists()
    site.build()
    before, state = site.tree(), (site.out.parent / ".syndicate" / "out.db").read_bytes()
    assert json.loads(_command(site, "plan", str(site.content), "--json").out) == {"feeds": []}
    site.post("four.md", POST.format(title="Four", date="2025-02-01"))
    site.post("two.md", POST.format(title="Two, edited", date="2025-01-02 12:00:00"))
    (site.content / "one.md").unlink()
    [feed] = json.loads(_command(site, "plan", str(site.content), "--json").out)["feeds"]
    assert (len(feed["new"]), len(feed["changed"]), len(feed["vanished"])) == (1, 1, 1)
    assert feed["replayed"] == []
    assert site.tree() == before
    assert (site.out.parent / ".syndicate" / "out.db").read_bytes() == state


def test_plan_tells_of_addresses_that_move(site: Site) -> None:
    site.build()
    done = _command(site, "plan", str(site.content), "--preset", "hugo")
    assert done.out.splitlines()[1] == "  site: 0 new, 0 changed, 0 vanished; 3 documents at another address"
    [feed] = json.loads(_command(site, "plan", str(site.content), "--preset", "hugo", "--json").out)["feeds"]
    assert feed["moved"] == 3  # the page for people stays at /feeds/site.html


def test_plan_sees_replays_where_the_state_is_lost(site: Site, tmp_path: Path) -> None:
    _adopt(site, _old(tmp_path))
    site.build()
    shutil.rmtree(site.out.parent / ".syndicate")
    done = _command(site, "plan", str(site.content))
    assert done.out.splitlines()[0] == "1 feed would change; 3 old posts would be shown again as new"


def test_plan_knows_the_entries_of_a_digest(site: Site) -> None:
    """By the ids that readers have of them, whether the state is there or not."""
    (site.content / "syndicate.toml").write_text('[feeds.days]\ndigest = "daily"\n', encoding="utf-8")
    site.build()
    known = {each.id for each in _feed(site.out / "days" / "atom.xml").entries}
    (site.content / "one.md").unlink()
    found = {feed["key"]: feed for feed in json.loads(_command(site, "plan", str(site.content), "--json").out)["feeds"]}
    assert found["feed:days"]["vanished"] == [min(known)] and found["feed:days"]["new"] == []
    site.post("one.md", POST.format(title="One", date="2025-01-01 12:00:00"))
    shutil.rmtree(site.out.parent / ".syndicate")
    assert json.loads(_command(site, "plan", str(site.content), "--json").out) == {"feeds": []}
