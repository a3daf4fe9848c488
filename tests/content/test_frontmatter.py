"""Front matter: every case file beside what must come of it, and what holds for any text at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import frontmatter as python_frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content import frontmatter
from syndicate.content._yaml import _Document, _with_plain_breaks
from syndicate.content.frontmatter import BARE_JSON, HANDLERS, JSON, TOML, YAML, split, truth, withdrawn
from syndicate.model import Problem, Severity
from tests.growth import seconds

CASES = Path(__file__).parent.parent / "cases" / "frontmatter"
NAMES = sorted(path.stem for path in CASES.glob("*.md"))


def case(name: str) -> tuple[str, dict[str, Any]]:
    text = (CASES / f"{name}.md").read_bytes().decode()
    return text, json.loads((CASES / f"{name}.json").read_text("utf-8"))


def seen(problem: Problem) -> dict[str, object]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "line": problem.line,
        "column": problem.column,
    }


def same(problems: list[Problem], expected: list[dict[str, Any]]) -> None:
    assert [seen(p) for p in problems] == [{k: v for k, v in e.items() if k != "says"} for e in expected]
    for problem, wanted in zip(problems, expected, strict=True):
        assert wanted["says"] in problem.message
        assert problem.path == "post.md"


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str) -> None:
    text, expected = case(name)
    matter, problems = split(text, "post.md")
    same(problems, expected["problems"])
    if expected.get("broken"):
        assert matter is None
        assert withdrawn(text) is expected["withdrawn"]
        return
    assert matter is not None
    assert matter.format == expected["format"]
    assert matter.fields == expected["fields"]
    assert matter.body == expected["body"] == text[matter.body_at :]
    assert matter.head_line == expected["head_line"]
    assert matter.head in text


def test_a_key_is_found_on_its_line() -> None:
    matter, _ = split("\n---\nlayout: post\nTitle: a\n---\n", "post.md")
    assert matter is not None
    assert (matter.line_of("title"), matter.line_of("date")) == (4, None)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"yaml-tab-after-colon"}))
def test_the_pure_parser_reads_the_same(name: str) -> None:
    """Where PyYAML was built without libyaml, nothing else may come out (but it knows no tab after a colon)."""
    text, expected = case(name)
    if "fields" not in expected or expected["format"] != "yaml" or name.startswith("tolerated"):
        return
    head = _with_plain_breaks(YAML.split(text)[0])
    assert _Document(yaml.BaseLoader(head).get_event).fields() == expected["fields"]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (" Yes ", True),
        ("ON", True),
        ("y", True),
        ("1", True),
        ("False", False),
        ("no", False),
        ("off", False),
        ("0", False),
        (None, None),
        ("", None),
        ("perhaps", None),
        (["true"], None),
        ({}, None),
    ],
)
def test_truth(value: object, meaning: bool | None) -> None:
    assert truth(value) is meaning


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: a: b\ndraft: true\n---\n",
        '---\ntitle: a: b\n"draft" : "Yes"  # not yet\n---\n',
        "---\r\ntitle: a: b\r\nPublished: 'off'\r\n---\r\n",
        "---\rtitle: a: b\rdraft: on\r---\r",
        "+++\ntitle = a\ndraft=true\n+++\n",
        '{"title": "a" "draft":true}',
        "---\n{title: a: b, published: false}\n---\n",
        "---\n\tdraft: true\n---\n",
        "---\ntitle: 金融\ndraft：true\n---\n",
        "\ufeffdraft: true",
    ],
)
def test_a_broken_draft_is_withdrawn(text: str) -> None:
    assert withdrawn(text.removeprefix("\ufeff"))


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: a: b\n# draft: true\n---\n",
        "---\ntitle: a: b\ndraft: false\npublished: true\n---\n",
        "---\ntitle: a: b\ndraft: truely\n---\n",
        "---\ntitle: a: b\ndrafted: true\n---\n",
        "---\ntitle: a: b\n---\ndraft: true\n",
        "---\ntitle: my draft: true\n---\n",
        "",
    ],
)
def test_others_are_not_withdrawn(text: str) -> None:
    assert not withdrawn(text)


@pytest.mark.parametrize(
    "head",
    [
        "---\na: " + "[" * 100_000,
        "---\na: " + "{" * 100_000 + "\n---\n",
        "---\na:\n  " + "- " * 60_000 + "\n---\n",
        "---\n" + "? " * 60_000 + "\n---\n",
        "---\na: " + "x" * 262_200 + "\n---\n",
        "---\na: &a {" + ",".join(f"k{n}: 1" for n in range(4900)) + "}\nb:\n" + "  <<: *a\n" * 99 + "---\n",
        '{"a": ' + "[" * 100_000,
        '{"a": [' + "1," * 500_000 + "1]}",
        ';;;\n"a": ' + '{"a": ' * 40_000 + "\n;;;\n",
        "+++\na = " + "[" * 100_000 + "\n+++\n",
        "+++\na = " + "{a = " * 40_000 + "\n+++\n",
        "+++\n" + "a." * 100_000 + "a = 1\n+++\n",
        "+++\n[" + "a." * 100_000 + "a]\n+++\n",
    ],
    ids=lambda head: f"{head[4:10]!r}…{len(head)}",
)
def test_a_bomb_ends_neither_the_process_nor_the_day(head: str, tmp_path: Path) -> None:
    """In a process of its own: an overrun of the C stack cannot be caught in this one."""
    if "---" not in head[3:] and head.startswith("---"):
        head += "\n---\n"
    file = tmp_path / "bomb.md"
    file.write_text(head, "utf-8")
    program = (
        "import sys; from syndicate.content.frontmatter import split, withdrawn\n"
        "text = open(sys.argv[1], encoding='utf-8').read()\n"
        "matter, problems = split(text, ''); withdrawn(text)\n"
        "print(matter is None, *(p.code for p in problems))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["True", "front-matter-budget"], done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "---\na" + " " * 250_000 + "\nt: a: b\n---\n",
        "---\n" + "a:\n" * 1_000_000,
        "---\na: b\n" + "\n" * 3_000_000,
        "---\na: b\n\n" + "x y\n" * 800_000,
        "---\n" + 'a: "x\n' * 400 + "  b\n" * 60_000 + "---\n",
        "---\na: b: c\n" + "x: y'\n" * 499 + "  z'\n" * 40_000 + "---\n",
        "---\na:\n" + '- "b" c\n' * 30_000 + "---\n",
        "---\na: [" + '"b" c,' * 40_000 + "\n---\n",
        "---\na: [" + '"a' * 100_000 + "\n---\n",
        "---\na: b: " + " #" * 100_000 + "\n---\n",
        "---\na: b: c\n" + "\tb: c\n" * 40_000 + "---\n",
        "+++\n" + "a = b\n" * 40_000 + "+++\n",
        "+++\na = " + '"' * 250_000 + "\n+++\n",
    ],
    ids=lambda text: f"{text[4:14]!r}…{len(text)}",
)
def test_the_second_reader_is_quick(text: str) -> None:
    """In time that grows with the square of these lengths, each would take minutes."""
    assert seconds(lambda: split(text, "post.md")) < 5


def test_the_size_that_is_allowed() -> None:
    matter, problems = split("---\na: " + "x" * 250_000 + "\n---\nb", "post.md")
    assert matter is not None
    assert problems == []


def test_no_more_remarks_than_a_person_reads() -> None:
    assert len(split("---\n" + "a: 1\n" * 3000 + "---\n", "post.md")[1]) == 20
    assert len(split("{" + ",".join(f'"a{n}":1,"a{n}":2' for n in range(999)) + "}", "post.md")[1]) == 20


# What python-frontmatter does with these handlers

TEXTS = {
    YAML: "---\ntitle: a --- b\nversion: 1.10\n---\nbody\n",
    TOML: '+++\ntitle = "a"\nversion = 1.10\n+++\nbody\n',
    JSON: ';;;\n{"title": "a", "version": 1.10}\n;;;\nbody\n',
    BARE_JSON: '{"title": "a", "version": 1.10}\nbody\n',
}


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: type(handler).__name__)
def test_python_frontmatter_works_with_the_handler(handler: Any) -> None:
    text = TEXTS[handler]
    post = python_frontmatter.loads(text, handler=handler)
    assert post.content == "body"
    assert post["version"] == "1.10"
    again = python_frontmatter.loads(python_frontmatter.dumps(post), handler=handler)
    assert (again.metadata, again.content) == (post.metadata, post.content)
    assert python_frontmatter.detect_format(text, HANDLERS) is handler


def test_a_text_without_front_matter_is_only_a_body() -> None:
    assert python_frontmatter.loads("plain", handler=YAML).metadata == {}


# What holds for any text

ANYTHING = st.text() | st.text("-+;.{}[]\"':,=#*&<>!|~ \t\r\n\ufeffab\\")
LINES = st.lists(
    st.sampled_from(
        '---|+++|;;;|...|---json|title: a|title: a: b|- a|draft: true|a = 1|{|}|[a|"a": 1,|{"a": 1}||'
        "x: &a [*a]|<<: {b: c}|\t|\ufeff|<<<<<<< a|text".split("|")
    )
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@given(ANYTHING | st.builds(lambda lines, end: end.join(lines), LINES, BREAKS))
def test_no_text_raises(text: str) -> None:
    matter, problems = split(text, "post.md")
    assert withdrawn(text) in (True, False)
    for problem in problems:
        assert problem.line is not None
        assert problem.column is not None
        assert 1 <= problem.line <= len(text) + 1
        assert 1 <= problem.column <= len(text) + 1
    if matter is None:
        assert any(problem.severity is Severity.ERROR for problem in problems)
    else:
        assert matter.body == text[matter.body_at :]
        assert all(problem.severity is not Severity.ERROR for problem in problems)


WORDS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    WORDS | st.booleans(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(WORDS, values, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, VALUES), WORDS, st.sampled_from(HANDLERS))
def test_what_is_written_is_read_back(fields: dict[str, Any], body: str, handler: Any) -> None:
    start, end = handler.START_DELIMITER, handler.END_DELIMITER
    text = f"{start}\n{handler.export(fields)}\n{end}\n{body}" if start else f"{handler.export(fields)}\n{body}"
    matter, problems = split(text, "post.md")
    assert problems == []
    assert matter is not None
    assert matter.fields == fields
    assert matter.body == body


# Less the three line ends that only YAML 1.1 knows: to PyYAML they are some, here they are text.
TODAY = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"))


@given(st.dictionaries(TODAY, TODAY | st.none()))
def test_the_yaml_of_others_is_read(fields: dict[str, str | None]) -> None:
    head = yaml.safe_dump(fields, allow_unicode=True)
    assert frontmatter.YAML.load(head) == yaml.safe_load(head)
