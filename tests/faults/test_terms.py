"""C48 to C56: every term has a feed of its own, whatever it is called."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.faults.readers import documents, read
from tests.faults.site import CASES, Site, codes

TERMS = {name: table["tags"] for name, table in tomllib.loads((CASES / "terms.toml").read_text("utf-8")).items()}
DATE = "2024-01-05"


def by_term(site: Site) -> dict[str, dict[str, str]]:
    """Format → term → path of its document, by what the documents call themselves."""
    found: dict[str, dict[str, str]] = {}
    for at, path in documents(site.out):
        if at.startswith("tag/"):
            feed = read(path)
            name = feed.title.removesuffix(" · The Sea")
            assert name not in found.setdefault(feed.form, {}), (at, name)
            found[feed.form][name] = at
    return found


def apart(site: Site, names: list[str], slugs: str = "unicode") -> None:
    """Each term has one post, and its feed has that post alone, at a path that no other has on any disk."""
    for number, name in enumerate(names):
        site.post(f"{number}.md", title=f"P{number}", tags=[name], date=DATE)
    site.post("all.md", title="All", tags=names, date="2024-01-04")
    site.build(feed={"slugs": slugs})
    for form, paths in by_term(site).items():
        assert list(paths) and set(paths) == {name.strip() for name in names}, form
        folded = [at.casefold() for at in paths.values()]
        assert len(set(folded)) == len(folded)
        for number, name in enumerate(names):
            at = paths[name.strip()]
            assert read(site.out / at).titles == [f"P{number}", "All"], (form, name)
            assert all(part not in ("", ".", "..") and not part.startswith(".") for part in at.split("/"))
            assert all(len(part.encode()) <= 255 for part in at.split("/"))
    seen = [path for path in site.folder.rglob("*") if path.is_file() and site.content not in path.parents]
    assert all(site.out in path.parents or ".syndicate" in path.parts for path in seen)


@pytest.mark.parametrize("slugs", ["unicode", "pinyin"])
def test_c48_terms_that_differ_in_case(site: Site, slugs: str) -> None:
    """`Tag` and `tag` had one file on disks that do not tell the cases apart."""
    apart(site, TERMS["c48"], slugs)


@pytest.mark.parametrize("slugs", ["unicode", "pinyin"])
def test_c49_signs_make_another_term(site: Site, slugs: str) -> None:
    """C, C++ and C# were all called `c`."""
    apart(site, TERMS["c49"], slugs)


@pytest.mark.parametrize("slugs", ["unicode", "pinyin"])
def test_c50_terms_without_latin_letters(site: Site, slugs: str) -> None:
    """Nothing was left of a Chinese term or of an emoji, so that all of them had one file."""
    apart(site, TERMS["c50"], slugs)


@pytest.mark.parametrize("slugs", ["unicode", "pinyin"])
def test_c51_words_that_sound_alike_stay_apart(site: Site, slugs: str) -> None:
    """Different words that are spelled alike in Latin letters became one term."""
    apart(site, TERMS["c51"], slugs)


@pytest.mark.parametrize("slugs", ["unicode", "pinyin"])
def test_c52_terms_that_are_no_file_names(site: Site, slugs: str) -> None:
    """A slash, a dot in front, a percent sign or three hundred letters led out of the folder or stopped the build."""
    apart(site, [*TERMS["c52"], "long " * 60, "长" * 300], slugs)


def test_c52_a_preset_with_bare_names_too(site: Site) -> None:
    """Where paths hold the name of the term as it is written, what is no file name gets one."""
    names = [*TERMS["c48"], *TERMS["c49"], *TERMS["c52"], "长" * 300]
    for number, name in enumerate(names):
        site.post(f"{number}.md", title=f"P{number}", tags=[name], date=DATE)
    site.build(feed={"preset": "jekyll"})
    found = {}
    for at, path in documents(site.out, by_name=False):
        if at.startswith("feed/by_tag/") and at.endswith(".json"):
            assert at.count("/") == 2
            found[at.casefold()] = read(path).titles
    assert sorted(found.values()) == sorted([f"P{number}"] for number in range(len(names)))


