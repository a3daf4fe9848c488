"""Options that several commands share, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SETTINGS: dict[str, tuple[str, ...]] = {
    "url": ("site", "url"),
    "feeds_url": ("feed", "url"),
    "title": ("site", "title"),
    "timezone": ("site", "timezone"),
    "out": ("output", "folder"),
    "state": ("output", "state"),
    "dialect": ("content", "dialect"),
    "preset": ("feed", "preset"),
    "limit": ("feed", "limit"),
    "formats": ("feed", "formats"),
    "workers": ("build", "workers"),
}
_SETTINGS_OF_ONE = {"listen": ("serve", "listen"), "operator": ("serve", "operator")}
"""The same, of one command alone."""

_OPTIONS = (
    click.argument("content", required=False, type=click.Path()),
    click.option("--config", metavar="FILE", help="Settings file [default: config/syndicate.toml or syndicate.toml]."),
    click.option("--url", metavar="URL", help="Address of the site, as https://example.org."),
    click.option(
        "--feeds-url", metavar="URL", help="Where the output folder is served [default: /feeds/, or as the preset]."
    ),
    click.option("--title", metavar="TEXT", help="Title of the site."),
    click.option("--out", metavar="DIR", help="Folder for the feeds [default: feeds]."),
    click.option("--state", metavar="FILE", help="File for ids and what else must last between runs."),
    click.option(
        "--dialect", metavar="NAME", help="How posts are read: jekyll, hugo, zola ... [default: as detected]."
    ),
    click.option("--preset", metavar="NAME", help="Paths and ids of the feeds: syndicate, jekyll, hugo, wordpress ..."),
    click.option("--timezone", metavar="ZONE", help="Zone of dates that name none, as Asia/Shanghai [default: UTC]."),
    click.option("--limit", metavar="N", type=int, help="Entries in a feed [default: 20]."),
    click.option("--formats", metavar="LIST", help="Of rss,atom,json [default: all three]."),
    click.option("--workers", metavar="N", type=int, help="Processes [default: as many as are useful]."),
)


def settings_options(command: _Command) -> _Command:
    """CONTENT, --config and every option that is a setting."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of_settings(command: _Command) -> _Command:
    """The same without CONTENT, for commands whose arguments are something else."""
    for option in reversed(_OPTIONS[1:]):
        command = option(command)
    return command


def project_of(content: str | None, config: str | None, given: dict[str, Any]) -> Any:
    """The project a command is about; `given` holds the options that are settings."""
    import os

    from syndicate import project

    return project.find(content, config, as_settings(given), os.environ)


def seconds_of(text: str, option: str) -> int:
    """A length of time that was given as an option, as `30s` or `5m`; 0 for `0`."""
    from syndicate.settings import seconds

    found = 0 if text.strip() == "0" else seconds(text)
    if found is None:
        raise click.BadParameter(f'"{text[:40]}" is no length of time; write 30s, 5m or 0', param_hint=option)
    return found


def as_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Options by name → settings, nested as in the file; what was not given is left out."""
    nested: dict[str, Any] = {}
    known = _SETTINGS | _SETTINGS_OF_ONE
    for option, value in given.items():
        if option in known and value is not None:
            section, key = known[option]
            nested.setdefault(section, {})[key] = _listed(value) if option == "formats" else value
    return nested


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
