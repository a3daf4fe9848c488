"""`syndicate status`: how all of it is doing, for a person and for a monitor."""

from __future__ import annotations

from typing import Any

import click

from syndicate.cli.options import project_of, seconds_of, settings_options


@click.command("status")
@settings_options
@click.option("--max-age", metavar="TIME", default="", help="Fail where the last good run is older, as 1h or 2d.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-v", "--verbose", is_flag=True, help="Name everything that waits.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what is wrong.")
def command(
    content: str | None,
    config: str | None,
    max_age: str,
    as_json: bool,
    verbose: bool,
    quiet: bool,
    **given: Any,
) -> int:
    """Say how the feeds of CONTENT are doing: runs, problems, the daemon, and who was told of what.

    Exit code: 0 all is well; 1 there are problems; 2 runs fail, or there should have been one.
    """
    import time

    from syndicate.cli import show, stated
    from syndicate.wiring import condition

    age = seconds_of(max_age, "--max-age") if max_age else None
    the = project_of(content, config, given)
    found = condition.of(the, int(time.time()), age)
    if as_json:
        show.say(show.dumps(stated.plain(found)))
    else:
        stated.page(found, verbose, quiet)
    return found.code
