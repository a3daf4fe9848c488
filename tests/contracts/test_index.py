"""What every index promises beside identity and feeds, which tests/index holds over every member, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from syndicate import plugins
from syndicate.index import SITE, DocumentRow, Index
from syndicate.index.stamps import pack
from tests.builders import NOW, a_document, a_feed, a_row, digest
from tests.index.ledger import opened

Open = Callable[[], Index]


@pytest.fixture(params=plugins.names("index"))
def again(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the index of one member; each call closes the last one first."""
    current: list[Index] = []

    def open_it() -> Index:
        while current:
            current.pop().close()
        current.append(opened(tmp_path, request.param))
        return current[0]

    yield open_it
    while current:
        current.pop().close()


@pytest.fixture
def index(again: Open) -> Index:
    return again()


def publish(index: Index, taxonomy: str, name: str, *documents: DocumentRow, removed: tuple[str, ...] = ()) -> None:
    with index.transaction():
        index.published(a_feed(taxonomy, name), documents, removed)


def first_free(*candidates: str) -> Callable[[Callable[[str], bool]], str]:
    return lambda taken: next(each for each in candidates if not taken(each))


def unasked(_taken: Callable[[str], bool]) -> str:
    pytest.fail("a frozen slug is made once")


# Facts and stamps


def test_facts(index: Index) -> None:
    assert index.fact("reading") == ""
    with index.transaction():
        index.keep_fact("reading", "一")
        index.keep_fact("showing", "2")
        index.keep_fact("reading", "3")
    assert (index.fact("reading"), index.fact("showing")) == ("3", "2")


def test_stamps_of_folders_with_any_name(index: Index) -> None:
    folders = [b"", b"a", b"a/b", b"\xff\n\x01"]
    with index.transaction():
        for folder in reversed(folders):
            index.keep_stamps(folder, b"\0stamps of " + folder)
    assert index.folders() == folders
    assert index.stamps(b"\xff\n\x01") == b"\0stamps of \xff\n\x01"
    assert index.stamps(b"never") is None
    with index.transaction():
        index.keep_stamps(b"a", b"other")
        index.keep_stamps(b"", None)
        index.keep_stamps(b"never", None)
    assert index.folders() == [b"a", b"a/b", b"\xff\n\x01"]
    assert (index.stamps(b"a"), index.stamps(b"")) == (b"other", None)


def test_stamps_of_a_large_folder_are_kept_as_they_are(index: Index) -> None:
    files = {b"%05d.md" % number: (number, 1, 2, 3) for number in range(14_000)}
    for changes in (
        {},
        {b"00007.md": (9, 9, 9, 9), b"13999.md": None, b"new.md": (1, 1, 1, 1)},
        dict.fromkeys(list(files)[:1200]),
        dict.fromkeys(list(files)[1500:]),
    ):
        files |= changes
        there = {name: numbers for name, numbers in files.items() if numbers is not None}
        packed = pack(list(there), [number for numbers in there.values() for number in numbers])
        with index.transaction():
            index.keep_stamps(b"a", packed)
        assert (index.stamps(b"a"), index.folders()) == (packed, [b"a"])
    with index.transaction():
        index.keep_late(b"a", {b"00007.md": None})
        index.keep_stamps(b"a", None)
    assert (index.stamps(b"a"), index.folders()) == (None, [])


# Variants of documents


def test_variants_of_documents(index: Index) -> None:
    with index.transaction():
        index.keep_variants("b/rss.xml", {"gzip": 10, "br": 9})
        index.keep_variants("a.xml", {"gzip": 1})
        index.keep_variants("a.xml", {})
    assert list(index.variants().items()) == [("a.xml", {"gzip": 1}), ("b/rss.xml", {"br": 9, "gzip": 10})]
    with index.transaction():
        index.keep_variants("b/rss.xml", {"gzip": 11})
        index.forget_variants("b/rss.xml", ["br", "zstd"])
        index.forget_variants("never", ["gzip"])
    assert index.variants_of("b/rss.xml") == {"gzip": 11}
    assert index.variants_of("never") == {}


# Slugs


def test_a_slug_is_frozen(index: Index) -> None:
    with index.transaction():
        assert index.slug("tags", "金融", "unicode", first_free("金融")) == "金融"
    assert index.slug("tags", "金融", "unicode", unasked) == "金融"


