"""The brakes in whole runs: what readers are shown while posts are missing. See also tests/content/test_brakes.py."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from syndicate.content.brakes import WAIT
from syndicate.cycle import Wish
from syndicate.errors import BrakeHeld, ContentMissing
from syndicate.model import Report
from tests.disks import small_disk
from tests.faults.site import NOW, Site

ALL = 60
FEED = {"limit": 100, "history": "off"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    for number in range(ALL):
        made.post(f"{number}.md", title=f"P{number}", date=f"2026-0{1 + number // 28}-{number % 28 + 1:02} 10:00:00")
    build(made)
    return made


def build(site: Site, after: int = 0, deletions: str = "guard") -> Report:
    return site.build(NOW + after, Wish(), feed=FEED, content={"dialect": "plain", "deletions": deletions})


def shown(site: Site) -> set[int]:
    """The numbers of the posts in the feed."""
    return {int(title.removeprefix("P")) for title in site.feed("atom").titles}


def take_away(site: Site, numbers: Iterable[int]) -> None:
    for number in numbers:
        (site.content / f"{number}.md").unlink()


def test_a_hole_stays_in_the_feeds_until_a_second_run_agrees(site: Site) -> None:
    take_away(site, range(10, 40))
    before = site.files()
    for after in (10, WAIT + 9):
        with pytest.raises(BrakeHeld, match="30 of 60 posts are gone at once"):
            build(site, after)
        assert site.files() == before
    build(site, WAIT + 10)
    assert shown(site) == {*range(10), *range(40, ALL)}


def test_where_posts_leave_by_age_the_oldest_go_at_once(site: Site) -> None:
    assert build(site, deletions="rolling").parsed == 0, "what posts mean is the same"
    take_away(site, range(40))
    build(site, deletions="rolling")
    assert shown(site) == set(range(40, ALL))


def test_a_disk_that_is_not_mounted_changes_nothing(site: Site) -> None:
    """Neither where the folder below it is empty nor where other posts lie in it; and it is forgotten afterwards."""
    before = site.files()
    with small_disk(site.content, "1m"):
        for after in (0, WAIT, 10 * WAIT):
            with pytest.raises(ContentMissing, match="Is it mounted"):
                build(site, after)
        for number in range(ALL, ALL + 5):
            (site.content / f"{number}.md").write_text(f"---\ntitle: P{number}\ndate: 2026-04-01\n---\n")
        for after in (20 * WAIT, 30 * WAIT):
            with pytest.raises(BrakeHeld, match="is the right folder mounted"):
                build(site, after)
    assert site.files() == before
    build(site, 31 * WAIT)
    assert site.files() == before
