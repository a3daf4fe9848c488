"""Any text in any field makes a document that parses, in every format."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._ids import atom_id, is_iri, is_uuid
from syndicate.feeds.formats._uri import uri
from syndicate.feeds.formats.atom import Atom
from syndicate.feeds.formats.jsonfeed import JsonFeed
from syndicate.feeds.formats.rss import Rss
from syndicate.markup.legal import legal
from syndicate.model import (
    Author,
    Category,
    Channel,
    Comments,
    Deleted,
    Enclosure,
    Entry,
    Episode,
    Image,
    Link,
    Origin,
    Rhythm,
    Show,
)
from syndicate.model.podcast import Funding, Person, Rendition, Soundbite, Transcript
from tests.feeds.documents import FORMATS, SPACES, a_bare_entry, a_channel, atom_grammar, document, read, texts

GRAMMAR = atom_grammar()

# fmt: off
nasty = st.sampled_from((
    "]]>", "<![CDATA[", "\x00", "\x0c", "\x1f", "\ufffe", "\ud800", "\udfff", "&amp;", "&#1;", "<b>", "%", "%zz",
    '"', "\r\n", "\t", "\u2028", "\ufeff", "🍵", "金融", "--", "<?x", "</item>", "</entry>", "</script>", "\\", "{{",
))
# fmt: on
text = st.lists(st.text(st.characters(), max_size=12) | nasty, max_size=4).map("".join)
address = text | st.builds("{}://{}/{}".format, st.sampled_from(["http", "https", "ftp"]), text, text)
moment = st.datetimes(
    timezones=st.none() | st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
)
number = st.none() | st.integers()
author = st.builds(Author, text, text, address)
image = st.none() | st.builds(Image, address, text)

some_id = address | st.uuids().map(str)
real = st.integers() | st.floats()
persons = st.lists(st.builds(Person, text, text, text, address, address), max_size=2).map(tuple)
episode = st.builds(
    Episode,
    title=text,
    kind=st.sampled_from(["full", "bonus", ""]) | text,
    number=number,
    season=number,
    season_name=text,
    explicit=st.none() | st.booleans(),
    blocked=st.booleans(),
    image=address,
    chapters=address,
    transcripts=st.lists(st.builds(Transcript, address, text, text, st.booleans()), max_size=2).map(tuple),
    persons=persons,
    soundbites=st.lists(st.builds(Soundbite, real, real, text), max_size=2).map(tuple),
    renditions=st.lists(
        st.builds(
            Rendition,
            st.lists(address, max_size=2).map(tuple),
            st.just("audio/opus") | text,
            *(number, number, number, text, text, st.booleans()),
        ),
        max_size=3,
    ).map(tuple),
    license=text,
    license_url=address,
)
show = st.builds(
    Show,
    categories=st.lists(st.lists(text, max_size=3).map(tuple), max_size=3).map(tuple),
    explicit=st.booleans(),
    author=text,
    owner=st.none() | author,
    kind=text,
    image=address,
    guid=some_id,
    locked=st.none() | st.booleans(),
    medium=text,
    funding=st.lists(st.builds(Funding, address, text), max_size=2).map(tuple),
    persons=persons,
    license=text,
    license_url=address,
    new_feed_url=address,
    complete=st.booleans(),
    blocked=st.booleans(),
)
relation = st.sampled_from(["hub", "prev-archive", "next", "current", "alternate"]) | text

entry = st.builds(
    Entry,
    id=some_id,
    url=address,
    title=text,
    html=text,
    published=moment,
    updated=moment,
    summary=text,
    categories=st.lists(st.builds(Category, text, address), max_size=3).map(tuple),
    authors=st.lists(author, max_size=2).map(tuple),
    language=text,
    image=image,
    enclosures=st.lists(st.builds(Enclosure, address, text, number, number, text), max_size=3).map(tuple),
    external_url=address,
    origin=st.none() | st.builds(Origin, text, address, some_id, st.none() | moment),
    comments=st.none() | st.builds(Comments, address, address, number),
)
channel = st.builds(
    Channel,
    id=address,
    title=text,
    self_url=address,
    home_url=address,
    description=text,
    language=text,
    updated=st.none() | moment,
    authors=st.lists(author, max_size=2).map(tuple),
    image=image,
    icon=address,
    links=st.lists(st.builds(Link, relation, address, text, text), max_size=3).map(tuple),
    rights=text,
    complete=st.booleans(),
    archive=st.booleans(),
    deleted=st.lists(st.builds(Deleted, some_id, moment), max_size=3).map(tuple),
    rhythm=st.none() | st.builds(Rhythm, st.sampled_from(["daily", "often"]), st.integers(), st.integers()),
    stylesheet=address,
    page_url=address,
)
entries = st.lists(entry, max_size=3)


@given(channel, entries)
def test_any_rss_parses_and_says_what_was_meant(channel: Channel, entries: list[Entry]) -> None:
    root = etree.fromstring(document(Rss(), entries, channel))[0]
    assert texts(root, "title") == [admit_channel(channel).title]
    meant = [admit(entry) for entry in entries]
    assert texts(root, "item/title") == [entry.title for entry in meant]
    assert texts(root, "item/guid") == [entry.id for entry in meant]
    assert texts(root, "item/dc:creator") == [author.name for entry in meant for author in entry.authors]


@given(channel, entries)
def test_any_atom_is_valid_and_says_what_was_meant(channel: Channel, entries: list[Entry]) -> None:
    root = etree.fromstring(document(Atom(), entries, channel))
    GRAMMAR.assertValid(root)
    meant = [admit(entry) for entry in entries]
    assert texts(root, "a:entry/a:title") == [entry.title for entry in meant]
    assert texts(root, "a:entry/a:content") == [entry.html for entry in meant if entry.html]
    assert texts(root, "a:entry/a:id") == [atom_id(entry.id) for entry in meant]
    said = admit_channel(channel).deleted
    assert [found.get("ref") for found in root.iterfind("at:deleted-entry", SPACES)] == [atom_id(e.id) for e in said]
    assert [found.get("term") for found in root.iterfind("a:entry/a:category", SPACES)] == [
        category.name for entry in meant for category in entry.categories
    ]


@given(channel, entries)
def test_any_json_parses_and_says_what_was_meant(channel: Channel, entries: list[Entry]) -> None:
    feed = json.loads(document(JsonFeed(), entries, channel))
    assert feed["title"] == admit_channel(channel).title
    for found, entry in zip(feed["items"], map(admit, entries), strict=True):
        assert (found["id"], found["title"]) == (entry.id, entry.title)
        assert found.get("content_html", "") == entry.html
        assert found.get("content_html") or found["content_text"]


@given(entries)
def test_an_independent_reader_sees_as_many_entries(entries: list[Entry]) -> None:
    for form in (Rss(), Atom()):
        found = read(document(form, entries))
        assert found.bozo == 0
        assert len(found.entries) == len(entries)


@given(entry)
def test_what_came_through_the_door_comes_through_again(entry: Entry) -> None:
    assert admit(admit(entry)) == admit(entry)
    assert [form.fragment(admit(entry)) for form in FORMATS] == [form.fragment(entry) for form in FORMATS]


@given(entry.filter(lambda entry: legal(entry.html) != ""))
def test_the_way_back_from_any_fragment_to_its_html(entry: Entry) -> None:
    assert {form.html(form.fragment(entry)) for form in FORMATS} == {legal(entry.html)}


@given(channel)
def test_what_came_through_the_door_of_channels_comes_through_again(channel: Channel) -> None:
    assert admit_channel(admit_channel(channel)) == admit_channel(channel)


@given(address.map(legal))
def test_any_address_becomes_a_uri_once(address: str) -> None:
    found = uri(address)
    assert uri(found) == found
    assert found.isascii()
    assert not set(found) & set(' <>"{}|\\^`\t\r\n')
    urlsplit(found)


@given(some_id.map(legal), some_id.map(legal))
def test_any_id_becomes_an_iri_that_no_other_becomes(one: str, other: str) -> None:
    found = atom_id(one)
    assert is_iri(found)
    assert atom_id(found) == found
    assert (found == one) == is_iri(one)
    assert found.startswith("urn:uuid:") or not is_uuid(one)
    if one != other and found == atom_id(other):
        assert found in (one, other), "only an id that is written as such a URN meets the one it stands for"


@given(episode)
def test_any_episode_is_written_as_it_came_through_the_door(episode: Episode) -> None:
    entry = a_bare_entry(episode=episode)
    meant, root = admit(entry).episode or Episode(), etree.fromstring(document(Rss(), [entry]))[0]
    assert texts(root, "item/podcast:person") == [person.name for person in meant.persons]
    assert len(texts(root, "item/podcast:transcript")) == len(meant.transcripts)
    assert len(texts(root, "item/podcast:soundbite")) == len(meant.soundbites)
    assert len(texts(root, "item/podcast:alternateEnclosure")) == len(meant.renditions)
    assert texts(root, "item/podcast:episode") == ([str(meant.number)] if meant.number else [])
    assert admit(admit(entry)) == admit(entry)


@given(show)
def test_any_show_is_written_as_it_came_through_the_door(show: Show) -> None:
    channel = a_channel(show=show)
    meant, root = admit_channel(channel).show or Show(), etree.fromstring(document(Rss(), (), channel))[0]
    assert texts(root, "podcast:funding") == [each.text for each in meant.funding]
    assert texts(root, "podcast:guid") == ([meant.guid] if meant.guid else [])
    assert texts(root, "itunes:explicit") == [str(meant.explicit).lower()]
    names = [each.get("text") for each in root.iterfind("itunes:category", SPACES)]
    assert names == list(dict.fromkeys(name for name, *_ in meant.categories))
    assert admit_channel(admit_channel(channel)) == admit_channel(channel)
