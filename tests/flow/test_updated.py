"""When an entry counts as updated, by the three rules of `feed.updated`, through the whole program."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syndicate.cycle import Wish
from tests.faults.site import DAY, NOW, Site

DATE = "2026-05-01 10:00:00"
PUBLISHED = datetime(2026, 5, 1, 10, tzinfo=UTC)
LATER = NOW + DAY
TEXT = "One **paragraph**.\n\nAnother."


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.post("other.md", title="Other", date=DATE)
    return made


def published(site: Site, rule: str) -> None:
    post(site, TEXT)
    site.build(feed={"updated": rule})


def post(site: Site, body: str, at: int = LATER - 60, **fields: Any) -> None:
    """The post with this text, in a file that was written at `at`."""
    path = site.post("a.md", body, **({"title": "A", "date": DATE} | fields))
    os.utime(path, (at, at))


def updated(site: Site, rule: str, now: int = LATER, **wish: bool) -> datetime:
    """The `updated` of the post after a build, which Atom and JSON Feed tell alike."""
    site.build(now, Wish(accept_deletions=True, **wish), feed={"updated": rule})
    atom, json = (site.feed(form).item("A") for form in ("atom", "json"))
    assert atom.updated == json.updated and atom.published == json.published == PUBLISHED
    assert site.feed("atom").item("Other").updated == PUBLISHED, "nobody has touched it"
    return atom.updated


SEEN = datetime.fromtimestamp(LATER - 60, UTC)
"""The file's time when the change was first seen."""

EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "another text": ("Quite another text.", {}),
    "another summary": (TEXT, {"description": "A summary.", "subtitle": "x"}),
    "another tag": (TEXT, {"tags": ["x"]}),
    "a field that nobody reads": (TEXT, {"layout": "wide"}),
    "white space at its end": (TEXT + "\n\n\n", {}),
}


@pytest.mark.parametrize(
    ("rule", "moves"),
    [
        ("content", {"another text"}),
        ("any", set(EDITS)),
        ("lastmod", set()),
    ],
)
def test_what_makes_an_entry_an_updated_one(site: Site, rule: str, moves: set[str]) -> None:
    found = set()
    for name, (body, fields) in EDITS.items():
        here = Site(site.folder / name.replace(" ", "-"))
        here.post("other.md", title="Other", date=DATE)
        published(here, rule)
        post(here, body, **fields)
        moment = updated(here, rule)
        assert moment in (PUBLISHED, SEEN)
        found |= {name} if moment == SEEN else set()
    assert found == moves


def test_a_title_is_substance(site: Site) -> None:
    site.post("a.md", TEXT, title="B", date=DATE)
    site.build()
    post(site, TEXT)
    assert updated(site, "content") == SEEN


@pytest.mark.parametrize("rule", ["content", "any", "lastmod"])
def test_what_the_post_says_itself_counts_by_every_rule(site: Site, rule: str) -> None:
    published(site, rule)
    post(site, TEXT, lastmod="2026-05-20 08:00:00")
    assert updated(site, rule) == datetime(2026, 5, 20, 8, tzinfo=UTC)
    post(site, "Edited, and not said so.", lastmod="2026-05-20 08:00:00")
    assert updated(site, rule) == datetime(2026, 5, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("rule", ["content", "any", "lastmod"])
def test_a_file_that_is_written_anew_with_the_same_bytes_is_no_update(site: Site, rule: str) -> None:
    published(site, rule)
    before = site.files()
    post(site, TEXT, LATER + 7 * DAY)
    assert updated(site, rule, LATER + 8 * DAY) == PUBLISHED
    assert site.files() == before, "nor is any document written"


def test_the_moment_is_kept(site: Site) -> None:
    """It is the file's time when the change was first seen: a checkout afterwards moves nothing."""
    published(site, "content")
    post(site, "Edited.")
    assert updated(site, "content") == SEEN
    os.utime(site.content / "a.md", (LATER + DAY, LATER + DAY))
    assert updated(site, "content", LATER + 2 * DAY) == SEEN
    assert updated(site, "content", LATER + 3 * DAY, full=True) == SEEN


def test_a_file_from_the_future_was_changed_now(site: Site) -> None:
    published(site, "content")
    post(site, "Edited.", LATER + 99 * DAY)
    assert updated(site, "content") == datetime.fromtimestamp(LATER, UTC)


def test_another_rule_is_no_edit(site: Site) -> None:
    published(site, "content")
    assert {updated(site, rule) for rule in ("any", "lastmod", "content")} == {PUBLISHED}
