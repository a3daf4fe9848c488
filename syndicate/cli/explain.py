"""`syndicate explain`: everything that is thought of one post."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("explain")
@click.argument("post", metavar="PATH|URL|ID")
@settings_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(post: str, content: str | None, config: str | None, as_json: bool, **given: Any) -> int:
    """Say everything that is thought of one post of CONTENT (default: the current folder), and why.

    The post is named by its file, its address or its id. Nothing is written.
    """
    if content and Path(post).is_dir() and not Path(content).is_dir():
        post, content = content, post  # the other commands begin with the folder
    from syndicate import wiring
    from syndicate.cli import explained, show

    found, near = wiring.explained(project_of(content, config, given), post, int(time.time()))
    if found is None:
        click.echo(f"syndicate: no post is called {post}" + _instead(near), err=True)
        return 2
    if as_json:
        show.say(show.dumps(explained.as_json(found)))
    else:
        explained.show(found)
    return found.exit_code


def _instead(near: list[str]) -> str:
    if not near:
        return "; name its file, its address or its id"
    return "; did you mean one of these?" + "".join(f"\n  {each}" for each in near)
