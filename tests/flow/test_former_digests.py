"""A state that was made before contents were known by XXH3: nobody is shown anything anew over that."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.site import DAY, NOW, Site
from tests.flow.former import turn_back

DATE = "2026-05-01 10:00:00"
PUBLISHED = datetime(2026, 5, 1, 10, tzinfo=UTC)
WRITTEN = NOW - DAY
"""The time of the files: whatever counted as edited would be updated then."""
LATER = NOW + 2 * DAY
TITLES = ("A", "B", "C")


def post(site: Site, title: str, body: str, at: int = WRITTEN) -> None:
    path = site.post(f"{title}.md", body, title=title, date=DATE, tags=["x"])
    os.utime(path, (at, at))


@pytest.fixture(params=["any", "content", "lastmod"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    made = Site(tmp_path, {"feed": {"updated": request.param}})
    for title in TITLES:
        post(made, title, f"Words of *{title}*.")
    made.build()
    turn_back(tmp_path / "out" / ".syndicate" / "feeds.db", made.content, made.out)
    return made


def documents(site: Site) -> dict[str, bytes]:
    return {path: data for path, (data, _) in site.files().items()}


def test_the_same_posts_give_the_same_bytes(site: Site) -> None:
    before = documents(site)
    assert site.build(LATER).documents.written > 0, "they are judged anew"
    assert documents(site) == before
    stands = site.files()
    assert site.build(LATER + DAY).documents.written == 0
    assert site.files() == stands


def test_a_post_that_breaks_meanwhile_keeps_its_last_good_version(site: Site) -> None:
    before = documents(site)
    site.file("B.md", "---\ntitle: [\n---\nBroken.\n")
    assert "front-matter-yaml" in {problem.code for problem in site.build(LATER).problems}
    assert documents(site) == before


def test_an_edit_is_one_again_from_then_on(site: Site) -> None:
    site.build(LATER)
    post(site, "B", "Quite other words.", LATER)
    site.build(LATER + DAY)
    moved = site.options["feed"]["updated"] != "lastmod"
    told = {title: site.feed("atom").item(title).updated for title in TITLES}
    assert told == dict.fromkeys(TITLES, PUBLISHED) | ({"B": datetime.fromtimestamp(LATER, UTC)} if moved else {})


def test_a_document_that_somebody_changed_is_not_taken_for_ours(site: Site) -> None:
    """Its last good versions might be anybody's."""
    for path in (path for path in site.out.rglob("*") if path.is_file()):
        path.write_bytes(path.read_bytes().replace(b"Words", b"Worms"))
    site.file("B.md", "---\ntitle: [\n---\nBroken.\n")
    site.build(LATER)
    assert not any(b"Worms" in data for data in documents(site).values())


def test_files_that_changed_places_keep_the_ids_of_their_paths(site: Site) -> None:
    before = site.feed("atom").ids
    a, b = site.content / "A.md", site.content / "B.md"
    texts = a.read_bytes(), b.read_bytes()
    a.write_bytes(texts[1])
    b.write_bytes(texts[0])
    site.build(LATER)
    assert sorted(site.feed("atom").ids) == sorted(before)
