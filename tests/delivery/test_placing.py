"""Batches on their way to their places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from syndicate import project, wiring
from syndicate.delivery.batches import Batch, Supply
from syndicate.delivery.placing import Placing, Staged
from syndicate.delivery.press import Press, Printed
from syndicate.delivery.publishers.local import Local
from syndicate.errors import PublishError

if TYPE_CHECKING:
    from syndicate.delivery.fragments import Fragments
    from syndicate.delivery.making import Maker


class Full(Local):
    """A folder whose disk is full when documents are to be put in place."""

    def put(self) -> None:
        raise PublishError("the disk is full")


def place_and_fail(press: Press, staged: Staged) -> None:
    with Placing(press) as placing:
        placing.add(staged)
        raise ZeroDivisionError


def test_of_two_faults_the_first_is_raised_and_tells_of_the_other(tmp_path: Path) -> None:
    """The entries of a batch cannot be written, and the batch before cannot be put in place either."""
    (tmp_path / "a.md").write_text("Words.\n")
    options = {"site": {"url": "https://example.org"}}
    with wiring.parts(project.find(str(tmp_path), options=options)) as parts:
        press = replace(parts.press, publisher=Full(str(tmp_path / "feeds")))
        nothing = Batch(cast("Supply", None))  # of documents that are not put in place nobody asks what they are of
        with pytest.raises(ZeroDivisionError) as raised:
            place_and_fail(press, Staged(nothing, [], lambda: None))
    assert raised.value.__notes__ == ["and then: the disk is full"]


class Interrupted(Exception):
    pass


def interrupt() -> None:
    raise Interrupted


def place_two(press: Press, told: list[str]) -> None:
    supply = Supply(press, cast("Maker", None), cast("Fragments", None), Printed())
    with Placing(press) as placing:
        placing.add(Staged(Batch(supply), [], interrupt))
        placing.add(Staged(Batch(supply), [], lambda: told.append("the next")))
        placing.end()


def test_what_was_not_given_to_the_disk_is_not_recorded(tmp_path: Path) -> None:
    """The batch before is in its place, and then something goes wrong: the next one has to wait for another run."""
    (tmp_path / "a.md").write_text("Words.\n")
    options = {"site": {"url": "https://example.org"}}
    told: list[str] = []
    with wiring.parts(project.find(str(tmp_path), options=options)) as parts:
        press = replace(parts.press, publisher=Local(str(tmp_path / "feeds")))
        with pytest.raises(Interrupted):
            place_two(press, told)
    assert told == []
