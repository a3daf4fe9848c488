"""The sites in `examples/`: read in their own dialects, built by the real pipeline, without a trace of templates.

What each publishes stands in tests/cases/examples/; tests/content/test_examples_peers.py holds that against the
generators themselves.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import feedparser
import lxml.html
import pytest
from lxml import etree

import syndicate
from syndicate import plugins
from syndicate.model import Report
from tests.content.dialect_cases import is_public, outcome, read, sure
from tests.content.example_sites import CASES, NOW, Example, described, examples, live, posts_of
from tests.flow.site import relative_addresses, rubbish

ALL = examples()
each_example = pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)

LEAKS = re.compile(r"\{%|\{\{|\[\[|:::|^import |%\}|\}\}|\]\]", re.MULTILINE)
MEDIA = "{http://search.yahoo.com/mrss/}content"


@dataclass(frozen=True)
class Built:
    """What a build with room for everything makes: the report, and each feed's documents by path."""

    report: Report
    documents: dict[str, bytes]

    def feeds(self, name: str) -> Iterator[bytes]:
        """The documents of that name of the site's own feed and of those of its further languages."""
        language = re.compile(rf"(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?{re.escape(name)}")
        return (text for path, text in self.documents.items() if language.fullmatch(path))

    def items(self) -> list[dict[str, Any]]:
        return [item for text in self.feeds("feed.json") for item in json.loads(text)["items"]]


@cache
def built(example: Example) -> Built:
    with TemporaryDirectory() as folder:
        options = {"output": {"folder": f"{folder}/feeds"}, "feed": {"limit": 1000}, "build": {"workers": 1}}
        report = syndicate.build(str(example.folder), options=options, environ={}, now=int(NOW.timestamp()))
        out = Path(folder, "feeds")
        return Built(report, {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.*")})


def test_every_example_has_a_case() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == {example.name for example in ALL}


@each_example
def test_is_recognised(example: Example) -> None:
    certain = {name: sure(example.case, name) for name in plugins.names("dialects")}
    assert max(certain, key=lambda name: certain[name]) == example.dialect


@each_example
def test_publishes_what_its_case_says(example: Example) -> None:
    _dialect, posts, problems = posts_of(example)
    peers = ("unlike_peer", "unlisted_by_peer")
    wanted = {
        path: {key: value for key, value in fields.items() if key not in peers}
        for path, fields in example.data["posts"].items()
    }
    assert {path: described(post) for path, post in posts.items()} == wanted
    assert {problem.path for problem in problems} <= set(example.data["problems"])


@each_example
def test_leaves_out_what_its_case_says(example: Example) -> None:
    case = example.case
    dialect, posts, _problems = posts_of(example)
    for path, why in example.data["left_out"].items():
        post, problems = read(dialect, path, case.files[path])
        folder, _slash, name = path.rpartition("/")
        wanted = dialect.folder(folder).enter and dialect.folder(folder).posts.match(name)
        assert path not in posts
        assert (outcome(post, problems) if wanted and not is_public(post) else "") == why, path


@each_example
def test_builds_with_no_problem_but_the_intended(example: Example) -> None:
    found: dict[str, list[str]] = {}
    for problem in built(example).report.problems:
        found.setdefault(problem.path, []).append(problem.code)
    assert found == example.data["problems"]


@each_example
def test_its_feeds_show_what_is_live(example: Example) -> None:
    _dialect, posts, _problems = posts_of(example)
    shown = {item["url"]: item for item in built(example).items()}
    assert len(shown) == len(built(example).items())
    assert set(shown) == {post.url for post in posts.values() if live(post)}
    for post in filter(live, posts.values()):
        item = shown[post.url]
        assert post.published is not None
        assert item["date_published"] == described(post)["published"]
        assert item["title"] == post.title
        assert item.get("tags", []) == list(
            dict.fromkeys(name for taxonomy, name in post.terms if taxonomy != "authors")
        )


@each_example
def test_every_language_has_its_feed(example: Example) -> None:
    dialect, posts, _problems = posts_of(example)
    for language, _title in dialect.facts.languages:
        feed = json.loads(built(example).documents[f"{language.lower()}/feed.json"])
        assert feed["language"] == language
        assert {item["url"] for item in feed["items"]} == {
            post.url for post in posts.values() if live(post) and post.language == language
        }


@each_example
def test_its_feeds_are_sound(example: Example) -> None:
    documents = {path: text for path, text in built(example).documents.items() if path.endswith("xml")}
    for path, text in documents.items():
        if path != "opml.xml":
            parsed = feedparser.parse(text)
            assert parsed.bozo == 0, (path, parsed.get("bozo_exception"))
            assert parsed.version in ("rss20", "atom10"), path


@each_example
def test_no_template_leaks(example: Example) -> None:
    leaks = {
        item["url"]: found
        for item in built(example).items()
        if (found := [text for text in outside_code(item) if LEAKS.search(text)])
    }
    assert leaks == {}


def outside_code(item: dict[str, Any]) -> Iterator[str]:
    """The texts a reader shows that are no code: of the title, the summary without code, the HTML."""
    yield item["title"]
    tree = lxml.html.fragment_fromstring(item["content_html"], create_parent="div")
    for element in tree.iter():
        inside = {above.tag for above in element.iterancestors()} | {element.tag}
        if inside.isdisjoint({"pre", "code"}):
            yield element.text or ""
            yield from map(str, element.attrib.values())
        if {above.tag for above in element.iterancestors()}.isdisjoint({"pre", "code"}):
            yield element.tail or ""


def test_leaks_are_seen() -> None:
    html = '<p>a <code>{{ b }}</code> {{ c }}</p><pre><code>{% d %}</code></pre><a href="[[e]]">x</a>'
    found = [text for text in outside_code({"title": ":::note", "content_html": html}) if LEAKS.search(text)]
    assert sorted(found) == [" {{ c }}", ":::note", "[[e]]"]


@each_example
def test_its_html_is_fit_for_readers(example: Example) -> None:
    for item in built(example).items():
        assert relative_addresses(item["content_html"]) == [], item["url"]
        assert rubbish(item["content_html"]) == [], item["url"]


@each_example
def test_its_pictures_and_sounds_have_sizes(example: Example) -> None:
    _dialect, posts, _problems = posts_of(example)
    wanted = Counter(example.data["media"])
    found: Counter[str] = Counter()
    for text in built(example).feeds("rss.xml"):
        for element in etree.fromstring(text).iter("enclosure", MEDIA):
            length = element.get("length") or element.get("fileSize")
            measures = f"{element.get('width')}x{element.get('height')}" if element.get("width") else ""
            words = (element.get("url"), element.get("type"), length, measures)
            found[" ".join(filter(None, words))] += 1
    assert found == wanted
    named = {image.url for post in posts.values() if (image := post.image)}
    named |= {enclosure.url for post in posts.values() for enclosure in post.enclosures}
    sized = {each.split()[0] for each in found if re.match(r"https://\S+ (?:image|audio)/[\w+]+ [1-9]", each)}
    assert named <= sized


def test_the_page_about_the_examples_names_each() -> None:
    page = (Path(__file__).resolve().parents[2] / "examples/README.md").read_text("utf-8")
    named = set(re.findall(r"syndicate build examples/(\w+)", page))
    assert named == {example.name for example in ALL}
