"""`syndicate serve`: readers are answered over HTTP."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("serve")
@settings_options
@click.option("--listen", metavar="PLACE", help="Where readers are answered, as :8080 [default: 127.0.0.1:8080].")
@click.option("--operator", metavar="PLACE", help='Where the dashboard is; "" for nowhere [default: 127.0.0.1:8081].')
@click.option("--life", type=int, hidden=True, help="Descriptor: ends when the other end of it is closed.")
@click.option("--handed", hidden=True, help="Descriptors of sockets to listen at, as 3:4.")
def command(content: str | None, config: str | None, life: int | None, handed: str | None, **given: Any) -> int:
    """Answer readers over HTTP until stopped: the feeds of CONTENT, as they were last built.

    `syndicate run --serve` does the same beside the daemon, which keeps the feeds up to date. SIGTERM or Ctrl-C ends it
    when what was asked for is answered; SIGHUP reads the settings anew.
    """
    import time

    from syndicate.daemon.clock import Clock
    from syndicate.daemon.log import Log, others_in
    from syndicate.daemon.supervisor import Supervisor
    from syndicate.server import sockets
    from syndicate.server.service import Service

    find = partial(project_of, content, config, given)
    log = Log(1, find().settings.daemon.log, time.time)
    with others_in(log):
        listeners = sockets.given(handed) if handed else sockets.handed(os.environ)
        Service(find, log, life).run(listeners, Supervisor(os.environ, Clock()).ready)
    return 0
