"""The table of docs/validation.md is the catalogue of rules."""

from __future__ import annotations

from pathlib import Path

from syndicate.feeds.rules import CATALOGUE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"


def test_the_table_of_rules_is_what_the_code_has() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    rows = [line for line in lines[lines.index("## The rules") :] if line.startswith("| `")]
    assert rows == [
        f"| `{rule.name}` | {rule.severity} | {rule.wrong} | {rule.remedy} | {rule.reference} |"
        for rule in CATALOGUE.values()
    ]
