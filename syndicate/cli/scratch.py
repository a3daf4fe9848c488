"""A copy of the state to work on, for commands that look ahead and change nothing."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def copied(the: Any) -> Iterator[Any]:
    """The project with a copy of its state, which goes when the block ends; where there is none, with an empty one.

    The lock is held while copying, so that the file and its journals belong together: its log, or what takes back a
    first build that was killed.

    Raises:
        LockHeld: another run is at work.
    """
    from syndicate.index.lock import held

    with tempfile.TemporaryDirectory(prefix="syndicate-") as folder:
        copy = Path(folder) / "state.db"
        if the.state.is_file():
            with held(f"{the.state}.lock"):
                for end in ("", "-wal", "-journal"):
                    with contextlib.suppress(FileNotFoundError):
                        shutil.copyfile(f"{the.state}{end}", f"{copy}{end}")
        output = the.settings.output.but(state=str(copy))
        yield replace(the, settings=the.settings.but(output=output))
