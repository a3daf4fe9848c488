"""Packed stamps: single rows are read and replaced as if all were unpacked and packed anew."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from syndicate.index.stamps import (
    Numbers,
    columns,
    differing,
    looked_up,
    pack,
    patched,
    pieces,
    recut,
    rows,
    unpack,
    unsettle,
    whole,
)

NAMES = st.binary(min_size=1, max_size=3).filter(lambda name: b"/" not in name and b"\0" not in name)
SMALL = st.integers(-(2**63), 2**63 - 1)
LARGE = st.integers(2**63, 2**64 - 1)
KNOWN = st.dictionaries(NAMES, st.tuples(SMALL, SMALL, SMALL, st.one_of(SMALL, SMALL, LARGE)), max_size=8)
CHANGES = st.dictionaries(NAMES, st.none() | st.tuples(SMALL, SMALL, SMALL, st.one_of(SMALL, LARGE)), max_size=40)


def packed(known: dict[bytes, Numbers]) -> bytes | None:
    return pack(list(known), [number for numbers in known.values() for number in numbers])


@given(KNOWN)
def test_what_is_packed_is_unpacked(known: dict[bytes, Numbers]) -> None:
    assert unpack(packed(known)) == [(name, *numbers) for name, numbers in known.items()]
    assert packed(known) == packed(dict(known)), "equal columns are equal bytes"


@given(KNOWN, CHANGES)
def test_rows_are_replaced(known: dict[bytes, Numbers], changes: dict[bytes, Numbers | None]) -> None:
    expected = {**known, **changes}
    found = {name: tuple(numbers) for name, *numbers in unpack(patched(packed(known), changes))}
    assert found == {name: numbers for name, numbers in expected.items() if numbers is not None}


@given(KNOWN, st.lists(NAMES, max_size=40))
def test_rows_are_looked_up(known: dict[bytes, Numbers], names: list[bytes]) -> None:
    assert looked_up(packed(known), names) == {name: known[name] for name in names if name in known}


@given(KNOWN, KNOWN)
def test_what_differs_is_what_either_has_alone(before: dict[bytes, Numbers], now: dict[bytes, Numbers]) -> None:
    one, other = columns(packed(before)), columns(packed(now))
    assert differing(one, other) == (set(rows(one)) - set(rows(other)), set(rows(other)) - set(rows(one)))


@pytest.mark.parametrize("count", [10, 10_000])
def test_another_order_is_no_difference(count: int) -> None:
    names = [b"%d.md" % number for number in range(count)]
    numbers = [number for at in range(count) for number in (at, 1, 2, 3)]
    turned = [number for at in reversed(range(count)) for number in (at, 1, 2, 3)]
    assert differing((names, numbers), (names[::-1], turned)) == (set(), set())


def test_a_name_within_another_is_not_taken_for_it() -> None:
    known = {b"a.md": (1, 1, 1, 1), b"aa.md": (2, 2, 2, 2), b"a.mdx": (3, 3, 3, 3), b"md": (4, 4, 4, 4)}
    assert looked_up(packed(known), [b"a.md", b"md", b"a", b"x"]) == {b"a.md": (1, 1, 1, 1), b"md": (4, 4, 4, 4)}


@pytest.mark.parametrize(
    "damaged", [b"", b"x", marshal.dumps((b"a/b", b"1" * 32)), marshal.dumps((b"a", 1)), b"\xff" * 9]
)
def test_what_is_damaged_is_as_nothing(damaged: bytes) -> None:
    assert (unpack(damaged), looked_up(damaged, [b"a"])) == ([], {})
    assert unpack(patched(damaged, {b"a": (1, 2, 3, 4)})) == [(b"a", 1, 2, 3, 4)]


def test_what_is_unsettled_is_as_no_file_is() -> None:
    known = packed({b"a": (1, 1, 1, 1), b"b": (2, 2, 2, 2)})
    assert known is not None
    assert unpack(unsettle(known, {b"b", b"c"})) == [(b"a", 1, 1, 1, 1), (b"b", -1, -1, -1, -1)]


@given(st.lists(st.tuples(KNOWN, CHANGES, st.randoms(use_true_random=False)), max_size=3), KNOWN, st.integers(1, 4))
def test_pieces_follow_the_stamps(steps: list[Any], known: dict[bytes, Numbers], size: int) -> None:
    """Whatever happens to a folder, its pieces are its stamps, as if they had been cut just now."""
    kept = pieces(packed(known) or b"", size)
    for others, changes, chance in steps:
        rows_now = list(({**known, **others, **changes} if chance.random() < 0.8 else others).items())
        if chance.random() < 0.3:
            chance.shuffle(rows_now)
        known = {name: numbers for name, numbers in rows_now if numbers is not None}
        now = packed(known)
        if now is None:
            return
        changed = recut(kept, now, size)
        if changed is None:
            kept = pieces(now, size)
        else:
            assert all(changed.get(at) != each for at, each in enumerate(kept)), "what is the same is not written again"
            kept = [each for each in (changed.get(at, each) for at, each in enumerate(kept)) if each]
        assert whole(kept) == now


NUMBERS = (1, 2, 3, 4)


def numbered(numbers: Iterable[int]) -> dict[bytes, Numbers]:
    return {b"%06d.md" % number: NUMBERS for number in numbers}


@pytest.mark.parametrize(
    ("now", "written"),
    [
        (numbered(range(100)), []),
        ({**numbered(range(100)), b"last.md": NUMBERS}, [9]),
        ({b"first.md": NUMBERS, **numbered(range(100))}, [0]),
        ({**numbered(range(35)), b"new.md": NUMBERS, **numbered(range(35, 100))}, [3]),
        ({**numbered(range(30)), b"new.md": NUMBERS, **numbered(range(30, 100))}, [3]),
        ({**numbered(range(100)), b"000035.md": (9, 9, 9, 9)}, [3]),
        (numbered([*range(35), *range(36, 60), *range(61, 100)]), [3, 6]),
        (numbered([*range(30), *range(40, 100)]), [3]),
        (numbered([*range(99)]), [9]),
        (numbered([*range(90)]), [9]),
    ],
)
def test_of_a_large_folder_those_pieces_are_written_in_which_something_differs(
    now: dict[bytes, Numbers], written: list[int]
) -> None:
    kept = pieces(packed(numbered(range(100))) or b"", 10)
    assert len(kept) == 10
    assert sorted(recut(kept, packed(now) or b"", 10) or {}) == written


@pytest.mark.parametrize("now", [numbered(range(60, 200)), numbered(range(10, 100)), numbered(range(99, -1, -1))])
def test_what_is_much_else_is_cut_anew(now: dict[bytes, Numbers]) -> None:
    assert recut(pieces(packed(numbered(range(100))) or b"", 10), packed(now) or b"", 10) is None


@pytest.mark.parametrize("size", [3, 5, 10])
def test_whichever_files_in_a_row_are_gone_the_pieces_are_those_that_are_left(size: int) -> None:
    kept = pieces(packed(numbered(range(30))) or b"", size)
    for first in range(30):
        for end in range(first + 1, 30 + (first > 0)):
            now = packed(numbered([*range(first), *range(end, 30)])) or b""
            changed = recut(kept, now, size)
            left = pieces(now, size) if changed is None else [changed.get(at, each) for at, each in enumerate(kept)]
            assert whole(each for each in left if each) == now, (first, end)


def test_a_piece_that_is_damaged_is_as_nothing_and_is_replaced() -> None:
    known = packed(numbered(range(100))) or b""
    damaged = [*pieces(known, 10)[:9], b"x"]
    assert (unpack(whole(damaged)), recut(damaged, known, 10)) == ([], None)
