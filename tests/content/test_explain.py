"""Where a post came from, asked of the dialects themselves."""

from __future__ import annotations

import pytest

from syndicate import plugins
from syndicate.content import frontmatter
from syndicate.content.dialects import Dialect, Given
from syndicate.content.explain import FILE_NAME, FOLDER, SITE, TEXT, Origins, origins, plainly, refusal
from syndicate.model import Stamp

CONFIG = "url: https://example.org\npermalink: /:categories/:title/\ndefaults:\n- values: {description: Of the site}\n"


def jekyll() -> Dialect:
    dialect: Dialect = plugins.find("dialects", "jekyll").open({"_config.yml": CONFIG}, Given())[0]
    return dialect


def plain() -> Dialect:
    dialect: Dialect = plugins.find("dialects", "plain").open({}, Given(url="https://example.org"))[0]
    return dialect


def asked(dialect: Dialect, path: str, text: str) -> Origins:
    matter, _problems = frontmatter.split(text, path, dialect.forms(path))
    assert matter is not None
    return origins(dialect, Stamp(path.encode(), 0, 0, 0, 0), path, matter)


def test_fields_file_name_and_site() -> None:
    text = "---\ntitle: Own\ntags: b\nlayout: post\ndate: never\n---\n# Heading\n"
    found = asked(jekyll(), "news/_posts/2022-02-22-a.md", text)
    assert found.attributes["title"] == ("title",)
    assert found.attributes["published"] == (FILE_NAME,)
    assert found.attributes["url"] == (FILE_NAME, FOLDER)
    assert found.attributes["terms"] == ("tags", FOLDER)
    assert found.attributes["summary"] == (SITE,)
    assert found.used == {"title": ("title",), "tags": ("terms",)}
    assert found.faults == ("date",) and found.vital == ()


def test_the_text_says_what_no_field_does() -> None:
    found = asked(plain(), "notes/a.md", "---\nDate: 2022-02-22\nslug: b\n---\n# Heading\n")
    assert found.attributes["title"] == (TEXT,)
    assert found.attributes["published"] == ("Date",)
    assert found.attributes["url"] == ("slug", FOLDER)


def test_a_field_without_which_there_is_no_post() -> None:
    found = asked(jekyll(), "_posts/a.md", "---\ndate: 2022-02-22\n---\n")
    assert found.vital == ("date",) and found.attributes["published"] == ("date",)


def test_a_file_that_is_no_post_has_no_attributes() -> None:
    assert asked(jekyll(), "_posts/a.md", "---\ntitle: A\ndate: never\n---\n").attributes == {}


FILES = ("_posts/2022-02-22-a.md", "_posts/.hidden.md", "_posts/pic.png", "_layouts/a.html", "drafts/a.md", "about.md")


@pytest.mark.parametrize(
    ("name", "path", "why"),
    [
        ("jekyll", "_posts/2022-02-22-a.md", ""),
        ("jekyll", "_posts/.hidden.md", "does not take files called .hidden.md"),
        ("jekyll", "_posts/pic.png", "does not take files called pic.png"),
        ("jekyll", "about.md", "takes no files of the site's top folder for posts"),
        ("plain", "_layouts/a.html", "does not look into the folder _layouts/"),
        ("plain", "drafts/a.md", "content.exclude leaves out the folder drafts/"),
        ("plain", "about.md", "content.exclude leaves it out"),
    ],
)
def test_why_a_file_is_no_post_file(name: str, path: str, why: str) -> None:
    def names(folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        return [each[len(start) :].split("/")[0] for each in FILES if each.startswith(start)]

    dialect = {"jekyll": jekyll, "plain": plain}[name]()
    said = refusal(dialect, path, names, lambda each: name == "plain" and each in ("drafts", "about.md"))
    assert why in said and bool(why) == bool(said)


def test_values_on_one_line() -> None:
    assert plainly(["a", {"b": None, "c": True}, "d\ne"]) == "[a, {b: , c: true}, d e]"
    assert len(plainly("x" * 1000)) == 120
    endless: list[object] = []
    endless.append(endless)
    assert plainly(endless) == "[[[[…]]]]"


def test_a_field_that_a_post_needs_says_more_than_that() -> None:
    dialect = plugins.find("dialects", "jekyll").open({"_config.yml": "url: https://example.org\n"}, Given())[0]
    found = asked(dialect, "_posts/a.md", "---\ndate: 2022-02-22\ntitle: Own\n---\n")
    assert found.attributes["url"] == ("date", FILE_NAME)
    assert "published" in found.used["date"]


def test_the_page_of_a_bundle_is_a_post_though_its_folder_is_not_entered() -> None:
    hugo = plugins.find("dialects", "hugo").open({"hugo.toml": 'baseURL = "https://example.org/"'}, Given())[0]
    names = {
        "": ["hugo.toml", "content"],
        "content": ["a"],
        "content/a": ["index.md", "b.md", "c"],
        "content/a/c": ["d.md"],
    }
    said = {
        path: refusal(hugo, path, names.__getitem__, lambda _path: False)
        for path in ("content/a/index.md", "content/a/c/d.md")
    }
    assert said["content/a/index.md"] == ""
    assert "content/a" in said["content/a/c/d.md"]
