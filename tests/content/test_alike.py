"""Posts that are alike are read by what was learnt of the first: the rows are those of reading each in full."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.content._alike import Kinds
from syndicate.content._asked import Asked
from syndicate.content.dialects import Dialect, Given
from syndicate.content.dialects.hugo import Hugo
from syndicate.content.dialects.jekyll import Jekyll
from syndicate.content.files import Source
from syndicate.content.read import Wish, read, read_alike
from syndicate.index import PostRow
from syndicate.model import FrontMatter, Post, Problem, Stamp
from tests.content.dialect_cases import Case, cases, looked_at, opened

TITLES = (
    "Another title", '"Quoted: and more"', "'it''s'", "金融消息 “引号” <b>", "true", "2024", "# none", "a: b", "[a]",
    "~", "A &amp; B", "`code` *emphasis*", "x" * 400, '"tab\\t"', "null", "", "trailing   ", "é\u3000è",
)  # fmt: skip
DATES = (
    "2024-05-06 07:08:09 +0800", "2024-05-06T07:08:09Z", "2024-05-06", "2024-05-06 07:08", '"2024-05-06 07:08:09"',
    "1999-12-31 23:59:59 -1100", "2024-02-30 00:00:00 +0000", "tomorrow", "9999-12-31 23:59:59 -1200", "",
    "2024-05-06 07:08:09",
)  # fmt: skip
VALUES = (
    "a", "[a, b]", '["a, b", \'c\']', "\n- a\n- b", "\n  - 金融\n  - a", "[]", "", "~", "true", "[true, null, 7]",
    "a b  c",     "[[a]]", "{a: b}", "'it''s'", "[a, a, A]", "x # y", "&a b", "|\n  x", "{{ x }}", "{% x %}", "> x",
    "\u3000x\u3000", "[a,",
)  # fmt: skip
KEYS = ("categories", "category", "tags", "tag", "description", "excerpt", "summary", "author", "layout")


def source(path: str, text: str) -> Source:
    raw = path.encode("utf-8", "surrogateescape")
    return Source(Stamp(raw, len(text), 1_700_000_000_000_000_000, 0, 1), text, raw[:16].ljust(16, b"."))


def in_full(dialect: Dialect, path: str, text: str, rule: str, kinds: Kinds | None = None) -> PostRow:
    return read(source(path, text), path, dialect, rule, language="en", updated="content", whole_days=True, kinds=kinds)


def siblings(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Files beside this one that differ in name, title and date, and in anything else that a text may have there."""
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    names = [name, f"{stem}-too{dot}{ending}", f"2024-11-12-{stem}.x{dot}{ending}", f"Über {stem}{dot}{ending}"]
    for number, (title, date) in enumerate(zip(TITLES, (*DATES, *DATES), strict=False)):
        at = f"{folder}/{names[number % 4]}" if folder else names[number % 4]
        changed = re.sub(r"(?m)^(title(?:: | = )).*$", lambda found: found[1] + title, text, count=1)  # noqa: B023
        yield at, changed
        yield at, re.sub(r"(?m)^(date(?:: | = )).*$", lambda found: found[1] + date, changed, count=1)  # noqa: B023
    for key in KEYS:
        if line := re.search(rf"(?m)^{key}(?::|\s=).*$", text):
            for value in VALUES:
                yield path, f"{text[: line.start()]}{key}{': ' if ':' in line[0] else ' = '}{value}{text[line.end() :]}"
    yield path, text + "\n[other](other.md)\n"
    yield path, text + "\n{% if x %}{{ y }}{% endif %} {{< figure >}} [[Note]]\n"
    yield path, text


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_siblings_of_every_case(case: Case) -> None:
    dialect, _problems = opened(case)
    rule, kinds = ("url", "generator", "pelican")[len(case.name) % 3], Kinds()
    for path in looked_at(dialect, sorted(case.files)):
        for at, text in [(path, case.files[path])] * 3 + list(siblings(path, case.files[path])):
            assert in_full(dialect, at, text, rule, kinds) == in_full(dialect, at, text, rule), (at, text)


HEAD = "---\nlayout: post\ntitle: {title}\ndate: {date}\ncategories: news\ntags: [a, b]\n---\n{body}"
WIDER = HEAD.replace("categories: news\ntags: [a, b]", "categories:{categories}\ntags:{tags}\nexcerpt:{excerpt}")
WRITTEN = st.sampled_from(VALUES).map(lambda value: f" {value}") | st.text(max_size=20)
TEXTS = st.text(max_size=30) | st.sampled_from(TITLES)
MOMENTS = (
    st.datetimes().map(lambda at: at.strftime("%Y-%m-%d %H:%M:%S +0800"))
    | st.sampled_from(DATES)
    | st.text(max_size=20)
)


