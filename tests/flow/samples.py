"""The four real sites of the samples: what is known of them, and their posts by rules simple enough to be read off.

In: the name of a sample. Out: its facts (tests/cases/samples/), what is built of it, and the address and date of each
of its posts by the rules of the live site.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.flow.site import ROOT, SAMPLES, Item, Site, items

FACTS = ROOT / "tests" / "cases" / "samples"
NAMES = ("hugo-yaml", "zola-toml", "jekyll-multilang", "finews")
FORMATS = ("rss", "atom", "json")


@dataclass
class Sample:
    """A sample, the facts of it, and what was built of it with room for every post in a feed."""

    name: str
    facts: dict[str, Any]
    site: Site
    report: dict[str, Any]
    documents: dict[str, dict[str, Path]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return SAMPLES / self.name

    @property
    def languages(self) -> list[str]:
        """The keys of the feeds that hold all posts of one language."""
        return [key for key in self.documents if key == "site" or key.endswith("/site")]

    def shown(self, form: str) -> dict[str, Item]:
        """Address → entry, of the site's feeds in all languages."""
        return {item.url: item for key in self.languages for item in items(self.documents[key][form])}

    def raw(self) -> dict[str, dict[str, Any]]:
        """Address → item of the JSON feeds, with all they say."""
        documents = [json.loads(self.documents[key]["json"].read_text("utf-8")) for key in self.languages]
        return {item["url"]: item for document in documents for item in document["items"]}


@cache
def facts_of(name: str) -> dict[str, Any]:
    return tomllib.loads((FACTS / f"{name}.toml").read_text("utf-8"))


def need(name: str) -> Path:
    if not (SAMPLES / name).is_dir():
        pytest.skip(f"SKIPPED: the sample {name} is not here")
    return SAMPLES / name


def build(name: str, out: Path, *more: str, **environ: str) -> tuple[Site, dict[str, Any]]:
    site = Site(need(name), out, ("--url", facts_of(name)["url"], "--limit", "1000"))
    return site, site.build(*more, **environ).report


def built(name: str, out: Path) -> Sample:
    """A sample, built, and where its documents are."""
    site, report = build(name, out)
    made = Sample(name, facts_of(name), site, report)
    for feed in site.feeds():
        made.documents[str(feed.pop("key"))] = feed
    return made


# -- every post, by rules simple enough to be read off the files


def values(text: str) -> dict[str, str]:
    """The lines `key: value` or `key = value` of front matter; of a key given twice the last, as YAML readers do."""
    found = re.findall(r"^(\w+)(?:: *| = )(.*?)[ \r]*$", text, re.MULTILINE)
    return {key: value.strip("\"'") for key, value in found}


def head(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8-sig").lstrip()
    fence = text[:3]
    return values(text.split(f"\n{fence}", 1)[0])


def of_hugo(path: str, own: dict[str, str]) -> tuple[str, str]:
    """`news: ":year/:month/:day/:slug/"`, `events: "event/:year/:month/:day/:slug/"`; the day is the author's."""
    section = "event/" if path.startswith("content/events/") else ""
    return f"{section}{own['date'][:10].replace('-', '/')}/{own['slug']}/", own["date"]


def of_zola(_path: str, own: dict[str, str]) -> tuple[str, str]:
    """`path` is the address, and the only place that has a day."""
    day = re.search(r"\d{4}/\d\d/\d\d", own["path"])
    return f"{own['path']}/", day[0].replace("/", "-") if day else ""


def of_optech(path: str, own: dict[str, str]) -> tuple[str, str]:
    """`permalink` is the address; the day stands in the file's name alone."""
    return own["permalink"].removeprefix("/"), path.rpartition("/")[2][:10]


def of_finews(path: str, own: dict[str, str]) -> tuple[str, str]:
    """Jekyll's style `date`; dates without a zone are local to Shanghai, see the differences in docs/dialects.md.

    The post with a blank line above its front matter has no category to Jekyll.
    """
    day, name = own["date"][:10].replace("-", "/"), path.rpartition("/")[2][11:].removesuffix(".md")
    zone = "" if own["date"].endswith("+0800") else " +0800"
    category = "" if name == "202112082206703990" else f"{own['categories']}/"
    return f"{category}{day}/{name}.html", own["date"] + zone


RULES: dict[str, Callable[[str, dict[str, str]], tuple[str, str]]] = {
    "hugo-yaml": of_hugo,
    "zola-toml": of_zola,
    "jekyll-multilang": of_optech,
    "finews": of_finews,
}


def moment(written: str) -> datetime:
    """A date as these sites write them, without a zone in UTC."""
    match = re.fullmatch(r"([\d-]{10})(?: (\d+):(\d\d):(\d\d))?(?: ([+-])(\d\d)(\d\d))?", written)
    assert match, written
    day, hour, minute, second, sign, hours, minutes = match.groups(default="0")
    at = datetime.fromisoformat(day) + timedelta(hours=int(hour), minutes=int(minute), seconds=int(second))
    east = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    return (at - east).replace(tzinfo=UTC)


def files(folder: Path) -> list[str]:
    """The files of a sample that could be posts: text with front matter."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".md", ".html"))
    return sorted(path for path in found if "/" in path)


def published(sample: Sample) -> list[str]:
    return [path for path in files(sample.folder) if path not in sample.facts["left_out"]]
