"""`syndicate run`: the daemon, which keeps the feeds up to date and tells the world."""

from __future__ import annotations

import os
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("run")
@settings_options
def command(content: str | None, config: str | None, **given: Any) -> int:
    """Keep the feeds of CONTENT up to date until stopped: by the timetable, and as soon as files change.

    SIGTERM or Ctrl-C ends it when what it does is done, a second one at once; SIGHUP reads the settings anew, SIGUSR1
    scans now. Its log is text on a terminal and one JSON object a line elsewhere.
    """
    from syndicate.daemon import service

    _occupy()
    return service.serve(lambda: project_of(content, config, given), os.environ)


def _occupy() -> None:
    """Where there is no standard input or output, no file that is opened takes its number: the log goes to one."""
    for handle in (0, 1, 2):
        try:
            os.fstat(handle)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
