"""Variants of documents in other content codings: beside each document, of its text, at its time; gone with it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import brotli
import pytest

from syndicate.cycle import Wish
from syndicate.delivery.codings import SUFFIXES, compress, expand
from syndicate.errors import ConfigurationError
from syndicate.index.sqlite import SqliteIndex
from syndicate.model import Report
from tests.faults.site import DAY, NOW, ROOT, Site

FEEDS: dict[str, Any] = {"long": {"query": "words > 1", "aliases": ["old/feed", "old/rss.xml"]}}
SERVED_BY_NOBODY = {"_redirects"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Three feeds in four formats with pages of history, copies, and a map for a web server."""
    made = Site(tmp_path, {"feed": {"pages": True, "copies": True, "limit": 3}, "feeds": FEEDS})
    for number in range(1, 9):
        made.post(f"{number}.md", "Some words.", title=f"P{number}", tags=["t"], date=f"2026-05-0{number}")
    return made


def build(site: Site, *codings: str, now: int = NOW, **more: Any) -> Report:
    output = {"folder": str(site.out), "precompress": list(codings), "redirects": ["netlify"]}
    return site.build(now, output=output, **more)


def tree(site: Site) -> dict[str, bytes]:
    return {each.relative_to(site.out).as_posix(): each.read_bytes() for each in site.out.rglob("*") if each.is_file()}


def documents(site: Site) -> dict[str, bytes]:
    suffixes = tuple(SUFFIXES.values())
    return {path: data for path, data in tree(site).items() if not path.endswith(suffixes)}


def variants(site: Site) -> dict[str, bytes]:
    return {path: data for path, data in tree(site).items() if path.endswith(tuple(SUFFIXES.values()))}


def hold(site: Site, *codings: str) -> None:
    """Beside each document that is served stands its variant in each of the codings and in no other."""
    there = tree(site)
    served = {path: data for path, data in documents(site).items() if path not in SERVED_BY_NOBODY}
    assert {path + SUFFIXES[coding] for path in served for coding in codings} == set(there) - set(documents(site))
    for path, data in served.items():
        moment = (site.out / path).stat().st_mtime_ns
        for coding in codings:
            variant = path + SUFFIXES[coding]
            assert expand(there[variant], coding, len(data) + 1) == (data, True), variant
            assert (site.out / variant).stat().st_mtime_ns == moment, variant


def seen(site: Site) -> dict[str, tuple[int, int]]:
    return {path: ((found := (site.out / path).stat()).st_mtime_ns, found.st_ino) for path in tree(site)}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_on_a_post_changed_and_off(site: Site) -> None:
    build(site)
    plain = tree(site)
    assert {"rss.xml", "index.html", "opml.xml", "old/feed", "_redirects", "tag/t/index.html"} <= plain.keys()
    assert any("archive" in path for path in plain)

    before = seen(site)
    assert build(site, "gzip", "br", "zstd").documents.written == 0
    hold(site, "gzip", "br", "zstd")
    assert {path: found for path, found in seen(site).items() if path in plain} == before, "no document is touched"

    before = seen(site)
    assert build(site, "gzip", "br", "zstd").documents.written == 0
    assert seen(site) == before, "a run without changes writes no variant"

    site.post("8.md", "Other words.", title="P8", tags=["t"], date="2026-05-08")
    build(site, "gzip", "br", "zstd", now=NOW + DAY)
    hold(site, "gzip", "br", "zstd")
    assert b"Other words." in gzip.decompress((site.out / "rss.xml.gz").read_bytes())
    assert b"Other words." in brotli.decompress((site.out / "old/feed.br").read_bytes())
    written = changed(before, seen(site))
    assert "rss.xml.br" in written and not any("archive" in path for path in written)

    build(site, "br", now=NOW + DAY)
    hold(site, "br")
    build(site, now=NOW + DAY)
    hold(site)


def test_from_the_first_run_on(site: Site) -> None:
    report = build(site, "gzip", "br")
    hold(site, "gzip", "br")
    assert report.problems == []
    assert report.documents.written == len(documents(site))


def test_the_same_bytes_with_workers_and_in_a_second_place(site: Site, tmp_path: Path) -> None:
    build(site, "gzip", "br", "zstd")
    first = tree(site)
    again = Site(tmp_path / "again", site.options)
    for path in site.content.iterdir():
        again.file(path.name, path.read_bytes())
    build(again, "gzip", "br", "zstd", build={"workers": 2})
    assert tree(again) == first


def test_variants_go_with_their_documents(site: Site) -> None:
    build(site, "gzip")
    for number in range(1, 9):
        site.post(f"{number}.md", "Some words.", title=f"P{number}", date=f"2026-05-0{number}")
    build(site, "gzip", now=NOW + DAY, feed={**site.options["feed"], "gone_after": "1d"})
    build(site, "gzip", now=NOW + 3 * DAY, feed={**site.options["feed"], "gone_after": "1d"})
    assert not (site.out / "tag").exists(), "neither feed nor variant, nor the folder they were in"
    hold(site, "gzip")
    build(site, "gzip", now=NOW + 4 * DAY, feed={**site.options["feed"], "preset": "jekyll", "url": "https://e.org"})
    hold(site, "gzip")


