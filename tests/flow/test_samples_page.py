"""What docs/dialects.md says of the four real sites is what the facts in tests/cases/samples/ say."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.flow.samples import NAMES, facts_of
from tests.flow.site import ROOT


@cache
def section(name: str) -> str:
    text = (ROOT / "docs" / "dialects.md").read_text("utf-8")
    page = text.split("\n## Real sites\n", 1)[1].split("\n## ", 1)[0]
    return next(part for part in page.split("\n### ")[1:] if f"`{name}`" in part.partition("\n")[0])


def rows(name: str, first: str) -> list[list[str]]:
    """The rows of the table of a site whose head begins with a word, without head and rule."""
    tables = re.findall(r"(?:^\|.*\|\n)+", section(name) + "\n", re.MULTILINE)
    (table,) = [each for each in tables if each.startswith(f"| {first} |")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def counted(cell: str) -> dict[str, int]:
    """`3 drafts, 2 sections: and why` → what is counted there."""
    return {name: int(number) for number, name in re.findall(r"(\d+) ([^,]+)", cell.partition(": ")[0])}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_counts_as_the_facts_do(name: str) -> None:
    facts, told = facts_of(name), dict(rows(name, "what"))
    assert told["posts published"].partition(":")[0] == str(facts["published"])
    zones = {
        ("without a zone" if zone == "none" else f"with `{zone}`"): count for zone, count in facts["zones"].items()
    }
    assert counted(told["dates"]) == zones
    assert counted(told["left out"]) == Counter(facts["left_out"].values())
    assert counted(told["terms"]) == {taxonomy: len(names) for taxonomy, names in facts.get("terms", {}).items()}
    assert counted(told["languages"]) == {f"`{tag}`": count for tag, count in facts["languages"].items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_the_ten_posts_of_the_facts(name: str) -> None:
    def row(fact: dict[str, Any]) -> list[str]:
        names = [term for terms in fact.get("terms", {}).values() for term in terms]
        return [
            f"`{fact['path']}`",
            f"`{fact['url'].removeprefix(facts_of(name)['url'])}`",
            f"`{fact['written']}`",
            f"`{fact['published']}`",
            ", ".join(names) or "–",
            ", ".join(fact["authors"]) or "–",
        ]

    assert rows(name, "post") == [row(fact) for fact in facts_of(name)["posts"]]
