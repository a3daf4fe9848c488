"""`syndicate config`: the settings in force and where each came from."""

from __future__ import annotations

from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("config")
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(content: str | None, config: str | None, as_json: bool, **given: Any) -> int:
    """Show every setting in force and its origin."""
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.settings import as_toml

    found = wiring.effective(project_of(content, config, given))
    rows = [(path, _discreet(path, value), origin) for path, value, origin in found]
    if as_json:
        show.say(show.dumps({path: {"value": value, "origin": origin} for path, value, origin in rows}))
    else:
        show.settings([(path, as_toml(value), origin) for path, value, origin in rows])
    return 0


def _discreet(path: str, value: Any) -> Any:
    """Secrets are shown to nobody, and the address of a webhook is one."""
    from syndicate.delivery.discreet import shown
    from syndicate.model.delivery import HIDDEN

    if path == "alarm.secret":
        return value and HIDDEN
    return shown(value, hide_path=True) if path == "alarm.url" and value else value
