"""What is asked live: fields of an address → a selection, its one spelling, and what its document says of itself."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.channel import Channels
from syndicate.feeds.plan import PRESETS, Plan
from syndicate.feeds.queries import FORMATS, MOST, Asked, Refused, address, asked, channel
from syndicate.feeds.selection import Needs, QueryError, needs, parse
from syndicate.model.selection import All, Holds, InTerm, Not, Says

LIVE = partial(parse, live=True)
PLAN = Plan(PRESETS["syndicate"], "A site", "https://example.org", "https://example.org/feeds/", FORMATS)
CHANNELS = Channels("zh", (), None, "", "", {}, lambda *_: "")


def ask(text: str, more: str = "") -> Asked:
    return asked(f"q={quote(text)}{more}".encode(), LIVE)


def test_what_is_asked() -> None:
    assert ask("tag:python") == ("tag:python", InTerm("tags", "is", "python"), 0)
    assert ask("", "&limit=7") == ("", All(), 7)
    assert asked(b"q=tag:a+tag:b&utm_source=x&q2=&limit=", LIVE).text == "tag:a tag:b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TAG:Python", "tag:python"),
        ("  tag:python \n and  title~X ", "tag:python and title~x"),
        ("tag：ｐｙ", "tag:py"),
        ('title:"A  B"', 'title:"a b"'),
        ("NOT tag:x", "not tag:x"),
        ("text~北京", "text~北京"),
    ],
)
def test_spellings_of_the_same_are_one(one: str, other: str) -> None:
    assert ask(one).text == other
    assert ask(one) == ask(other)


@given(st.text(alphabet=st.sampled_from('tag:~"“”＂（() ａA北notdexr*\\,，'), max_size=30))
def test_the_one_spelling_means_the_same(text: str) -> None:
    try:
        tree = LIVE(text)
    except QueryError:
        return
    found = ask(text)
    assert found.tree == tree
    assert LIVE(found.text) == tree
    assert ask(found.text) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (b"", "q is missing"),
        (b"limit=3", "q is missing"),
        (b"q=(", "q: column 2: the query ends"),
        (b"q=words%20%3E%20many", 'q: column 9: words is a number, and "many" is none; write a whole number'),
        (b"q=a&q=b", "q or limit stands there twice"),
        (b"q=a&limit=0", 'limit: "0" is no number from 1 to 100'),
        (b"q=a&limit=101", "is no number"),
        (b"q=a&limit=-1", "is no number"),
        (b"q=a&limit=%D9%A3", "is no number"),
        (b"q=a&limit=" + b"9" * 5000, "is no number"),
        (b"q=%FF", "percent-encoded UTF-8"),
        (b"q=\xe5\x8c\x97", "percent-encoded UTF-8"),
        (b"q=" + b"a" * 4001, "q: column 4001: the query has more than 4,000 characters"),
        (b"q=" + b"a" * 100_000, "too long"),
        (b"&".join(b"a=1" for _ in range(50)), "more than 20 fields"),
        (b"q=text%3E3", "column 1: > does not compare full text"),
    ],
)
def test_what_cannot_be_answered_is_said_with_its_remedy(query: bytes, said: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(query, LIVE)
    assert said in str(caught.value)


@given(st.binary(max_size=60))
def test_nothing_but_a_refusal_comes_of_any_bytes(query: bytes) -> None:
    try:
        found = asked(b"q=" + query, LIVE)
    except Refused:
        return
    assert 0 <= found.limit <= MOST


def test_an_address_leads_back_to_what_is_asked() -> None:
    for text in ('title:"a & b" -tag:"#?"', "text~北京 or words > 3", ""):
        query = ask(text, "&limit=5")
        parts = urlsplit(address(PLAN.base_url, "rss", query.text, query.limit))
        assert asked(parts.query.encode(), LIVE) == query
        assert (parts.path, parts.fragment) == ("/feeds/query.rss", "")


def test_a_document_says_what_it_is() -> None:
    query = ask("Tag:Python", "&limit=5")
    said = {form: channel(query, form, [3, 9, 6], PLAN, CHANNELS) for form in FORMATS}
    assert {each.id for each in said.values()} == {"https://example.org/feeds/query.atom?q=tag:python"}
    rss = said["rss"]
    assert rss.self_url == "https://example.org/feeds/query.rss?q=tag:python&limit=5"
    assert [link.type for link in rss.links] == ["application/atom+xml", "application/feed+json"]
    assert rss.title == "tag:python · A site"
    assert rss.updated is not None and rss.updated.timestamp() == 9
    foreign = channel(ask("title~'<script>' words<3"), "rss", [], PLAN, CHANNELS)
    assert foreign.title == "title~'‹script>' words<3 · A site"
    assert foreign.description == "A site", "what anybody may write stands in no HTML"
    empty = channel(ask("", ""), "rss", [], PLAN, CHANNELS)
    assert (empty.title, empty.updated) == ("A site", None)
    assert parse_qs(urlsplit(empty.self_url).query, keep_blank_values=True) == {"q": [""]}


def test_full_text_is_for_those_who_ask_live() -> None:
    assert LIVE("text~北京") == LIVE("text:北京") == Holds(("北", "京"))
    assert LIVE('text:"New York"') == Holds(("new", "york"))
    assert LIVE("text:begin*") == Holds(("begin",), begun=True)
    assert LIVE("text!~a") == Not(Holds(("a",)))
    assert needs(LIVE("tag:x or not text~a")) == Needs(text=True)
    assert LIVE("text") == Says("title", "contains", "text")
    for text, column, hint in (("text~x", 1, "title~x"), ("a text:x", 3, "query.atom")):
        with pytest.raises(QueryError) as caught:
            parse(text)
        assert (caught.value.column, hint in caught.value.hint) == (column, True)
    for text, column in (("text:a*b", 6), ("text~…", 6), ("text<3", 1)):
        with pytest.raises(QueryError) as caught:
            LIVE(text)
        assert caught.value.column == column
