"""The bytes of known documents, by fingerprint.

A document that is no longer the bytes of its case needs a new fingerprint in its format,
so that what was published before is written anew: raise the number, then write the case
`tests/cases/formats/<name>-<number>.<suffix>` from the new bytes and look at it.
"""

from __future__ import annotations

import pytest

from syndicate.feeds.formats import Format
from tests.feeds.documents import (
    ALL_FORMATS,
    CASES,
    FORMATS,
    a_bare_entry,
    a_told_channel,
    a_told_entry,
    an_entry,
    document,
)


def case_of(form: Format, told: str = "") -> str:
    """`rss-1.xml`: the fingerprint and the suffix; `rss-1-told.xml` with all vocabularies."""
    return form.fingerprint.replace("/", "-") + told + {"json": ".json", "html": ".html"}.get(form.name, ".xml")


def known(form: Format) -> bytes:
    """A document; of a page its entries alone: what stands around them is compared as bytes at every build."""
    entries = [an_entry(), a_bare_entry()]
    return b"".join(map(form.fragment, entries)) if form.name == "html" else document(form, entries)


@pytest.mark.parametrize("form", ALL_FORMATS, ids=lambda form: form.name)
def test_the_bytes_belong_to_the_fingerprint(form: Format) -> None:
    case = CASES / "formats" / case_of(form)
    assert case.exists(), f"{form.fingerprint} has no case"
    assert known(form) == case.read_bytes()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_so_do_those_of_all_vocabularies(form: Format) -> None:
    case = CASES / "formats" / case_of(form, "-told")
    assert case.exists(), f"{form.fingerprint} has no case of all vocabularies"
    assert document(form, [a_told_entry()], a_told_channel()) == case.read_bytes()


def test_every_case_belongs_to_a_format() -> None:
    expected = {case_of(form) for form in ALL_FORMATS} | {case_of(form, "-told") for form in FORMATS}
    assert {case.name for case in (CASES / "formats").iterdir()} == expected
