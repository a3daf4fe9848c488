"""`syndicate redirects`: the addresses that moved or are gone, for a web server."""

from __future__ import annotations

from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("redirects")
@settings_options
@click.option(
    "--for",
    "server",
    type=click.Choice(("nginx", "caddy", "netlify")),
    required=True,
    help="The server. `netlify` is the file _redirects, which Cloudflare Pages and others read, too.",
)
def command(content: str | None, config: str | None, server: str, **given: Any) -> int:
    """Print the map of addresses that moved (301) or are gone (410), as of the last build."""
    import time

    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.delivery.forwarding import forwarding
    from syndicate.feeds.redirects import SERVERS

    the = project_of(content, config, given)
    with wiring.published(the) as (index, plan, _channels):
        known = forwarding(index, plan, int(time.time()), copies=the.settings.feed.copies)
    show.say(SERVERS[server](known.rules, known.live).removesuffix("\n"))
    return 0
