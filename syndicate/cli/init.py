"""`syndicate init`: a settings file to begin with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from syndicate.cli.options import as_settings, settings_options


@click.command("init")
@settings_options
@click.option("--force", is_flag=True, help="Overwrite the settings file that is there.")
@click.option("--stdout", is_flag=True, help="Print the file instead of writing it.")
def command(content: str | None, config: str | None, force: bool, stdout: bool, **given: Any) -> int:
    """Write a commented config/syndicate.toml for the posts in CONTENT (default: the current folder).

    What is given as an option is set in it. Nothing is asked.
    """
    from syndicate import project, wiring
    from syndicate.cli import show
    from syndicate.errors import ContentMissing
    from syndicate.settings import Layer, load
    from syndicate.settings.template import as_file

    base = Path(content or ".")
    if not base.is_dir():
        raise ContentMissing(f"{base}: there is no such folder; name the folder your posts are in")
    target = Path(config) if config else base / project.CONFIG_NAMES[0]
    if not force and not stdout:
        _none_yet(target, base, config is not None)
    # only what was found and what was given: a settings file that is there is about to be replaced
    settings, origins = load([Layer("command line", as_settings(given))])
    rows = wiring.effective(project.Project(settings, origins, base))
    found = {path: (value, origin) for path, value, origin in rows}
    dialect, how = found["content.dialect"]
    fixed = [path for path, (_value, origin) in found.items() if origin == "command line"]
    if dialect != "plain" and "content.dialect" not in fixed:
        fixed.append("content.dialect")  # it was looked for once, and need not be found anew at each run
    text = as_file(rows, fixed, f"The posts of this site are read as {dialect} ({how}).")
    if stdout:
        show.say(text.removesuffix("\n"))
        return 0
    _write(target, text, force)
    show.say(f"{target} is written; the posts are read as {dialect}")
    if not found["site.url"][0]:
        show.say("set site.url in it, the address of the site: ids and links depend on it")
    return 0


def _none_yet(target: Path, base: Path, named: bool) -> None:
    """Raises ConfigurationError where there is a settings file already, also one that the new one would hide."""
    from syndicate.errors import ConfigurationError
    from syndicate.project import CONFIG_NAMES

    for file in [target] if named else [base / name for name in CONFIG_NAMES]:
        if os.path.lexists(file):
            raise ConfigurationError([f"{file}: is there already; --force overwrites it, --stdout shows the new one"])


def _write(target: Path, text: str, force: bool) -> None:
    """Write the file, whole or not at all; without `force` never over another."""
    from syndicate.errors import ConfigurationError

    draft = target.with_name(f"{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if force:
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        else:
            with target.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as fault:
        raise ConfigurationError([f"{target}: cannot be written ({fault.strerror})"]) from fault
