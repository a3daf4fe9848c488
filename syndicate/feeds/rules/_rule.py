"""A rule, a finding, and the one look at a document that collects findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from lxml.etree import _Element

from syndicate.feeds.rules._values import short
from syndicate.model import Severity
from syndicate.model.records import NamedTuple, dataclass, field

MOST_OF_A_RULE: Final = 100
"""Findings of one rule in one document; how many more there are is said once."""

_SEVERITIES: Final = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a document has to keep. `wrong` says what is broken, `remedy` what to do, `reference` who demands it."""

    name: str
    severity: Severity
    wrong: str
    remedy: str
    reference: str


class Finding(NamedTuple):
    """A rule that a document breaks, and where. Lines and columns count from 1; `entry` is its id or title."""

    rule: str
    severity: Severity
    line: int
    column: int | None
    message: str
    remedy: str
    entry: str | None


def rules(*rows: tuple[str, str, str, str, str]) -> tuple[Rule, ...]:
    """Rows of a table (name, `E` `W` or `I`, what is wrong, remedy, reference) → rules."""
    return tuple(Rule(name, _SEVERITIES[letter], *words) for name, letter, *words in rows)


@dataclass(slots=True)
class Look:
    """One document being looked at: what is known about it, and what was found.

    `url` is the address it was fetched from ("" when it was not), `now` the time to judge the future by. `entry` is
    what is looked at just now, and `full` its HTML; `compared` says how often something was looked for in it.
    """

    catalogue: Mapping[str, Rule]
    url: str = ""
    now: datetime | None = None
    entry: str | None = None
    full: str = ""
    compared: int = 0
    found: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, line: int | None, detail: str = "", column: int | None = None) -> None:
        """Note that a rule is broken; `detail` says by what."""
        count = self.counts[name] = self.counts.get(name, 0) + 1
        if count > MOST_OF_A_RULE:
            return
        rule = self.catalogue[name]
        message = f"{rule.wrong}: {detail}" if detail else rule.wrong
        self.found.append(Finding(name, rule.severity, line or 1, column, message, rule.remedy, self.entry))

    def end(self) -> list[Finding]:
        """All findings, in the order of lines."""
        self.entry = None
        for name, count in sorted(self.counts.items()):
            if count > MOST_OF_A_RULE:
                self.note("more-findings", 1, f"{count - MOST_OF_A_RULE} more of {name}")
        return sorted(self.found, key=lambda each: (each.line, each.column or 0, each.rule))

    def of(self, texts: Iterable[str | None], full: str | None = "") -> None:
        """Say which entry is looked at: the first of these texts that says something; and its HTML."""
        self.full = full or ""
        self.entry = next((short(text) for text in texts if text and text.strip()), None)


def line_of(element: _Element) -> int:
    """The line on which an element stands, from 1."""
    return int(cast(Any, element).sourceline or 1)
