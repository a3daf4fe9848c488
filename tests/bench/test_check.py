"""The check of what a program wrote finds whatever is missing, cut or out of order, in each format."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bench.check import Unlike, check
from bench.corpus import Corpus, make
from bench.expected import Expected, expected
from tests.flow.site import Site

Feeds = dict[str, dict[str, Path]]


@pytest.fixture(scope="module", params=["finews", "jekyll"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Expected, Feeds]:
    folder = tmp_path_factory.mktemp("checked")
    make(Corpus(90, request.param, categories=2, tags=3), folder / "site")
    site = Site(folder / "site", folder / "feeds", environ={"SYNDICATE_FEED__PAGES": "false"})
    site.build()
    feeds = {str(row.pop("key")): row for row in site.feeds()}
    return expected(folder / "site"), feeds


def test_what_we_write_is_what_the_posts_say(built: tuple[Expected, Feeds]) -> None:
    assert check(*built) == 3 * (1 + 2 + 3)


def remove(path: Path) -> None:
    path.unlink()


def first_entry(text: str, path: Path) -> tuple[int, int]:
    """Where the first entry of a document begins and where the second does."""
    mark = {"rss.xml": "<item>", "atom.xml": "<entry", "feed.json": '"id"'}[path.name]
    start = text.index(mark)
    return start, text.index(mark, start + 1)


def cut(path: Path) -> None:
    """Leave out one sentence, or one word, of the first entry."""
    text = path.read_text("utf-8")
    start, stop = first_entry(text, path)
    entry = text[start:stop]
    word = next(each for each in ("，约为", "，其中", " the ") if each in entry)
    path.write_text(text[:start] + entry.replace(word, " ") + text[stop:], "utf-8")


def restore(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [remove, cut])
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_harm_is_seen(built: tuple[Expected, Feeds], form: str, harm: Callable[[Path], None]) -> None:
    wanted, feeds = built
    path = feeds["site"][form]
    mend = partial(restore, path, path.read_bytes())
    harm(path)
    try:
        with pytest.raises(Unlike, match=rf"site \({form}\)"):
            check(wanted, feeds)
    finally:
        mend()


def test_another_feed_in_its_place_is_seen(built: tuple[Expected, Feeds]) -> None:
    wanted, feeds = built
    keys = sorted(feeds.keys() - {"site"})
    swapped = {**feeds, keys[0]: feeds[keys[1]]}
    with pytest.raises(Unlike, match=r"entry 1 is|entries, not"):
        check(wanted, swapped)


def test_a_feed_too_few_or_too_many_is_seen(built: tuple[Expected, Feeds]) -> None:
    wanted, feeds = built
    with pytest.raises(Unlike, match="no such feed was written"):
        check(wanted, {key: each for key, each in feeds.items() if key != "site"})
    with pytest.raises(Unlike, match="nobody asked"):
        check(wanted, {**feeds, "tag:more": feeds["site"]})


def test_a_post_that_came_later_is_missed(built: tuple[Expected, Feeds], tmp_path: Path) -> None:
    wanted, feeds = built
    newest = wanted.newest("site")[0]
    copied = tmp_path / ("2099-01-01-" + Path(newest.path).name[11:])
    copied.write_text(Path(newest.path).read_text("utf-8").replace("date: 2023", "date: 2099"), "utf-8")
    more = Expected(wanted.posts, {key: list(each) for key, each in wanted.feeds.items()})
    more.add(str(copied))
    with pytest.raises(Unlike):
        check(more, feeds)


def test_compressed_documents_are_held_against_the_others(built: tuple[Expected, Feeds]) -> None:
    wanted, feeds = built
    paths = [path for each in feeds.values() for path in each.values()]
    beside = [path.with_name(path.name + ".gz") for path in paths]
    for path, packed in zip(paths, beside, strict=True):
        packed.write_bytes(gzip.compress(path.read_bytes()))
    assert check(wanted, feeds, packed=True) == len(paths)
    beside[0].write_bytes(gzip.compress(b"old"))
    with pytest.raises(Unlike, match="compressed"):
        check(wanted, feeds, packed=True)
    for packed in beside:
        packed.unlink()
