"""The disk is full: the old feeds stay whole, nothing half-made is left, and the next run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disks import grow, small_disk
from tests.flow.site import Site, items

POST = "---\ntitle: {title}\ndate: 2026-01-{day:02}\nupdated: 2026-02-01\ntags: [{tags}]\n---\n{body}\n"


def write(site: Site, days: int, words: int) -> None:
    for day in range(1, days + 1):
        site.post(f"{day}.md", POST.format(title=f"Post {day}", day=day, tags=f"t{day}", body="words " * words))


def undisturbed(tmp_path: Path, days: int, words: int) -> dict[str, str]:
    site = Site(tmp_path / "site", tmp_path / "undisturbed/feeds", ("--url", "https://example.org"))
    write(site, days, words)
    site.build()
    return site.tree()


def test_no_room_for_the_feeds(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "256k") as disk:
        site = Site(
            tmp_path / "site", disk / "feeds", ("--url", "https://example.org", "--state", str(tmp_path / "x.db"))
        )
        write(site, 2, 10)
        site.build()
        before = site.tree()
        write(site, 20, 500)
        for _ in range(2):
            done = site.run("build")
            assert done.code == 2
            assert "the disk is full" in done.err and "bytes are needed" in done.err and "Traceback" not in done.err
            assert site.tree() == before
        grow(disk, "8m")
        site.build()
        assert site.tree() == undisturbed(tmp_path, 20, 500)
        assert [item.title for item in items(site.out / "rss.xml")][:2] == ["Post 20", "Post 19"]


@pytest.mark.parametrize("room", ["120k", "200k", "320k"])
def test_no_room_for_the_state(tmp_path: Path, room: str) -> None:
    with small_disk(tmp_path / "disk", room) as disk:
        options = ("--url", "https://example.org", "--state", str(disk / "x.db"))
        site = Site(tmp_path / "site", tmp_path / "feeds", options)
        write(site, 20, 500)
        done = site.run("build")
        assert done.code == 2 and "Traceback" not in done.err
        assert "full" in done.err or "No space left" in done.err
        assert not [path for path in site.tree() if path.endswith(".syndicate-new")]
        grow(disk, "8m")
        site.build()
        assert site.tree() == undisturbed(tmp_path, 20, 500)