@pytest.mark.parametrize("written", ["2024", "1.10", "null", '""', "true", "~", "no", "2024-01-01"])
def test_c53_terms_that_are_no_text(site: Site, written: str) -> None:
    """A number, nothing, or a list in a list where a tag was expected stopped the build."""
    site.file("a.md", f"---\ntitle: A\ndate: {DATE}\ntags: [{written}, plain]\n---\nWords.\n")
    site.file("b.md", f"---\ntitle: B\ndate: {DATE}\ntags: {written}\n---\nWords.\n")
    site.file("c.md", f"---\ntitle: C\ndate: {DATE}\ntags: [[{written}], [plain, {{x: {written}}}]]\n---\nWords.\n")
    site.build()
    nothing = written in ("null", '""', "~")
    for feed in site.everywhere():
        assert sorted(feed.titles) == ["A", "B", "C"]
        assert feed.item("A").tags == (("plain",) if nothing else (written, "plain"))
        assert feed.item("B").tags == (() if nothing else (written,))
        assert "plain" in feed.item("C").tags
        assert not {"None", "null", "", "True", "[", "{"} & {tag for item in feed.items for tag in item.tags}
    for feed in site.everywhere("tag:plain"):
        assert {"A", "C"} <= set(feed.titles)


def test_c54_the_title_names_the_term_as_it_is_written(site: Site) -> None:
    """The feed of a tag was called as the site, or its name was changed: `iPhone` became `Iphone`."""
    for number, name in enumerate(("iPhone", "macOS & Co", "NASA", "e-Ink")):
        site.post(f"{number}.md", title=f"P{number}", tags=[name], categories=[name], date=DATE)
    site.build()
    assert set(by_term(site)["rss"]) == {"iPhone", "macOS & Co", "NASA", "e-Ink"}
    for name in ("iPhone", "macOS & Co", "NASA", "e-Ink"):
        for feed in [*site.everywhere(f"tag:{name}"), *site.everywhere(f"category:{name}")]:
            assert feed.title == f"{name} · The Sea"


SPELLINGS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "category": ("_posts/2024-01-05-a.md", {"category": "One"}, ("One",)),
    "categories as a text": ("_posts/2024-01-05-b.md", {"categories": "One Two"}, ("One", "Two")),
    "categories as a list": ("_posts/2024-01-05-c.md", {"categories": ["One", "Three Four"]}, ("One", "Three Four")),
    "folder": ("One/_posts/2024-01-05-d.md", {}, ("One",)),
    "folder and key": ("One/_posts/2024-01-05-e.md", {"category": "Two"}, ("Two",)),
}


def test_c55_categories_in_all_their_spellings(site: Site) -> None:
    """Posts with `category` for `categories`, or in the folder of a category, were in no feed."""
    for title, (path, fields, _expected) in SPELLINGS.items():
        site.post(path, title=title, date=DATE, **fields)
    site.build(content={"dialect": "jekyll"})
    for feed in site.everywhere():
        for title, (_path, _fields, expected) in SPELLINGS.items():
            assert set(expected) <= set(feed.item(title).tags), (title, feed.item(title).tags)
    for title, (_path, _fields, expected) in SPELLINGS.items():
        for name in expected:
            assert all(title in feed.titles for feed in site.everywhere(f"category:{name}")), (title, name)


@pytest.mark.parametrize("preset", ["syndicate", "jekyll"])
def test_c56_no_two_feeds_have_one_path(site: Site, preset: str) -> None:
    """A category, a tag and an author of one name had one file, and the last one written won."""
    site.post("a.md", title="Tagged", tags=["Same", "author", "site"], date=DATE)
    site.post("b.md", title="Filed", categories=["Same", "by_tag", "tag", "feed"], date=DATE)
    site.post("c.md", title="Signed", author="Same", date=DATE)
    site.build(feed={"preset": preset, "taxonomies": ["categories", "tags", "authors"]})
    feeds = [read(path) for _at, path in documents(site.out, by_name=False)]
    assert len({feed.own.casefold() for feed in feeds}) == len(feeds) == 3 * 9
    named = sorted(feed.titles for feed in feeds if feed.title == "Same · The Sea" and feed.form == "rss")
    assert named == [["Filed"], ["Signed"], ["Tagged"]]


def test_c56_a_path_that_is_taken_is_not_overwritten(site: Site) -> None:
    """A template that gives two feeds one path made a file that was now the one feed, now the other."""
    site.post("a.md", title="A", tags=["x"], date=DATE)
    site.post("b.md", title="B", categories=["x"], date=DATE)
    paths = {"paths": {"term": "feeds/{slug}.{format}"}}
    assert codes(site.build(feed=paths)) == ["path-collision"]
    before = site.files()
    feeds = [read(path) for at, path in documents(site.out, by_name=False) if at.startswith("feeds/")]
    assert {tuple(feed.titles) for feed in feeds} == {tuple(feeds[0].titles)}
    assert len(feeds[0].titles) == 1
    site.build(feed=paths)
    assert site.files() == before
