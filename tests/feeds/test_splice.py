"""Spliced documents are what feedgen writes in one piece, and fragments fit any envelope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from syndicate.feeds.formats import Format
from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._feedgen import atom_feed, atom_source, rss_feed, rss_source
from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.rss import Rss
from syndicate.model import Channel, Entry
from tests.feeds.documents import (
    SITE,
    XML_FORMATS,
    a_bare_entry,
    a_channel,
    a_told_channel,
    a_told_entry,
    an_entry,
    document,
    tree,
)

FEEDS: list[tuple[Entry, ...]] = [
    (),
    (an_entry(),),
    (a_bare_entry(), an_entry(), a_bare_entry(id="urn:2", external_url="https://elsewhere.example/")),
    (a_told_entry(), an_entry()),
    (an_entry(html=""), an_entry(summary=""), an_entry(title="]]> <&>", language="", image=None)),
]
CHANNELS = [a_channel(), Channel("urn:feed", "Bare", f"{SITE}/feed", f"{SITE}/"), a_told_channel()]

each_feed = pytest.mark.parametrize("entries", FEEDS, ids=["none", "one", "three", "told", "odd"])
each_channel = pytest.mark.parametrize("channel", CHANNELS, ids=["full", "bare", "told"])
each_xml_format = pytest.mark.parametrize("form", XML_FORMATS, ids=lambda form: form.name)


def whole(
    feed_of: Callable[[Channel], Any], source_of: Callable[[Entry], Any], channel: Channel, entries: tuple[Entry, ...]
) -> Any:
    """feedgen's object of a whole feed, with its entries."""
    feed = feed_of(admit_channel(channel))
    for entry in entries:
        feed.add_entry(source_of(admit(entry)), order="append")
    return feed


@each_feed
@each_channel
def test_spliced_rss_is_feedgens_own(entries: tuple[Entry, ...], channel: Channel) -> None:
    own = whole(rss_feed, rss_source, channel, entries).rss_str()
    assert tree(etree.fromstring(document(Rss(), entries, channel))) == tree(etree.fromstring(own))


@each_feed
@each_channel
def test_spliced_atom_is_feedgens_own(entries: tuple[Entry, ...], channel: Channel) -> None:
    own = whole(atom_feed, atom_source, channel, entries).atom_str()
    assert tree(etree.fromstring(document(Atom(), entries, channel))) == tree(etree.fromstring(own))


@each_feed
@each_xml_format
def test_spliced_bytes_are_those_of_the_document_indented_as_a_whole(form: Format, entries: tuple[Entry, ...]) -> None:
    parser = etree.XMLParser(remove_blank_text=True)
    spliced = document(form, entries)
    again = etree.tostring(etree.fromstring(spliced, parser), pretty_print=True, encoding="UTF-8")
    assert spliced.split(b"\n", 1)[1] == again.removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>\n")


@each_xml_format
def test_a_fragment_declares_no_namespace(form: Format) -> None:
    assert b"xmlns" not in form.fragment(an_entry())


@each_xml_format
def test_all_envelopes_of_a_format_declare_the_same_namespaces(form: Format) -> None:
    spaces = [etree.fromstring(document(form, (), channel)).nsmap for channel in CHANNELS]
    assert spaces[0] == spaces[1]


@each_xml_format
def test_the_envelope_ends_where_the_items_begin(form: Format) -> None:
    around = form.envelope(a_channel())
    assert around.head.endswith(b">\n")
    assert etree.fromstring(around.head + around.tail) is not None
    assert around.tail.strip().startswith(b"</")


def test_two_trees_that_differ_are_told_apart() -> None:
    one, other = (etree.fromstring(f"<a><b>{text}</b></a>") for text in ("x", "x "))
    assert tree(one) != tree(other)
    assert tree(one) == tree(etree.fromstring("<a>\n  <b>x</b>\n</a>"))
