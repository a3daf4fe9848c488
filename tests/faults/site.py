"""A small real folder of posts, built by the whole program, read back by `tests.faults.readers`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import syndicate
from syndicate.cycle import Wish
from syndicate.model import Report
from tests.faults.readers import FILES, Document, documents, read

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "faults"
URL = "https://example.org"
NOW = 1_780_315_200  # 2026-06-01, noon in UTC
DAY = 86_400


@dataclass
class Site:
    """A folder, the settings it is built with, and where its feeds stand."""

    folder: Path
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    url: str = URL
    written: int = 0

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def out(self) -> Path:
        return self.folder / "out" / "feeds"

    def file(self, name: str, data: str | bytes) -> Path:
        """Write a file, of a time that no other has: two changes may fall into one tick of the clock."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        self.written += 1
        for each in (path, path.parent):
            os.utime(each, (1_700_000_000 + self.written, 1_700_000_000 + self.written))
        return path

    def post(self, name: str, body: str = "Words.", **fields: Any) -> Path:
        """Write a post. Fields are given as JSON, which YAML reads as it is; a date is as written."""
        lines = [
            f"{key}: {value if key == 'date' else json.dumps(value, ensure_ascii=False)}"
            for key, value in fields.items()
        ]
        return self.file(name, "\n".join(["---", *lines, "---", body, ""]))

    def build(self, now: int = NOW, wish: Wish | None = None, **options: Mapping[str, Any]) -> Report:
        """Build; tables given here come on top of those of the site."""
        tables: dict[str, dict[str, Any]] = {
            "site": {"url": self.url, "title": "The Sea", "author": {"name": "Ada"}},
            "output": {"folder": str(self.out)},
            "content": {"dialect": "plain"},
        }
        for given in (self.options, options):
            for name, table in given.items():
                tables[name] = {**tables.get(name, {}), **table}
        asked = wish or Wish(accept_deletions=True)
        return syndicate.build(str(self.content), options=tables, wish=asked, now=now, environ={})

    def feed(self, form: str, key: str = "site") -> Document:
        """A feed's document. The feed of a term (`tag:R&D`) is found by its title, as a person would."""
        if key == "site":
            return read(self.out / FILES[form])
        taxonomy, name = key.split(":", 1)
        found = [read(path) for at, path in documents(self.out) if path.name == FILES[form] and at.startswith(taxonomy)]
        (one,) = [document for document in found if document.title == f"{name} · The Sea"]
        return one

    def each(self, key: str = "site") -> list[Document]:
        """The same feed in every format that has the text of its entries."""
        return [self.feed(form, key) for form in FILES]

    def everywhere(self, key: str = "site") -> list[Document]:
        """The same feed in every format, and its page for people."""
        return [*self.each(key), self.page(key)]

    def page(self, key: str = "site") -> Document:
        """The page of a feed: the one that names the feed's own documents."""
        wanted = self.feed("rss", key).own
        pages = [path for path in sorted(self.out.rglob("*.html")) if b"h-feed" in path.read_bytes()]
        found = [page for page in map(read, pages) if wanted in page.hrefs("alternate")]
        (one,) = found
        return one

    def all(self) -> dict[str, Document]:
        """Every document of every feed by its path."""
        return {at: read(path) for at, path in documents(self.out)}

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Bytes and time of every file of the output."""
        paths = [path for path in sorted(self.out.rglob("*")) if path.is_file()]
        return {path.relative_to(self.out).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    def address(self, url: str) -> Path:
        """The file that is served at an address of ours, as a web server would find it."""
        from urllib.parse import unquote, urlsplit

        base = f"{self.url}/feeds/"
        assert url.startswith(base), url
        path = self.out / unquote(urlsplit(url).path.removeprefix(urlsplit(base).path))
        return path / "index.html" if path.is_dir() else path


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]
