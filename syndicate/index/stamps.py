"""The stamps of a folder's post files, packed into one row of bytes.

Two columns: the names, and for each of them size, mtime, ctime and inode, eight bytes each. Equal columns are equal
bytes; of a column of known width single rows are read and replaced where they stand, without unpacking the others, and
those of a large folder are kept in pieces, of which only those are written again in which something differs.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

Numbers = tuple[int, int, int, int]
"""Size, mtime, ctime and inode of a file."""

Row = tuple[bytes, int, int, int, int]

Columns = tuple[list[bytes], Sequence[int]]
"""The names of files, and for each of them the four numbers."""

UNSETTLED = (-1, -1, -1, -1)
"""What no file has."""

_WIDTH = 32
"""Bytes of the numbers of a file."""

_ONE_BY_ONE = 32
"""So many rows at most are replaced where they stand."""

PIECE = 4_000
"""Files of a piece, as it is cut. It is cut again when it has more than twice as many."""

_LOST = 8
"""So many pieces may be gone one behind the other before all is cut anew."""


def column(numbers: list[int]) -> Sequence[int]:
    """The same in a fifth of the memory, where no number is too large: some file systems have inodes of 64 bits."""
    try:
        return array("q", numbers)
    except OverflowError:
        return numbers


def pack(names: list[bytes], numbers: Sequence[int]) -> bytes | None:
    """Columns → bytes; None for no file."""
    numbers = column(numbers) if isinstance(numbers, list) else numbers
    packed = numbers.tobytes() if isinstance(numbers, array) else list(numbers)
    # version 2 of marshal writes no back-references, so equal columns are equal bytes
    return marshal.dumps((b"/".join(names), packed), 2) if names else None


def columns(packed: bytes | None) -> Columns:
    """Bytes → columns, none where they cannot be read: the state is a file of ours, and that costs only a reading."""
    try:
        loaded = marshal.loads(packed) if packed else (b"", [])  # noqa: S302
        if isinstance(loaded, list):  # before version 4 of the state: a row each. Nothing tells else what is gone
            return [row[0] for row in loaded], [number for row in loaded for number in row[1:]]
        names, numbers = loaded
        found = names.split(b"/") if names else []
        if isinstance(numbers, bytes):
            numbers = array("q", numbers)
        return (found, numbers) if len(numbers) == 4 * len(found) else ([], [])
    except (ValueError, EOFError, TypeError, AttributeError):
        return [], []


def joined(one: Columns, other: Columns) -> Columns:
    """The files of both."""
    if isinstance(one[1], array) and isinstance(other[1], array):
        return one[0] + other[0], one[1] + other[1]
    return one[0] + other[0], [*one[1], *other[1]]


def rows(of: Columns) -> list[Row]:
    """The same row by row."""
    names, numbers = of
    return list(zip(names, numbers[::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True))


def unpack(packed: bytes | None) -> list[Row]:
    """The rows of a folder as the index kept them; none where they cannot be read."""
    return rows(columns(packed))


def unsettle(packed: bytes, names: set[bytes]) -> bytes:
    """The packed stamps, some of them as no file has them: the next scan sees these files as changed or removed."""
    known = names.intersection(columns(packed)[0])
    return patched(packed, dict.fromkeys(known, UNSETTLED)) or b""


# -- single rows


def looked_up(packed: bytes | None, names: Sequence[bytes]) -> dict[bytes, Numbers]:
    """What is known of these files, without those of which nothing is."""
    split = _split(packed)
    if split is None or len(names) > _ONE_BY_ONE:
        wanted = set(names)
        return {row[0]: row[1:] for row in unpack(packed) if row[0] in wanted}
    found = {name: _place(split[0], name) for name in names}
    return {name: _numbers(split[1], at) for name, at in found.items() if at is not None}


def patched(packed: bytes | None, changes: Mapping[bytes, Numbers | None]) -> bytes | None:
    """The packed stamps with these files as they are now; None for a file that is gone."""
    split = _split(packed)
    if split is None or len(changes) > _ONE_BY_ONE:
        return _repacked(packed, changes)
    names, numbers = split
    for name, now in changes.items():
        at = _place(names, name)
        if at is None and now is None:
            continue
        row = b"" if now is None else _row(now)
        if row is None:
            return _repacked(packed, changes)
        if at is None:
            names, numbers = (names + b"/" + name if names else name), numbers + row
            continue
        numbers = numbers[: _WIDTH * at] + row + numbers[_WIDTH * (at + 1) :]
        if now is None:
            names = _without(names, name)
    return marshal.dumps((names, numbers), 2) if names else None


def _split(packed: bytes | None) -> tuple[bytes, bytes] | None:
    """Both columns as they stand in the bytes; None where the numbers are of no known width."""
    try:
        loaded: Any = marshal.loads(packed) if packed else (b"", b"")  # noqa: S302
        names, numbers = loaded
        sound = isinstance(names, bytes) and isinstance(numbers, bytes)
        known = names.count(b"/") + 1 if sound and names else 0
        return (names, numbers) if sound and len(numbers) == _WIDTH * known else None
    except (ValueError, EOFError, TypeError):
        return None


def _repacked(packed: bytes | None, changes: Mapping[bytes, Numbers | None]) -> bytes | None:
    """The same by unpacking all."""
    now: dict[bytes, Numbers | None] = {row[0]: row[1:] for row in unpack(packed)}
    now.update(changes)
    left = [(name, numbers) for name, numbers in now.items() if numbers is not None]
    return pack([name for name, _ in left], [number for _, numbers in left for number in numbers])


def _row(now: Numbers) -> bytes | None:
    try:
        return array("q", now).tobytes()
    except OverflowError:
        return None


def _place(names: bytes, name: bytes) -> int | None:
    """Which file this is."""
    start = _start(names, name)
    return None if start is None else names.count(b"/", 0, start)


def _start(names: bytes, name: bytes) -> int | None:
    at = names.find(name) if name else -1
    while at >= 0:
        end = at + len(name)
        if (at == 0 or names[at - 1 : at] == b"/") and (end == len(names) or names[end : end + 1] == b"/"):
            return at
        at = names.find(name, at + 1)
    return None


def _without(names: bytes, name: bytes) -> bytes:
    start = _start(names, name)
    assert start is not None, "only of a name that was found"  # noqa: S101
    return names[: start - 1] + names[start + len(name) :] if start else names[len(name) + 1 :]


def _numbers(numbers: bytes, at: int) -> Numbers:
    size, mtime, ctime, inode = array("q", numbers[_WIDTH * at : _WIDTH * (at + 1)])
    return size, mtime, ctime, inode


# -- comparing


def differing(before: Columns, now: Columns) -> tuple[set[Row], set[Row]]:
    """The rows of each that the other has not. What both begin and end with is left out first, by the thousand."""
    if type(before[1]) is not type(now[1]):  # a column of another kind is never equal
        before, now = (before[0], list(before[1])), (now[0], list(now[1]))
    most = min(len(before[0]), len(now[0]))
    start = end = 0
    for step in (4096, 64, 1):
        while start + step <= most and _equal(before, now, start, start, step):
            start += step
    most -= start
    for step in (4096, 64, 1):
        while end + step <= most and _equal(before, now, len(before[0]) - end - step, len(now[0]) - end - step, step):
            end += step
    return _apart(before, now, range(start, len(before[0]) - end), range(start, len(now[0]) - end))


def _apart(before: Columns, now: Columns, old: range, new: range) -> tuple[set[Row], set[Row]]:
    """The same among these places of each; their order may be another, and rows are made only of what differs."""
    places = {before[0][at]: at for at in old}
    left, come = set(), set()
    for at in new:
        was = places.pop(now[0][at], None)
        if was is None or before[1][4 * was : 4 * was + 4] != now[1][4 * at : 4 * at + 4]:
            come.add(_row_at(now, at))
            if was is not None:
                left.add(_row_at(before, was))
    left.update(_row_at(before, at) for at in places.values())
    return left, come


def _row_at(of: Columns, at: int) -> Row:
    size, mtime, ctime, inode = of[1][4 * at : 4 * at + 4]
    return of[0][at], size, mtime, ctime, inode


def _equal(before: Columns, now: Columns, old: int, new: int, count: int) -> bool:
    return bool(
        before[0][old : old + count] == now[0][new : new + count]
        and before[1][4 * old : 4 * (old + count)] == now[1][4 * new : 4 * (new + count)]
    )


# -- pieces


def pieces(packed: bytes, size: int = PIECE) -> list[bytes]:
    """The packed stamps in pieces of `size` files each, in one where they are few; joined, they are the same."""
    split = _split(packed)
    if split is None or split[0].count(b"/") < 2 * size:
        return [packed]
    names, numbers = split[0].split(b"/"), split[1]
    return [
        _piece(b"/".join(names[at : at + size]), numbers[_WIDTH * at : _WIDTH * (at + size)])
        for at in range(0, len(names), size)
    ]


def whole(parts: Iterable[bytes]) -> bytes | None:
    """Pieces → packed stamps, None for none; nothing where one of several cannot be read: that costs only a reading."""
    left = iter(parts)
    first, second = next(left, None), next(left, None)
    if first is None or second is None:
        return first
    splits = [_split(each) for each in chain((first, second), left)]  # each is let go as soon as it is split
    names, numbers = [each[0] for each in splits if each], [each[1] for each in splits if each]
    return _piece(b"/".join(names), b"".join(numbers)) if len(names) == len(splits) else b""


def recut(parts: Sequence[bytes], packed: bytes, size: int = PIECE) -> dict[int, bytes] | None:
    """What becomes of the pieces that were kept, by their places, where the stamps are these now: only of those that
    differ, b"" for one that goes. None where all should be cut anew."""
    split = _split(packed)
    if split is None:
        return None
    names, numbers = split
    changes: dict[int, bytes] = {}
    start = row = place = 0
    while place < len(parts):
        kept = _split(parts[place])
        if kept is None:
            return None
        own, owned = kept
        end, last = start + len(own), place + 1 == len(parts)
        whole_names = end == len(names) or (not last and names[end : end + 1] == b"/")
        if whole_names and names.startswith(own, start) and numbers.startswith(owned, _WIDTH * row):
            start, row, place = end + 1, row + len(owned) // _WIDTH, place + 1
            continue
        after, end = _next_piece(parts, place, names, start)
        region = names[start:end]
        count = region.count(b"/") + 1 if region else 0
        if count > 2 * size or (place == 0 and not count):
            return None
        changes |= dict.fromkeys(range(place, after), b"")
        if count:
            changes[place] = _piece(region, numbers[_WIDTH * row : _WIDTH * (row + count)])
        start, row, place = end + 1, row + count, after
    return changes


def _next_piece(parts: Sequence[bytes], place: int, names: bytes, start: int) -> tuple[int, int]:
    """The next piece behind this one whose first file is still there, from `start` on, and where the names before it
    end; else the number of pieces and the end of all."""
    for after in range(place + 1, min(place + _LOST, len(parts))):
        kept = _split(parts[after])
        first = kept[0].split(b"/", 1)[0] if kept else b""
        if first and names.startswith(first + b"/", start):
            return after, max(start - 1, 0)
        at = names.find(b"/" + first + b"/", start) if first else -1
        if at >= 0:
            return after, at
    return len(parts), len(names)


def _piece(names: bytes, numbers: bytes) -> bytes:
    return marshal.dumps((names, numbers), 2)
