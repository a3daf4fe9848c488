"""`syndicate adopt`: take over the ids of the feeds that a site has now."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import click

from syndicate.cli.options import options_of_settings, project_of


@click.command("adopt")
@click.argument("feeds", nargs=-1, required=True, metavar="URL|FILE...")
@click.option("--content", metavar="DIR", help="Folder of the posts [default: the current folder].")
@options_of_settings
@click.option("--dry-run", is_flag=True, help="Say what would be taken over, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("-v", "--verbose", is_flag=True, help="Name every entry, not only those that need a look.")
def command(
    feeds: tuple[str, ...],
    content: str | None,
    config: str | None,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Take over the ids and dates of the feeds at URL or in FILE, before the first build replaces them.

    Older pages that the feeds name are read, too. Nothing is published.
    """
    from syndicate import cycle, wiring
    from syndicate.cli import adopted, scratch
    from syndicate.delivery import sources
    from syndicate.delivery.adopt import adopt, identified, let_go

    the, now = project_of(content, config, given), int(time.time())
    found = sources.collect(feeds, sources.asking(feeds))
    with scratch.copied(the) if dry_run else contextlib.nullcontext(the) as mine, wiring.parts(mine) as parts:
        before = identified(parts.press.index)
        press, _names, _report = cycle.ahead(parts, cycle.Wish(), now)
        done = adopt(press.desk, found.feeds)
        let_go(parts.press.index, before, done)
    done.faults += found.faults
    adopted.show(done, len(found.feeds), as_json, verbose)
    return int(bool(done.faults))
