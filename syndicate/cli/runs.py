"""`syndicate runs`: what the last runs came to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("runs")
@settings_options
@click.option("-n", "--last", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="How many rows.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(content: str | None, config: str | None, last: int, as_json: bool, **given: Any) -> int:
    """List the last runs, the latest first; several in a row that came to the same are one row."""
    from syndicate import wiring
    from syndicate.cli import show
    from syndicate.model.run import of_run

    with wiring.state(project_of(content, config, given)) as index:
        found = index.runs(last)
    if as_json:
        show.say(show.dumps({"runs": [of_run(each) for each in found]}))
    else:
        show.columns(("when (UTC)", "times", "by", "took", "what"), [_row(each) for each in found])
    return 0


def _row(run: Any) -> tuple[str, ...]:
    return (moment(run.at), f"{run.times:,}", run.by, f"{run.seconds:.2f} s", said(run))


def moment(seconds: int | None) -> str:
    """A moment as people are shown it; "-" where there is none."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}" if seconds else "-"


def said(run: Any) -> str:
    """What a run came to, in words."""
    from syndicate.cli.show import counted

    if run.failed:
        return f"failed: {' '.join(run.failed.split())}"
    counts = (("new", run.added), ("changed", run.changed), ("gone", run.removed))
    done = [f"{number:,} {word}" for word, number in counts if number]
    done += [f"{run.written:,} written"] if run.written else []
    done += [f"{run.withdrawn:,} removed"] if run.withdrawn else []
    wrong = [counted(run.errors, "error")] if run.errors else []
    wrong += [counted(run.warnings, "warning")] if run.warnings else []
    return "; ".join(filter(None, (", ".join(done) or "nothing changed", ", ".join(wrong))))