def test_slugs_that_differ_by_case_alone_collide(index: Index) -> None:
    with index.transaction():
        assert index.slug("tags", "Straße", "unicode", first_free("Straße")) == "Straße"
        assert index.slug("tags", "STRASSE", "unicode", first_free("STRASSE", "strasse", "other")) == "other"


def test_slugs_of_other_rules_and_taxonomies_are_their_own(index: Index) -> None:
    with index.transaction():
        for taxonomy, rule in (("tags", "unicode"), ("tags", "raw"), ("categories", "unicode")):
            assert index.slug(taxonomy, "A", rule, first_free("a")) == "a"
            assert index.slug(taxonomy, "a", rule, first_free("a", "a-2")) == "a-2"


def test_a_slug_stays_when_its_feed_and_posts_go(index: Index) -> None:
    with index.transaction():
        index.store([a_row(tags=["C"])], set(), NOW)
        index.slug("tags", "C", "unicode", first_free("c"))
    publish(index, "tags", "C")
    with index.transaction():
        index.remove([b"a.md"], NOW)
        index.withdrawn("tags", "C")
        assert index.slug("tags", "c", "unicode", first_free("c", "c-2")) == "c-2"
    assert index.slug("tags", "C", "unicode", unasked) == "c"


# Feeds and documents


def test_a_feed_round_trips(index: Index) -> None:
    documents = [a_document("标签/atom.xml", format="atom", parts=()), a_document("标签/rss.xml")]
    feed = a_feed("tags", "标签", newest=None, posts=0)
    with index.transaction():
        index.touch("tags", "标签")
        index.published(feed, documents[::-1], ())
    assert index.feed("tags", "标签") == feed
    assert index.documents("tags", "标签") == documents
    assert index.touched() == []
    assert (index.feed("tags", "never"), index.documents("tags", "never")) == (None, [])


def test_documents_that_are_replaced_and_removed(index: Index) -> None:
    publish(index, "", "", a_document("rss.xml"), a_document("atom.xml"), a_document("feed.json"))
    changed = a_document("rss.xml", digest=digest("other"), size=9)
    publish(index, "", "", changed, removed=("feed.json",))
    assert index.documents(*SITE) == [a_document("atom.xml"), changed]
    assert sorted(index.sizes()) == [("atom.xml", 1234), ("rss.xml", 9)]


def test_many_feeds_are_published_as_one_after_the_other(index: Index) -> None:
    pairs = [("", ""), ("tags", "a"), ("tags", "b")]
    for pair in pairs:
        publish(index, *pair, a_document(f"{pair[1]}/rss.xml"), a_document(f"{pair[1]}/old.xml"))
        index.touch(*pair)
    changed = {pair: a_document(f"{pair[1]}/rss.xml", digest=digest(pair[1]), size=9) for pair in pairs[:2]}
    with index.transaction():
        left = [(a_feed(*pair, posts=3), [changed[pair]], [f"{pair[1]}/old.xml"]) for pair in pairs[:2]]
        index.publish([*left, (a_feed(*pairs[2], posts=0), [], [])], NOW)
        index.publish([], NOW)
    assert [(feed.name, feed.posts) for feed in index.feeds()] == [("", 3), ("a", 3), ("b", 0)]
    assert [index.documents(*pair) for pair in pairs[:2]] == [[changed[pair]] for pair in pairs[:2]]
    assert [row.path for row in index.documents(*pairs[2])] == ["b/old.xml", "b/rss.xml"]
    assert [left.path for left in index.left()] == ["/old.xml", "a/old.xml"]
    assert (index.empty_since(*pairs[1]), index.empty_since(*pairs[2])) == (None, NOW)
    assert index.touched() == []


def test_what_could_not_be_expanded_is_kept_until_an_entry_is_made_anew(index: Index) -> None:
    with index.transaction():
        index.store([a_row("a.md"), a_row("b.md"), a_row("c.md")], set(), NOW)
    first, second, third = sorted(each.id for each in index.newest(*SITE, 9, NOW))
    with index.transaction():
        index.keep_unexpanded({first: [("x", "y")], second: [("z",)], third: []})
        index.keep_unexpanded({second: [], third: [("last",)]})
        index.keep_unexpanded({})
    assert list(index.unexpanded()) == [(b"a.md", ("x", "y")), (b"c.md", ("last",))]


