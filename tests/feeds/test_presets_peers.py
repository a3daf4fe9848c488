"""The presets against the generators themselves: every feed they write has ours at its place, with the same ids.

The sites in `examples/` are built with the feeds that their generators make (jekyll-feed; Hugo; Pelican). Of Eleventy
and Hexo the feeds are plugins that are not among the peers; their rows rest on the plugins' documentation.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import feedparser
import pytest

from syndicate.content import ids
from syndicate.feeds.plan import PRESETS, Plan
from syndicate.feeds.presets import adapted
from syndicate.index.shelves import shelf
from syndicate.model import Term
from syndicate.settings import OwnFeed
from tests.content.example_sites import NOW, Example, live, posts_of
from tests.content.listings import lay
from tests.peers import peer

pytestmark = [pytest.mark.peers, pytest.mark.slow]

FORMATS = ("rss", "atom", "json", "html")


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not peer(name), reason=f"{name} is not installed")


def laid(name: str, folder: Path, files: Mapping[str, str]) -> Path:
    site = Path(shutil.copytree(Example(name).folder, folder / "site"))
    lay(files, site)
    return site


def run(site: Path, *command: str, **environment: str) -> None:
    done = subprocess.run(command, cwd=site, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def theirs(output: Path) -> dict[str, list[str]]:
    """Every feed below a folder: its path, and the ids of its entries."""
    found = {}
    for path in sorted(output.rglob("*")):
        if path.is_file() and path.suffix in (".xml", ".rss", ".atom"):
            text = path.read_bytes()
            if re.search(rb"<(rss|feed)[\s>]", text[:600]):
                found[path.relative_to(output).as_posix()] = [entry.id for entry in feedparser.parse(text).entries]
    return found


def ours(name: str, preset: str, taxonomies: tuple[str, ...]) -> dict[str, list[str]]:
    """Where our documents stand with a preset, and the ids of all posts of each feed."""
    dialect, posts, _problems = posts_of(Example(name))
    facts = dialect.facts
    chosen = adapted(PRESETS[preset], dict(facts.feed_paths), dialect.name)
    plan = Plan(chosen, "x", facts.url, f"{facts.url}/", FORMATS, generator=dialect.name, term_url=dialect.term_url)
    members: dict[tuple[str, str, str], list[str]] = {}
    for post in filter(live, posts.values()):
        place = "" if chosen.mixed else shelf(post.language, facts.language)
        for taxonomy, name in (("", ""), *(term for term in post.terms if term[0] in taxonomies)):
            entry = post.guid or ids.default(chosen.ids, post.url, post.generator_id, post.published, facts)
            members.setdefault((place, taxonomy, name), []).append(entry)
    found: dict[str, list[str]] = {}
    slugs: dict[tuple[str, str], str] = {}
    for (place, taxonomy, name), entries in sorted(members.items()):
        term = Term(taxonomy, name, _slug(plan, taxonomy, name, slugs)) if taxonomy else None
        found.update(dict.fromkeys((path for _form, path in plan.feed(term, language=place).paths), entries))
    return found


def _slug(plan: Plan, taxonomy: str, name: str, known: dict[tuple[str, str], str]) -> str:
    """As the ledger keeps them."""
    taken = {slug.casefold() for (of, _name), slug in known.items() if of == taxonomy}
    if (taxonomy, name) not in known:
        known[taxonomy, name] = plan.slug(taxonomy, name, lambda each: each.casefold() in taken)
    return known[taxonomy, name]


def agree(
    mine: Mapping[str, list[str]],
    peers: Mapping[str, list[str]],
    unlike: frozenset[str] = frozenset(),
    pages: frozenset[str] = frozenset(),
) -> None:
    """Every feed of the peer has ours at its path; no entry of it would be seen as a new one."""
    assert peers, "the generator wrote no feed"
    assert {path for path in peers if path not in mine} == unlike
    for path, entries in peers.items():
        if path in mine:
            assert set(entries) - set(mine[path]) <= pages, path


@needs("jekyll")
def test_jekyll_feed(tmp_path: Path) -> None:
    site = laid(
        "newsroom", tmp_path, {"more.yml": "plugins: [jekyll-feed]\nfeed: {tags: true, categories: [city, culture]}\n"}
    )
    for path in Example("newsroom").data["problems"]:
        (site / path).unlink()  # Jekyll publishes a post that it cannot read, without its fields
    out = tmp_path / "out"
    run(
        site,
        str(peer("jekyll")),
        "build",
        "-q",
        "--config",
        "_config.yml,more.yml",
        "-d",
        str(out),
        TZ="UTC",
        LC_ALL="C.UTF-8",
    )
    mine = ours("newsroom", "jekyll", ("categories", "tags"))
    agree(mine, theirs(out))


@needs("hugo")
def test_hugo(tmp_path: Path) -> None:
    site = laid("hugo", tmp_path, {"layouts/home.html": "", "layouts/all.html": "", "layouts/alias.html": ""})
    out = tmp_path / "out"
    run(site, str(peer("hugo")), "--destination", str(out), "--clock", NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), TZ="UTC")
    mine = ours("hugo", "hugo", ("tags", "series", "rivers"))
    # the list of all terms is no feed of posts, and sections are feeds that the operator declares
    lists = {f"{place}{name}/index.xml" for place in ("", "de/") for name in ("tags", "series", "rivers")}
    pages = frozenset({"https://spans.example.org/imprint/"})  # without a date, and yet in Hugo's feed of all pages
    sections = {f"{place}{name}/index.xml" for place in ("", "de/") for name in ("episodes", "notes")}
    agree(mine, theirs(out), frozenset(lists | sections), pages)
    declared = Plan(PRESETS["hugo"], "x", "u", "u/", ("rss",), own={"notes": OwnFeed(path="{name}/{file}")})
    assert declared.feed(Term("", "notes", "notes")).paths == (("rss", "notes/index.xml"),)


@needs("pelican")
def test_pelican(tmp_path: Path) -> None:
    more = """
import sys
sys.path.insert(0, ".")
from publishconf import *
THEME = "simple"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"
CATEGORY_FEED_RSS = "feeds/{slug}.rss.xml"
TAG_FEED_ATOM = "feeds/tag/{slug}.atom.xml"
AUTHOR_FEED_ATOM = "feeds/{slug}.atom.xml"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
TRANSLATION_FEED_ATOM = None
"""
    site = laid("pelican", tmp_path, {"peer_settings.py": more})
    out = tmp_path / "out"
    run(site, str(peer("pelican")), "-s", "peer_settings.py", "-o", str(out), TZ="UTC", LC_ALL="C.UTF-8")
    mine = ours("pelican", "pelican", ("tags", "categories", "authors"))
    agree(mine, theirs(out))