def test_what_is_missing_or_was_changed_is_made_anew(site: Site) -> None:
    build(site, "gzip", "zstd")
    before = tree(site)
    (site.out / "rss.xml.gz").unlink()
    (site.out / "index.html.zst").write_bytes(b"mine")
    (site.out / "tag/t/atom.xml.gz").unlink()
    (site.out / "tag/t/atom.xml.gz").symlink_to("atom.xml")
    (site.out / "old/feed.gz").write_bytes(before["old/feed.gz"] + b"x")
    at = seen(site)
    assert build(site, "gzip", "zstd").documents.written == 0
    assert tree(site) == before
    assert changed(at, seen(site)) == {"rss.xml.gz", "index.html.zst", "tag/t/atom.xml.gz", "old/feed.gz"}
    hold(site, "gzip", "zstd")


def test_a_document_that_was_changed_is_made_anew_with_its_variants(site: Site) -> None:
    build(site, "gzip")
    before = tree(site)
    (site.out / "rss.xml").write_bytes(b"mine")
    (site.out / "rss.xml.gz").write_bytes(b"mine, too")
    assert build(site, "gzip").documents.written == 1
    assert tree(site) == before
    hold(site, "gzip")


def test_of_a_document_that_somebody_changed_no_variant_is_made(site: Site) -> None:
    """Of the same size, so that nobody notices before its bytes are asked for."""
    build(site)
    data = (site.out / "rss.xml").read_bytes()
    (site.out / "rss.xml").write_bytes(data.replace(b"P8", b"XX"))
    build(site, "gzip")
    assert not (site.out / "rss.xml.gz").exists() and (site.out / "atom.xml.gz").exists()
    build(site, "gzip", wish=Wish(full=True))
    hold(site, "gzip")
    assert (site.out / "rss.xml").read_bytes() == data


def test_after_a_run_that_died_variants_are_judged_by_what_they_decode_to(site: Site) -> None:
    build(site, "gzip")
    before = tree(site)
    other = bytearray(before["rss.xml.gz"])
    other[-8] ^= 1  # the checksum: as long as before, and no reader takes it
    (site.out / "rss.xml.gz").write_bytes(other)
    build(site, "gzip")
    assert (site.out / "rss.xml.gz").read_bytes() == other, "a size says nothing of it"
    (state,) = site.out.parent.joinpath(".syndicate").glob("*.db")
    index = SqliteIndex.open(str(state))
    with index.transaction():
        index.keep_fact("publishing", "yes")
    index.close()
    at = seen(site)
    build(site, "gzip")
    assert tree(site) == before
    written = changed(at, seen(site))
    assert "rss.xml.gz" in written and not {"rss.xml", "atom.xml", "atom.xml.gz", "tag/t/rss.xml.gz"} & written


# -- what others put there


def test_files_of_others_stay(site: Site) -> None:
    build(site)
    theirs = {
        "rss.xml.gz": b"notes", "tag/t/index.html.gz": compress(b"<html>theirs</html>", "gzip"), "mine.gz": b"mine",
    }  # fmt: skip
    for path, data in theirs.items():
        (site.out / path).write_bytes(data)
    (site.out / "atom.xml.gz").mkdir()
    (site.out / "feed.json.gz").symlink_to("elsewhere")
    for codings in (("gzip",), ("gzip",), ()):
        report = build(site, *codings)
        in_the_way = {"rss.xml.gz", "tag/t/index.html.gz", "atom.xml.gz", "feed.json.gz"} if codings else set()
        assert {each.path for each in report.problems} == in_the_way
        assert {each.code for each in report.problems} <= {"variant-in-the-way"}
        assert {path: (site.out / path).read_bytes() for path in theirs} == theirs
        assert (site.out / "atom.xml.gz").is_dir() and (site.out / "feed.json.gz").is_symlink()
    assert not (site.out / "opml.xml.gz").exists()
    site.post("8.md", "Other words.", title="P8", tags=["t"], date="2026-05-08")
    build(site, "gzip", now=NOW + DAY)
    assert {path: (site.out / path).read_bytes() for path in theirs} == theirs
    (site.out / "rss.xml.gz").unlink()
    build(site, "gzip", now=NOW + DAY)
    assert gzip.decompress((site.out / "rss.xml.gz").read_bytes()) == (site.out / "rss.xml").read_bytes()


def test_a_feed_that_was_compressed_by_hand_is_brought_up_to_date(site: Site) -> None:
    """Else a server would go on sending its old text for ever."""
    build(site)
    with gzip.open(site.out / "rss.xml.gz", "wb") as by_hand:
        by_hand.write(b'<?xml version="1.0"?><rss/>')
    assert build(site, "gzip").problems == []
    hold(site, "gzip")


def test_a_state_that_was_lost(site: Site) -> None:
    build(site, "gzip", "br")
    for state in site.out.parent.joinpath(".syndicate").iterdir():
        state.unlink()
    site.post("8.md", "Other words.", title="P8", tags=["t"], date="2026-05-08")
    report = build(site, "gzip", "br", wish=Wish(allow_replay=True))
    assert report.problems == []
    hold(site, "gzip", "br")


# -- when it cannot be done


def test_a_library_that_is_not_installed(site: Site) -> None:
    script = (
        "import sys; sys.modules['brotli'] = None\n"
        "from syndicate.cli import main; sys.argv = ['syndicate', *sys.argv[1:]]; main()"
    )
    environ = {"PATH": os.environ["PATH"], "SYNDICATE_OUTPUT__PRECOMPRESS": "gzip,br"}
    line = ["build", str(site.content), "--out", str(site.out), "--url", "https://example.org"]
    done = subprocess.run([sys.executable, "-c", script, *line], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        "output.precompress: 'br' needs a library that is not installed; install syndicate[compression]" in done.stderr
    )
    assert not site.out.exists()


def test_an_encoding_that_is_none(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="precompress"):
        build(site, "deflate")
