"""The four real sites of the samples, built with nothing but `--url`: what is published, where, when and for whom.

The facts in tests/cases/samples/ were worked out from the posts' files by the rules of each site's generator, and
by Hugo and Jekyll where they can build the sample; nothing in them comes from what is tested here. `docs/dialects.md`
shows them to people. A sample that is not on this machine is skipped.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import feedparser
import lxml.html
import pytest
from lxml import etree

from syndicate.content import sites
from syndicate.content.dialects import Given
from syndicate.model import Post, Visibility
from tests.content.dialect_cases import looked_at, read
from tests.flow.samples import (
    FORMATS,
    NAMES,
    RULES,
    Sample,
    build,
    built,
    facts_of,
    files,
    head,
    moment,
    need,
    published,
)
from tests.flow.site import atom_errors, items, relative_addresses, rubbish

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module", params=NAMES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return built(request.param, tmp_path_factory.mktemp(request.param) / "feeds")


# -- every post, by simple rules


def test_no_more_and_no_fewer_posts_each_at_its_address_and_moment(sample: Sample) -> None:
    rule = RULES[sample.name]
    expected = {path: rule(path, head(sample.folder / path)) for path in published(sample)}
    assert len(expected) == sample.facts["published"]
    for form in FORMATS:
        shown = sample.shown(form)
        got = {unquote(url).removeprefix(f"{sample.facts['url']}/"): item.date for url, item in shown.items()}
        assert got == {url: moment(written).strftime("%Y-%m-%dT%H:%M:%S") for url, written in expected.values()}


# -- what is left out, and why


@cache
def read_all(name: str) -> dict[str, Post | str]:
    """Path → the post the dialect reads, or why there is none: not looked at, or without a date."""
    folder = need(name)
    opened = sites.open_folder(str(folder), b"", "auto", Given(facts_of(name)["url"]), ())
    dialect = opened.root.dialect
    assert dialect.name == facts_of(name)["dialect"]
    found: dict[str, Post | str] = dict.fromkeys(files(folder), "no post")
    for path in looked_at(dialect, files(folder)):
        post, problems = read(dialect, path, (folder / path).read_text("utf-8"))
        undated = not problems or problems[-1].code == "post-without-date"
        found[path] = post or ("without a date" if undated else problems[-1].code)
    return found


def reason(found: Post | str) -> str:
    """Why a file is not shown, in the words of the facts; "" for a post that is."""
    if isinstance(found, str):
        return found
    if found.visibility is Visibility.DRAFT:
        return "drafts"
    return "expired" if found.visible_until and found.visible_until < datetime.now(UTC) else ""


NO_POST = {"sections", "pages", "outside `_posts`"}


def test_what_is_left_out_and_why(sample: Sample) -> None:
    expected = {path: "no post" if why in NO_POST else why for path, why in sample.facts["left_out"].items()}
    assert {path: why for path, found in read_all(sample.name).items() if (why := reason(found))} == expected
    hidden = sum(why != "no post" for why in expected.values())
    assert sample.report["seen"] == sample.facts["published"] + hidden
    assert sample.report["skipped"] == hidden


def test_only_what_is_broken_is_called_an_error(sample: Sample) -> None:
    errors = [problem["path"] for problem in sample.report["problems"] if problem["severity"] == "error"]
    assert errors == (["_posts/-202205262391921712.md"] if sample.name == "finews" else [])


# -- ten posts of each, with all that the facts say of them


def test_ten_named_posts(sample: Sample) -> None:
    assert len(sample.facts["posts"]) == 10
    shown = {form: sample.shown(form) for form in FORMATS}
    raw, posts = sample.raw(), read_all(sample.name)
    for fact in sample.facts["posts"]:
        post, at = posts[fact["path"]], datetime.fromisoformat(fact["published"])
        assert isinstance(post, Post)
        assert (post.url, post.published, post.language) == (fact["url"], at, fact["language"])
        assert [author.name for author in post.authors] == fact["authors"]
        assert_terms(post, fact)
        for form in FORMATS:
            assert shown[form][fact["url"]].date == at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        # what was taken over from elsewhere and names nobody is by those it came from
        by = fact["authors"] or ([post.origin.title] if post.origin else [])
        assert [author["name"] for author in raw[fact["url"]].get("authors", [])] == by


def assert_terms(post: Post, fact: dict[str, Any]) -> None:
    """The terms by taxonomy, in the author's order; authors are terms as well."""
    expected = {"authors": fact["authors"], **fact.get("terms", {})}
    found: dict[str, list[str]] = {"authors": []}
    for taxonomy, name in post.terms:
        found.setdefault(taxonomy, []).append(name)
    assert found == expected


