"""Wiki links and what else Obsidian adds: `cases/templates/wiki/NAME.md` or `.html` and the same name with `.out`.

Cases that are called `vault-…` are read as of a vault, the others as of any folder of notes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.markup.links import MOST
from syndicate.markup.templates import Expanded, Page, TemplateSite
from syndicate.markup.templates.wiki import Wiki

CASES = sorted(path for path in (Path(__file__).parents[1] / "cases/templates/wiki").iterdir() if path.suffix != ".out")
KNOWN = {
    "known.md": "https://example.org/known?a=1&b=(2)",
    "folder/deep.md": "https://example.org/deep",
}
NOTES = Wiki.open(TemplateSite("https://example.org"))
VAULT = Wiki.open(TemplateSite("https://example.org", {"attachments": "Files"}))


def known(body: str, path: str) -> dict[str, str]:
    found = {each.written: [name.lower() for name in each.candidates] for each in Wiki.references(body, path)}
    return {written: KNOWN[name] for written, names in found.items() for name in names if name in KNOWN}


def expanded(language: Wiki, body: str, path: str = "post.md", markup: str = "markdown") -> Expanded:
    assert Wiki.concerns(body)
    return language.expand(body, Page(path, "https://example.org/post", markup, links=known(body, path)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    markup = "markdown" if path.suffix == ".md" else "html"
    language = VAULT if path.name.startswith("vault") else NOTES
    out = expanded(language, path.read_text(encoding="utf-8"), f"post{path.suffix}", markup).text
    assert out == path.with_suffix(".out").read_text(encoding="utf-8")


def test_each_kind_of_query_is_told_of_once() -> None:
    body = "```dataview\n1\n```\n~~~ dataview\n2\n~~~\n```query\n3\n```\n```dataviews\n4\n```"
    out = expanded(VAULT, body)
    assert [(fault.code, fault.subject) for fault in out.faults] == [
        ("query-not-run", "query dataview"),
        ("query-not-run", "query query"),
    ]
    assert out.text.strip() == "```dataviews\n4\n```"
    assert expanded(NOTES, body) == Expanded(body)


def test_which_note_is_meant() -> None:
    body = "[[A b]] ![[x/C.md#h|s]] [[A b|again]] [[../D]] [[/E]] [[pic.png]] [[#h]] ![[a.pdf]] [[../../../F]] [[v1.2]]"
    assert [(each.written, each.candidates) for each in Wiki.references(body, "n/o/post.md")] == [
        ("A b", ("A b.md", "n/o/A b.md", "name:a b")),
        ("x/C", ("x/C.md", "n/o/x/C.md", "name:c")),
        ("../D", ("n/D.md", "name:d")),
        ("/E", ("E.md", "name:e")),
        ("../../../F", ("name:f",)),
        ("v1.2", ("v1.2.md", "n/o/v1.2.md", "name:v1.2")),
    ]


@pytest.mark.parametrize(
    ("attachments", "url"),
    [
        ("/", "https://example.org/a%20b.png"),
        ("./", "a%20b.png"),
        ("./files", "files/a%20b.png"),
        ("files/x", "https://example.org/files/x/a%20b.png"),
    ],
)
def test_where_a_vault_keeps_its_files(attachments: str, url: str) -> None:
    language = Wiki.open(TemplateSite("https://example.org", {"attachments": attachments}))
    assert expanded(language, "![[a b.png]]").text == f"![a b](<{url}>)"


def test_other_markup_is_not_taken_for_markdown() -> None:
    assert expanded(NOTES, "[[known|a *b*]] ![[x.png]] `[[c]]`", "a.txt", "text").text == "a *b* x `c`"


def test_not_more_references_than_anybody_follows() -> None:
    body = " ".join(f"[[{number}]]" for number in range(5_000))
    assert len(Wiki.references(body, "post.md")) == MOST


@given(
    st.text("[]!|#^%=<>$`\\ \nab1./x", max_size=80),
    st.sampled_from([NOTES, VAULT]),
    st.sampled_from(["markdown", "html", "text", "rest"]),
)
def test_never_raises_and_leaves_no_link(body: str, language: Wiki, markup: str) -> None:
    page = Page("a/b.md", "https://example.org/a/b", markup)
    once = language.expand(f"x\n\n{body}\n\n[[Note]]\n", page).text
    if markup == "markdown" and "`" not in body and "~" not in body and "$" not in body and "%%" not in body:
        assert once.rstrip().endswith("Note")


PIECES = [
    "[[",
    "[[a",
    "[[a|",
    "[[a|[",
    "![[",
    "%%",
    "%",
    "$",
    "$$",
    "$a",
    "<%",
    "<",
    "==",
    "==a",
    "^a ",
    "> [!a",
    "> ",
    "[[a]]",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("start", ["", "%%", "$$", "=="])
def test_takes_no_squared_time(piece: str, start: str) -> None:
    # where it did, this would take hours
    body = start + piece * 200_000 + "[[x"
    VAULT.expand(body, Page("a.md", "https://example.org/a"))
    Wiki.references(body, "a.md")
