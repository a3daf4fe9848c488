"""Fragments come from what this run has written and from published documents that nobody has touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.fragments import Fragments, Piece, Spool
from syndicate.delivery.publishers.local import Local
from syndicate.delivery.release import Due, Key
from syndicate.errors import PublishError
from syndicate.feeds.holdings import Look
from syndicate.index import Part
from syndicate.model.digest import digest as digest_of
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
    return Fragments(("rss", "json"), publisher.read, str(tmp_path / "work"))


def write(kept: Fragments, tmp_path: Path, entry: Key, look: Look, *made: bytes) -> None:
    """As a run does with what it has rendered."""
    kept.add(entry, look, Spool(str(tmp_path / "work")).keep(made))


def collected(kept: Fragments, due: Due, pieces: list[Piece]) -> list[bytes]:
    """The fragments themselves."""
    return [
        (Path(file).read_bytes() if file else kept.document(due) or b"")[at : at + length]
        for file, at, length in kept.cuts(due, pieces)
    ]


def in_full(*entries: Key) -> list[Piece]:
    return [Piece(entry, FULL) for entry in entries]


def test_what_was_written_comes_back_in_each_format(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.lacks(NEW, FULL)
        write(kept, tmp_path, NEW, FULL, b"<item/>", b"{}")
        write(kept, tmp_path, (3, NEW[1]), FULL, b"<item>3</item>", b'{"3": 3}')
        assert not kept.lacks(NEW, FULL)
        assert kept.lacks((2, digest("newer")), FULL), "an edit is another fragment"
        pieces = in_full((3, NEW[1]), NEW)
        assert collected(kept, published, pieces) == [b"<item>3</item>", b"<item/>"]
        assert collected(kept, Due("feed.json", "json", b"", None), pieces) == [b'{"3": 3}', b"{}"]


def test_each_look_of_an_entry_is_written_for_itself(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        write(kept, tmp_path, NEW, FULL, b"<item>all of it</item>", b"{1}")
        assert kept.lacks(NEW, SHORT)
        assert kept.lacks(NEW, Look("full", "rich")), "another profile is another look"
        write(kept, tmp_path, NEW, SHORT, b"<item>some</item>", b"{}")
        assert kept.length(NEW, FULL, "rss") == len(b"<item>all of it</item>")
        assert (kept.length(NEW, FULL, "json"), kept.length(NEW, SHORT, "json")) == (3, 2)
        pieces = [Piece(NEW, SHORT, short=True), *in_full(NEW)]
        assert collected(kept, published, pieces) == [b"<item>some</item>", b"<item>all of it</item>"]


def test_what_was_not_is_cut_out_of_the_published_document(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        write(kept, tmp_path, NEW, FULL, b"<item/>", b"{}")
        assert collected(kept, published, in_full(NEW, OLD)) == [b"<item/>", b"OLD"]


def test_what_was_shortened_there_is_cut_out_only_for_what_is_short(publisher: Local, tmp_path: Path) -> None:
    row = a_document("rss.xml", digest=digest_of(DATA), size=len(DATA), parts=(Part(*OLD, 5, 3, whole=999),))
    shortened = Due("rss.xml", "rss", row.shape, row)
    with fragments(publisher, tmp_path) as kept:
        assert collected(kept, shortened, [Piece(OLD, SHORT, short=True)]) == [b"OLD"]
        with pytest.raises(PublishError):
            collected(kept, shortened, in_full(OLD))


def test_what_stands_there_in_full_is_not_taken_for_what_is_short(
    publisher: Local, published: Due, tmp_path: Path
) -> None:
    with fragments(publisher, tmp_path) as kept, pytest.raises(PublishError):
        collected(kept, published, [Piece(OLD, SHORT, short=True)])


def test_the_newer_wins(publisher: Local, published: Due, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        write(kept, tmp_path, OLD, FULL, b"ANEW", b"{}")
        assert collected(kept, published, in_full(OLD)) == [b"ANEW"]


@pytest.mark.parametrize("tampered", [b"<rss>BAD</rss>", b"<rss>OLD</rss>\n", b"", None])
def test_a_tampered_document_is_not_trusted(
    publisher: Local, published: Due, tmp_path: Path, tampered: bytes | None
) -> None:
    path = tmp_path / "feeds/rss.xml"
    path.unlink() if tampered is None else path.write_bytes(tampered)
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(published) is None


def test_a_fragment_of_another_shape_is_not_trusted(publisher: Local, published: Due, tmp_path: Path) -> None:
    other = Due(published.path, "rss", digest("other shape"), published.published)
    with fragments(publisher, tmp_path) as kept, pytest.raises(PublishError):
        collected(kept, other, in_full(OLD))


def test_no_document_no_fragments(publisher: Local, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        assert kept.document(Due("rss.xml", "rss", b"", None)) is None
        assert collected(kept, Due("rss.xml", "rss", b"", None), []) == []


def test_a_process_goes_on_in_its_file(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path))
    assert [cut[1:] for cut in spool.keep((b"one", b"", b"two"))] == [(0, 3), (3, 0), (3, 3)]
    assert [cut[1:] for cut in spool.keep((b"three",))] == [(6, 5)]
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == b"onetwothree"
    assert file.stat().st_mode & 0o777 == 0o600


def test_many_fragments_at_once(tmp_path: Path) -> None:
    made = [b"%d" % number * (number % 7) for number in range(3000)]
    ((file, start, _), *_rest) = cuts = Spool(str(tmp_path)).keep(made)
    data = Path(file).read_bytes()
    assert start == 0
    assert [data[offset : offset + length] for _, offset, length in cuts] == made
    assert data == b"".join(made)


def test_nothing_is_left_behind(publisher: Local, tmp_path: Path) -> None:
    with fragments(publisher, tmp_path) as kept:
        write(kept, tmp_path, NEW, FULL, b"x" * 100_000, b"{}")
        assert (tmp_path / "work").is_dir()
    assert not (tmp_path / "work").exists()


def test_what_a_killed_run_left_is_taken_away(publisher: Local, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "1").write_bytes(b"of another")
    with fragments(publisher, tmp_path):
        assert list((tmp_path / "work").iterdir()) == []


def test_nothing_is_taken_away_through_a_link(publisher: Local, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "file").write_bytes(b"precious")
    (tmp_path / "work").symlink_to(tmp_path / "theirs")
    with pytest.raises(PublishError, match="what is rendered cannot be kept"), fragments(publisher, tmp_path):
        pass
    assert (tmp_path / "theirs" / "file").read_bytes() == b"precious"
