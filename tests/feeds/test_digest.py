"""Digests: which periods are over, and the entry of one."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds import digest
from syndicate.feeds.digest import Member, entry_of, key_of, member_of, period_at, periods
from syndicate.index import Recipe
from syndicate.index.packing import pack
from syndicate.model import Entry
from tests.builders import a_post

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FEED, PAGE = "https://example.org/feeds/own/atom.xml", "https://example.org/feeds/own/"


def at(text: str, zone: tzinfo = UTC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def member(title: str, moment: str, zone: tzinfo = UTC, **fields: str) -> Member:
    published = datetime.fromtimestamp(at(moment, zone), UTC)
    updated = datetime.fromtimestamp(at(fields.pop("updated", moment), zone), UTC)
    url = fields.pop("url", f"https://example.org/{title}")
    return Member(title, url, published, updated, **fields)


def entry(kind: str, moment: str, *members: Member, zone: tzinfo = UTC, language: str = "en") -> Entry:
    period = period_at(at(moment, zone), kind, zone)  # type: ignore[arg-type]
    return entry_of(period, members, feed_id=FEED, page_url=PAGE, zone=zone, language=language)


def names(moments: list[str], kind: str, now: str, zone: tzinfo = UTC, most: int | None = None) -> list[str]:
    found = periods([at(each, zone) for each in moments], kind, zone, at(now, zone), most)  # type: ignore[arg-type]
    return [period.name for period in found]


MOMENTS = ["2026-04-09T23:59", "2026-04-09T00:00", "2026-04-06T00:00", "2026-04-05T23:59", "2026-01-01T12:00"]


def test_days_that_are_over() -> None:
    assert names(MOMENTS, "daily", "2026-04-10T00:00") == ["2026-04-09", "2026-04-06", "2026-04-05", "2026-01-01"]
    assert names(MOMENTS, "daily", "2026-04-09T23:59") == ["2026-04-06", "2026-04-05", "2026-01-01"]
    assert names(MOMENTS, "daily", "2026-04-10T00:00", most=2) == ["2026-04-09", "2026-04-06"]
    assert names([], "daily", "2026-04-10T00:00") == []


def test_weeks_begin_on_monday() -> None:
    assert names(MOMENTS, "weekly", "2026-04-13T00:00") == ["2026-W15", "2026-W14", "2026-W01"]
    assert names(MOMENTS, "weekly", "2026-04-12T23:59") == ["2026-W14", "2026-W01"]
    assert names(["2027-01-02T00:00"], "weekly", "2027-02-01T00:00") == ["2026-W53"], "a week of the year before"


def test_periods_are_those_of_the_zone() -> None:
    moment = at("2026-04-09T20:00")
    assert period_at(moment, "daily", UTC).name == "2026-04-09"
    assert period_at(moment, "daily", SHANGHAI).name == "2026-04-10"


def test_a_day_has_the_hours_it_has() -> None:
    day = period_at(at("2026-03-29T12:00", BERLIN), "daily", BERLIN)
    assert day.end - day.start == 23 * 3600
    week = period_at(at("2026-03-29T12:00", BERLIN), "weekly", BERLIN)
    assert week.end - week.start == 7 * 86_400 - 3600


def test_the_entry_of_a_day() -> None:
    made = entry("daily", "2026-04-09T12:00", member("b", "2026-04-09T15:00"), member("a", "2026-04-09T08:30"))
    assert (made.id, made.url) == (f"{FEED}#2026-04-09", f"{PAGE}#2026-04-09")
    assert made.title == "9 April 2026 · 2 posts"
    assert made.html == (
        '<ul><li><a href="https://example.org/a">a</a> · 08:30</li>'
        '<li><a href="https://example.org/b">b</a> · 15:00</li></ul>'
    )
    assert made.published == made.updated == datetime(2026, 4, 10, tzinfo=UTC)
    assert made.summary == "a · b"


def test_the_entry_of_a_week_in_chinese() -> None:
    made = entry(
        "weekly",
        "2026-04-09T12:00",
        member("雨", "2026-04-06T08:30", SHANGHAI, summary="下了一天。"),
        member("风", "2026-04-12T21:05", SHANGHAI),
        zone=SHANGHAI,
        language="zh-CN",
    )
    assert made.id == f"{FEED}#2026-W15"
    assert made.title == "2026年4月6日 – 4月12日 · 2 篇"
    assert "<h3>4月6日 星期一</h3>" in made.html
    assert "<h3>4月12日 星期日</h3>" in made.html
    assert "· 08:30<br>下了一天。</li>" in made.html
    assert made.published == datetime(2026, 4, 12, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "language", "title"),
    [
        ("2026-04-09T00:00", "en", "6 – 12 April 2026 · 1 post"),
        ("2026-04-30T00:00", "fr", "27 April – 3 May 2026 · 1 post"),
        ("2026-12-31T00:00", "", "28 December 2026 – 3 January 2027 · 1 post"),
        ("2026-12-31T00:00", "zh", "2026年12月28日 – 2027年1月3日 · 1 篇"),
    ],
)
def test_titles_of_weeks(moment: str, language: str, title: str) -> None:
    assert entry("weekly", moment, member("a", moment), language=language).title == title


def test_an_edit_of_a_post_updates_the_entry_and_nothing_makes_it_older() -> None:
    late = entry("daily", "2026-04-09T12:00", member("a", "2026-04-09T08:30", updated="2026-05-01T10:00"))
    early = entry("daily", "2026-04-09T12:00", member("a", "2026-04-09T08:30", updated="2026-04-09T09:00"))
    assert late.updated == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert early.updated == early.published == late.published


class Text(HTMLParser):
    """The tags of some HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(name == "href" and (value or "").startswith("http") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text())
