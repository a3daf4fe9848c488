"""`syndicate run`: the daemon, which keeps the feeds up to date and tells the world."""

from __future__ import annotations

import os
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("run")
@settings_options
@click.option("--serve", is_flag=True, help="Answer readers, too, as `syndicate serve` does.")
def command(content: str | None, config: str | None, serve: bool, **given: Any) -> int:
    """Keep the feeds of CONTENT up to date until stopped: by the timetable, and as soon as files change.

    SIGTERM or Ctrl-C ends it when what it does is done, a second one at once; SIGHUP reads the settings anew, SIGUSR1
    scans now. Its log is text on a terminal and one JSON object a line elsewhere.
    """
    from syndicate.daemon import service

    _occupy()
    more = [_server(content, config, given)] if serve else []
    return service.serve(lambda: project_of(content, config, given), os.environ, more=more)


def _server(content: str | None, config: str | None, given: dict[str, Any]) -> Any:
    """Who looks after a server with the same options."""
    from syndicate.daemon import serving
    from syndicate.server import sockets

    handed = dict(zip(("serve.listen", "serve.operator"), sockets.handed(os.environ), strict=False))
    options = {"config": config, **given}
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items() if value is not None]
    line = [*words, *(["--", content] if content is not None else [])]

    def bind(place: str, setting: str) -> Any:
        there = handed.get(setting)  # they stay ours: what is given away may be closed, and asked for again
        return [each.dup() for each in there] if there else sockets.bound(place, setting)

    return serving.maker(bind, line, os.environ)


def _occupy() -> None:
    """Where there is no standard input or output, no file that is opened takes its number: the log goes to one."""
    for handle in (0, 1, 2):
        try:
            os.fstat(handle)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
