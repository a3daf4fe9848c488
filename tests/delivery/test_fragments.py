"""Fragments come from what this run has written and from published documents that nobody has touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.fragments import Fragments
from syndicate.delivery.publishers.local import Local
from syndicate.delivery.release import Due, Key
from syndicate.errors import PublishError
from syndicate.feeds.assemble import digest as digest_of
from syndicate.index import Part
from tests.builders import a_document, digest

OLD: Key = (1, digest("old"))
NEW: Key = (2, digest("new"))
DATA = b"<rss>OLD</rss>"


@pytest.fixture
def publisher(tmp_path: Path) -> Local:
    made = Local(str(tmp_path / "feeds"))
    made.stage("rss.xml", DATA)
    made.put()
    return made


@pytest.fixture
def published() -> Due:
    row = a_document("rss.xml", digest=digest_of(DATA), size=len(DATA), parts=(Part(*OLD, 5, 3),))
    return Due("rss.xml", "rss", row.shape, row)


def fragments(publisher: Local, tmp_path: Path) -> Fragments:
    return Fragments(("rss", "json"), publisher.read, str(tmp_path))


def test_what_was_written_comes_back_in_each_format(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.lacks(NEW)
        kept.add(NEW, (b"<item/>", b"{}"))
        kept.add((3, NEW[1]), (b"<item>3</item>", b'{"3": 3}'))
        assert not kept.lacks(NEW)
        assert kept.lacks((2, digest("newer"))), "an edit is another fragment"
        keys = [(3, NEW[1]), NEW]
        assert kept.collect(published, keys) == [b"<item>3</item>", b"<item/>"]
        assert kept.collect(Due("feed.json", "json", b"", None), keys) == [b'{"3": 3}', b"{}"]


def test_what_was_not_is_cut_out_of_the_published_document(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        kept.add(NEW, (b"<item/>", b"{}"))
        assert kept.collect(published, [NEW, OLD]) == [b"<item/>", b"OLD"]


def test_the_newer_wins(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        kept.add(OLD, (b"ANEW", b"{}"))
        assert kept.collect(published, [OLD]) == [b"ANEW"]


@pytest.mark.parametrize("tampered", [b"<rss>BAD</rss>", b"<rss>OLD</rss>\n", b"", None])
def test_a_tampered_document_is_not_trusted(
    publisher: Local, published: Due, tmp_path: Path, tampered: bytes | None
) -> None:
    path = tmp_path / "feeds/rss.xml"
    path.unlink() if tampered is None else path.write_bytes(tampered)
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(published) is None
        with pytest.raises(PublishError, match=r"rss\.xml: was changed by another program"):
            kept.collect(published, [OLD])


def test_a_fragment_of_another_shape_is_not_trusted(publisher: Local, published: Due, tmp_path: Path) -> None:
    other = Due(published.path, "rss", digest("other shape"), published.published)
    with fragments(publisher, tmp_path) as kept, pytest.raises(PublishError):
        kept.collect(other, [OLD])


def test_no_document_no_fragments(publisher: Local, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(Due("rss.xml", "rss", b"", None)) is None
        assert kept.collect(Due("rss.xml", "rss", b"", None), []) == []


def test_nothing_is_left_behind(publisher: Local, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    with Fragments(("rss",), publisher.read, str(folder)) as kept:
        kept.add(NEW, (b"x" * 100_000,))
    assert list(folder.iterdir()) == []
