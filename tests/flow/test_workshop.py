"""What stays open between the runs of a daemon is never older than what others did meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from syndicate import cycle, wiring
from syndicate.errors import LockHeld
from syndicate.index.lock import held
from syndicate.model import Report
from syndicate.project import Project, find
from syndicate.wiring.workshop import Workshop

NOW = 1_767_225_600
POST = "---\ntitle: {0}\ndate: 2025-01-01\n---\nText of {0}.\n"


def a_project(folder: Path, **options: Any) -> Project:
    given = {
        "site": {"url": "https://example.org"},
        "feed": {"pages": False, "formats": ["rss"]},
        "output": {"folder": str(folder / "feeds"), "state": str(folder / "state.db")},
    }
    return find(str(folder / "site"), None, {**given, **options}, {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path.resolve()
    (place / "site/_posts").mkdir(parents=True)
    (place / "site/_config.yml").write_text("title: First title\n")
    add(place, "one")
    return place


@pytest.fixture
def shop(folder: Path) -> Iterator[Workshop]:
    with closing(Workshop(a_project(folder))) as opened:
        assert not run(opened).narrow, "the first run has seen nothing yet"
        yield opened


def add(folder: Path, name: str) -> Path:
    path = folder / f"site/_posts/2025-01-01-{name}.md"
    path.write_text(POST.format(name))
    return path


def run(shop: Workshop, *paths: Path) -> Report:
    asked = frozenset(map(os.fsencode, paths)) if paths else None
    with shop.parts(asked) as parts:
        return cycle.run(parts, cycle.Wish(paths=asked), NOW)


def rss(folder: Path) -> str:
    return (folder / "feeds/rss.xml").read_text()


def test_the_second_run_looks_at_what_it_is_told_of(folder: Path, shop: Workshop) -> None:
    add(folder, "unseen")
    report = run(shop, add(folder, "two"))
    assert (report.narrow, report.added, report.parsed, report.seen) == (True, 1, 1, 2)
    assert "Text of two" in rss(folder)
    assert "Text of unseen" not in rss(folder)
    assert run(shop).added == 1


def test_a_whole_run_reads_the_configuration_anew(folder: Path, shop: Workshop) -> None:
    (folder / "site/_config.yml").write_text("title: Second title\n")
    assert run(shop, add(folder, "two")).narrow, "nobody said that it changed"
    assert "First title" in rss(folder)
    run(shop)
    assert "Second title" in rss(folder)


def test_a_run_that_is_told_of_configuration_is_a_whole_one(folder: Path, shop: Workshop) -> None:
    (folder / "site/_config.yml").write_text("title: Second title\n")
    assert not run(shop, folder / "site/_config.yml").narrow
    assert "Second title" in rss(folder)


def test_a_state_that_another_process_built_otherwise_is_looked_at_as_a_whole(folder: Path, shop: Workshop) -> None:
    (folder / "site/_config.yml").write_text("title: Second title\n")
    with wiring.parts(a_project(folder)) as parts:
        cycle.run(parts, cycle.Wish(), NOW)
    assert not run(shop, add(folder, "two")).narrow
    assert "Second title" in rss(folder)
    assert run(shop, add(folder, "three")).narrow


def test_what_another_process_took_in_is_known(folder: Path, shop: Workshop) -> None:
    path = add(folder, "two")
    with wiring.parts(a_project(folder)) as parts:
        cycle.run(parts, cycle.Wish(), NOW)
    report = run(shop, path)
    assert (report.narrow, report.added, report.documents.written) == (True, 0, 0)


def test_another_state_in_the_place_of_the_first_is_opened(folder: Path, shop: Workshop) -> None:
    for path in folder.glob("state.db*"):
        path.unlink()
    report = run(shop, add(folder, "two"))
    assert (report.narrow, report.added) == (False, 2)


def test_after_a_run_that_failed_all_is_looked_at(folder: Path, shop: Workshop) -> None:
    with pytest.raises(RuntimeError), shop.parts(frozenset()):
        raise RuntimeError
    assert not run(shop, add(folder, "two")).narrow


def test_the_state_is_locked_only_while_a_run_goes_on(folder: Path, shop: Workshop) -> None:
    lock = str(folder / "state.db.lock")
    with held(lock), pytest.raises(LockHeld), shop.parts():
        raise AssertionError
    with shop.parts(), pytest.raises(LockHeld), held(lock):
        raise AssertionError
    with held(lock):
        pass
