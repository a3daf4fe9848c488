"""`syndicate build`, also called `regenerate`."""

from __future__ import annotations

import time
from typing import Any

import click

from syndicate.cli.options import project_of, seconds_of, settings_options


@click.command("build")
@settings_options
@click.option("--full", is_flag=True, help="Read, render and write everything anew; ids and slugs stay.")
@click.option("--feed", metavar="KEY", default="", help="Only this feed, by its key: site, tag:NAME, feed:NAME.")
@click.option("--accept-deletions", is_flag=True, help="Go on although many posts are gone at once.")
@click.option("--allow-replay", is_flag=True, help="Go on although readers would see old posts again as new.")
@click.option("--adopt", is_flag=True, help="Ping nobody for what this build publishes: it counts as told.")
@click.option(
    "--previous", metavar="WHERE", default="", help="Where there is no state: take ids from the feeds published there."
)
@click.option(
    "--wait", metavar="TIME", default="30s", show_default=True, help="How long another run on the same state may take."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("-v", "--verbose", is_flag=True, help="Show every problem and the time of each stage.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems of severity error, and nothing else.")
def command(
    content: str | None,
    config: str | None,
    full: bool,
    feed: str,
    accept_deletions: bool,
    allow_replay: bool,
    adopt: bool,
    previous: str,
    wait: str,
    as_json: bool,
    verbose: bool,
    quiet: bool,
    **given: Any,
) -> int:
    """Bring the feeds of the posts in CONTENT (default: the current folder) up to date."""
    from syndicate import cycle, wiring
    from syndicate.cli import show

    patience = seconds_of(wait, "--wait")
    if adopt and feed:
        raise click.UsageError("--adopt takes all that is published as told, not one feed; leave --feed out")
    the = project_of(content, config, given)
    wish = cycle.Wish(full, accept_deletions, allow_replay, feed, previous, adopt)
    with (
        wiring.noted(the, "build", int(time.time())),
        wiring.parts(the, wait=patience, told=lambda who: show.aside(who, quiet)) as parts,
        show.progress(quiet or as_json) as tell,
    ):
        report = cycle.run(parts, wish, int(time.time()), tell)
    if as_json:
        show.say(show.as_json(report))
    else:
        show.report(report, the.settings.output.folder, verbose, quiet)
    return report.exit_code
