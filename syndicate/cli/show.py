"""What a person sees: tables, problems worst first, a progress bar on a terminal.

rich takes longer to load than a run in which nothing changed, so it is asked only where a terminal is to show colours.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from syndicate.model import Problem, Report, Severity
from syndicate.model.patterns import regex

if TYPE_CHECKING:
    from syndicate.feeds.directory import Row

FEW = 10
"""Problems shown unless more are asked for."""

# What would steer a terminal or turn the text on it around; joiners, which are part of words and emoji, are none.
_UNSEEN = regex(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def as_json(report: Report) -> str:
    """The report as one JSON object."""
    out = asdict(report)
    del out["narrow"], out["waiting"]  # which only runs of a daemon have
    for problem in out["problems"]:
        problem.pop("column")
    return dumps(out)


def say(text: str) -> None:
    """Text on standard output; silence when nobody reads it any more (`syndicate feeds | head`)."""
    try:
        click.echo(text)
    except BrokenPipeError:
        hush()


def aside(text: str, quiet: bool = False) -> None:
    """What is not asked for but good to know, beside the output."""
    if not quiet:
        click.echo(f"syndicate: {visible(text)}", err=True)


def hush() -> None:
    """Nobody reads standard output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def counted(number: int, word: str) -> str:
    """A number and what is counted, in the singular or the plural."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """Text without what would steer a terminal: its code stands in."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def dumps(value: Any) -> str:
    """JSON for a person where the stream can show it, in plain ASCII where it cannot."""
    utf8 = codecs.lookup((sys.stdout and sys.stdout.encoding) or "ascii").name == "utf-8"
    return json.dumps(value, ensure_ascii=not utf8, indent=2)


@contextmanager
def progress(silent: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Something to tell of progress: a bar on a terminal for long work, nothing in a pipe."""
    if silent or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from syndicate.cli import _terminal

    with _terminal.bar() as tell:
        yield tell


def report(found: Report, folder: str, verbose: bool, quiet: bool) -> None:
    """The end of a build: a short table, then the problems."""
    if not quiet:
        for line in _summary(found, folder):
            _write(visible(line))
        if found.enrolled:
            names = visible(" and ".join(found.enrolled))
            _write(f"From now on {names} can be told of what is new (`syndicate ping`).")
        if found.documents.removed:
            _write("`syndicate redirects` leads readers from addresses that are no more to those there are now.")
        if verbose:
            stages = "  ".join(f"{stage} {seconds:.2f} s" for stage, seconds in found.seconds.items())
            _show([(stages, "dim")])
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
    shown = ranked if verbose else ranked[:FEW]
    for each in shown:
        _show(_line(each), err=True)
    if len(ranked) > len(shown):
        _show([(f"... and {len(ranked) - len(shown)} more problems; -v shows them all", "")], err=True)


def _show(parts: list[tuple[str, str]], err: bool = False) -> None:
    """A line of pieces with their styles; in a pipe, where no style is shown, without loading what knows of them."""
    text = "".join(piece for piece, _style in parts)
    if text.isprintable() and not _wants_colour(sys.stderr if err else sys.stdout):
        _write(text, err)
        return
    from syndicate.cli import _terminal

    _terminal.Page(stderr=err).print(_terminal.styled(parts), soft_wrap=True)


def _write(text: str, err: bool = False) -> None:
    """A line as it is, in the encoding that the stream has, which `click.echo` takes for a mistake if it is ASCII."""
    stream = sys.stderr if err else sys.stdout
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except BrokenPipeError:
        hush()


def _wants_colour(stream: Any) -> bool:
    """Whether rich might take it for a terminal."""
    return stream.isatty() or any(name in os.environ for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "JPY_PARENT_PID"))


def _line(problem: Problem) -> list[tuple[str, str]]:
    where = problem.path + (f":{problem.line}" if problem.line else "")
    where += f":{problem.column}" if problem.line and problem.column else ""
    return [
        (f"{problem.severity}: ", _COLOUR[problem.severity]),
        (where, "bold"),
        (f": {problem.message} ", "default"),
        (f"[{problem.code}]", "dim"),
    ]


def checked(found: Report, verbose: bool) -> None:
    """The end of a check."""
    problems(found.problems, verbose)
    count = len(found.problems)
    _write(f"{found.seen:,} post files read, {count:,} problem{'' if count == 1 else 's'}")


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
    columns(("key", "entries", "newest (UTC)", "title", "addresses"), lines)


def settings(rows: Sequence[tuple[str, str, str]]) -> None:
    """One line a setting: path, value, origin."""
    columns(("setting", "value", "from"), rows)


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns on a terminal; in a pipe tabs, for the programs that read them. No line is cut short."""
    rows = [[visible(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        say("\n".join("\t".join(row) for row in (headings, *rows)))
        return
    from syndicate.cli._terminal import Page, cell_len

    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)][:-1]
    page = Page(soft_wrap=True)
    for row in (headings, *rows):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row[:-1], widths, strict=True))
        page.print("  ".join((*padded, row[-1])), style="bold" if row is headings else None)
