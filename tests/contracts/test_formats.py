"""The contract of formats, run over every member."""

from __future__ import annotations

import inspect
import re

import pytest

from syndicate.feeds.formats import Format
from syndicate.model import Channel, Envelope
from syndicate.plugins import find, names
from tests.feeds.documents import (
    FORMATS,
    SITE,
    a_bare_entry,
    a_channel,
    a_told_channel,
    a_told_entry,
    an_entry,
    document,
)

ENTRIES = [
    an_entry(),
    a_bare_entry(),
    an_entry(title="", summary="", html=""),
    a_bare_entry(id="urn:x", html="]]>\x00"),
    a_told_entry(),
]
CHANNELS = [
    a_channel(),
    Channel("urn:feed", "Bare", f"{SITE}/feed", f"{SITE}/"),
    Channel("", "", "", ""),
    a_told_channel(),
]


@pytest.fixture(params=names("formats"))
def form(request: pytest.FixtureRequest) -> Format:
    """Every format that can be found."""
    member: Format = find("formats", request.param)()
    return member


each_that_carries_the_text = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


def test_it_says_what_it_is(form: Format) -> None:
    assert re.fullmatch(r"[a-z]+", form.name)
    assert find("formats", form.name) is type(form)
    assert re.fullmatch(r"[a-z]+/[a-z+]+", form.media_type)
    assert re.fullmatch(rf"{form.name}/[0-9]+", form.fingerprint)


def test_it_has_the_methods_of_the_contract(form: Format) -> None:
    for method in ("fragment", "html", "envelope"):
        expected, own = inspect.signature(getattr(Format, method)), inspect.signature(getattr(type(form), method))
        assert own == expected


def test_the_members_have_names_of_their_own() -> None:
    members = [find("formats", name) for name in names("formats")]
    for attribute in ("name", "media_type", "fingerprint"):
        assert len({getattr(member, attribute) for member in members}) == len(members)


@pytest.mark.parametrize("entry", ENTRIES, ids=["full", "bare", "empty", "bad", "told"])
def test_a_fragment_is_a_function_of_its_entry(form: Format, entry: object) -> None:
    assert form.fragment(entry) == type(form)().fragment(entry) != b""  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", CHANNELS, ids=["full", "bare", "empty", "told"])
def test_an_envelope_is_a_function_of_its_channel(form: Format, channel: Channel) -> None:
    assert isinstance(form.envelope(channel), Envelope)
    assert form.envelope(channel) == type(form)().envelope(channel)


@pytest.mark.parametrize("channel", CHANNELS, ids=["full", "bare", "empty", "told"])
def test_a_document_is_utf_8_without_bom_and_ends_its_last_line(form: Format, channel: Channel) -> None:
    for entries in ([], ENTRIES):
        data = document(form, entries, channel)
        assert data.decode("utf-8")[0] in "<{"
        assert data.endswith(b"\n")


def test_a_fragment_stands_in_a_document_as_it_is(form: Format) -> None:
    fragments = [form.fragment(entry) for entry in ENTRIES]
    for channel in CHANNELS:
        data = document(form, ENTRIES, channel)
        assert all(fragment in data for fragment in fragments)
        assert data.startswith(form.envelope(channel).head)
        assert data.endswith(form.envelope(channel).tail)


@each_that_carries_the_text
@pytest.mark.parametrize("summary", ["", "In short."])
@pytest.mark.parametrize("html", ["<p>a &amp; b</p>\n<pre>\tx\n  y</pre>", "]]>", "&lt;item&gt;", "金融 🍵", " x "])
def test_the_html_of_a_fragment_is_that_of_its_entry(form: Format, html: str, summary: str) -> None:
    assert form.html(form.fragment(an_entry(html=html, summary=summary))) == html


def test_a_fragment_of_an_entry_that_says_nothing_has_no_html(form: Format) -> None:
    assert form.html(form.fragment(an_entry(html="", summary=""))) == ""


def test_another_entry_is_another_fragment(form: Format) -> None:
    seen = {form.fragment(an_entry(**change)) for change in [{}, {"title": "T"}, {"id": "urn:t"}, {"summary": "T"}]}
    assert len(seen) == 4


@each_that_carries_the_text
def test_another_text_is_another_fragment(form: Format) -> None:
    assert form.fragment(an_entry()) != form.fragment(an_entry(html="<p>T</p>"))
