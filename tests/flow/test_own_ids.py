"""Ids that authors set in the front matter: before the first publication they count, afterwards the ledger does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndicate.cycle import Wish
from tests.faults.site import DAY, NOW, URL, Site, codes

UUID = "5b1f6a0e-6a58-4d0d-9a8f-0c5a5b1f7c11"
ZEROS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def write(site: Site, name: str = "a", **fields: Any) -> None:
    site.post(f"{name}.md", **({"title": name.upper(), "tags": ["t"], "date": "2026-05-01"} | fields))


def ids(site: Site) -> dict[str, str]:
    """Title → id, as all formats have it in all feeds."""
    found = [{item.title: item.id for item in feed.items} for feed in (*site.each(), *site.each("tag:t"))]
    assert all(each == found[0] for each in found), found
    return found[0]


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("guid", "urn:example:1", "urn:example:1"),
        ("guid", "https://old.example/?p=3", "https://old.example/?p=3"),
        ("guid", UUID.upper(), f"urn:uuid:{UUID}"),
        ("uuid", UUID, f"urn:uuid:{UUID}"),
        ("id", "tag:example.org,2020:a", "tag:example.org,2020:a"),
        ("id", UUID, f"urn:uuid:{UUID}"),
        ("id", 17, f"{URL}/a.html"),
        ("id", "a-name", f"{URL}/a.html"),
    ],
)
def test_an_id_that_is_set_before_the_first_publication_counts(
    site: Site, field: str, written: object, expected: str
) -> None:
    write(site, **{field: written})
    report = site.build()
    assert ids(site) == {"A": expected}
    assert not [code for code in codes(report) if "id" in code.split("-")]
    write(site, title="A", permalink="/elsewhere/", **{field: written})
    site.build(NOW + DAY)
    assert ids(site) == {"A": expected}


def test_an_id_that_comes_too_late_is_told_of_and_not_taken(site: Site) -> None:
    write(site)
    site.build()
    write(site, guid="urn:example:1")
    for moment in (NOW + DAY, NOW + 2 * DAY):
        report = site.build(moment)
        (problem,) = [each for each in report.problems if each.code == "guid-too-late"]
        assert problem.path == "a.md" and "urn:example:1" in problem.message and f"{URL}/a.html" in problem.message
        assert report.exit_code == 0 and ids(site) == {"A": f"{URL}/a.html"}
    write(site, guid=f"{URL}/a.html")
    assert codes(site.build(NOW + 3 * DAY)) == []


def test_an_id_that_is_changed_or_taken_out_is_kept(site: Site) -> None:
    write(site, guid="urn:example:1")
    site.build()
    write(site, guid="urn:example:2")
    assert codes(site.build(NOW + DAY)) == ["guid-too-late"]
    assert ids(site) == {"A": "urn:example:1"}
    write(site)
    assert codes(site.build(NOW + 2 * DAY)) == []
    assert ids(site) == {"A": "urn:example:1"}
    assert site.build(NOW + 2 * DAY, wish=Wish(full=True)).exit_code == 0
    assert ids(site) == {"A": "urn:example:1"}


def test_a_draft_may_be_given_an_id_until_it_is_published(site: Site) -> None:
    write(site, draft=True)
    write(site, "b")
    site.build()
    write(site, draft=True, guid="urn:example:1")
    site.build(NOW + DAY)
    write(site, guid="urn:example:1")
    assert codes(site.build(NOW + 2 * DAY)) == []
    assert ids(site)["A"] == "urn:example:1"


def test_an_id_that_two_posts_ask_for_is_the_firsts_for_good(site: Site) -> None:
    write(site, "a", guid="urn:example:1")
    write(site, "b", guid="urn:example:1")
    report = site.build()
    assert codes(report) == ["duplicate-id"]
    (problem,) = report.problems
    assert problem.path == "b.md" and "a.md" in problem.message
    before = ids(site)
    assert before["A"] == "urn:example:1" and before["B"] not in ("", "urn:example:1")
    assert codes(site.build(NOW + DAY)) == ["duplicate-id"], "it is told as long as it lasts"
    write(site, "b", guid="urn:example:2")
    site.build(NOW + 2 * DAY)
    assert ids(site) == before
    (site.content / "a.md").unlink()
    site.build(NOW + 3 * DAY)
    assert ids(site) == {"B": before["B"]}, "nobody inherits an id"


@pytest.mark.parametrize("written", [ZEROS, ZEROS.replace("0", "f"), f"urn:uuid:{ZEROS}", "null", "none", "", "-"])
def test_an_id_that_nobody_filled_in_is_none(site: Site, written: str) -> None:
    for name in "ab":
        write(site, name, guid=written)
    report = site.build()
    assert codes(report) == ["id-meaningless"] * 2
    assert ids(site) == {"A": f"{URL}/a.html", "B": f"{URL}/b.html"}


def test_with_the_file_moved_and_rewritten_the_id_in_it_says_which_post_it_is(site: Site) -> None:
    write(site, guid="urn:example:1")
    write(site, "b")
    site.build()
    for name in "ab":
        (site.content / f"{name}.md").unlink()
    site.post("x/new.md", "Quite another text.", title="A anew", tags=["t"], date="2026-05-01", guid="urn:example:1")
    site.post("x/other.md", "Another text.", title="B anew", tags=["t"], date="2026-05-01")
    site.build(NOW + DAY)
    assert ids(site) == {"A anew": "urn:example:1", "B anew": f"{URL}/x/other.html"}
