"""Colours, widths and the progress bar of a terminal. The only import of rich, loaded where one of them is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from syndicate.cli.show import hush

__all__ = ["Page", "bar", "cell_len", "styled"]

WORTH_A_BAR = 500
"""Steps below which a progress bar would only flicker."""


class Page(Console):
    """Text is shown as it is: names of terms may look like rich's own marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def on_broken_pipe(self) -> None:
        hush()


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """Something to tell of progress, which shows it on a terminal once it is worth it."""
    console = Page(stderr=True)
    if not (console.is_terminal and sys.stderr.isatty()):
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if total < WORTH_A_BAR:
                return
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.advance(tasks[stage], done)

        yield tell


def styled(parts: list[tuple[str, str]]) -> Text:
    """Pieces of a line, each with its style."""
    text = Text()
    for piece, style in parts:
        text.append(piece, style=style)
    return text
