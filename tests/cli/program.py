"""The command line in a process of its own, run from any folder."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.flow.site import ROOT, Run

OF_A_SITE = ("build", "regenerate", "feeds", "discover", "redirects", "plan", "check", "explain", "config", "init")
OF_THE_SERVICE = ("run", "serve", "status", "runs", "readers")
COMMANDS = (*OF_A_SITE, *OF_THE_SERVICE, "adopt", "validate")
POST = "---\ntitle: {title}\ndate: 2026-01-0{day} 12:00:00\ntags: [{tags}]\n---\nWords of {title}.\n"
BROKEN = "---\n<<<<<<< ours\ntitle: The quiet ferry\n=======\ntitle: Ferries\n>>>>>>> theirs\n---\nWords.\n"


def environment(**more: str) -> dict[str, str]:
    """Nothing of this machine but what Python needs."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def syndicate(folder: Path, *arguments: str, **environ: str) -> Run:
    """`syndicate ARGUMENTS` in `folder`."""
    line = [sys.executable, "-m", "syndicate", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, cwd=folder, env=environment(**environ))
    return Run(done.returncode, done.stdout, done.stderr)


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What somebody sees who runs it at a terminal."""
    reader, writer = pty.openpty()
    line = [sys.executable, "-m", "syndicate", *arguments]
    environ = environment(TERM="xterm-256color", COLUMNS="100")
    with subprocess.Popen(line, stdout=writer, stderr=writer, stdin=writer, cwd=folder, env=environ) as running:
        os.close(writer)
        seen = b"".join(iter(lambda: _some(reader), b""))
    os.close(reader)
    assert running.returncode in (0, 1), seen
    return seen.decode()


def _some(reader: int) -> bytes:
    try:
        return os.read(reader, 65536)
    except OSError:  # Linux says so when the last writer is gone
        return b""


def a_site(folder: Path, **posts: str) -> Path:
    """A folder of posts, `site` in `folder`; two good posts and those given by name."""
    site = folder / "site"
    site.mkdir()
    (site / "one.md").write_text(POST.format(title="One", day=1, tags="red"))
    (site / "two.md").write_text(POST.format(title="Two", day=2, tags="red, 金融"))
    for name, text in posts.items():
        (site / f"{name}.md").write_text(text)
    return site


def names(folder: Path) -> set[str]:
    """Every file and folder below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
