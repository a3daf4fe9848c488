"""Entries are written together, and each as if it were alone: also beside one that cannot be written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syndicate.feeds.entries import Style
from syndicate.feeds.holdings import Look
from syndicate.feeds.write import Order, Writer
from syndicate.model import Entry, Severity
from tests.feeds.documents import a_bare_entry, an_entry

FULL, SUMMARY = Look(), Look("summary")
LOOKS = [(FULL,), (FULL, SUMMARY), (SUMMARY,)]
NO_DATE: Any = "yesterday"
"""What no date can be: whoever takes it for one fails."""


@pytest.fixture
def writer() -> Writer:
    return Writer((), ("rss", "atom", "json"), Style("https://blog.example/"), 1000)


def many() -> list[Order]:
    """Orders for entries of a few makeups, each so often that moulds are made of it; some for more than one look."""
    made: list[Entry] = []
    for number in range(4):
        made += [an_entry(title=f"A {number} & <b>"), a_bare_entry(title=f"B {number}"), an_entry(summary=f"S{number}")]
    return [Order(number, LOOKS[number % 3], made=each) for number, each in enumerate(made)]


def test_each_is_written_in_each_of_its_looks_as_if_alone(writer: Writer) -> None:
    together = writer.write(many())
    assert [each.id for each in together] == [order.id for order in many()]
    assert [len(each.fragments or ()) for each in together] == [len(order.looks) for order in many()]
    assert together == [written for order in many() for written in writer.write([order])]


@pytest.mark.parametrize("at", [0, 5, 11])
def test_one_that_cannot_be_written_costs_itself_alone(writer: Writer, at: int) -> None:
    orders, alone = many(), writer.write(many())
    made = orders[at].made
    assert made
    orders[at] = orders[at]._replace(made=replace(made, published=NO_DATE))
    found = writer.write(orders)
    assert found[:at] + found[at + 1 :] == alone[:at] + alone[at + 1 :]
    assert found[at].fragments is None
    assert [problem.severity for problem in found[at].problems] == [Severity.ERROR]


def test_one_that_breaks_a_rule_costs_itself_alone(writer: Writer) -> None:
    orders, alone = many(), writer.write(many())
    orders[3] = orders[3]._replace(made=an_entry(url="/nowhere"))
    found = writer.write(orders)
    assert found[:3] + found[4:] == alone[:3] + alone[4:]
    assert [problem.severity for problem in found[3].problems] == [Severity.ERROR]
    assert "not an absolute URL" in found[3].problems[0].message
