"""Documents that somebody took or wrote into are found, whether or not a second process looks for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.delivery.astray import looked_for
from syndicate.delivery.publishers.local import Local
from syndicate.errors import PublishError
from syndicate.index.sqlite import SqliteIndex
from tests.builders import a_document, a_feed

NAMES = [f"n{number}" for number in range(50)]


@pytest.fixture
def index() -> Iterator[SqliteIndex]:
    with closing(SqliteIndex.open(":memory:")) as made:
        with made.transaction():
            for name in NAMES:
                document = a_document(f"tags/{name}/rss.xml", size=len(name))
                made.published(a_feed("tags", name), [document], [])
        yield made


@pytest.fixture
def publisher(tmp_path: Path) -> Local:
    made = Local(str(tmp_path))
    for name in NAMES:
        made.stage(f"tags/{name}/rss.xml", name.encode())
    made.put()
    return made


def take(path: Path) -> None:
    path.unlink()


def take_all(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()


def write_into(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


CHANGES = (take, take_all, write_into, link, touch)


@pytest.mark.parametrize("many", [0, len(NAMES), 1000])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change(
    index: SqliteIndex, publisher: Local, tmp_path: Path, change: Callable[[Path], None], many: int
) -> None:
    for name in ("n7", "n30"):
        change(tmp_path / "tags" / name / "rss.xml")
    expected = [] if change is touch else [("tags", "n30"), ("tags", "n7")]
    for ahead in (True, False):
        with looked_for(index, publisher, ahead, many) as astray:
            pass
        assert sorted(astray()) == expected
        assert sorted(astray()) == expected


@pytest.mark.parametrize("many", [0, 1000])
def test_what_is_taken_in_the_end_is_found_by_who_looks_then(
    index: SqliteIndex, publisher: Local, tmp_path: Path, many: int
) -> None:
    with looked_for(index, publisher, False, many) as astray:
        take(tmp_path / "tags/n3/rss.xml")
    assert astray() == [("tags", "n3")]


def children() -> str:
    return "".join(each.read_text() for each in Path("/proc/self/task").glob("*/children"))


def test_no_process_is_left_behind(index: SqliteIndex, publisher: Local) -> None:
    def broken() -> None:
        with looked_for(index, publisher, True, 0):
            raise KeyboardInterrupt

    before = children()
    with pytest.raises(KeyboardInterrupt):
        broken()
    assert children() == before


def test_what_goes_wrong_in_the_second_process_goes_wrong_here(index: SqliteIndex, publisher: Local) -> None:
    with index.transaction():
        index.published(a_feed("tags", "out"), [a_document("../out.xml")], [])
    with looked_for(index, publisher, True, 0) as astray:
        pass
    with pytest.raises(PublishError, match="leads out"):
        astray()
