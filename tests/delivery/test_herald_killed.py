"""Killed in the middle of telling many: nobody is missed, few hear twice, and nobody hears of the past."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from syndicate.delivery.fanout import CHUNK
from tests.daemon.running import until
from tests.delivery.heralding import AGES, TOPIC, apart, digest_of, heralding, publish, sinking, store_of, subscriber


def outage(folder: Path, subscribers: int, kills: int, seed: int) -> None:
    """So many are told of one version after another, by processes that are killed when some of them have it."""
    chance = random.Random(seed)
    publish(folder, 1)
    with sinking() as sink, closing(store_of(folder)) as store:
        with store.transaction():
            for number in range(subscribers):
                store.grant(subscriber(sink.callback("ok", number), 1, secret="s"))
        version = 1
        for _ in range(kills):
            version += 1
            publish(folder, version)
            some = chance.randrange(subscribers // 10, subscribers * 9 // 10)
            with apart("tests.delivery.heralding", str(folder)) as process:
                until(lambda: _with(sink.versions(), version) >= some, "some of them have it")  # noqa: B023
                process.kill()
            if chance.random() < 0.5:  # else what is told next is the same
                version += 1
                publish(folder, version)
        with heralding(folder):
            until(lambda: not store.due(TOPIC, digest_of(version), AGES, 1), "all of them have it")
        got = sink.versions()
    assert len(got) == subscribers
    assert all(each == sorted(each) and each[-1] == version for each in got.values())
    assert sum(len(each) - len(set(each)) for each in got.values()) <= kills * CHUNK


def _with(got: dict[int, list[int]], version: int) -> int:
    return sum(each[-1] == version for each in got.values())


@pytest.mark.parametrize("seed", range(2))
def test_nobody_is_missed_and_few_are_told_twice(tmp_path: Path, seed: int) -> None:
    outage(tmp_path, 600, 2, seed)


@pytest.mark.outage
def test_the_same_of_ten_thousand_and_ten_kills(tmp_path: Path) -> None:
    outage(tmp_path, 10_000, 10, 7)
