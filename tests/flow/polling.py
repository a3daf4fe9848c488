"""Readers that people use, as they poll: each is told of one feed, asked to look, and asked what it knows of.

Programs run with a folder of their own for a home, libraries in this process.
"""

from __future__ import annotations

import email
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol


class Seen(NamedTuple):
    """An entry as a reader keeps it."""

    id: str
    title: str


class Reader(Protocol):
    """A reader that knows one feed."""

    program: ClassVar[str]
    """What has to be installed; "" for a library."""

    asks: ClassVar[tuple[str, ...]]
    """The headers by which it asks for news alone, in small letters; none: it fetches the whole each time. Dates are
    not among them: of what was published within this second none is told.
    """

    news: ClassVar[int]
    """The status with which it gets them: 226 where it understands that."""

    by_link: ClassVar[bool]
    """Whether an entry with another link is another one to it, whatever its id says."""

    def __init__(self, home: Path, url: str) -> None: ...

    def poll(self) -> None:
        """Look for news."""
        ...

    def seen(self) -> list[Seen]:
        """All entries it ever showed, one for each time that it showed one as new."""
        ...


def run(home: Path, *line: str, stdin: str = "", **environ: str) -> str:
    """A program's output; it has to end well."""
    done = subprocess.run(
        line,
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb", **environ},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


def rows(database: Path, sql: str) -> list[Any]:
    """What is in somebody's database."""
    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchall()


class Newsboat:
    """newsboat(1), a reader in a terminal."""

    program: ClassVar[str] = "newsboat"
    asks: ClassVar[tuple[str, ...]] = ("if-none-match", "a-im")
    news: ClassVar[int] = 226
    by_link: ClassVar[bool] = False

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        (home / "urls").write_text(f"{url}\n", "utf-8")
        (home / "config").write_text("", "utf-8")

    def poll(self) -> None:
        run(self._home, "newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload")

    def seen(self) -> list[Seen]:
        return [Seen(*row) for row in rows(self._home / "cache.db", "SELECT guid, title FROM rss_item")]


class Rss2email:
    """r2e(1): every entry becomes a mail, here in a folder. Its library asks for what is new alone, and it takes the
    answer for an error.
    """

    program: ClassVar[str] = "r2e"
    asks: ClassVar[tuple[str, ...]] = ("if-none-match", "a-im")
    news: ClassVar[int] = 200
    by_link: ClassVar[bool] = False

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        for folder in ("cur", "new", "tmp"):
            (home / "mail/feeds" / folder).mkdir(parents=True)
        (home / "config").write_text(
            f"[DEFAULT]\nto = reader@example.org\nfrom = feeds@example.org\nemail-protocol = maildir\n"
            f"maildir-path = {home}/mail\nmaildir-mailbox = feeds\n",
            "utf-8",
        )
        self._r2e("add", "sea", url)

    def _r2e(self, *line: str) -> None:
        run(self._home, "r2e", "-c", "config", "-d", "data.json", *line)

    def poll(self) -> None:
        self._r2e("run")

    def seen(self) -> list[Seen]:
        mails = [email.message_from_bytes(path.read_bytes()) for path in (self._home / "mail/feeds/new").iterdir()]
        return [Seen(mail["X-RSS-ID"], str(mail["Subject"])) for mail in mails]


class Sfeed:
    """sfeed_update(1): a line an entry; it never says what it has."""

    program: ClassVar[str] = "sfeed_update"
    asks: ClassVar[tuple[str, ...]] = ()
    news: ClassVar[int] = 200
    by_link: ClassVar[bool] = True

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        text = f'sfeedpath="{home}/feeds"\nfeeds() {{\n\tfeed "sea" "{url}"\n}}\n'
        (home / "sfeedrc").write_text(text, "utf-8")

    def poll(self) -> None:
        run(self._home, "sfeed_update", str(self._home / "sfeedrc"))

    def seen(self) -> list[Seen]:
        """By its fields: time, title, link, content, its type, id. Its key is the id with title and link."""
        lines = (self._home / "feeds/sea").read_text("utf-8").splitlines()
        return [Seen(fields[5], fields[1]) for fields in (line.split("\t") for line in lines)]


class Gpodder:
    """gpo(1), gPodder without a window."""

    program: ClassVar[str] = "gpo"
    asks: ClassVar[tuple[str, ...]] = ("if-none-match",)
    news: ClassVar[int] = 200
    by_link: ClassVar[bool] = False

    def __init__(self, home: Path, url: str) -> None:
        self.home, self._url = home, url
        self._begun = False

    def gpo(self, *line: str) -> str:
        return run(self.home, "gpo", *line, GPODDER_HOME=str(self.home), GPODDER_DOWNLOAD_DIR=str(self.home / "got"))

    def poll(self) -> None:
        self.gpo(*(("update",) if self._begun else ("subscribe", self._url)))
        self._begun = True

    def seen(self) -> list[Seen]:
        return [Seen(*row) for row in rows(self.home / "Database", "SELECT guid, title FROM episode")]


class Feedparser:
    """feedparser, as programs use it: they keep what was said of the version, and the ids that they know."""

    program: ClassVar[str] = ""
    asks: ClassVar[tuple[str, ...]] = ("if-none-match", "a-im")
    news: ClassVar[int] = 200
    by_link: ClassVar[bool] = False
    agent: ClassVar[str | None] = None

    def __init__(self, home: Path, url: str) -> None:
        self._url, self._said, self._seen = url, dict[str, str](), list[Seen]()

    def poll(self) -> None:
        import feedparser

        got = feedparser.parse(self._url, agent=self.agent, **self._said)
        assert not got.get("bozo"), got.get("bozo_exception")
        if got.status in (200, 226):
            self._said = {name: got[name] for name in ("etag", "modified") if name in got}
        known = {each.id for each in self._seen}
        self._seen += [Seen(each.id, each.title) for each in reversed(got.entries) if each.id not in known]

    def seen(self) -> list[Seen]:
        return list(self._seen)


class Named(Feedparser):
    """The same in a program that has a name."""

    news: ClassVar[int] = 226
    agent: ClassVar[str | None] = "sea-reader/1.0"


class Library:
    """reader, a library with a store of its own."""

    program: ClassVar[str] = ""
    asks: ClassVar[tuple[str, ...]] = ("if-none-match", "a-im")
    news: ClassVar[int] = 226
    by_link: ClassVar[bool] = False

    def __init__(self, home: Path, url: str) -> None:
        self._store, self._url = str(home / "reader.db"), url

    def _with(self, what: Callable[[Any], Any]) -> Any:
        # its own copy of feedparser asks for a module that the feedparser of today has under another name
        os.environ["READER_NO_VENDORED_FEEDPARSER"] = "1"
        import reader

        with closing(reader.make_reader(self._store)) as made:
            return what(made)

    def poll(self) -> None:
        def look(made: Any) -> None:
            made.add_feed(self._url, exist_ok=True)
            made.update_feed(self._url)

        self._with(look)

    def seen(self) -> list[Seen]:
        found: list[Seen] = self._with(lambda made: [Seen(each.id, each.title) for each in made.get_entries()])
        return found


READERS: dict[str, type[Reader]] = {
    "newsboat": Newsboat,
    "rss2email": Rss2email,
    "sfeed": Sfeed,
    "gpodder": Gpodder,
    "feedparser": Feedparser,
    "by feedparser": Named,
    "reader": Library,
}


def is_there(reader: type[Reader]) -> bool:
    """Whether it is installed."""
    return not reader.program or shutil.which(reader.program) is not None