def jekyll() -> Jekyll:
    files = {"_config.yml": "url: https://example.org\ntimezone: Asia/Shanghai\n"}
    return Jekyll.open(files, Given())[0]


SITE = jekyll()
WISH = Wish(SITE, "generator", "en", Asked(), "content", True)


@settings(max_examples=300)
@given(st.lists(st.tuples(TEXTS, MOMENTS, st.text(max_size=60), st.text(max_size=12)), min_size=3, max_size=6))
def test_any_values(posts: list[tuple[str, str, str, str]]) -> None:
    kinds = Kinds()
    for title, date, body, name in [("a", DATES[0], "b", "c")] * 3 + posts:
        path = f"_posts/2024-01-02-{name.replace('/', '')}.md"
        text = HEAD.format(title=title, date=date, body=body)
        assert in_full(SITE, path, text, "generator", kinds) == in_full(SITE, path, text, "generator")


@settings(max_examples=300)
@given(st.lists(st.tuples(WRITTEN, WRITTEN, WRITTEN), min_size=3, max_size=6))
def test_any_terms_and_summaries(posts: list[tuple[str, str, str]]) -> None:
    kinds, path = Kinds(), "_posts/2024-01-02-x.md"
    for categories, tags, excerpt in [(" a", " b", " c")] * 3 + posts:
        text = WIDER.format(title="T", date=DATES[0], body="x", categories=categories, tags=tags, excerpt=excerpt)
        for dialect, at in ((SITE, path), (HUGO, "content/posts/x.md")):
            assert in_full(dialect, at, text, "url", kinds) == in_full(dialect, at, text, "url"), (at, text)


@settings(max_examples=200)
@given(st.lists(st.tuples(TEXTS, MOMENTS, WRITTEN, st.text(max_size=9), st.sampled_from(("", "{{ x }}", "[x](y.md)")))))
def test_many_at_once(posts: list[tuple[str, str, str, str, str]]) -> None:
    """Of several kinds, some with a summary and some that have to be read in full."""
    kinds, batch = Kinds(), []
    for date in DATES[:1] * 3:
        for head in (HEAD, WIDER, WIDER.replace("layout: post", "layout: other")):
            text = head.format(title="a", date=date, body="b", categories=" a", tags=" b", excerpt=" c")
            in_full(SITE, "_posts/2024-01-02-c.md", text, "generator", kinds)
    for number, (title, date, written, name, body) in enumerate(posts):
        head = (HEAD, WIDER, WIDER.replace("layout: post", "layout: other"))[number % 3]
        path = f"_posts/2024-01-02-{name.replace('/', '')}.md"
        text = head.format(title=title, date=date, body=f"x {body}", categories=" a", tags=" b", excerpt=written)
        batch.append((source(path, text), path))
    for (each, path), row in zip(batch, read_alike(batch, kinds, WISH), strict=True):
        assert row in (None, in_full(SITE, path, each.text, "generator"))


def test_common_ones_are_not_read_in_full() -> None:
    kinds, batch = Kinds(), []
    for number in range(9):
        path, text = f"_posts/2024-01-02-{number}.md", HEAD.format(title=f'"{number}"', date=DATES[0], body="b")
        in_full(SITE, path, text, "generator", kinds)
        batch.append((source(path, text), path))
    assert None not in read_alike(batch, kinds, WISH)


HUGO = Hugo.open({"hugo.toml": 'baseURL = "https://example.org/"\n[permalinks]\nposts = "/:year/:slug/"\n'}, Given())[0]
TOML = "+++\ntitle = {title}\ndate = {date}\ntags = ['a', 'b']\n[extra]\nx = 1\n+++\n{body}"


@settings(max_examples=200)
@given(st.lists(st.tuples(TEXTS, MOMENTS, st.text(max_size=30), st.text(max_size=12)), min_size=3, max_size=6))
def test_any_values_of_hugo(posts: list[tuple[str, str, str, str]]) -> None:
    kinds = Kinds()
    for title, date, body, name in [("a", DATES[0], "b", "c")] * 3 + posts:
        path = f"content/posts/2024-01-02-{name.replace('/', '')}.md"
        for head in (HEAD, TOML):
            quoted = {"title": repr(title), "date": date} if head is TOML else {"title": title, "date": date}
            text = head.format(**quoted, body=body)
            assert in_full(HUGO, path, text, "url", kinds) == in_full(HUGO, path, text, "url")


