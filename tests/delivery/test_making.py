"""Documents are made where there are hands for it: of fragments in files, and of those in the published document."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.delivery.fragments import Spool
from syndicate.delivery.making import Made, Maker, Sheet
from syndicate.delivery.publishers.local import Local
from syndicate.errors import PublishError
from syndicate.feeds.entries import Style
from syndicate.feeds.write import Writer
from syndicate.model import Envelope
from syndicate.model.digest import digest

HEAD = b'<rss version="2.0"><channel><title>T</title><link>https://e.example/</link><description>D</description>'
AROUND = Envelope(HEAD, b"\n", b"</channel></rss>")


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    (tmp_path / "work").mkdir()
    writer = Writer((), ("rss",), Style("https://e.example/"), 1000)
    return Maker(writer, Local(str(tmp_path / "feeds")), Spool(str(tmp_path / "work")))


def published(maker: Maker, path: str, data: bytes) -> tuple[str, bytes]:
    maker.publisher.stage(path, data)
    maker.publisher.put()
    return path, digest(data)


def made(maker: Maker, sheet: Sheet) -> Made:
    (only,) = maker.make([sheet])
    assert isinstance(only, Made)
    return only


def test_a_document_is_staged_and_not_yet_seen(maker: Maker, tmp_path: Path) -> None:
    cuts = maker.spool.keep((b"<item>1</item>", b"<item>2</item>"))
    done = made(maker, Sheet("a/rss.xml", "rss", AROUND, tuple(cuts)))
    whole = HEAD + b"<item>1</item>\n<item>2</item></channel></rss>"
    assert (done.digest, done.size, done.wrong) == (digest(whole), len(whole), "")
    assert not (tmp_path / "feeds/a/rss.xml").exists()
    maker.publisher.put()
    assert not (tmp_path / "feeds/a/rss.xml").exists(), "it was handed over"
    maker.publisher.take_over(done.staged)
    maker.publisher.put()
    assert (tmp_path / "feeds/a/rss.xml").read_bytes() == whole


def test_fragments_of_the_published_document_are_taken_over(maker: Maker) -> None:
    row = published(maker, "rss.xml", HEAD + b"<item>old</item></channel></rss>")
    (new,) = maker.spool.keep((b"<item>new</item>",))
    done = made(maker, Sheet("rss.xml", "rss", AROUND, (new, ("", len(HEAD), 16)), row))
    assert done.digest == digest(HEAD + b"<item>new</item>\n<item>old</item></channel></rss>")


@pytest.mark.parametrize("tampered", [b"", HEAD + b"<item>bad</item></channel></rss>", None])
def test_a_document_that_somebody_changed_is_no_source(maker: Maker, tmp_path: Path, tampered: bytes | None) -> None:
    row = published(maker, "rss.xml", HEAD + b"<item>old</item></channel></rss>")
    file = tmp_path / "feeds/rss.xml"
    file.unlink() if tampered is None else file.write_bytes(tampered)
    with pytest.raises(PublishError, match=r"rss\.xml: was changed by another program"):
        maker.make([Sheet("rss.xml", "rss", AROUND, (("", len(HEAD), 16),), row)])


@pytest.mark.parametrize("left", [b"", None])
def test_what_was_rendered_and_is_gone_is_an_error(maker: Maker, left: bytes | None) -> None:
    (cut,) = maker.spool.keep((b"<item/>",))
    Path(cut[0]).unlink() if left is None else Path(cut[0]).write_bytes(left)
    with pytest.raises(PublishError, match="what was rendered"):
        maker.make([Sheet("rss.xml", "rss", AROUND, (cut,))])


def test_a_document_that_would_break_a_rule_is_not_made(maker: Maker, tmp_path: Path) -> None:
    around = Envelope(b"<rss><channel>", b"", b"</channel></rss>")
    done = made(maker, Sheet("rss.xml", "rss", around, ()))
    assert done.wrong
    maker.publisher.take_over(done.staged)
    maker.publisher.put()
    assert not (tmp_path / "feeds").exists()


def test_what_kills_its_worker_is_wrong(maker: Maker) -> None:
    lost = maker.lost(Sheet("rss.xml", "rss", AROUND, ()))
    assert isinstance(lost, Made)
    assert "crashed" in lost.wrong
