"""Packed stamps: single rows are read and replaced as if all were unpacked and packed anew."""

from __future__ import annotations

import marshal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from syndicate.index.stamps import Numbers, columns, differing, looked_up, pack, patched, rows, unpack, unsettle

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
