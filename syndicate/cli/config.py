"""`syndicate config`: the settings in force and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.options import project_of, settings_options

if TYPE_CHECKING:
    from syndicate.project import Project


@click.command("config")
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(content: str | None, config: str | None, as_json: bool, **given: Any) -> int:
    """Show every setting in force and its origin."""
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.settings import as_toml

    the = project_of(content, config, given)
    found = wiring.effective(the)
    _judge(the)
    rows = [(path, _discreet(path, value), origin) for path, value, origin in found]
    if as_json:
        show.say(show.dumps({path: {"value": value, "origin": origin} for path, value, origin in rows}))
    else:
        show.settings([(path, as_toml(value), origin) for path, value, origin in rows])
    return 0


def _judge(the: Project) -> None:
    """Raises ConfigurationError with what only the daemon, or who is told of news, would find wrong."""
    from syndicate.daemon.plans import plans
    from syndicate.daemon.timetable import Timetable
    from syndicate.errors import ConfigurationError
    from syndicate.wiring import pings

    def schedules() -> None:
        Timetable(lambda _: None).set(plans(the.settings.daemon, the.settings.site.timezone or "UTC"))

    def endpoints() -> None:
        pings.judge(the.settings)

    mistakes: list[str] = []
    for judge in (schedules, endpoints):
        try:
            judge()
        except ConfigurationError as fault:
            mistakes += [f"{the.file}: {each}" if the.file else each for each in fault.mistakes]
    if mistakes:
        raise ConfigurationError(mistakes)


def _discreet(path: str, value: Any) -> Any:
    """Secrets are shown to nobody, and the address of a webhook is one."""
    from syndicate.delivery.discreet import shown
    from syndicate.model.delivery import HIDDEN

    if path in ("alarm.secret", "serve.token"):
        return value and HIDDEN
    return shown(value, hide_path=True) if path == "alarm.url" and value else value
