"""How findings in feeds are printed: a line each with its remedy, or one JSON object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from syndicate.cli import show
from syndicate.model import Severity

if TYPE_CHECKING:
    from syndicate.cli.validate import Judged

Unread = Sequence[tuple[str, str]]


def as_text(judged: Sequence[Judged], unread: Unread) -> None:
    """`path:line rule: message` and what to do, then how many of what."""
    for each in judged:
        for finding in each.findings:
            entry = f" [{finding.entry}]" if finding.entry else ""
            head = f"{each.name}:{finding.line} {finding.severity} {finding.rule}: {finding.message}{entry}"
            show.say(show.visible(head))
            show.say(show.visible(f"    {finding.remedy}"))
    for name, why in unread:
        click.echo(show.visible(f"syndicate: {name} cannot be read: {why.removeprefix(f'{name}: ')}"), err=True)
    if judged:
        show.say(_summary(judged))


def _summary(judged: Sequence[Judged]) -> str:
    counts = _counts(judged)
    said = ", ".join(f"{counts[each]} {each}{'s' if counts[each] > 1 else ''}" for each in Severity if counts[each])
    return f"{len(judged)} document{'s' if len(judged) > 1 else ''}: {said or 'nothing is wrong'}"


def _counts(judged: Sequence[Judged]) -> Counter[Severity]:
    return Counter(finding.severity for each in judged for finding in each.findings)


def as_json(judged: Sequence[Judged], unread: Unread) -> None:
    """One object: `documents` with their findings, `unread` with the reasons, and the counts."""
    counts = _counts(judged)
    documents = [
        {"path": each.name, "format": each.form or None, "findings": [one._asdict() for one in each.findings]}
        for each in judged
    ]
    failed = [{"path": name, "why": why} for name, why in unread]
    totals = {f"{each}s": counts[each] for each in (Severity.ERROR, Severity.WARNING)}
    show.say(show.dumps({"documents": documents, "unread": failed, **totals, "infos": counts[Severity.INFO]}))