def test_whatever_a_title_says_is_text(title: str, url: str) -> None:
    made = entry("daily", "2026-04-09T12:00", member(title, "2026-04-09T08:30", url=url, summary=title))
    assert Text(made.html).tags <= {"ul", "li", "a", "br"}


def test_markup_is_escaped_and_odd_addresses_are_no_links() -> None:
    made = entry("daily", "2026-04-09T12:00", member("<b>&", "2026-04-09T08:30", url="javascript:alert(1)"))
    assert made.html == "<ul><li>&lt;b&gt;&amp; · 08:30</li></ul>"


def test_an_entry_lists_so_many_and_counts_the_rest() -> None:
    many = [member(f"{number:04}", "2026-04-09T08:30") for number in range(digest.MOST + 7)]
    made = entry("daily", "2026-04-09T12:00", *many)
    assert made.html.count("<li>") == digest.MOST
    assert made.html.endswith("<p>and 7 more</p>")
    assert made.title.endswith("507 posts")


def test_the_order_of_members_has_no_say() -> None:
    some = [member(name, "2026-04-09T08:30") for name in "cab"]
    assert entry("daily", "2026-04-09T12:00", *some) == entry("daily", "2026-04-09T12:00", *reversed(some))


def test_what_changes_the_key() -> None:
    day, other = (period_at(at(f"2026-04-{number}T12:00"), "daily", UTC) for number in ("09", "10"))
    key = key_of(day, [b"1" * 16, b"2" * 16])
    assert key == key_of(day, [b"1" * 16, b"2" * 16])
    assert len(key) == 16
    changed = {key_of(day, [b"1" * 16]), key_of(day, [b"1" * 16, b"3" * 16]), key_of(other, [b"1" * 16, b"2" * 16])}
    assert len(changed | {key}) == 4


def test_the_member_that_a_post_makes() -> None:
    post = a_post("a/the%20end.md", title="", summary="It *rained* <script>x</script> all day.")
    made = member_of(post, Recipe(1, post.path, b"", pack(post), "id", 1_000, 900, None))
    assert made.title == "the end.html"
    assert made.summary == "It rained all day."
    assert made.published == made.updated == datetime.fromtimestamp(1_000, UTC)
    assert member_of(a_post(title="T"), Recipe(1, b"", b"", "", "id", 1_000, 2_000, None))[::2] == (
        "T",
        datetime.fromtimestamp(1_000, UTC),
        "",
    )


@given(st.lists(st.integers(0, 4_000_000_000), max_size=30), st.sampled_from(["daily", "weekly"]))
def test_periods_hold_every_moment_once(moments: list[int], kind: str) -> None:
    found = periods(moments, kind, BERLIN, 5_000_000_000)  # type: ignore[arg-type]
    assert [sum(p.start <= moment < p.end for p in found) for moment in moments] == [1] * len(moments)
    assert found == sorted(set(found), key=lambda p: -p.start)
