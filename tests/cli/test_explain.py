"""`syndicate explain`: one post, by its file, address or id, with a state and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import POST, a_site, names, syndicate
from tests.flow.former import turn_back
from tests.flow.site import Run

URL = "https://example.org"
BROKEN = "---\ntitle: A\n<<<<<<< ours\ntags: a\n=======\ntags: b\n>>>>>>> theirs\n---\nWords.\n"


def explain(folder: Path, wanted: str, *more: str) -> Run:
    return syndicate(folder, "explain", wanted, "site", "--url", URL, *more)


def told(folder: Path, wanted: str, *more: str) -> dict[str, Any]:
    done = explain(folder, wanted, "--json", *more)
    assert done.code in (0, 1), done.err
    return done.report


def feeds(account: dict[str, Any]) -> dict[str, tuple[bool | None, str]]:
    return {each["key"]: (each["shown"], each["why"]) for each in account["feeds"]}


def built(folder: Path, *more: str) -> None:
    assert syndicate(folder, "build", "site", "--url", URL, *more).code in (0, 1)


def test_a_file_alone_without_any_state(tmp_path: Path) -> None:
    before = names(a_site(tmp_path))
    account = told(tmp_path, "two.md")
    assert names(tmp_path / "site") == before and names(tmp_path) == {"site"} | {f"site/{each}" for each in before}
    assert (account["dialect"], account["how"], account["shown"]) == ("plain", "detected", True)
    assert (account["id"], account["id_given"]) == (f"{URL}/two.html", False)
    assert account["attributes"]["title"] == {"value": "Two", "from": ["title"]}
    assert account["attributes"]["url"] == {"value": f"{URL}/two.html", "from": ["file name"]}
    assert account["moments"][0] == {
        "name": "published",
        "written": "2026-01-02 12:00:00",
        "local": "2026-01-02 12:00:00+00:00",
        "utc": "2026-01-02 12:00:00+00:00",
        "origins": ["date"],
    }
    assert [(each["line"], each["key"]) for each in account["fields"]] == [(2, "title"), (3, "date"), (4, "tags")]
    assert {key: shown for key, (shown, _why) in feeds(account).items()} == {
        "site": None,
        "tag:red": None,
        "tag:金融": None,
    }


@pytest.mark.parametrize(
    "wanted",
    ["one.md", "site/one.md", "{site}/one.md", f"{URL}/one.html", f"{URL}/one.html/", "/one.html", f"{URL}/o%6Ee.html"],
)
@pytest.mark.parametrize("state", [True, False])
def test_all_the_names_of_a_post(wanted: str, state: bool, tmp_path: Path) -> None:
    site = a_site(tmp_path)
    if state:
        built(tmp_path)
    account = told(tmp_path, wanted.format(site=site))
    assert account["path"] == "one.md" and account["id_given"] is state


def test_an_id_an_alias_and_a_post_that_was_not_there_yet(tmp_path: Path) -> None:
    site = a_site(
        tmp_path, own="---\ntitle: Own\ndate: 2026-01-03\nguid: urn:x:own\naliases: [/former/]\n---\nWords.\n"
    )
    built(tmp_path)
    (site / "late.md").write_text(POST.format(title="Late", day=4, tags="red"))
    assert told(tmp_path, "urn:x:own")["path"] == "own.md"
    assert told(tmp_path, f"{URL}/former")["path"] == "own.md"
    late = told(tmp_path, f"{URL}/late.html")
    assert late["path"] == "late.md" and late["id_given"] is False
    assert feeds(late)["site"] == (None, "it was not there at the last build")


def test_places_in_feeds(tmp_path: Path) -> None:
    a_site(tmp_path, three=POST.format(title="Three", day=3, tags="blue"))
    built(tmp_path, "--limit", "1")
    assert feeds(told(tmp_path, "three.md", "--limit", "1"))["site"] == (True, "number 1 of the 1 shown")
    two = told(tmp_path, "two.md", "--limit", "1")
    assert feeds(two)["site"][0] is False and "1 post is newer" in feeds(two)["site"][1]
    assert feeds(two)["tag:金融"] == (True, "number 1 of the 1 shown")
    urls = {each["key"]: each["urls"] for each in two["feeds"]}
    assert urls["tag:red"]["rss"] == f"{URL}/feeds/tag/red/rss.xml"


def test_places_in_feeds_of_ones_own_and_in_a_history(tmp_path: Path) -> None:
    a_site(tmp_path, three=POST.format(title="Three", day=3, tags="blue"))
    (tmp_path / "site/syndicate.toml").write_text(
        "[feed]\nmin_posts = 2\n[feeds.blue]\nquery = 'tag:blue'\n[feeds.red]\nquery = 'tag:red'\n"
        "[feeds.weekly]\ndigest = 'weekly'\n[feeds.last]\nlimit = 1\n[feeds.young]\nmax_age = '1d'\n"
    )
    without = feeds(told(tmp_path, "two.md"))
    assert without["feed:red"] == (None, "if its query means it, which a build will tell")
    built(tmp_path, "--limit", "1")
    two = feeds(told(tmp_path, "two.md", "--limit", "1"))
    assert two["site"] == (False, "1 post is newer; it is on page 2 of the history")
    assert two["tag:金融"] == (False, "there are not yet 2 posts for a feed (feed.min_posts)")
    assert two["feed:red"] == (True, "number 1 of the 1 shown")
    assert two["feed:blue"] == (False, "its query does not mean it")
    assert two["feed:weekly"] == (True, "its weekly digest lists it when its time is over")
    assert two["feed:last"] == (False, "1 post comes first in its order (limit)")
    assert two["feed:young"] == (False, "its query does not mean it or is too old (max_age)")


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("draft: true", "it is a draft"),
        ("published: false", "it is unpublished"),
        ("date: 2999-01-01", "it lies in the future: shown from 2999-01-01 00:00:00 UTC on"),
        ("date: 2020-01-01\nexpires: 2020-02-01", "it has expired: shown until 2020-02-01 00:00:00 UTC"),
    ],
)
def test_why_a_post_is_not_shown(field: str, why: str, tmp_path: Path) -> None:
    a_site(tmp_path, hidden=f"---\ntitle: Hidden\n{field}\nauthor: Ada\n---\nWords.\n")
    built(tmp_path)
    account = told(tmp_path, "hidden.md")
    assert (account["shown"], account["why_not"]) == (False, why)
    assert feeds(account)["site"] == (False, why)
    assert "feed.taxonomies" in feeds(account)["author:ada" if "author:ada" in feeds(account) else "author:Ada"][1]


def test_a_broken_post_and_its_last_good_version(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "new.md").write_text(BROKEN)
    built(tmp_path)
    (site / "two.md").write_text(BROKEN)
    built(tmp_path)
    done = explain(tmp_path, "two.md")
    assert done.code == 1 and "last good version" in done.out and "two.md:3:" in done.err
    account = told(tmp_path, "two.md")
    assert account["shown"] is True and account["post"] is False
    assert feeds(account)["tag:金融"] == (True, "number 1 of the 1 shown, as its last good version")
    assert "no good version" in told(tmp_path, "new.md")["why_not"]


def test_of_a_post_in_a_former_state_it_is_not_said_that_it_changed(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    built(tmp_path)
    before = told(tmp_path, "one.md")
    (state,) = tmp_path.rglob("feeds.db")
    turn_back(state, site, tmp_path / "feeds")
    assert told(tmp_path, "one.md") == before


def test_a_post_that_changed_or_went(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    built(tmp_path)
    (site / "one.md").write_text(POST.format(title="Uno", day=1, tags="red, new"))
    account = told(tmp_path, "one.md")
    assert account["state"].endswith("the file has changed since")
    assert feeds(account)["tag:new"] == (None, "it was not about this at the last build")
    (site / "one.md").unlink()
    gone = told(tmp_path, f"{URL}/one.html")
    assert (gone["why_not"], gone["id"]) == ("the file is not there any more", f"{URL}/one.html")


def test_languages(tmp_path: Path) -> None:
    both = "---\ntitle: {0}\nlang: {0}\ndate: 2026-01-05\ntags: [red]\ntranslation_key: t\n---\nWords.\n"
    site = a_site(tmp_path, en=both.format("en"), fr=both.format("fr"))
    (site / "syndicate.toml").write_text("[site]\nlanguage = 'en'\n")
    built(tmp_path)
    account = told(tmp_path, "fr.md")
    assert account["attributes"]["language"] == {"value": "fr", "from": ["lang"]}
    assert all("fr" in key for key in feeds(account)) and len(feeds(account)) == 2
    assert [each["urls"]["rss"] for each in account["feeds"]] == [
        f"{URL}/feeds/fr/rss.xml",
        f"{URL}/feeds/fr/tag/red/rss.xml",
    ]


def test_what_is_no_post(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "pic.png").touch()
    (site / "README.md").write_text("# Read me\n")
    (site / "_layouts").mkdir()
    (site / "_layouts" / "a.md").write_text("x")
    for wanted, why in {
        "pic.png": "plain does not take files called pic.png for posts",
        "_layouts/a.md": "plain does not look into the folder _layouts/",
        "README.md": "plain reads no post in it",
        "_layouts": "it is a folder",
    }.items():
        done = explain(tmp_path, wanted)
        assert done.code == 0 and why in " ".join(done.out.split())


def test_nothing_like_it_and_something_like_it(tmp_path: Path) -> None:
    a_site(tmp_path)
    (tmp_path / "outside.md").write_text("x")
    for wanted in ("nothing at all", "", "../outside.md", "a\nb"):
        assert explain(tmp_path, wanted).code == 2
    done = explain(tmp_path, f"{URL}/onne.html")
    assert done.code == 2 and done.out == "" and "did you mean one of these?\n  one.md" in done.err


def test_for_a_person(tmp_path: Path) -> None:
    a_site(tmp_path, odd='---\ntitle: "A\\e[31mred"\ndate: 2026-01-03\nx\\ty: [1, {2: 3}]\n---\nWords.\n')
    built(tmp_path)
    done = explain(tmp_path, "two.md")
    for line in (
        "dialect  plain (detected)",
        "shown    yes",
        f"id       {URL}/two.html",
        "Dates (zone UTC)",
        "Front matter (yaml)",
        "in site      number 2 of the 3 shown",
        f"             {URL}/feeds/tag/%E9%87%91%E8%9E%8D/rss.xml",
    ):
        assert line in done.out.splitlines()
    assert max(map(len, done.out.splitlines())) <= 80
    assert "\x1b" not in explain(tmp_path, "odd.md").out


def test_the_folder_may_come_first_as_it_does_everywhere_else(tmp_path: Path) -> None:
    a_site(tmp_path)
    swapped = syndicate(tmp_path, "explain", "site", "two.md", "--url", URL, "--json")
    assert swapped.out == explain(tmp_path, "two.md", "--json").out != ""