def test_the_zones_are_counted_as_they_were_written(sample: Sample) -> None:
    heads = (head(sample.folder / path).get("date", "") for path in published(sample))
    found = Counter(match[0] if (match := re.search(r"[+-]\d{4}$", date)) else "none" for date in heads)
    assert found == sample.facts["zones"]


def test_every_zone_of_the_facts_is_what_was_written() -> None:
    for name in NAMES:
        for fact in facts_of(name)["posts"]:
            zone = " +0800" if name == "finews" and not fact["written"].endswith(" +0800") else ""
            assert moment(fact["written"].replace("/", "-") + zone) == datetime.fromisoformat(fact["published"])


def test_every_term_has_its_feed_with_its_posts(sample: Sample) -> None:
    keys = {"topics": "topic", "authors": "author", "categories": "category", "tags": "tag"}
    wanted = {
        f"{keys[taxonomy]}:{name}": count
        for taxonomy, names in sample.facts.get("terms", {}).items()
        if sample.name == "hugo-yaml" or taxonomy != "authors"
        for name, count in names.items()
    }
    found = {key: len(items(feed["json"])) for key, feed in sample.documents.items() if key not in sample.languages}
    assert found == wanted


def test_the_site_is_named_as_it_names_itself(sample: Sample) -> None:
    parsed = feedparser.parse(sample.documents["site"]["atom"].read_bytes())
    told = (parsed.feed.title, parsed.feed.get("language", ""))
    assert told == (sample.facts["title"], sample.facts["language"])
    if author := sample.facts["author"]:
        assert parsed.feed.author == author


# -- template code


MARKS = ("{%", "{{<", "{{%", "{{", "[[")


def leaks(html: str) -> Counter[str]:
    """How often the beginnings of template code stand in HTML outside of code, in its text and in its attributes."""
    tree = lxml.html.fragment_fromstring(html or "<p></p>", create_parent="div")
    for code in [*tree.iter("pre", "code")]:
        tail = code.tail
        code.clear()
        code.tail = tail
    spelled = [tree.text_content(), *(unquote(value) for e in tree.iter() for value in e.attrib.values())]
    return Counter({mark: count for mark in MARKS if (count := sum(text.count(mark) for text in spelled))})


@pytest.mark.parametrize("mark", MARKS)
def test_leaks_are_counted(mark: str) -> None:
    assert leaks(f"<p>a {mark.replace('<', '&lt;')} b</p>")[mark] == 1
    assert leaks(f'<p><a href="/x/{mark.replace("%", "%25").replace("<", "&lt;")}">b</a></p>')[mark] == 1
    assert not leaks(f"<p><code>{mark.replace('<', '&lt;')}</code></p><pre>{mark.replace('<', '&lt;')}</pre>")
    assert leaks(f"<p><code>x</code> {mark.replace('<', '&lt;')}</p>")[mark] == 1


def test_no_template_code_in_any_entry(sample: Sample) -> None:
    found: dict[str, Counter[str]] = {}
    for form in FORMATS:
        for url, item in sample.shown(form).items():
            if counted := leaks(item.html):
                found[f"{form} {url}"] = counted
    for url, item in sample.raw().items():
        texts = " ".join(str(item.get(name, "")) for name in ("title", "summary", "content_text", "image"))
        if counted := Counter({mark: texts.count(mark) for mark in MARKS if mark in texts}):
            found[url] = counted
    assert found == {}


# -- sound documents


def test_every_document_is_valid_and_leads_somewhere(sample: Sample) -> None:
    for key, feed in sample.documents.items():
        assert atom_errors(feed["atom"]) == "", key
        listed = {form: items(feed[form]) for form in FORMATS}
        essence = {form: [(i.id, i.title, i.date, i.enclosure) for i in found] for form, found in listed.items()}
        assert essence["rss"] == essence["atom"] == essence["json"], key
        for item in (item for found in listed.values() for item in found):
            assert relative_addresses(item.html) == [], (key, item.id)
            assert rubbish(item.html) == [], (key, item.id)
            assert item.url.startswith(f"{sample.facts['url']}/")


def test_the_second_build_writes_nothing(sample: Sample) -> None:
    before = sample.site.tree()
    report = sample.site.build("--workers", "2", PYTHONHASHSEED="7").report
    assert (report["parsed"], report["rendered"], report["documents"]["written"]) == (0, 0, 0)
    assert sample.site.tree() == before


