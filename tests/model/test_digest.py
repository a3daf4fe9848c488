"""By which 16 bytes contents are known, and by which they were before."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from syndicate.model.digest import FORMER, digest, is_former, is_of

SAMPLES = [b"", b"a", FORMER, bytes(range(256)) * 1000]


def former(data: bytes) -> bytes:
    return FORMER + blake2b(data, digest_size=16).digest()


def test_it_is_xxh3_on_every_machine() -> None:
    assert digest(b"").hex() == "99aa06d3014798d86001c324468d497f", "as the specification has it"
    assert {len(digest(sample)) for sample in SAMPLES} == {16}
    assert len({digest(sample) for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("of", [digest, former])
def test_whose_digest_it_is(of: object) -> None:
    assert callable(of)
    for sample in SAMPLES:
        assert is_former(of(sample)) is (of is former)
        assert [each for each in SAMPLES if is_of(each, of(sample))] == [sample]
    assert not is_of(b"", b"") and not is_former(b"")


def test_a_digest_that_begins_like_a_former_one() -> None:
    assert not is_former(FORMER + bytes(16 - len(FORMER)))
