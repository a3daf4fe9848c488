"""`syndicate plan`: what the next build would change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("plan")
@settings_options
@click.option("--full", is_flag=True, help="As with `build --full`.")
@click.option("--accept-deletions", is_flag=True, help="As with `build --accept-deletions`.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-v", "--verbose", is_flag=True, help="Name every entry.")
def command(
    content: str | None,
    config: str | None,
    full: bool,
    accept_deletions: bool,
    as_json: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Say what the next build of CONTENT would change in each feed; change nothing."""
    from syndicate import cycle, wiring
    from syndicate.cli import scratch, show
    from syndicate.delivery.foresee import foresee

    the = project_of(content, config, given)
    wish = cycle.Wish(full=full, accept_deletions=accept_deletions)
    with scratch.copied(the) as copy, wiring.parts(copy) as parts:
        press, names, _report = cycle.ahead(parts, wish, int(time.time()))
        found = foresee(press.desk, names, lambda path: _standing(Path(the.settings.output.folder) / path))
    if as_json:
        show.say(show.dumps({"feeds": [_plain(each) for each in found]}))
    else:
        _print(found, verbose)
    return 0


_STOPS = (
    "A build would stop at this. Where the state was lost, bring it back, or build with --previous; where another "
    "program made the feeds, use `syndicate adopt`; if this is meant, build with --allow-replay."
)


def _standing(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except (OSError, ValueError):
        return None


def _print(found: list[Any], verbose: bool) -> None:
    from syndicate.cli import show
    from syndicate.delivery.replays import MOST

    again = {each.before.id for feed in found for each in feed.replayed}
    feeds, posts = show.counted(len(found), "feed"), show.counted(len(again), "old post")
    show.say(f"{feeds} would change; {posts} would be shown again as new")
    for feed in found:
        state = " (new feed)" if feed.made else " (no longer published)" if feed.gone else ""
        told = f", {len(feed.replayed)} shown again as new" if feed.replayed else ""
        moved = f"; {show.counted(feed.moved, 'document')} at another address" if feed.moved else ""
        counts = f"{len(feed.new)} new, {len(feed.changed)} changed, {len(feed.vanished)} vanished{told}{moved}"
        show.say(f"  {show.visible(feed.key)}{state}: {counts}")
        for replay in feed.replayed:
            show.say(show.visible(f"    again: {replay.before.id} as {replay.after.id}"))
        for kind in ("new", "changed", "vanished") if verbose else ():
            for entry in getattr(feed, kind):
                show.say(show.visible(f"    {kind}: {entry}"))
    if any(len(feed.replayed) > MOST for feed in found):
        show.say(_STOPS)


def _plain(feed: Any) -> dict[str, Any]:
    return {
        "key": feed.key,
        "state": "new" if feed.made else "gone" if feed.gone else "there",
        "new": feed.new,
        "changed": feed.changed,
        "vanished": feed.vanished,
        "moved": feed.moved,
        "replayed": [{"before": each.before.id, "after": each.after.id} for each in feed.replayed],
    }
