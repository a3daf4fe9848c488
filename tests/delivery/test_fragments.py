"""Fragments come from what this run has written and from published documents that nobody has touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.fragments import Fragments, Piece
from syndicate.delivery.publishers.local import Local
from syndicate.delivery.release import Due, Key
from syndicate.errors import PublishError
from syndicate.feeds.assemble import digest as digest_of
from syndicate.feeds.holdings import Look
from syndicate.index import Part
from tests.builders import a_document, digest

OLD: Key = (1, digest("old"))
NEW: Key = (2, digest("new"))
DATA = b"<rss>OLD</rss>"
FULL, SHORT = Look(), Look("summary")


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


def in_full(*entries: Key) -> list[Piece]:
    return [Piece(*entry, FULL) for entry in entries]


def test_what_was_written_comes_back_in_each_format(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.lacks(NEW, FULL)
        kept.add(NEW, FULL, (b"<item/>", b"{}"))
        kept.add((3, NEW[1]), FULL, (b"<item>3</item>", b'{"3": 3}'))
        assert not kept.lacks(NEW, FULL)
        assert kept.lacks((2, digest("newer")), FULL), "an edit is another fragment"
        pieces = in_full((3, NEW[1]), NEW)
        assert kept.collect(published, pieces) == [b"<item>3</item>", b"<item/>"]
        assert kept.collect(Due("feed.json", "json", b"", None), pieces) == [b'{"3": 3}', b"{}"]


def test_each_look_of_an_entry_is_written_for_itself(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        kept.add(NEW, FULL, (b"<item>all of it</item>", b"{1}"))
        assert kept.lacks(NEW, SHORT)
        assert kept.lacks(NEW, Look("full", "rich")), "another profile is another look"
        kept.add(NEW, SHORT, (b"<item>some</item>", b"{}"))
        assert kept.length(NEW, FULL, "rss") == len(b"<item>all of it</item>")
        assert (kept.length(NEW, FULL, "json"), kept.length(NEW, SHORT, "json")) == (3, 2)
        pieces = [Piece(*NEW, SHORT, short=True), *in_full(NEW)]
        assert kept.collect(published, pieces) == [b"<item>some</item>", b"<item>all of it</item>"]


def test_what_was_not_is_cut_out_of_the_published_document(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        kept.add(NEW, FULL, (b"<item/>", b"{}"))
        assert kept.collect(published, in_full(NEW, OLD)) == [b"<item/>", b"OLD"]


def test_what_was_shortened_there_is_cut_out_only_for_what_is_short(publisher: Local, tmp_path: Path) -> None:
    row = a_document("rss.xml", digest=digest_of(DATA), size=len(DATA), parts=(Part(*OLD, 5, 3, whole=999),))
    shortened = Due("rss.xml", "rss", row.shape, row)
    with fragments(publisher, tmp_path) as kept:
        assert kept.collect(shortened, [Piece(*OLD, SHORT, short=True)]) == [b"OLD"]
        with pytest.raises(PublishError):
            kept.collect(shortened, in_full(OLD))


def test_what_stands_there_in_full_is_not_taken_for_what_is_short(
    publisher: Local, published: Due, tmp_path: Path
) -> None:
    with fragments(publisher, tmp_path) as kept, pytest.raises(PublishError):
        kept.collect(published, [Piece(*OLD, SHORT, short=True)])


def test_the_newer_wins(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        kept.add(OLD, FULL, (b"ANEW", b"{}"))
        assert kept.collect(published, in_full(OLD)) == [b"ANEW"]


@pytest.mark.parametrize("tampered", [b"<rss>BAD</rss>", b"<rss>OLD</rss>\n", b"", None])
def test_a_tampered_document_is_not_trusted(
    publisher: Local, published: Due, tmp_path: Path, tampered: bytes | None
) -> None:
    path = tmp_path / "feeds/rss.xml"
    path.unlink() if tampered is None else path.write_bytes(tampered)
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(published) is None
        with pytest.raises(PublishError, match=r"rss\.xml: was changed by another program"):
            kept.collect(published, in_full(OLD))


def test_a_fragment_of_another_shape_is_not_trusted(publisher: Local, published: Due, tmp_path: Path) -> None:
    other = Due(published.path, "rss", digest("other shape"), published.published)
    with fragments(publisher, tmp_path) as kept, pytest.raises(PublishError):
        kept.collect(other, in_full(OLD))


def test_no_document_no_fragments(publisher: Local, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(Due("rss.xml", "rss", b"", None)) is None
        assert kept.collect(Due("rss.xml", "rss", b"", None), []) == []


def test_nothing_is_left_behind(publisher: Local, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    with Fragments(("rss",), publisher.read, str(folder)) as kept:
        kept.add(NEW, FULL, (b"x" * 100_000,))
    assert list(folder.iterdir()) == []
