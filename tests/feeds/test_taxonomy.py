"""Slugs: safe, distinct, stable; what is expected of each name stands in tests/cases/slugs.txt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.taxonomy import MAX_BYTES, feed_key, scheme, singular, slug

CASES = Path(__file__).resolve().parents[1] / "cases" / "slugs.txt"
RULES = ("unicode", "pinyin", "raw")
LONGEST_NAME = 200  # bytes, of a file with the slug in its name
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def cases() -> Iterator[tuple[str, ...]]:
    for line in CASES.read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield tuple(re.sub(r"\\(x..|u....|U........|.)", unescaped, part) for part in line.split("\t"))


def unescaped(found: re.Match[str]) -> str:
    return found[0].encode("ascii").decode("unicode_escape")


def slugs(names: list[str], rule: str, taxonomy: str = "tags") -> list[str]:
    """The slugs of names that come one after the other, as the ledger asks for them."""
    given: dict[str, str] = {}
    for name in names:
        made = slug(name, taxonomy, rule, lambda wanted: wanted.casefold() in given)
        given[made.casefold()] = made
    return list(given.values())


def faults(name: str) -> list[str]:
    """What is wrong with a path segment on some file system or in some shell."""
    found = []
    if not name or name in (".", ".."):
        found.append("no name")
    if (
        re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]', name)
        or not name.replace("\u200d", "").replace("\u200c", "").isprintable()
    ):
        found.append("a character that means something else, or that nobody can see")
    if name[:1] in (".", "-", "~", " ") or name[-1:] in (".", " "):
        found.append("an end that is taken off or means something else")
    if RESERVED.fullmatch(name):
        found.append("reserved by Windows")
    if len(f"{name}.json.syndicate-new".encode()) > LONGEST_NAME:
        found.append("too long")
    if unicodedata.normalize("NFC", name) != name:
        found.append("not in NFC")
    return found


@pytest.mark.parametrize(("rule", "taxonomy", "name", "expected"), list(cases()))
def test_the_slug_of_a_name(rule: str, taxonomy: str, name: str, expected: str) -> None:
    assert slug(name, taxonomy, rule, lambda _: False) == expected
    assert faults(expected) == []


def test_every_rule_has_cases() -> None:
    assert {case[0] for case in cases()} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_all_names_of_the_cases_together_stay_apart(rule: str) -> None:
    names = list(dict.fromkeys(case[2] for case in cases()))
    made = slugs(names, rule)
    assert len(names) > 90
    assert len(made) == len(names)
    assert [(name, faults(name)) for name in made if faults(name)] == []


def test_long_names_that_begin_alike_stay_apart_and_readable() -> None:
    names = ["金" * 100, "金" * 99 + "融", "金" * 101]
    made = slugs(names, "unicode")
    assert len(set(made)) == 3
    assert all(each.startswith("金" * 30) for each in made)


@pytest.mark.parametrize("rule", RULES)
def test_a_taken_slug_is_told_apart_by_a_digest_of_the_name_and_not_by_a_count(rule: str) -> None:
    first, second = slugs(["tag", "Tag"], rule)
    assert (first, second[:4]) == ("tag", "Tag-" if rule == "raw" else "tag-")
    assert slugs(["TAG", "tag", "Tag"], rule)[2] == second, "whoever else is there"
    third = slug("Tag", "tags", rule, lambda wanted: wanted in ("tag", "Tag", second))
    assert third[:4] == second[:4] and len(third) > len(second), "a longer digest, should the short one be taken"


@pytest.mark.parametrize(
    ("name", "other"), [("C", "C++"), ("C", "C#"), ("C++", "C#"), ("NET", ".NET"), ("事实", "实事"), ("Đại", "Ái")]
)
@pytest.mark.parametrize("rule", RULES)
def test_other_words_have_other_slugs_in_either_order(rule: str, name: str, other: str) -> None:
    assert len(set(slugs([name, other], rule))) == len(set(slugs([other, name], rule))) == 2


@given(st.lists(st.text(st.characters(), max_size=150), unique=True, max_size=12), st.sampled_from(RULES))
def test_any_names_have_safe_distinct_and_stable_slugs(names: list[str], rule: str) -> None:
    made = slugs(names, rule)
    assert len({each.casefold() for each in made}) == len(names)
    assert [faults(each) for each in made if faults(each)] == []
    assert slugs(names, rule) == made
    assert all(len(each.encode()) <= MAX_BYTES + 40 for each in made)


@given(st.text(st.sampled_from("aA.+#-_ /\\金\u0301\ufe0f\u200d\u202e%~:"), max_size=8), st.sampled_from(RULES))
def test_names_made_of_traps(name: str, rule: str) -> None:
    assert faults(slug(name, "tags", rule, lambda _: False)) == []


@pytest.mark.parametrize(
    ("taxonomy", "word"),
    [("tags", "tag"), ("categories", "category"), ("authors", "author"), ("series", "series"), ("topics", "topic")],
)
def test_the_word_for_one_term(taxonomy: str, word: str) -> None:
    assert singular(taxonomy) == word
    assert feed_key(taxonomy, "金融: x") == f"{word}:金融: x"
    assert scheme("https://example.org/feeds/", taxonomy) == f"https://example.org/feeds/{word}/"


def test_the_key_of_the_site() -> None:
    assert feed_key("", "") == "site"