class Counting(Jekyll):
    """How often a post was read in full."""

    asked = 0

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        Counting.asked += 1
        return super().post(stamp, path, matter)


def test_only_the_first_are_read_in_full() -> None:
    dialect = Counting.open({"_config.yml": "url: https://example.org\n"}, Given())[0]
    kinds, Counting.asked = Kinds(), 0
    for number in range(50):
        text = HEAD.format(title=f"Post {number}", date=f"2024-01-02 00:00:{number:02} +0800", body="x")
        in_full(dialect, f"_posts/2024-01-02-{number}.md", text, "url", kinds)
    assert Counting.asked == 2


def test_other_terms_and_summaries_are_no_other_kind() -> None:
    dialect = Counting.open({"_config.yml": "url: https://example.org\n"}, Given())[0]
    kinds, Counting.asked = Kinds(), 0
    for number in range(50):
        values = {"categories": f" [c{number % 7}]", "tags": f"\n- t{number}\n- b", "excerpt": f' "Said {number}"'}
        text = WIDER.format(title="A", date=f"2024-01-02 00:00:{number:02} +0800", body="x", **values)
        in_full(dialect, f"_posts/2024-01-02-{number}.md", text, "url", kinds)
    assert Counting.asked == 2


def test_pages_of_hugo_are_alike() -> None:
    kinds = Kinds()
    texts = [
        TOML.format(title=f'"Page {number}"', date=f"2024-01-0{number}T00:00:00+08:00", body="x")
        for number in (1, 2, 3)
    ]
    for number, text in enumerate(texts):
        in_full(HUGO, f"content/posts/{number}.md", text, "url", kinds)
    assert kinds.of("content/posts/other.md", texts[0])


def test_a_line_more_is_another_kind() -> None:
    dialect = Counting.open({"_config.yml": "url: https://example.org\n"}, Given())[0]
    kinds, Counting.asked = Kinds(), 0
    for number in range(10):
        text = HEAD.format(title="A", date=DATES[0], body="x").replace(
            "layout: post", f"layout: post\nweight: {number}"
        )
        in_full(dialect, f"_posts/2024-01-02-{number}.md", text, "url", kinds)
    assert Counting.asked == 10


def test_where_queries_ask_for_fields_all_are_read_in_full() -> None:
    kinds = Kinds()
    for number in range(3):
        path, text = f"_posts/2024-01-02-{number}.md", HEAD.format(title=f"{number}", date=DATES[0], body="x")
        row = read(source(path, text), path, SITE, "url", asked=Asked(("title",), True), kinds=kinds)
        assert str(number) in row.fields


def test_where_the_values_stand_matters() -> None:
    """The same lines, but the title within a list or a table is no title."""
    kinds, path = Kinds(), "_posts/2024-01-02-x.md"
    plain = "---\ntitle: A\nx:\n- b\ndate: 2024-01-02 00:00:00 +0800\n---\nbody"
    other = "---\nx:\ntitle: A\n- b\ndate: 2024-01-02 00:00:00 +0800\n---\nbody"
    for text in (plain, plain, plain, other):
        assert in_full(SITE, path, text, "url", kinds) == in_full(SITE, path, text, "url")


def test_kinds_travel_empty() -> None:
    kinds = Kinds()
    text = HEAD.format(title="A", date=DATES[0], body="x")
    for _ in range(3):
        in_full(SITE, "_posts/2024-01-02-x.md", text, "url", kinds)
    assert kinds.of("_posts/2024-01-03-y.md", text)
    assert pickle.loads(pickle.dumps(kinds)).of("_posts/2024-01-03-y.md", text) is None


EXTRA = st.lists(
    st.sampled_from(
        ["author: Ada", "author: Bob", "tag: c", "category: more", "summary: s", "excerpt: e", "slug: own"]
    ),
    max_size=3,
    unique_by=lambda line: line.partition(":")[0],
)


@given(st.lists(st.tuples(EXTRA, st.sampled_from(["[a, b]", "a b", "", "7"])), max_size=30))
@settings(max_examples=100, deadline=None)
def test_kinds_of_a_folder_share_what_was_made_of_values(posts: list[tuple[list[str], str]]) -> None:
    kinds = Kinds()
    for number, (lines, tags) in enumerate(posts * 3):
        head = HEAD.replace("tags: [a, b]", "\n".join([f"tags: {tags}", *lines]))
        path, text = f"_posts/2024-01-02-{number}.md", head.format(title="T", date="2024-01-02", body="b\n")
        assert in_full(SITE, path, text, "url", kinds) == in_full(SITE, path, text, "url"), text
