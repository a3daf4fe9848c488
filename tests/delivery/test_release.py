"""What is published against what is due."""

from __future__ import annotations

from dataclasses import replace

from syndicate.delivery.release import Due, due, entries_digest
from syndicate.index import DocumentRow, Part, Shown
from tests.builders import a_document, digest

SHOWN = [Shown(1, digest("k1"), 5), Shown(2, digest("k2"), 6)]
AROUND = digest("envelope")


def digest_shape(form: str) -> bytes:
    return digest(form)


def the_due(**fields: object) -> Due:
    ordinary = Due("rss.xml", "rss", digest("shape"), a_document())
    return replace(ordinary, **fields)


def test_the_same_entries_in_the_same_order_inside_the_same_envelope_are_current() -> None:
    assert the_due().current(SHOWN, AROUND)


def test_whatever_differs_makes_it_stale() -> None:
    first, second = SHOWN
    assert not the_due().current([second, first], AROUND), "the order"
    assert not the_due().current([first], AROUND), "one less"
    assert not the_due().current([*SHOWN, Shown(3, digest("k3"), 7)], AROUND), "one more"
    assert not the_due().current([first, second._replace(key=digest("other"))], AROUND), "an edit"
    assert not the_due().current([first, second._replace(id=9)], AROUND), "another post"
    assert not the_due().current(SHOWN, digest("other")), "the envelope"
    assert not the_due(shape=digest("other")).current(SHOWN, AROUND), "the program or the settings"
    assert not the_due(path="other.xml").current(SHOWN, AROUND), "the place"
    assert not the_due(published=None).current(SHOWN, AROUND), "never published"


def test_a_moment_alone_makes_nothing_stale() -> None:
    later = [post._replace(updated=99) for post in SHOWN]
    assert the_due().current(later, AROUND), "the moment of an entry is in its key"


def test_an_empty_feed_is_current_when_its_document_is_empty() -> None:
    assert the_due(published=a_document(parts=())).current([], AROUND)
    assert not the_due().current([], AROUND)


def test_fragments_are_taken_over_while_their_shape_is_the_same() -> None:
    assert the_due().reusable() == {(1, digest("k1")): (10, 20), (2, digest("k2")): (31, 1 << 40)}
    assert the_due(path="other.xml").reusable() != {}, "also when the document moves"
    assert the_due(shape=digest("other")).reusable() == {}
    assert the_due(published=None).reusable() == {}


def shortened() -> DocumentRow:
    """A document whose second entry is shortened: 31 bytes of 500."""
    return a_document(parts=(Part(1, digest("k1"), 10, 20), Part(2, digest("k2"), 31, 31, whole=500)))


def test_what_is_shortened_is_reused_only_as_what_is_shortened() -> None:
    it = the_due(published=shortened())
    assert it.reusable() == {(1, digest("k1")): (10, 20)}
    assert it.reusable(short=True) == {(2, digest("k2")): (31, 31)}
    assert the_due().reusable(short=True) == {}


def test_how_long_an_entry_is_in_full_is_known_also_where_it_is_shortened() -> None:
    it = the_due(published=shortened())
    assert it.lengths() == {(1, digest("k1")): 20, (2, digest("k2")): 500}
    assert the_due().lengths() == {(1, digest("k1")): 20, (2, digest("k2")): 1 << 40}
    assert the_due(published=shortened(), shape=digest("other")).lengths() == {}
    assert the_due(published=None).lengths() == {}


def test_a_document_with_shortened_entries_is_current_as_well() -> None:
    assert the_due(published=shortened()).current(SHOWN, AROUND)


def test_what_a_feed_should_have_and_what_it_should_have_no_longer() -> None:
    rows = [a_document("rss.xml"), a_document("old/atom.xml", format="atom"), a_document("feed.json", format="json")]
    shapes = {"rss": digest("r"), "atom": digest("a")}
    wanted, obsolete = due([("rss", "rss.xml"), ("atom", "atom.xml")], shapes.__getitem__, rows)
    assert wanted == [Due("rss.xml", "rss", digest("r"), rows[0]), Due("atom.xml", "atom", digest("a"), rows[1])]
    assert obsolete == ["old/atom.xml", "feed.json"]


def test_a_feed_that_is_new() -> None:
    assert due([("rss", "rss.xml")], digest_shape, []) == ([Due("rss.xml", "rss", digest("rss"), None)], [])


def test_a_path_that_goes_over_to_another_format_is_not_obsolete() -> None:
    rows = [a_document("feed.xml", format="rss")]
    assert due([("atom", "feed.xml")], digest_shape, rows)[1] == []


def test_receivers_are_told_of_entries_and_their_order_and_of_nothing_else() -> None:
    assert entries_digest(SHOWN) == entries_digest([post._replace(updated=0) for post in SHOWN])
    others = [SHOWN[::-1], SHOWN[:1], [], [SHOWN[0], SHOWN[1]._replace(key=digest("edited"))]]
    assert len({entries_digest(each) for each in [SHOWN, *others]}) == 5


def test_a_part_is_what_the_index_keeps_of_a_fragment() -> None:
    assert a_document().parts[0] == Part(1, digest("k1"), 10, 20)
