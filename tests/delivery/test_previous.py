"""Builds without a state: ids, dates, feed ids and slugs come back out of what was published."""

from __future__ import annotations

import functools
import http.server
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syndicate import cycle, wiring
from syndicate.delivery.adopt import Adopted
from syndicate.delivery.previous import read_back
from syndicate.delivery.sources import asking, collect
from syndicate.errors import ConfigurationError
from syndicate.feeds.foreign import Foreign, read
from syndicate.project import find

NOW = 1_750_000_000


def _post(folder: Path, name: str, title: str, more: str = "", day: int = 1) -> None:
    folder.mkdir(exist_ok=True)
    head = f"title: {title}\ndate: 2025-01-{day:02} 12:00:00\n{more}"
    (folder / name).write_text(f"---\n{head}---\n\nText of {title}.\n", encoding="utf-8")


def _build(base: Path, out: str, previous: str = "", url: str = "https://example.org") -> Adopted | None:
    """A build into a folder with a state of its own; with `previous`, the ledger is read back first."""
    options = {"site": {"url": url}, "output": {"folder": str(base / out)}, "feed": {"limit": 2}}
    the = find(str(base / "posts"), options=options)
    done = None
    with wiring.parts(the) as parts:
        if previous:
            press, _, _ = cycle.ahead(parts, cycle.Wish(), NOW)
            done = read_back(press.desk, previous)
        cycle.run(parts, cycle.Wish(), NOW)
    return done


def _ids(path: Path) -> dict[str, str]:
    found = read(path.read_bytes(), "")
    assert isinstance(found, Foreign)
    return {each.title: each.id for each in found.entries}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A site whose first build was made when titles, names and tags were others."""
    posts = tmp_path / "posts"
    _post(posts, "a.md", "A", "episodeGuid: note 42\ntags: [C, 'c ']\n", 1)
    _post(posts, "b.md", "B", "tags: [Über]\n", 2)
    for day in range(3, 8):
        _post(posts, f"{day}.md", f"Day {day}", day=day)
    _build(tmp_path, "first")
    # without the ledger, these would get other ids
    _post(posts, "a.md", "A", "tags: [C, 'c ']\n", 1)
    (posts / "b.md").rename(posts / "renamed.md")
    return tmp_path


def _everything(folder: Path) -> dict[str, str]:
    """Title → id, over the whole history, by JSON Feed."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.json")):
        found |= _ids(path)
    return found


@pytest.mark.slow
def test_from_a_folder(base: Path) -> None:
    before = _everything(base / "first")
    assert before["A"] == "note 42" and len(before) == 7
    done = _build(base, "second", str(base / "first"))
    assert done is not None and len(done.taken) == 7
    assert _everything(base / "second") == before
    assert _paths(base / "second") == _paths(base / "first")


def _paths(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_others_put_there_does_no_harm(tmp_path: Path) -> None:
    """No slug leads out of the output folder, no id holds what is no text, or more than anybody means."""
    posts, there = tmp_path / "posts", tmp_path / "there"
    there.mkdir()
    said = ["a\x00b\x9f", "x" * 1_000_000, "c\ud800", " \n ", "</guid>"]
    for day, title in enumerate("ABCDE", 1):
        _post(posts, f"{title}.md", title, "tags: [Tea]\n", day)
    items = [
        {"id": own, "title": title, "date_published": f"2025-01-{day:02}T12:00:00Z", "url": "https://[\ud800/"}
        for day, (title, own) in enumerate(zip("ABCDE", said, strict=True), 1)
    ]
    for slug in ("..%2F..%2Fout", "..", "a%2Fb", "%00"):
        feed = {
            "title": "Tea · example.org",
            "feed_url": f"https://example.org/feeds/tag/{slug}/feed.json",
            "items": [],
        }
        (there / f"{len(slug)}.json").write_text(json.dumps(feed), "utf-8")
    first = {"feed_url": "https://example.org/feeds/feed.json", "items": items}
    (there / "feed.json").write_text(json.dumps(first), "utf-8")
    (there / "endless.json").symlink_to("/dev/zero")
    (there / "again").symlink_to(there)
    os.mkfifo(there / "pipe.json")
    done = _build(tmp_path, "output", str(there))
    assert done is not None and [each.candidate.title for each in done.kept] == ["B"]
    assert [each.seen.id for each in done.taken] == ["ab", "c", "</guid>"]
    assert (tmp_path / "output/tag/tea/rss.xml").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"posts", "there", "output", ".syndicate"}


@pytest.mark.slow
def test_from_an_address(tmp_path: Path) -> None:
    served = tmp_path / "feeds"
    with _serving(tmp_path) as url:
        posts = tmp_path / "posts"
        _post(posts, "a.md", "A", "episodeGuid: note 42\ntags: [one]\n", 1)
        for day in range(2, 8):
            _post(posts, f"{day}.md", f"Day {day}", day=day)
        _build(tmp_path, "feeds", url=url)
        before = _everything(served)
        _post(posts, "a.md", "A", "tags: [one]\n", 1)
        done = _build(tmp_path, "second", f"{url}/feeds/opml.xml", url)
        assert done is not None and not done.faults
        assert before["A"] == "note 42"
        assert _everything(tmp_path / "second") == before
        assert collect([f"{url}/feeds/atom.xml"], asking([url])).feeds[0].self_url == f"{url}/feeds/atom.xml"


def test_the_first_build_has_nothing_to_read(tmp_path: Path) -> None:
    _post(tmp_path / "posts", "a.md", "A")
    (tmp_path / "empty").mkdir()
    done = _build(tmp_path, "out", str(tmp_path / "empty"))
    assert done is not None and not done.taken
    with _serving(tmp_path / "empty") as url:
        done = _build(tmp_path, "other", f"{url}/opml.xml")
        assert done is not None and "404" in done.faults[0].reason


def test_what_is_neither_folder_nor_address(tmp_path: Path) -> None:
    _post(tmp_path / "posts", "a.md", "A")
    with pytest.raises(ConfigurationError, match="neither an address nor a folder"):
        _build(tmp_path, "out", str(tmp_path / "nothing"))
