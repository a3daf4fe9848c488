"""C18 to C29: moments, whatever the calendar, the zone, the locale and the clock."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from syndicate.cycle import Wish
from tests.faults.readers import documents, moment, parse
from tests.faults.site import CASES, DAY, NOW, ROOT, Site, codes
from tests.flow.site import atom_errors

DATES = tomllib.loads((CASES / "dates.toml").read_text("utf-8"))["post"]
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [JFMASOND][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

IN_THREADS = """
import locale, sys, threading
from pathlib import Path
from tests.faults.site import Site
name, folder = sys.argv[1], Path(sys.argv[2])
assert locale.setlocale(locale.LC_ALL, name)
kept = locale.setlocale(locale.LC_ALL)
sites = [Site(folder / str(number)) for number in range(8)]
for site in sites:
    for month in range(1, 13):
        site.post(f"{month}.md", title=f"Month {month}", date=f"2024-{month:02}-05 10:00:00")
threads = [threading.Thread(target=site.build) for site in sites]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert locale.setlocale(locale.LC_ALL) == kept, "the locale of the process was changed"
"""


@pytest.mark.parametrize("name", ["C", "de_DE.UTF-8", "zh_CN.UTF-8"])
def test_c18_dates_are_english_in_every_locale(name: str, tmp_path: Path) -> None:
    """Days and months came out in the language of the machine, and changed when several threads wrote dates."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "LOCPATH": str(tmp_path / "locales")}
    (tmp_path / "locales").mkdir()
    if name != "C" and not _locale(name, tmp_path / "locales"):
        pytest.skip(f"SKIPPED: the locale {name} cannot be made here")
    line = [sys.executable, "-c", IN_THREADS, name, str(tmp_path)]
    done = subprocess.run(line, env=environ, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    days = "Fri Mon Tue Fri Sun Wed Fri Mon Thu Sat Tue Thu".split()
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    written = [f"{day}, 05 {month} 2024 10:00:00 +0000" for day, month in zip(days, months, strict=True)]
    for number in range(8):
        out = tmp_path / str(number) / "out" / "feeds"
        feed = etree.parse(out / "rss.xml")
        assert [each.text for each in feed.iter("pubDate")] == written[::-1]
        assert feed.findtext("channel/lastBuildDate") == written[-1]
        assert [path.read_bytes() for _at, path in documents(out)] == [
            path.read_bytes() for _at, path in documents(tmp_path / "0" / "out" / "feeds")
        ]


def _locale(name: str, folder: Path) -> bool:
    """Make a locale for the test alone, where the machine has the sources of locales."""
    language, charset = name.split(".")
    try:
        line = ["localedef", "-c", "-i", language, "-f", charset, str(folder / name)]
        subprocess.run(line, capture_output=True, timeout=60, check=False)
    except OSError:
        return False
    return (folder / name).is_dir()


def dated(site: Site, faults: set[str], zone: str) -> list[tuple[dict[str, str], str]]:
    """The posts of the case file that are about these faults, in a site of one zone."""
    chosen = [each for each in DATES if each["fault"] in faults and each.get("zone", "UTC") == zone]
    for number, each in enumerate(chosen):
        site.file(f"p{number}.md", f"---\ntitle: P{number}\ndate: {each['date']}\n---\nWords.\n")
    return [(each, f"P{number}") for number, each in enumerate(chosen)]


def agree(site: Site, faults: set[str], zone: str) -> None:
    expected = dated(site, faults, zone)
    assert expected
    site.build(site={"timezone": zone}, feed={"limit": 100})
    for feed in site.everywhere():
        for each, title in expected:
            shown = {item.title: item.published for item in feed.items}
            if "moment" in each:
                assert shown[title] == datetime.fromisoformat(each["moment"]), (feed.form, each)
            else:
                assert title not in shown, (feed.form, each)
    for path in re.findall(r"<pubDate>(.*?)</pubDate>", (site.out / "rss.xml").read_text("utf-8")):
        assert RFC822.fullmatch(path)
    for path in re.findall(r"<(?:published|updated)>(.*?)<", (site.out / "atom.xml").read_text("utf-8")):
        assert RFC3339.fullmatch(path)
    for item in json.loads((site.out / "feed.json").read_bytes())["items"]:
        assert RFC3339.fullmatch(item["date_published"])
        assert RFC3339.fullmatch(item["date_modified"])


def test_c19_no_post_is_of_the_year_one(site: Site) -> None:
    """Posts without a date were dated to the first year of the calendar."""
    agree(site, {"c19"}, "UTC")
    site.file("undated.md", "---\ntitle: Undated\n---\nWords.\n")
    os.utime(site.content / "undated.md", (NOW - 5 * DAY, NOW - 5 * DAY))
    site.build(site={"timezone": "UTC"}, feed={"limit": 100})
    for feed in site.everywhere():
        assert feed.item("Undated").published == datetime.fromtimestamp(NOW - 5 * DAY, UTC)
        assert all(item.published.year > 1 for item in feed.items)


def test_c20_old_zones_have_seconds_and_old_years_four_digits(site: Site) -> None:
    """Local mean time of Shanghai came out as `+080543`, the year 99 with two digits."""
    agree(site, {"c20"}, "Asia/Shanghai")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_c21_dates_are_of_the_zone_they_were_written_in(site: Site, zone: str) -> None:
    """Dates without a zone were a day off, shifted by eight hours, or written as `-0000`."""
    agree(site, {"c21"}, zone)


def test_c22_midnight_is_hour_nought(site: Site) -> None:
    """Midnight was written as hour 24, which no reader knows."""
    agree(site, {"c22"}, "UTC")
    for _at, path in documents(site.out):
        assert not re.search(rb"[ T]24:\d\d", path.read_bytes())


def test_c23_nothing_new_means_the_same_bytes(site: Site, tmp_path: Path) -> None:
    """Every build stamped the feed with its own time, so that every poller downloaded all of it again."""
    other = Site(tmp_path / "other")
    for each in (site, other):
        each.post("a.md", title="A", tags=["t"], date="2024-01-05")
        each.post("b.md", title="B", tags=["t"], date="2024-02-05", updated="2024-03-05")
    site.build()
    other.build(now=NOW + 90 * DAY)
    assert {at: data for at, (data, _) in site.files().items()} == {at: data for at, (data, _) in other.files().items()}
    before = site.files()
    site.build(now=NOW + 400 * DAY)
    assert site.files() == before


def test_c23_an_empty_feed_too(site: Site, tmp_path: Path) -> None:
    """The feed without posts was the one that still had the time of the build in it."""
    other = Site(tmp_path / "other")
    for each, now in ((site, NOW), (other, NOW + 90 * DAY)):
        each.file("draft.md", "---\ntitle: D\ndate: 2024-01-01\ndraft: true\n---\n")
        each.build(now=now)
    assert {at: data for at, (data, _) in site.files().items()} == {at: data for at, (data, _) in other.files().items()}
    for feed in site.everywhere():
        assert feed.items == ()
        assert feed.updated in (None, datetime(1970, 1, 1, tzinfo=UTC))


def test_c24_the_feed_is_as_new_as_its_newest_entry(site: Site) -> None:
    """The date of the feed was that of some page of the site, and stood still while posts came."""
    site.post("a.md", title="A", tags=["old"], date="2024-01-05 10:00:00")
    site.build()
    site.post("b.md", title="B", date="2024-02-05 10:00:00")
    site.build()
    for feed in site.everywhere():
        assert feed.updated == max(item.updated for item in feed.items) == moment("2024-02-05T10:00:00Z")
    for feed in site.everywhere("tag:old"):
        assert feed.updated == moment("2024-01-05T10:00:00Z")


def test_c25_a_post_of_tomorrow_dates_nothing_today(site: Site) -> None:
    """A scheduled post put the date of the feed into the future."""
    site.post("a.md", title="A", date="2024-01-05 10:00:00")
    site.post("b.md", title="B", date="2026-06-02 10:00:00")
    site.build(now=NOW)
    for feed in site.everywhere():
        assert feed.titles == ["A"]
        assert feed.updated == moment("2024-01-05T10:00:00Z")
    site.build(now=NOW + DAY)
    for feed in site.everywhere():
        assert feed.titles == ["B", "A"]
        assert feed.updated == moment("2026-06-02T10:00:00Z")


def test_c26_an_edit_of_an_old_post_moves_the_date_of_the_feed(site: Site) -> None:
    """The date of the feed was that of its first entry, and the date of an entry ignored edits."""
    for day in range(1, 6):
        site.post(f"{day}.md", title=f"P{day}", tags=["t"], date=f"2024-01-0{day} 10:00:00")
    site.build()
    site.post("2.md", "Other words.", title="P2", tags=["t"], date="2024-01-02 10:00:00", updated="2024-05-01 08:00:00")
    site.build()
    for feed in [*site.everywhere(), *site.everywhere("tag:t")]:
        assert feed.titles == ["P5", "P4", "P3", "P2", "P1"]
        assert feed.updated == moment("2024-05-01T08:00:00Z")
        if feed.form in ("atom", "json"):  # the others have one date, which says when a post appeared
            assert feed.item("P2").updated == moment("2024-05-01T08:00:00Z")
        assert feed.item("P2").published == moment("2024-01-02T10:00:00Z")


def test_c26_an_edit_without_a_date_counts_from_when_it_was_seen(site: Site) -> None:
    """An author who changes a text and no date has changed the entry all the same."""
    site.post("a.md", title="A", date="2024-01-01 10:00:00")
    site.post("b.md", title="B", date="2024-01-02 10:00:00")
    site.build()
    edited = site.post("a.md", "Other words.", title="A", date="2024-01-01 10:00:00")
    os.utime(edited, (NOW + DAY, NOW + DAY))
    site.build(now=NOW + DAY + 60)
    for feed in site.everywhere():
        assert feed.updated == datetime.fromtimestamp(NOW + DAY, UTC)
        assert feed.item("B").updated == moment("2024-01-02T10:00:00Z")
        if feed.form in ("atom", "json"):
            assert feed.item("A").updated == datetime.fromtimestamp(NOW + DAY, UTC)
    before = site.files()
    site.build(now=NOW + 9 * DAY, wish=Wish(full=True))
    assert {at: data for at, (data, _) in site.files().items()} == {at: data for at, (data, _) in before.items()}


@pytest.mark.parametrize("carried", ["full", "summary", "titles"])
def test_c27_atom_has_what_atom_must_have(site: Site, carried: str) -> None:
    """Entries without `updated`, which the format demands, were left out by strict readers."""
    site.post("a.md", title="A", date="2024-01-05")
    site.post("b.md", "", title="B", tags=["t"], date="2024-01-06 10:00:00")
    site.file("c.md", "Only words.\n")
    site.build(feed={"content": carried})
    for at, path in documents(site.out):
        if path.name == "atom.xml":
            assert atom_errors(path) == "", at
            entries = parse(path.read_bytes()).raw.findall("{*}entry")
            assert entries
            assert all(entry.findtext("{*}" + name) for entry in entries for name in ("id", "title", "updated"))


def test_c28_an_entry_always_has_an_author(site: Site) -> None:
    """Atom without any author is invalid, and it takes only one post that names none."""
    site.post("a.md", title="A", date="2024-01-05")
    site.post("b.md", title="B", author="Ben", date="2024-01-06")
    site.build()
    assert site.feed("atom").item("A").authors == ()
    for feed in site.everywhere():
        assert feed.item("B").authors == ("Ben",)
    assert [feed.authors for feed in site.each()] == [(), ("Ada",), ("Ada",)]
    site.build(site={"author": {"name": ""}})
    assert site.feed("atom").authors == ("The Sea",)
    assert atom_errors(site.out / "atom.xml") == ""


def test_c29_posts_of_a_day_may_count_from_when_they_were_seen(site: Site) -> None:
    """A post dated to a day alone is hours old when it appears, and what posts new entries elsewhere passes it by."""
    site.post("a.md", title="A", date="2026-06-01")
    os.utime(site.content / "a.md", (NOW - 60, NOW - 60))
    report = site.build(content={"days": "seen"})
    assert codes(report) == []
    for feed in site.everywhere():
        assert feed.item("A").published == datetime.fromtimestamp(NOW - 60, UTC)
