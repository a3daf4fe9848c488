"""Where code samples stand: what is one, what only looks like one, and how long it takes to tell."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syndicate.markup import samples
from syndicate.markup.samples import code_spans, inside, matches, outside

SAMPLES = {
    "a `x` b": ["`x`"],
    "```\nx\n```\ny `` ` `` z": ["```\nx\n```", "`` ` ``"],
    "> ```\n> x\nout `a`": ["```\n> x\n", "`a`"],
    "> ```\n> x\n> ```\n> out": ["```\n> x\n> ```"],
    "- ```\n  x\n  ```\n~~~js\nx": ["```\n  x\n  ```", "~~~js\nx"],
    "1. - ```\n     x\n     ```": ["```\n     x\n     ```"],
    "````\n```\n````\nz": ["````\n```\n````"],
    "```js\r\nx\r\n```\r\ny": ["```js\r\nx\r\n```\r"],
    "~~~\n```\n~~~\n`a`": ["~~~\n```\n~~~", "`a`"],
    "\\`a` b`": ["` b`"],
    "\\\\`a`": ["`a`"],
    "`a\\`b`": ["`a\\`"],
    "`a\nb`": ["`a\nb`"],
    "`a\n\nb`": [],
    "`a\n- b`": [],
    "`a\n> > \nb`": [],
    "```a```b": ["```a```"],
    "```a``b": [],
    "x ``` y\n```\nq\n```": ["```\nq\n```"],
    "<pre class='x'>a\n\n</PRE ><code>`b</code>`": ["<pre class='x'>a\n\n</PRE >", "<code>`b</code>"],
    "<pre> <previous> <codec>": [],
    "`<pre>` x </pre>": ["`<pre>`"],
    "    indented `a`": ["`a`"],
}


@pytest.mark.parametrize("body", SAMPLES)
def test_samples(body: str) -> None:
    assert [body[start:end] for start, end in code_spans(body)] == SAMPLES[body]


def test_html_has_elements_only() -> None:
    body = "`a` <code>b</code>\n```\nc\n```"
    assert [body[start:end] for start, end in code_spans(body, "html")] == ["<code>b</code>"]
    assert code_spans("`a`", "html") == []


def test_replaces_outside_only() -> None:
    body = "a `a` <code>a</code> a\n```a\na\n```\na"
    assert outside(re.compile("a"), lambda _found: "X", body) == "X `a` <code>a</code> X\n```a\na\n```\nX"


def test_a_match_may_go_around_a_sample_but_not_end_in_one() -> None:
    body = "[a `]` b] [c `d] e` f]"
    assert [found[0] for found in matches(re.compile(r"\[.*?b\]|\[.*?\]"), body, code_spans(body))] == ["[a `]` b]"]


@given(st.text("`~<>/precod -\n\\1.", max_size=60), st.sampled_from(["markdown", "html"]))
def test_spans_are_in_order_and_apart(body: str, markup: str) -> None:
    spans = code_spans(body, markup)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(body) for start, end in spans)
    covered = {at for start, end in spans for at in range(start, end)}
    assert {at for at in range(len(body)) if inside(spans, at)} == covered
    assert outside(re.compile(".", re.DOTALL), lambda found: found[0], body) == body


# The same by one pattern that reads the body from every character on, and looks ahead anew for each mark.
ANY_MARK = re.compile(
    r"(?P<lead>^[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+[ \t>]*+)(?P<fence>`{3,}+(?=[^`\n]*+$)|~{3,}+)[^\n]*+\n?"
    r"|(?<![\\`])(?P<escapes>\\*+)(?P<ticks>`++)|<(?P<element>pre|code)(?=[\s>])[^<>]*+>",
    re.IGNORECASE | re.MULTILINE,
)


def step_by_step(body: str) -> list[samples.Span]:
    spans: list[samples.Span] = []
    at = 0
    while mark := ANY_MARK.search(body, at):
        span = spanned(body, mark)
        spans += [span] if span else []
        at = span[1] if span else mark.end()
    return spans


def spanned(body: str, mark: re.Match[str]) -> samples.Span | None:
    if mark["element"]:
        end = re.compile(rf"</{mark['element']}\s*>", re.IGNORECASE).search(body, mark.end())
        return (mark.start(), end.end()) if end else None
    if mark["fence"]:
        ends = samples._QUOTED_END if ">" in mark["lead"] else samples._FENCE_END
        fences = ((end, end[end.lastindex or 0]) for end in ends.finditer(body, mark.end()))
        end_of = next((end.end() for end, fence in fences if not fence or fence.startswith(mark["fence"])), len(body))
        return mark.start("fence"), end_of
    start = mark.start("ticks") + len(mark["escapes"]) % 2
    paragraph = samples._PARAGRAPH_END.search(body, mark.end())
    runs = [run for run in re.finditer("`+", body) if mark.end() <= run.start() and len(run[0]) == mark.end() - start]
    if start == mark.end() or not runs or (paragraph and runs[0].start() >= paragraph.start()):
        return None
    return start, runs[0].end()


MARKS = "` `` ``` ```js ~~~ ~~~~ ~ < > <pre> <Pre <code> </pre> </CODE\t> </code> - 1. # | a".split(" ")
PIECES = st.sampled_from([*MARKS, " ", "> ", "- ", "<code\n", "\t", "\n", "\n\n", "\r\n", "\\", "\\\\"])


@settings(max_examples=1000, deadline=None)
@given(st.lists(PIECES, max_size=24).map("".join))
@example("``\\\\`x`")
@example("`\\`a`")
@example("x~~~\n~~~\n")
@example("<pre `a`")
def test_samples_are_those_of_a_reading_step_by_step(body: str) -> None:
    assert code_spans(body) == step_by_step(body)


HOSTILE = ["`", "` ", "``a`\n", "<pre>", "<pre", "\\`", "\\", "~~~\n```\n", "> ```\n", "```\n\n", "- ", ">", "``` `\n"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_takes_no_squared_time(piece: str) -> None:
    # where it did, this would take hours
    body = piece * 400_000
    outside(re.compile("x"), lambda _found: "", body)
