"""Our rules for feeds: each has a small bad document that breaks it, and our own documents break none.

`tests/cases/rules/NAME.xml` (or `.json`) breaks the rule NAME; `NAME.txt` beside it has all findings in it, one
`line severity rule` a line.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds import rules
from syndicate.feeds.rules import CATALOGUE, Answer, Summary, begin, check, examine_answer, examine_together
from syndicate.model import Link, Severity
from tests.feeds.documents import CASES, FORMATS, SITE, a_bare_entry, a_channel, an_entry, document
from tests.growth import is_linear

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BAD = sorted(path for path in (CASES / "rules").iterdir() if path.suffix != ".txt")
OURS = sorted(path for path in (CASES / "formats").iterdir() if path.suffix in (".xml", ".json"))
HTTP = {
    "http-status": {"status": 404},
    "http-type": {"content-type": "text/html; charset=utf-8"},
    "http-charset": {"content-type": "application/rss+xml; charset=iso-8859-1"},
    "http-uncompressed": {"content-encoding": None},
    "http-no-validator": {"etag": None},
    "http-not-conditional": {"again": 200},
    "http-no-cache": {"cache-control": None},
    "http-vary": {"vary": None},
    "http-cookie": {"set-cookie": "a=b"},
    "http-moved": {"url": "https://news.example/new"},
}
TOGETHER = {"formats-differ", "history-unreachable", "history-one-way", "history-repeats", "history-circle"}
HEADERS = {
    "content-type": "application/rss+xml; charset=utf-8",
    "content-encoding": "gzip",
    "vary": "Accept-Encoding",
    "etag": '"1"',
    "cache-control": "max-age=3600",
}


def names(data: bytes) -> set[str]:
    return {finding.rule for finding in check(data, now=NOW)}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_document_has_just_these_findings(path: Path) -> None:
    url = "https://x.example/other" if path.stem == "self-differs" else ""
    found = {(each.line, each.severity.value, each.rule) for each in check(path.read_bytes(), url, now=NOW)}
    expected = path.with_suffix(".txt").read_text("utf-8").splitlines()
    assert [f"{line} {severity} {rule}" for line, severity, rule in sorted(found)] == expected
    assert path.stem in {rule for _, _, rule in found}


def test_every_rule_has_a_case() -> None:
    assert {path.stem for path in BAD} | HTTP.keys() | TOGETHER | {"too-large"} == CATALOGUE.keys()


def test_every_rule_says_what_to_do() -> None:
    for name, rule in CATALOGUE.items():
        assert name == rule.name and re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
        assert rule.wrong[0].islower() or rule.wrong.startswith(("`", "Dublin", "HTML", "OPML"))
        assert not rule.wrong.endswith(".") and rule.remedy.endswith(".") and rule.reference


def test_only_rules_that_exist_are_told_of() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(rules.__file__).parent.glob("*.py"))
    assert set(re.findall(r"\.note\(\s*\"([a-z0-9-]+)\"", source)) <= CATALOGUE.keys()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_documents_break_no_rule(path: Path) -> None:
    assert [each for each in check(path.read_bytes(), now=NOW) if each.severity is not Severity.INFO] == []


def test_a_finding_says_where_it_is() -> None:
    (finding,) = check((CASES / "rules" / "json-date.json").read_bytes())
    assert (finding.line, finding.column) == (12, 25)
    assert finding.entry == "https://x.example/1"
    assert "2025-01-06 10:00" in finding.message


def test_lines_beyond_those_of_old_parsers() -> None:
    data = (CASES / "rules" / "guid-empty.xml").read_bytes().replace(b"<item>", b"\n" * 70_000 + b"<item>")
    assert next(each.line for each in check(data) if each.rule == "guid-empty") == 70_014


def test_the_future_is_judged_only_by_a_given_now() -> None:
    data = (CASES / "rules" / "date-future.xml").read_bytes()
    assert "date-future" not in {each.rule for each in check(data)}


# -- what a server says


def answered(**changes: object) -> set[str]:
    known = {name: changes.pop(name, value) for name, value in HEADERS.items()}
    headers = {name: value for name, value in known.items() if value}
    headers |= {name: changes.pop(name) for name in list(changes) if "-" in name}
    url = f"{SITE}/feeds/this"
    answer = Answer(**{"asked": url, "url": url, "status": 200, "headers": headers, "again": 304, **changes})  # type: ignore[arg-type]
    look = begin(url)
    examine_answer(look, answer, document(FORMATS[0], [an_entry(enclosures=())]))
    return {each.rule for each in look.end()}


def test_a_good_answer() -> None:
    assert answered() == set()


@pytest.mark.parametrize("rule", HTTP)
def test_a_bad_answer(rule: str) -> None:
    assert answered(**HTTP[rule]) == {rule}  # type: ignore[arg-type]


# -- several documents


def together(**documents: bytes) -> set[tuple[str, str]]:
    looks = {name: begin() for name in documents}
    found: dict[str, Summary] = {}
    for name, data in documents.items():
        summary = rules.examine(looks[name], data)
        assert summary
        found[name] = summary
    examine_together(looks, found)
    return {(name, each.rule) for name, look in looks.items() for each in look.end() if each.rule in TOGETHER}


def page(name: str, *ids: str, archive: bool = True, **links: str) -> bytes:
    """An Atom page of a history; the ids stand for its entries."""
    related = tuple(Link(rel.replace("_", "-"), f"{SITE}/{to}.xml") for rel, to in links.items())
    channel = a_channel(self_url=f"{SITE}/{name}.xml", links=related, archive=archive)
    return document(FORMATS[1], [a_bare_entry(id=f"{SITE}/{each}", url=f"{SITE}/{each}") for each in ids], channel)


def test_formats_that_agree() -> None:
    channel, entries = a_channel(links=()), [an_entry(), a_bare_entry()]
    made = {f"feed.{form.name}": document(form, entries, channel) for form in FORMATS[:3]}
    assert together(**made) == set()


@pytest.mark.parametrize(
    "other", [[a_bare_entry()], [a_bare_entry(), an_entry()], [an_entry(title="Tee"), a_bare_entry()]]
)
def test_formats_that_differ(other: list) -> None:
    channel = a_channel(links=())
    first = document(FORMATS[0], [an_entry(), a_bare_entry()], channel)
    assert together(**{"a.json": document(FORMATS[2], other, channel), "a.xml": first}) == {("a.xml", "formats-differ")}


def test_a_history_that_hangs_together() -> None:
    live = page("live", "5", "4", archive=False, prev_archive="two")
    two = page("two", "4", "3", current="live", prev_archive="one")
    one = page("one", "2", "1", current="live", next_archive="two")
    assert together(live=live, two=two, one=one) == set()


def test_histories_that_do_not() -> None:
    live = page("live", "5", archive=False, prev_archive="two")
    assert together(live=live) == {("live", "history-unreachable")}
    two = page("two", "3", current="live", prev_archive="one")
    lame = page("one", "2", current="live")
    assert together(live=live, two=two, one=lame) >= {("two", "history-one-way")}
    again = page("one", "3", current="live", next_archive="two")
    assert together(live=live, two=two, one=again) == {("live", "history-repeats")}
    back = page("one", "2", current="live", next_archive="two", prev_archive="two")
    assert ("live", "history-circle") in together(live=live, two=two, one=back)


# -- hostile bytes


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    for head in (b"", b"<rss>", b'{"version":', b"<feed xmlns='http://www.w3.org/2005/Atom'>"):
        assert isinstance(check(head + data), list)


@given(st.sampled_from(BAD + OURS), st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=20))
def test_no_damage_raises(path: Path, at: int, length: int, junk: bytes) -> None:
    data = path.read_bytes()
    assert isinstance(check(data[:at] + junk + data[at + length :], "https://x.example/", now=NOW), list)


JSON_VALUES = ["null", "7", '""', "[]", "{}", "true", "[[null]]", '[{"url": {}}]', '{"name": []}', "1e999"]


@pytest.mark.parametrize("value", JSON_VALUES)
@pytest.mark.parametrize("key", ["version", "items", "authors", "hubs", "title", "feed_url"])
def test_no_json_value_raises(key: str, value: str) -> None:
    item = ", ".join(f'"{name}": {value}' for name in ("id", "url", "title", "tags", "attachments", "date_published"))
    data = f'{{"version": "x", "items": [{{{item}}}, {value}], "{key}": {value}}}'
    assert check(data.encode())


HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><item><description>'


@pytest.mark.parametrize("head", [b"", HEAD, b'<!DOCTYPE r [<!ENTITY a "', b"{", b'{"version": "'])
@pytest.mark.parametrize(
    "piece",
    [
        b"<",
        b"&",
        b"&lt;",
        b"&lt;a ",
        b"<a>",
        b"<a/>",
        b'"',
        b"'",
        b"[",
        b"\xc2\x92",
        b"\x01",
        b"&#1;",
        b"<!--",
        b"\\",
        b"\n",
        b"&lt;p x='",
    ],
)
def test_nothing_hostile_takes_long(head: bytes, piece: bytes) -> None:
    tail = b"</description></item></channel></rss>" if head is HEAD else b""

    def judge(size: int) -> None:
        assert check(head + piece * (size // len(piece)) + tail)

    assert is_linear(judge, 125_000)


def test_no_entity_is_ever_expanded() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><rss version="2.0">&a;&b;</rss>'
    assert {"doctype", "entity-undefined"} <= names(bomb)
    assert "root:" not in str(check(bomb))


def test_a_document_that_is_too_large() -> None:
    assert names(b" " * 64_000_001) == {"too-large"}


def test_findings_of_one_rule_are_bounded() -> None:
    found = check((CASES / "rules" / "more-findings.xml").read_bytes())
    assert len(found) == 101
    assert found[0].rule == "more-findings" and "20 more of rss-unknown" in found[0].message


@pytest.mark.parametrize("full", ["<p>Write <code>&lt;b&gt;x&lt;/b&gt;</code></p>", "<i>&lt;</i>b&gt;x&lt;/b&gt;"])
def test_a_sample_of_code_in_a_summary_is_text(full: str) -> None:
    for form in FORMATS[:3]:
        entry = an_entry(html=full, summary="Write <b>x</b>.", enclosures=())
        assert not {"text-markup", "double-escaped"} & names(document(form, [entry], a_channel()))
        entry = an_entry(html="<p>Nothing.</p>", summary="Write <strong>x</strong>.", enclosures=())
        assert {"text-markup", "double-escaped"} & names(document(form, [entry], a_channel()))
