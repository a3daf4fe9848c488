"""A Source becomes a row: the read stage between front matter and index."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content import files
from syndicate.content.dialects import Given
from syndicate.content.dialects.plain import Plain
from syndicate.content.files import Source
from syndicate.content.ingest import Reader, lost
from syndicate.content.read import read, unread
from syndicate.index import PostRow
from syndicate.index.packing import unpack
from syndicate.model import Problem, Severity, Stamp
from tests.builders import SITE_URL, a_problem, digest
from tests.content.folders import a_root, dialect, write

DAY = int(datetime(2020, 1, 2, tzinfo=UTC).timestamp())
MTIME = 1_500_000_000


def row_of(text: str, path: str = "x/a.md", member: str = "plain", ids: str = "url", updated: str = "any") -> PostRow:
    stamp = Stamp(f"label/{path}".encode(), len(text), MTIME * 10**9 + 999_999_999, 0, 1)
    return read(Source(stamp, text, digest(text)), path, dialect(member), ids, updated=updated)


def codes(row: PostRow) -> list[str]:
    return [problem.code for problem in row.problems]


def test_a_post() -> None:
    text = "---\ndate: 2020-01-02\nupdated: 2020-01-03\nexpires: 2020-01-04\ntags: [b, a]\nguid: urn:1\n---\nbody\n"
    row = row_of(text)
    assert row == PostRow(
        b"label/x/a.md", digest(text), MTIME, row.packed, True, DAY, DAY, DAY + 2 * 86_400, DAY + 86_400,
        "urn:1", f"{SITE_URL}/x/a.html", (("tags", "b"), ("tags", "a")), substance=b"b" + row.digest,
    )  # fmt: skip
    post = unpack(row.packed, row.path)
    assert (post.path, post.guid, post.terms) == (b"label/x/a.md", "urn:1", row.terms)
    assert text[post.body_at :] == "body\n"


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        ("any", {"front matter", "white space", "title", "text"}),
        ("content", {"title", "text"}),
        ("lastmod", set()),
    ],
)
def test_what_counts_as_an_update(rule: str, others: set[str]) -> None:
    edits = {
        "": "---\ntitle: A\ntags: [x]\n---\nsome text\n",
        "front matter": "---\ntitle: A\ntags: [y]\n---\nsome text\n",
        "white space": "---\ntitle: A\ntags: [x]\n---\n\nsome  text\n",
        "title": "---\ntitle: B\ntags: [x]\n---\nsome text\n",
        "text": "---\ntitle: A\ntags: [x]\n---\nother text\n",
    }
    made = {name: row_of(text, updated=rule).substance for name, text in edits.items()}
    assert {name for name, substance in made.items() if substance != made[""]} == others
    assert len({row_of("text", updated=rule).substance[:1] for rule in ("any", "content", "lastmod")}) == 3


@given(st.text(st.sampled_from("ab中 \t\n\r\v\f\x1c\x85\xa0\u3000\u2028"), max_size=60))
def test_white_space_is_no_update(body: str) -> None:
    """Of any language and kind: as if each word were looked at."""
    head = "---\ntitle: A\n---\n"
    words = b" ".join(f"x{body}".encode().split()).decode()
    assert row_of(f"{head}x{body}", updated="content").substance == row_of(head + words, updated="content").substance
    assert row_of(f"{head}y{body}", updated="content").substance != row_of(head + words, updated="content").substance


def test_the_generators_own_id_where_the_rule_says_so() -> None:
    arguments = ("---\ntitle: x\n---\n", "_posts/2020-01-02-a.md", "jekyll")
    assert row_of(*arguments, ids="generator").default_id == f"{SITE_URL}/2020/01/02/a"
    assert row_of(*arguments, ids="url").default_id == f"{SITE_URL}/2020/01/02/a.html"
    assert row_of("text", ids="generator").default_id == f"{SITE_URL}/x/a.html", "plain files have no other id"


def test_a_draft() -> None:
    row = row_of("---\ndate: 2020-01-02\ndraft: true\n---\n")
    assert (row.public, row.broken, row.withdrawn, bool(row.packed)) == (False, False, False, True)


def test_no_date() -> None:
    row = row_of("# Title\n\ntext")
    assert (row.public, row.published, row.visible_from, row.updated) == (True, None, None, None)


def test_no_post_at_all() -> None:
    row = row_of("read me", "readme.md")
    assert row == PostRow(b"label/readme.md", digest("read me"), MTIME)


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("---\ntitle: [\n---\n", False),
        ("---\ntitle: [\ndraft: true\n---\n", True),
        ("---\ntitle: x\n", False),
        ("---\ndraft: true\ntitle: x\n", True),
        ("+++\ndraft = true\ntitle = \n+++\n", True),
        ('{"draft": true, "title": }\n', True),
    ],
)
def test_broken(text: str, withdrawn: bool) -> None:
    row = row_of(text)
    assert (row.broken, row.withdrawn, row.packed, row.public) == (True, withdrawn, "", False)
    assert row.digest == digest(text)
    assert row.problems[0].severity is Severity.ERROR
    assert row.problems[0].path == "label/x/a.md"


@pytest.mark.parametrize(("severity", "broken"), [(Severity.ERROR, True), (Severity.WARNING, False)])
def test_no_post_by_a_fault_is_broken(severity: Severity, broken: bool) -> None:
    """Then the last good version stands in; a file that just is no post has none."""
    problem = a_problem("label/x/a.md", severity=severity)

    class Refuses(Plain):
        def post(self, *_: object) -> tuple[None, list[Problem]]:  # type: ignore[override]
            return None, [problem]

    source = Source(Stamp(b"label/x/a.md", 1, 0, 0, 1), "---\ntitle: x\n---\n", b"d")
    row = read(source, "x/a.md", Refuses.open({}, Given())[0], "url")
    assert (row.broken, row.withdrawn, row.packed, row.problems) == (broken, False, "", (problem,))


def test_a_warning_breaks_nothing() -> None:
    row = row_of("---\ndate: 2020-01-02\nimage: {}\nenclosure: [{}]\nexpires: never ever\n---\n")
    assert codes(row)
    assert (row.broken, row.public, row.published) == (False, True, DAY)


def test_unread() -> None:
    problem = a_problem(code="file-changing")
    row = unread(b"a.md", MTIME * 10**9, problem, unsettled=True)
    assert row == PostRow(b"a.md", b"", MTIME, problems=(problem,), broken=True, unsettled=True)


@given(
    text=st.text(max_size=300),
    start=st.sampled_from(["", "---\n", "+++\n", "{", "\ufeff---\n"]),
    path=st.sampled_from(["a.md", "_posts/2020-01-02-b.html"]),
)
@pytest.mark.parametrize("member", ["plain", "jekyll"])
def test_no_file_makes_the_stage_raise(member: str, text: str, start: str, path: str) -> None:
    row = row_of(start + text, path, member)
    assert not (row.broken and row.packed)
    assert row.problems or not row.broken


# Through the door


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def through(site: Path, *names: str, label: str = "", **limits: Any) -> list[PostRow]:
    stamps = [Stamp((label + name).encode(), 0, MTIME * 10**9, 0, 0) for name in names]
    return Reader((a_root(site, label),), "url", limits.get("max_size", files.MAX_SIZE)).read(stamps)


def test_one_row_for_each_file_in_order(site: Path) -> None:
    write(site, "b.md", "a.md", text="---\ndate: 2020-01-02\n---\n")
    rows = through(site, "b.md", "never.md", "a.md")
    assert [row.path for row in rows] == [b"b.md", b"never.md", b"a.md"]
    assert [row.unsettled for row in rows] == [False, True, False]
    assert codes(rows[1]) == ["file-changing"]


def test_the_stamp_is_of_what_was_read(site: Path) -> None:
    write(site, "a.md")
    (row,) = through(site, "a.md")
    assert row.mtime == int((site / "a.md").stat().st_mtime), "not what the scan saw before"


def test_the_label_is_no_part_of_the_address(site: Path) -> None:
    write(site, "x/a.md")
    (row,) = through(site, "x/a.md", label="blog/")
    assert (row.path, row.default_id) == (b"blog/x/a.md", f"{SITE_URL}/x/a.html")


def test_each_file_by_the_innermost_root(site: Path) -> None:
    write(site, "blog/a.md", "b.md")
    roots = (a_root(site / "blog", "blog/"), a_root(site))
    rows = Reader(roots, "url", files.MAX_SIZE).read([Stamp(path, 0, 0, 0, 0) for path in (b"blog/a.md", b"b.md")])
    assert [row.default_id for row in rows] == [f"{SITE_URL}/a.html", f"{SITE_URL}/b.html"]


def test_a_file_that_cannot_be_had_is_broken(site: Path) -> None:
    (site / "a.md").mkdir()
    write(site, "b.md", text="x" * 100)
    (site / "c.md").write_bytes(b"\xff")
    rows = through(site, "a.md", "b.md", "c.md", max_size=50)
    assert [codes(row) for row in rows] == [["not-a-file"], ["file-too-large"], ["encoding"]]
    assert all(row.broken and not row.unsettled and row.digest == b"" for row in rows)


def test_what_killed_its_worker() -> None:
    row = lost(Stamp(b"a\n.md", 1, MTIME * 10**9, 0, 0))
    assert (row.path, row.digest, codes(row)) == (b"a\n.md", b"", ["post-too-costly"])
    assert (row.broken, row.unsettled) == (True, False)
    assert row.problems[0].path == "a\\n.md"
