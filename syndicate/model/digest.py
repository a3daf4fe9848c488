"""What the bytes of files, entries and documents are known by: 16 bytes that others do not have by chance.

XXH3 with 128 bits, which is no cryptographic hash: whoever wants to can make two texts with one digest. All that gains
them is that an edit of their own goes unnoticed. So no id is made of it, nothing that is published, and nothing by
which entries of others are known (docs/architecture.md, "Digests"). It takes 0.2 us for a post of 4 kB, where blake2b
takes 5, and 2 us for a document of 100 kB, where blake2b takes 110.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xxhash import xxh3_128_digest

digest: Final[Callable[[bytes], bytes]] = xxh3_128_digest
"""Bytes → their digest: 16 bytes, the same on every machine."""

FORMER = b"blake2b:"
"""Stands before a digest that was made before this function was."""


def is_former(known: bytes) -> bool:
    """Whether a digest was made before this function was: then only `is_of` can be asked of it."""
    return known.startswith(FORMER) and len(known) != 16


def is_of(data: bytes, known: bytes) -> bool:
    """Whether a digest is that of some bytes; it may be a former one."""
    if not is_former(known):
        return digest(data) == known
    from hashlib import blake2b

    return FORMER + blake2b(data, digest_size=16).digest() == known
