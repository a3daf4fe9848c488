"""`syndicate check`: the problems of the content, without writing anything."""

from __future__ import annotations

import time
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("check")
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("-v", "--verbose", is_flag=True, help="Show every problem.")
def command(content: str | None, config: str | None, as_json: bool, verbose: bool, **given: Any) -> int:
    """Read every post in CONTENT and report what is wrong. Nothing is written."""
    from syndicate import cycle, wiring
    from syndicate.cli import show

    with (
        wiring.parts(project_of(content, config, given), in_memory=True) as parts,
        show.progress(as_json) as tell,
    ):
        report = cycle.look(parts, int(time.time()), tell)
    if as_json:
        show.say(show.as_json(report))
    else:
        show.checked(report, verbose)
    return report.exit_code
