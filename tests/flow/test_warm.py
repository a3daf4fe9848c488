"""What is made ready before workers are forked is what an ordinary post needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from syndicate import project, wiring
from syndicate.feeds.fragments import fragments_in

found = project.find(sys.argv[1], options={"site": {"url": "https://example.org"}})
with wiring.parts(found, in_memory=True) as parts:
    writer = parts.press.writer
    known = fragments_in(writer.formats)._known
    print(len(known))
    writer.warm()
    print(*[cast is not None and all(cast.moulds) for cast in known.values()])
"""


def test_an_ordinary_entry_is_known_before_workers_are_forked() -> None:
    """Also that nothing failed on the way there: no fault of it is told to anybody."""
    site = ROOT / "examples" / "newsroom"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(site)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "True"]
