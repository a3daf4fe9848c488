"""A site in a test: a folder of posts, built by the real command, read back by real readers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feedparser
import lxml.html
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
NEWSROOM = ROOT / "examples" / "newsroom"
ATOM_RNG = ROOT / "tests" / "cases" / "atom.rng"


@dataclass
class Run:
    """What one command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def written(self) -> int:
        return self.report["documents"]["written"]


@dataclass
class Site:
    """A folder of posts and where its feeds go. `options` stand on every command line."""

    content: Path
    out: Path
    options: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, command: str, *more: str, **environ: str) -> Run:
        """A command in a process of its own, with nothing of this machine's settings but PATH."""
        line = [sys.executable, "-m", "syndicate", *command.split(), str(self.content), "--out", str(self.out)]
        done = subprocess.run(
            [*line, *self.options, *more],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **self.environ, **environ},
            timeout=300,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def build(self, *more: str, **environ: str) -> Run:
        """A build whose report can be read; anything but 0 and 1 is a failure of the test."""
        done = self.run("build", "--json", *more, **environ)
        assert done.code in (0, 1), done.err
        return done

    def post(self, name: str, text: str) -> Path:
        """Write one post."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tree(self) -> dict[str, str]:
        """Path → digest of every file of the output."""
        return {
            path.relative_to(self.out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }

    def feeds(self) -> Iterator[dict[str, Path]]:
        """The documents of each feed by format, as `syndicate feeds` lists them."""
        listed = json.loads(self.run("feeds", "--json").out)
        for row in listed:
            yield {"key": row["key"], **{form: self.document(url) for form, url in row["urls"].items()}}

    def document(self, url: str) -> Path:
        """The file behind a feed's address: the longest tail of it that exists."""
        from urllib.parse import unquote, urlsplit

        parts = unquote(urlsplit(url).path).strip("/").split("/")
        tails = (self.out.joinpath(*parts[start:]) for start in range(len(parts)))
        return next(tail for tail in tails if tail.is_file())


@dataclass(frozen=True)
class Item:
    """An entry as a reader sees it, whatever the format."""

    id: str
    url: str
    title: str
    date: str
    html: str
    enclosure: tuple[str, str] | None
    terms: tuple[str, ...]


def items(path: Path) -> list[Item]:
    """The entries of a document, in its order. Fails on anything a strict reader complains of."""
    if path.suffix == ".json":
        return [_json_item(item) for item in json.loads(path.read_text(encoding="utf-8"))["items"]]
    data = path.read_bytes()
    etree.fromstring(data)
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, (path, parsed.get("bozo_exception"))
    return [_xml_item(entry) for entry in parsed.entries]


def _json_item(item: dict[str, Any]) -> Item:
    files = item.get("attachments", [])
    return Item(
        item["id"],
        item["url"],
        item["title"],
        item["date_published"][:19],
        item.get("content_html", ""),
        (files[0]["url"], files[0]["mime_type"]) if files else None,
        tuple(item.get("tags", ())),
    )


def _xml_item(entry: Any) -> Item:
    content = entry.content[0].value if "content" in entry else entry.get("summary", "")
    files = [link for link in entry.links if link.rel == "enclosure"]
    date = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*entry.published_parsed[:6])
    return Item(
        entry.id,
        entry.link,
        entry.title,
        date,
        content,
        (files[0].href, files[0].type) if files else None,
        tuple(dict.fromkeys(tag.term for tag in entry.get("tags", ()))),
    )


_ADDRESSES = {"href", "src", "poster", "cite", "longdesc", "data", "action", "background"}


def addresses(html: str) -> Iterator[str]:
    """Every URL in a piece of HTML, `srcset` included."""
    if not html.strip():
        return
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name in _ADDRESSES:
                yield value
            elif name == "srcset":
                yield from (each.split()[0] for each in re.split(r",\s+", value) if each.split())


def relative_addresses(html: str) -> list[str]:
    """The URLs that a reader could not follow."""
    return [url for url in addresses(html) if not re.match(r"(https?://|mailto:|tel:|data:image/)", url)]


def rubbish(html: str) -> list[str]:
    """What no reader should be shown: hidden elements, comments, empty links, scripts, styles."""
    found = [mark for mark in ("&lt;&gt;", "<>", "<!--", "<script", "<style", "<iframe") if mark in html]
    if html.strip():
        tree = lxml.html.fragment_fromstring(html, create_parent="div")
        found += [etree.tostring(e).decode() for e in tree.iter("a") if not e.text_content().strip() and not len(e)]
        found += [etree.tostring(e).decode() for e in tree.iter() if isinstance(e.tag, str) and _hidden(e)]
    return found


def _hidden(element: Any) -> bool:
    return "hidden" in element.attrib or "style" in element.attrib


def atom_errors(path: Path) -> str:
    """What RFC 4287's grammar says against a document, "" for nothing."""
    grammar = etree.RelaxNG(etree.parse(ATOM_RNG))
    return "" if grammar.validate(etree.parse(path)) else str(grammar.error_log)
