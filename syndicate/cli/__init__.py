"""The command line: one file per command, imported only when that command runs.

Exit codes of all commands: 0 done or healthy; 1 done, but with problems of severity error;
2 could not or would not run; 3 another run holds the lock.
"""

from __future__ import annotations

import contextlib
import io
from importlib import import_module
from typing import Any

import click

import syndicate

COMMANDS = {
    "build": "bring the feeds of a folder of posts up to date",
    "regenerate": "another name for build",
    "run": "keep the feeds up to date until stopped, and tell the world",
    "serve": "answer readers over HTTP, with what was built",
    "feeds": "list the feeds that are published, with their addresses",
    "discover": "print the links by which the feeds of a page are found",
    "redirects": "print the addresses that moved or are gone, for nginx, Caddy or a static host",
    "ping": "tell hubs, aggregators and webhooks what is new; list and retry pings",
    "status": "say how the feeds, the runs and the pings are doing",
    "runs": "list what the last runs came to",
    "readers": "say how many subscribers there are, and what reads the feeds",
    "validate": "hold anybody's feeds against the rules of their formats",
    "plan": "say what the next build would change, and change nothing",
    "adopt": "take over the ids of the feeds that a site has now",
    "check": "report the problems of the content, write nothing",
    "explain": "say everything that is thought of one post, and why it is in which feeds",
    "config": "show the settings in force and where each came from",
    "init": "write a commented settings file for the site found",
}


class Commands(click.Group):
    """Commands by name, loaded when they are asked for: `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"syndicate.cli.{'build' if cmd_name == 'regenerate' else cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            ctx.fail(_unknown(name))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1)
    return f"no command {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(syndicate.__version__, prog_name="syndicate")
def program() -> None:
    """RSS, Atom and JSON feeds for any folder of posts: the site, every category, every tag.

    \b
    Start here:
      syndicate build PATH --url https://example.org
    """


def main(args: list[str] | None = None) -> Any:
    """Run the command line; ends the process with its exit code.

    With `args` it is part of another program, which goes on where it catches the SystemExit.
    """
    import sys

    from syndicate.engines import collect_no_more, collect_seldom
    from syndicate.errors import SyndicateError

    collect_seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that has no Chinese letters is shown their codes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        code = program.main(args, prog_name="syndicate", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("syndicate: stopped; the next build goes on from here", err=True)
        code = 2
    except click.ClickException as fault:
        fault.show()
        code = 2
    except SyndicateError as fault:
        for line in str(fault).splitlines():
            click.echo(f"syndicate: {line}", err=True)
        code = fault.exit_code
    except OSError as fault:  # the current folder is gone, the disk under the log is full ...
        with contextlib.suppress(OSError):
            click.echo(f"syndicate: {fault}", err=True)
        code = 2
    except Exception:  # noqa: BLE001 Python's own exit code would be 1, which means: done, but with problems
        sys.excepthook(*sys.exc_info())
        click.echo("syndicate: this is a fault of Syndicate itself; please report it with the lines above", err=True)
        code = 2
    if args is None:
        _leave(code)
    collect_no_more()
    raise SystemExit(code)


def _leave(code: Any) -> None:
    """End the process at once, as its memory need not be taken apart for the system to take it back.

    Where anything is left to be waited for or told, this returns, and Python does that in its own way.
    """
    import atexit
    import os
    import sys
    import threading

    if threading.active_count() > 1 or not isinstance(code or 0, int):
        return
    atexit._run_exitfuncs()  # what Python itself calls
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(code or 0)
