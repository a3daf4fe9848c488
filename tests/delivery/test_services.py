"""What docs/pings.md says of well-known services is what is known of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syndicate.delivery.services import SERVICES
from syndicate.plugins import find, names
from syndicate.settings import Layer, from_toml, load
from syndicate.wiring._endpoints import endpoints

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pings.md").read_text("utf-8")
SPANS = {"none": 0, "10 s": 10, "1 min": 60, "5 min": 300, "10 min": 600}


def rows(heading: str) -> list[list[str]]:
    table = PAGE.partition(f"\n## {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_presets_is_true() -> None:
    expected = []
    for name, service in SERVICES.items():
        notifier = find("notifiers", service.kind)
        span = max(service.interval, notifier.interval)
        expected.append([name, service.kind, service.url, f"{span} s", str(service.at_once or notifier.at_once)])
    assert rows("Presets") == expected


def test_the_table_of_kinds_is_true() -> None:
    found = {kind: SPANS[span] for kind, _who, _what, span in rows("Kinds")}
    assert found == {kind: find("notifiers", kind).interval for kind in names("notifiers")}


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_names_an_endpoint_that_can_be_told(text: str) -> None:
    settings = load([Layer("docs/pings.md", from_toml(text, "docs/pings.md"))])[0]
    assert endpoints(settings, "https://example.org", "https://example.org/feeds/")


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if not service.shares] + ["indexnow"])
def test_every_preset_has_its_rules(name: str) -> None:
    assert re.search(rf"^- \*\*{name}\*\*", PAGE, re.MULTILINE)