def test_the_site_comes_first_then_by_taxonomy_and_name(index: Index) -> None:
    pairs = [("tags", "b"), ("categories", "z"), ("", ""), ("tags", "a")]
    for pair in pairs:
        publish(index, *pair, a_document(f"{'-'.join(pair)}.xml"))
        index.touch(*pair)
    assert [(feed.taxonomy, feed.name) for feed in index.feeds()] == sorted(pairs)
    assert index.touched() == sorted(pairs)
    assert sorted(row[0] for row in index.sizes()) == sorted(f"{'-'.join(pair)}.xml" for pair in pairs)


def test_whose_document_it_is(index: Index) -> None:
    publish(index, "tags", "C", a_document("tag/Straße/rss.xml"))
    assert index.owner("tag/STRASSE/RSS.xml") == ("tags", "C")
    assert index.owner("tag/strass/rss.xml") is None


def test_a_withdrawn_feed_keeps_its_permanent_id(index: Index) -> None:
    publish(index, "tags", "x", a_document("x.xml"))
    publish(index, "tags", "y", a_document("y.xml"))
    with index.transaction():
        index.touch("tags", "x")
        index.withdrawn("tags", "x")
    assert [feed.name for feed in index.feeds()] == ["y"]
    assert (index.documents("tags", "x"), index.owner("x.xml"), index.touched()) == ([], None, [])
    row = index.feed("tags", "x")
    assert row is not None
    assert row.id == a_feed("tags", "x").id
    publish(index, "tags", "x")
    assert [feed.name for feed in index.feeds()] == ["x", "y"]


# Durability


def everything(index: Index) -> list[object]:
    """All that can be asked of a small index."""
    shown = index.newest(*SITE, 99, NOW)
    return [
        index.fact("looked"), index.folders(), [index.stamps(folder) for folder in index.folders()],
        shown, sorted(index.recipes([each.id for each in shown])), list(index.problems()), index.touched(),
        index.feeds(), index.sizes(), index.documents(*SITE), index.size("tags", "x", NOW), index.counts(NOW),
        index.standing_in(), index.digests([b"a.md", b"b.md"]),
    ]  # fmt: skip


def fill(index: Index, name: str, text: str) -> None:
    index.keep_fact("looked", text)
    index.keep_stamps(name.encode(), text.encode())
    index.store([a_row(f"{name}.md", text, tags=["x"])], set(), NOW)
    index.slug("tags", name, "unicode", first_free(name))
    index.published(a_feed(posts=len(name)), [a_document(f"{name}.xml")], [])
    index.touch("tags", name)


def test_reopening_keeps_everything(again: Open) -> None:
    index = again()
    with index.transaction():
        fill(index, "a", "one")
    before = everything(index)
    index = again()
    assert everything(index) == before
    assert index.slug("tags", "a", "unicode", unasked) == "a"


def upset(index: Index, fault: type[BaseException]) -> None:
    fill(index, "a", "two")
    fill(index, "b", "new")
    index.remove([b"a.md"], NOW)
    index.withdrawn(*SITE)
    index.touch_all()
    raise fault


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_an_exception_takes_everything_back(again: Open, fault: type[BaseException]) -> None:
    index = again()
    with index.transaction():
        fill(index, "a", "one")
    before = everything(index)
    with pytest.raises(fault), index.transaction():
        upset(index, fault)
    assert everything(index) == before
    assert everything(again()) == before


def test_rows_that_fail_to_come_take_everything_back(index: Index) -> None:
    def rows() -> Iterator[object]:
        yield a_row()
        raise ValueError

    with pytest.raises(ValueError), index.transaction():  # noqa: PT011
        index.store(rows(), set(), NOW)  # type: ignore[arg-type]
    assert tuple(index.counts(NOW)) == (0, 0)
    with index.transaction():
        index.store([a_row()], set(), NOW)
    assert tuple(index.counts(NOW)) == (1, 1)


def test_more_recipes_than_one_statement_can_name(index: Index) -> None:
    with index.transaction():
        index.store((a_row(f"{n}.md", f"{n}") for n in range(1100)), set(), NOW)
    shown = index.newest(*SITE, 2000, NOW)
    assert {recipe.id for recipe in index.recipes([each.id for each in shown])} == {each.id for each in shown}
    assert len(shown) == 1100
