"""What a person sees: tables, problems worst first, a progress bar on a terminal. The only import of rich."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from syndicate.feeds.directory import Row
from syndicate.model import Problem, Report, Severity

FEW = 10
"""Problems shown unless more are asked for."""

WORTH_A_BAR = 500
"""Steps below which a progress bar would only flicker."""

# What would steer a terminal or turn the text on it around; joiners, which are part of words and emoji, are none.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def as_json(report: Report) -> str:
    """The report as one JSON object."""
    out = asdict(report)
    for problem in out["problems"]:
        problem.pop("column")
    return dumps(out)


def say(text: str) -> None:
    """Text on standard output; silence when nobody reads it any more (`syndicate feeds | head`)."""
    try:
        click.echo(text)
    except BrokenPipeError:
        _hush()


def _hush() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Page(Console):
    """Text is shown as it is: names of terms may look like rich's own marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def on_broken_pipe(self) -> None:
        _hush()


def counted(number: int, word: str) -> str:
    """A number and what is counted, in the singular or the plural."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """Text without what would steer a terminal: its code stands in."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def dumps(value: Any) -> str:
    """JSON for a person where the stream can show it, in plain ASCII where it cannot."""
    utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    return json.dumps(value, ensure_ascii=not utf8, indent=2)


@contextmanager
def progress(silent: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Something to tell of progress: a bar on a terminal for long work, nothing in a pipe."""
    console = Page(stderr=True)
    if silent or not (console.is_terminal and sys.stderr.isatty()):
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if total < WORTH_A_BAR:
                return
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.advance(tasks[stage], done)

        yield tell


def report(found: Report, folder: str, verbose: bool, quiet: bool) -> None:
    """The end of a build: a short table, then the problems."""
    if not quiet:
        console = Page()
        for line in _summary(found, folder):
            console.print(visible(line), soft_wrap=True)
        if found.documents.removed:
            console.print("`syndicate redirects` leads readers from addresses that are no more to those there are now.")
        if verbose:
            stages = "  ".join(f"{stage} {seconds:.2f} s" for stage, seconds in found.seconds.items())
            console.print(Text(stages, style="dim"))
    problems(found.problems, verbose, errors_only=quiet)


def _summary(found: Report, folder: str) -> Iterator[str]:
    documents = found.documents
    changes = f"{found.added} new, {found.changed} changed, {found.removed} gone"
    removed = f", {documents.removed} removed" if documents.removed else ""
    rows = (
        ("posts", f"{found.seen:,}", f"{changes}; {found.skipped:,} not shown"),
        ("feeds", f"{found.feeds:,}", f"in {folder}/"),
        ("documents", f"{documents.written:,}", f"written, {documents.unchanged:,} unchanged{removed}"),
        ("time", f"{sum(found.seconds.values()):.2f} s", ""),
    )
    wide = max(len(number) for _what, number, _how in rows)
    for what, number, how in rows:
        yield f"{what:<9}  {number:<{wide}}  {how}".rstrip()


def problems(found: Sequence[Problem], verbose: bool, errors_only: bool = False) -> None:
    """Problems on standard error, worst first; a few of them unless `verbose`."""
    ranked = sorted(found, key=lambda each: (_RANK[each.severity], each.path, each.line or 0))
    if errors_only:
        ranked = [each for each in ranked if each.severity is Severity.ERROR]
    console = Page(stderr=True)
    shown = ranked if verbose else ranked[:FEW]
    for each in shown:
        console.print(_line(each), soft_wrap=True)
    if len(ranked) > len(shown):
        console.print(f"... and {len(ranked) - len(shown)} more problems; -v shows them all")


def _line(problem: Problem) -> Text:
    where = problem.path + (f":{problem.line}" if problem.line else "")
    where += f":{problem.column}" if problem.line and problem.column else ""
    text = Text(f"{problem.severity}: ", style=_COLOUR[problem.severity])
    text.append(where, style="bold")
    text.append(f": {problem.message} ", style="default")
    text.append(f"[{problem.code}]", style="dim")
    return text


def checked(found: Report, verbose: bool) -> None:
    """The end of a check."""
    problems(found.problems, verbose)
    count = len(found.problems)
    Page().print(f"{found.seen:,} post files read, {count:,} problem{'' if count == 1 else 's'}")


def feeds(rows: Sequence[Row]) -> None:
    """One line a feed: key, entries, newest, title, addresses."""
    lines = [
        (
            row.key,
            str(row.entries),
            f"{row.newest:%Y-%m-%d %H:%M}" if row.newest else "-",
            row.title,
            " ".join(url for _, url in row.urls),
        )
        for row in rows
    ]
    _lines(("key", "entries", "newest (UTC)", "title", "addresses"), lines)


def settings(rows: Sequence[tuple[str, str, str]]) -> None:
    """One line a setting: path, value, origin."""
    _lines(("setting", "value", "from"), rows)


def _lines(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns on a terminal; in a pipe tabs, for the programs that read them. No line is cut short."""
    rows = [[visible(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        say("\n".join("\t".join(row) for row in (headings, *rows)))
        return
    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)][:-1]
    page = Page(soft_wrap=True)
    for row in (headings, *rows):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row[:-1], widths, strict=True))
        page.print("  ".join((*padded, row[-1])), style="bold" if row is headings else None)
