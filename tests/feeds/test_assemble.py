"""Documents spliced together, and the places by which their fragments are cut out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.assemble import assemble, envelope_digest, offsets
from syndicate.feeds.formats import Format
from syndicate.model import Envelope
from syndicate.model.digest import digest
from tests.feeds.documents import FORMATS, a_bare_entry, a_channel, an_entry, document

BYTES = st.binary(max_size=20)


def cut_out(data: bytes, around: Envelope, fragments: list[bytes]) -> list[bytes]:
    starts = offsets(around, map(len, fragments))
    return [data[at : at + len(fragment)] for at, fragment in zip(starts, fragments, strict=False)]


@given(BYTES, BYTES, BYTES, st.lists(BYTES, max_size=6))
def test_offsets_cut_out_exactly_the_fragments(
    head: bytes, separator: bytes, tail: bytes, fragments: list[bytes]
) -> None:
    made = assemble(Envelope(head, separator, tail), fragments)
    assert made.data == head + separator.join(fragments) + tail
    assert cut_out(made.data, Envelope(head, separator, tail), fragments) == fragments
    assert made.digest == digest(made.data) and len(made.digest) == 16


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_documents_of_every_format(form: Format, count: int) -> None:
    entries = [an_entry(), a_bare_entry(title="茶"), a_bare_entry(id="urn:3")][:count]
    fragments = [form.fragment(entry) for entry in entries]
    around = form.envelope(a_channel())
    made = assemble(around, fragments)
    assert made.data == document(form, entries)
    assert cut_out(made.data, around, fragments) == fragments


def test_whatever_stands_around_the_fragments_counts() -> None:
    around = [
        Envelope(b"a", b"b", b"c"),
        Envelope(b"ab", b"", b"c"),
        Envelope(b"a", b"", b"bc"),
        Envelope(b"", b"", b""),
    ]
    assert len({envelope_digest(each) for each in around}) == 4
    assert envelope_digest(Envelope(b"a", b"b", b"c")) == envelope_digest(around[0])
