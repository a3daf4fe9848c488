"""The pure rooms: dates, tags and codings, whatever is written in a request."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.server.accepted import LONGEST, PREFERRED, brief, ranked
from syndicate.server.answers import About, Lines, heads, links, media_type, policy
from syndicate.server.conditional import Verdict, _moment, has, http_date, judged, moment, tags

NOW = 1_790_000_000
LAST = 253_402_300_799


@given(st.integers(0, LAST))
def test_dates_are_written_and_read_as_others_do(seconds: int) -> None:
    written = http_date(seconds)
    assert written == formatdate(seconds, usegmt=True).encode()
    assert moment(written, NOW) == seconds
    then = datetime.fromtimestamp(seconds, UTC)
    assert moment(then.strftime("%a %b %e %H:%M:%S %Y").encode(), NOW) == seconds


@pytest.mark.parametrize(
    ("year", "is_"), [("26", 2026), ("76", 2076), ("77", 1977), ("99", 1999), ("00", 2000), ("70", 2070)]
)
def test_a_year_of_two_digits_is_at_most_fifty_years_ahead(year: str, is_: int) -> None:
    wanted = datetime(is_, 3, 1, 12, tzinfo=UTC)
    assert moment(wanted.strftime(f"%A, %d-%b-{year} %H:%M:%S GMT").encode(), NOW) == int(wanted.timestamp())


@given(st.binary(max_size=80))
def test_no_text_is_too_odd(text: bytes) -> None:
    moment(text, NOW)
    assert has(text, b'"x"') in (True, False)
    assert all(tag.startswith(b'"') and tag.endswith(b'"') for tag in tags(text))
    assert set(ranked(text)) <= set(PREFERRED)
    verdict = judged(b'"x"', 5, NOW, match=text, none_match=text, modified_since=text, unmodified_since=text)
    assert isinstance(verdict, Verdict)


@given(st.lists(st.text("abc,*/ \u00e9", max_size=4), min_size=1, max_size=6), st.booleans())
def test_a_tag_is_found_in_any_list_that_has_it(names: list[str], weak: bool) -> None:
    listed = [b'"%s"' % name.replace(" ", "").encode("latin-1") for name in names]
    text = b", ".join(b"W/" + tag if weak else tag for tag in listed)
    assert tags(text) == listed
    assert all(has(text, tag) and has(text, b"W/" + tag) for tag in listed)
    assert not has(text, b'"no"')


@pytest.mark.parametrize(
    "text", [b", " * 15_000, b'"a",' * 7_000 + b"x", b'W/"' * 9_000, b"gzip;q=" * 4_000, b" " * 30_000]
)
def test_long_lists_are_read_once(text: bytes) -> None:
    # each of these takes hours by a search that goes back
    assert not has(text + b'"x" y', b'"x"')
    assert judged(b'"x"', 1, NOW, match=text) is Verdict.FAILED
    ranked(text)
    moment(text, NOW)


def test_what_is_long_is_no_date_and_is_not_remembered() -> None:
    _moment.cache_clear()
    date = b"Fri, 01 Jan 2027 00:00:00 GMT"
    assert moment(b" " * 30_000 + date, NOW) is None and _moment.cache_info().currsize == 0
    assert moment(b" " * 9 + date, NOW) == moment(date, NOW) is not None


def test_long_accept_encodings_mean_the_same_and_are_not_remembered() -> None:
    for text in (b"gzip, br;q=0.5, *;q=0", b"*", b"identity;q=0, br", b"gzip;q=0, *;q=0.1", b"identity;q=0", b"zstd"):
        long = b"x, " * 90 + text
        assert ranked(long) == ranked(text) == ranked(brief(long)) and len(brief(long)) <= LONGEST


def test_what_is_weak_is_not_the_same_for_a_change() -> None:
    assert judged(b'W/"x"', None, NOW, match=b'"x"') is Verdict.FAILED
    assert judged(b'W/"x"', None, NOW, match=b"*") is Verdict.SEND
    assert judged(b'W/"x"', None, NOW, none_match=b'"x"') is Verdict.UNCHANGED


def test_without_a_date_of_its_own_no_date_decides() -> None:
    late = b"Fri, 01 Jan 2099 00:00:00 GMT"
    assert judged(b'"x"', None, NOW, modified_since=late) is Verdict.SEND
    assert judged(b'"x"', None, NOW, unmodified_since=b"Thu, 01 Jan 1970 00:00:00 GMT") is Verdict.SEND


def test_an_address_cannot_end_its_place() -> None:
    said = links('https://example.org/a>; rel="hub"\r\nX: 1', ["https://hub.example/\u00e9 b"])
    assert said.count(b"<") == said.count(b">") == 2
    assert b"\r" not in said and b"\n" not in said and said.isascii()
    assert said.endswith(b'<https://hub.example/%C3%A9%20b>; rel="hub"')


def test_types_have_the_charset_of_the_text_and_no_other() -> None:
    assert media_type("application/rss+xml") == b"application/rss+xml; charset=utf-8"
    assert media_type("text/x") == b"text/x; charset=utf-8"
    assert media_type("application/feed+json") == b"application/feed+json"


def test_a_policy_is_taken_out_of_our_pages_alone() -> None:
    head = b'<meta http-equiv="Content-Security-Policy" content="%s">'
    assert policy(head % b"default-src &#39;none&#39;") == b"default-src 'none'; frame-ancestors 'none'"
    for odd in (
        head % b"a\r\nb",
        head % b"a&#10;b",
        head % b"&eacute;",
        head % "\u00e9".encode(),
        b"x" * 9_000 + head % b"default-src *",
    ):
        said = policy(odd)
        assert said.isascii() and b"\n" not in said and b"\r" not in said and b"default-src *" not in said


def test_prepared_lines_are_the_headers() -> None:
    about = About("rss.xml", "site", b"application/rss+xml", "https://example.org/rss.xml", 5, 60)
    for lines in heads(about, b"<rss/>", "gzip", 6, b'"x"', NOW):
        assert lines.wire == b"".join(b"%s: %s\r\n" % each for each in lines)
        assert lines.wire.count(b"\n") == len(lines)
    assert Lines([]).wire == b""
