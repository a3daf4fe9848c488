"""The sites that we measure with: the same every time, filed as was asked, and never twice the same moment."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from bench.corpus import Corpus, make
from bench.corpus.write import add_post, forget_added
from bench.expected import expected
from tests.flow.site import Site

FEW = Corpus(300, categories=5, tags=12)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("dialect", ["finews", "jekyll"])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, dialect: str) -> None:
    corpus = Corpus(6_500, dialect, smallest=700, largest=900)  # of several parts, so that processes share them
    make(corpus, tmp_path / "one", processes=1)
    make(corpus, tmp_path / "two", processes=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_another_seed_gives_other_posts(tmp_path: Path) -> None:
    make(FEW, tmp_path / "one")
    make(Corpus(**{**asdict(FEW), "seed": 2}), tmp_path / "two")
    assert tree(tmp_path / "one").keys() != tree(tmp_path / "two").keys()
    assert FEW.name != Corpus(**{**asdict(FEW), "seed": 2}).name


@pytest.mark.parametrize("dialect", ["finews", "jekyll"])
def test_every_term_has_a_post_and_no_two_posts_a_moment(tmp_path: Path, dialect: str) -> None:
    make(Corpus(300, dialect, categories=5, tags=12), tmp_path / "site")
    found = expected(tmp_path / "site")
    assert (found.posts, len(found.feeds)) == (300, 1 + 5 + 12)
    moments = [post.moment for key in found.feeds for post in found.newest(key)]
    assert len(set(moments)) == len({post.path for key in found.feeds for post in found.newest(key)})


def test_sizes_are_those_of_news(tmp_path: Path) -> None:
    make(Corpus(2_000), tmp_path / "site")
    sizes = [path.stat().st_size for path in (tmp_path / "site/_posts").iterdir()]
    assert 4_500 < sum(sizes) / len(sizes) < 4_900
    assert min(sizes) > 2_300
    assert max(sizes) < 7_200


def test_each_post_is_shown_where_that_is_asked_for(tmp_path: Path) -> None:
    make(Corpus(20 * 5 + 20 * 8, categories=5, tags=8, shown=True), tmp_path / "site")
    found = expected(tmp_path / "site")
    terms = found.feeds.keys() - {"site"}
    assert len({post.path for key in terms for post in found.newest(key)}) == found.posts


def test_folders_hold_posts_by_their_date(tmp_path: Path) -> None:
    make(Corpus(60, categories=2, tags=3, folders=6), tmp_path / "site")
    folders = [
        sorted(path.name[:10] for path in each.iterdir()) for each in sorted((tmp_path / "site/_posts").iterdir())
    ]
    assert [len(names) for names in folders] == [10] * 6
    assert folders == sorted(folders)


def test_an_added_post_is_the_newest_and_can_be_taken_away(tmp_path: Path) -> None:
    make(FEW, tmp_path / "site")
    before = tree(tmp_path / "site")
    for number in range(2):
        added = add_post(asdict(FEW), tmp_path / "site", number)
        assert expected(tmp_path / "site").newest("site")[0].path == str(added)
    forget_added(asdict(FEW), tmp_path / "site")
    assert tree(tmp_path / "site") == before


@pytest.mark.parametrize("dialect", ["finews", "jekyll"])
def test_none_of_them_has_a_fault(tmp_path: Path, dialect: str) -> None:
    make(Corpus(200, dialect, categories=5, tags=12), tmp_path / "site")
    assert Site(tmp_path / "site", tmp_path / "feeds").build().report["problems"] == []
