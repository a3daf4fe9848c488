"""The bytes of known documents, by fingerprint.

A document that is no longer the bytes of its case needs a new fingerprint in its format,
so that what was published before is written anew: raise the number, then write the case
`tests/cases/formats/<name>-<number>.<suffix>` from the new bytes and look at it.
"""

from __future__ import annotations

import pytest

from syndicate.feeds.formats import Format
from tests.feeds.documents import ALL_FORMATS, CASES, a_bare_entry, an_entry, document


def case_of(form: Format) -> str:
    """`rss-1.xml`: the fingerprint and the suffix."""
    return form.fingerprint.replace("/", "-") + {"json": ".json", "html": ".html"}.get(form.name, ".xml")


@pytest.mark.parametrize("form", ALL_FORMATS, ids=lambda form: form.name)
def test_the_bytes_belong_to_the_fingerprint(form: Format) -> None:
    case = CASES / "formats" / case_of(form)
    assert case.exists(), f"{form.fingerprint} has no case"
    assert document(form, [an_entry(), a_bare_entry()]) == case.read_bytes()


def test_every_case_belongs_to_a_format() -> None:
    assert {case.name for case in (CASES / "formats").iterdir()} == {case_of(form) for form in ALL_FORMATS}
