"""A build whose every opened file is written down: by an audit hook in each of its processes, workers included."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flow.site import Site

_HOOK = '''
import os, sys

_log = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _hook(event, arguments):
    """One line an event: what, and the path; a file is opened by its name alone where its folder is open."""
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        kind = "write" if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else "read"
    elif event == "os.rename":
        kind, arguments = "place", arguments[1:]
    else:
        return
    os.write(_log, f"{kind}\\t{os.fsdecode(arguments[0])}\\n".encode("utf-8", "surrogateescape"))


sys.addaudithook(_hook)
'''


@dataclass(frozen=True)
class Seen:
    """What one build reported, and the files that it opened for reading, as often as it did; a post by its
    name, a document by its path below the output. `placed` are the files that it put into the output."""

    report: dict[str, Any]
    posts: list[str]
    documents: list[str]
    placed: list[str]


def watched(site: Site, *options: str) -> Seen:
    """Build, and tell what was opened."""
    folder = site.out.with_name("watch")
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_HOOK)
    log = folder / "log"
    log.unlink(missing_ok=True)
    report = site.build(*options, PYTHONPATH=str(folder), WATCHED=str(log)).report
    lines = [line.split("\t") for line in log.read_text("utf-8", "surrogateescape").splitlines()]
    assert any(path.endswith(".db.lock") for _, path in lines), "the hook sees nothing at all"
    out = os.fspath(site.out) + "/"
    posts = {path.name for path in site.content.rglob("_posts/*.md")}
    read = [path for kind, path in lines if kind == "read"]
    return Seen(
        report,
        [name for path in read if (name := path.rpartition("/")[2]) in posts],
        [path.removeprefix(out) for path in read if path.startswith(out) and Path(path).suffix in (".xml", ".json")],
        [path.removeprefix(out) for kind, path in lines if kind == "place" and path.startswith(out)],
    )
