"""Forms of front matter that only some dialects know: `cases/frontmatter/FORM/NAME.*` and what must come of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.frontmatter import FORMS, split, withdrawn
from syndicate.model import Problem, Severity

CASES = Path(__file__).parent.parent / "cases" / "frontmatter"
FILES = sorted(path for form in FORMS for path in (CASES / form).iterdir() if path.suffix != ".json")


def seen(problem: Problem) -> dict[str, object]:
    shown = (problem.severity, problem.code, problem.line, problem.column, problem.message)
    return dict(zip(("severity", "code", "line", "column", "says"), shown, strict=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(path: Path) -> None:
    text, expected = path.read_bytes().decode(), json.loads(path.with_suffix(".json").read_text("utf-8"))
    forms = (path.parent.name,)
    matter, problems = split(text, "post.md", forms)
    assert [seen(problem) for problem in problems] == expected["problems"]
    if expected.get("broken"):
        assert matter is None
        assert withdrawn(text, forms) is expected["withdrawn"]
        return
    assert matter is not None
    assert matter.body == text[matter.body_at :]
    assert matter.head in text
    found = {"format": matter.format, "fields": matter.fields, "body": matter.body, "head_line": matter.head_line}
    assert {**found, "problems": expected["problems"]} == expected


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_three_outcomes(form: str) -> None:
    found = [json.loads(path.with_suffix(".json").read_text("utf-8")) for path in FILES if path.parent.name == form]
    assert {one.get("format") for one in found} >= {form, "none"}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("lines", "Status: draft\nX: {}\n\nbody\n"),
        ("lines", "Published: no\n{}\n\nbody\n"),
        ("rest", "A\n=\n\n:status: hidden\n:x: {}\n\nbody\n"),
        ("rest", ":Draft: yes\n:x: {}\n\nbody\n"),
        ("meta", '<head><meta content="skip" name="status"><title>{}</title></head>'),
        ("meta", "<head><meta name='published' content='false'><title>{}</title></head>"),
    ],
)
def test_what_is_too_long_is_refused_and_its_flags_are_seen(form: str, text: str) -> None:
    filler = "a: 1\n" * 60_000 if "\n{}\n" in text else "x" * 262_200
    matter, problems = split(text.format(filler), "post.md", (form,))
    assert (matter, [problem.code for problem in problems]) == (None, ["front-matter-budget"])
    assert withdrawn(text.format(filler), (form,))


BOMBS = (
    "a: 1\n" * 150_000,
    "---\n" + "a: 1\n" * 150_000,
    " " * 500_000,
    "\n" * 500_000,
    ":a: 1\n" * 116_000,
    ":a:\n" + "  b\n\n" * 116_000,
    "=" * 500_000,
    "a\n=\n\n" * 133_000,
    ".. a\n" * 133_000,
    ":" + "a:b" * 160_000,
    "A\n=\n\n:x: " + "`a <" * 60_000,
    "A\n=\n\n:x: " + "*a" * 20_000,
    "<head>" + "<meta " * 100_000,
    "<head>" + '<meta "' * 100_000,
    "<head>" + "<title>" * 100_000,
    "<head>" + "<!--" * 150_000,
    "<!--" * 150_000 + "<head>",
    "<head>" + "<meta name=a content=b>" * 28_000,
    "<head><meta " + 'a="' * 80_000 + "></head>",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", BOMBS, ids=lambda text: f"{text[:12]!r}…{len(text)}")
def test_a_bomb_does_not_end_the_day(form: str, text: str) -> None:
    """Each takes a fraction of a second; whatever took the square of its length would not come back."""
    split(text, "post.md", (form,))
    withdrawn(text, (form,))


PIECES = st.sampled_from(
    "---|...|Title: a|status: draft|    more|\t|=====|:date: 2010|:a: `b <c>`_ *d*|.. x|<head>|</head>|<meta name=a>|"
    '<body>|<title>|"|<!--|-->|<<<<<<< a||text|+++|{'.split("|")
)


@given(
    st.lists(PIECES | st.text(max_size=5)), st.sampled_from(["\n", "\r\n", "\r", ""]), st.sampled_from(sorted(FORMS))
)
def test_no_text_raises(pieces: list[str], end: str, form: str) -> None:
    text = end.join(pieces)
    matter, problems = split(text, "post.md", (form,))
    assert withdrawn(text, (form,)) in (True, False)
    if matter is None:
        assert any(problem.severity is Severity.ERROR for problem in problems)
    else:
        assert matter.body == text[matter.body_at :]
