"""`syndicate feeds`: what is published."""

from __future__ import annotations

from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("feeds")
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(content: str | None, config: str | None, as_json: bool, **given: Any) -> int:
    """List the feeds that the last build published."""
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.delivery import listing

    with wiring.published(project_of(content, config, given)) as (index, plan, channels):
        rows = listing.rows(listing.published(index, plan, channels.home_url), plan, "en")
    if as_json:
        show.say(show.dumps([_plain(row) for row in rows]))
    else:
        show.feeds(rows)
    return 0


def _plain(row: Any) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "entries": row.entries,
        "newest": row.newest.isoformat() if row.newest else None,
        "urls": dict(row.urls),
    }