@pytest.mark.parametrize(("more", "environ"), [(("--workers", "2"), {}), ((), {"PYTHONHASHSEED": "7"})])
def test_the_same_bytes(sample: Sample, more: tuple[str, ...], environ: dict[str, str], tmp_path: Path) -> None:
    site, _report = build(sample.name, tmp_path / "feeds", *more, **environ)
    assert site.tree() == sample.site.tree()


# -- languages, translations and audio of jekyll-multilang; bundles of zola-toml


@pytest.fixture(scope="module")
def optech(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return built("jekyll-multilang", tmp_path_factory.mktemp("optech") / "feeds")


def test_each_language_has_its_feed_and_english_is_the_site_s(optech: Sample) -> None:
    languages = optech.facts["languages"]
    keys = {("site" if language == "en" else f"{language}/site"): count for language, count in languages.items()}
    assert {key: len(items(feed["rss"])) for key, feed in optech.documents.items()} == keys
    for key, feed in optech.documents.items():
        language = "en" if key == "site" else key.removesuffix("/site")
        place = "" if language == "en" else f"{language}/"
        assert feed["atom"] == optech.site.out / f"{place}atom.xml"
        assert etree.parse(feed["atom"]).getroot().get(XML_LANG) == language
        assert all(f"/{language}/" in item.url for item in items(feed["atom"]))


def test_translations_know_each_other(optech: Sample) -> None:
    expected = optech.facts["translations"]
    found = defaultdict(set)
    for feed in optech.documents.values():
        for entry in etree.parse(feed["atom"]).iter(f"{ATOM}entry"):
            own, others = alternates(entry)
            place = own.removeprefix(f"{optech.facts['url']}/").partition("/")
            if others:
                found[place[2]].add(place[0])
            assert others == {
                language: f"{optech.facts['url']}/{language}/{place[2]}"
                for language in expected.get(place[2], ())
                if language != place[0]
            }
    assert {place: sorted(languages) for place, languages in found.items()} == expected


def alternates(entry: Any) -> tuple[str, dict[str, str]]:
    """The address of an entry, and of its translations by language."""
    links = [link for link in entry.iter(f"{ATOM}link") if link.get("rel") == "alternate"]
    (own,) = [link.get("href") for link in links if not link.get("hreflang")]
    return own, {link.get("hreflang"): link.get("href") for link in links if link.get("href") != own}


def test_the_preset_of_jekyll_mixes_the_languages(tmp_path: Path) -> None:
    site, report = build("jekyll-multilang", tmp_path / "feeds", "--preset", "jekyll")
    assert report["feeds"] == 1
    assert len(items(site.out / "feed.xml")) == facts_of("jekyll-multilang")["published"]


def test_what_a_podcast_s_include_plays_is_enclosed(optech: Sample) -> None:
    episodes = [path for path in files(optech.folder) if "/podcast/" in path]
    shown = optech.shown("rss")
    heard = {item.enclosure[0] for item in shown.values() if item.enclosure}
    assert len(heard) == len(episodes) == 6
    for path in episodes:
        text = (optech.folder / path).read_text("utf-8")
        urls = re.findall(r'podcast-player\.md\s+url="([^"]+)"', text)
        address = optech.facts["url"] + head(optech.folder / path)["permalink"]
        assert [shown[address].enclosure] == [(url, "audio/mp4") for url in urls]


def pictures(html: str) -> Iterator[str]:
    yield from (str(source) for source in lxml.html.fragment_fromstring(html, create_parent="div").xpath("//img/@src"))


def test_pictures_of_bundles_lie_beside_their_page(tmp_path: Path) -> None:
    folder = need("zola-toml")
    site, _report = build("zola-toml", tmp_path / "feeds")
    html = {item.url: item.html for item in items(site.out / "atom.xml")}
    bundles = list((folder / "content").rglob("index.md"))
    assert len(bundles) == 5
    for bundle in bundles:
        url = f"{facts_of('zola-toml')['url']}/{head(bundle)['path']}/"
        text = bundle.read_text("utf-8")
        named = re.findall(r"(?:!\[[^\]]*\]\(|<img[^>]* src=\")([\w-]+\.(?:png|svg|jpg))", text)
        assert {f"{url}{name}" for name in named} == {each for each in pictures(html[url]) if each.startswith(url)}
        assert not [each for each in pictures(html[url]) if not each.startswith("https://")]
