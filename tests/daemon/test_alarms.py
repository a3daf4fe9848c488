"""Alarms reach who is to be told: once each, later where it did not work, and not again after a restart."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from syndicate.daemon.alarms import Alarms, View
from syndicate.daemon.causes import Limits
from syndicate.daemon.channels import Channel, Message
from syndicate.daemon.clock import Clock
from syndicate.model.delivery import Standing
from syndicate.model.run import Run
from tests.builders import DAY, NOW


class Hands(Clock):
    """A clock that is put by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return float(self.at)


class Ear:
    """Takes messages, unless it is deaf."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.names: list[str] = []
        self.deaf = False

    def tell(self, message: Message) -> str:
        self.names.append(message.name)
        if not self.deaf:
            self.got.append(json.loads(message.body))
        return "deaf" if self.deaf else ""

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(each["type"], each["data"]["cause"]) for each in self.got]


class Watch:
    """Alarms with two ears, on a clock put by hand; can be started anew."""

    def __init__(self, folder: Path, **channels: Channel) -> None:
        self.clock, self.one, self.two, self.view = Hands(), Ear(), Ear(), View()
        self.log: list[str] = []
        self.shown: list[str] = []
        self.memory = folder / "state.alarms.json"
        self.channels = channels or {"one": self.one, "two": self.two}
        self.start()

    def start(self) -> None:
        limits = Limits(failures=2, dead=DAY, problems=20, silence=None)
        self.alarms = Alarms(
            self.channels, limits, self.memory, lambda: self.view, self.clock, "https://example.org",
            self.log.append, lambda texts: setattr(self, "shown", texts),
        )  # fmt: skip

    def run(self, failed: str = "", errors: int = 0) -> None:
        self.alarms.heard(Run(self.clock.at, failed=failed, errors=errors))
        self.alarms.look()


def test_told_once_and_once_more_when_it_is_over(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    for failed in ("", "disk full", "disk full", "disk full"):
        watch.run(failed)
    assert watch.one.said == watch.two.said == [("alarm.raised", "runs-failing")]
    assert watch.shown == [watch.one.got[0]["data"]["text"]] and "disk full" in watch.shown[0]
    watch.run()
    watch.run()
    assert watch.one.said == [("alarm.raised", "runs-failing"), ("alarm.over", "runs-failing")]
    assert watch.shown == []
    assert [line.partition(":")[0] for line in watch.log] == ["alarm", "over"]


def test_a_message(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.view = View([Standing("hub", "u", failures=9, failing_since=NOW - DAY, told="503")])
    watch.alarms.look()
    (told,) = watch.one.got
    assert told["type"], told["timestamp"] == ("alarm.raised", "2023-11-14T22:13:20+00:00")
    text = "the endpoint hub has taken nothing since 2023-11-13 22:13 UTC: 503"
    assert told["data"] == {
        "site": "https://example.org", "cause": "endpoint-dead", "endpoint": "hub", "text": text,
        "since": "2023-11-13T22:13:20+00:00",
    }  # fmt: skip


def test_a_restart_tells_nothing_again_and_forgets_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.view = View([Standing("hub", "u", off="410")])
    watch.run("disk full")
    watch.start()
    watch.run("disk full")
    watch.start()
    watch.run("disk full")
    assert watch.one.said == [("alarm.raised", "endpoint-dead"), ("alarm.raised", "runs-failing")]
    assert watch.memory.stat().st_mode & 0o077 == 0
    watch.start()
    watch.view = View()
    watch.run()
    assert sorted(watch.one.said[2:]) == [("alarm.over", "endpoint-dead"), ("alarm.over", "runs-failing")]


def test_who_cannot_be_reached_is_told_later_by_the_same_name(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.one.deaf = True
    watch.run(errors=0)
    watch.run(errors=20)
    assert (len(watch.one.names), len(watch.two.got)) == (1, 1)
    watch.run(errors=20)
    assert len(watch.one.names) == 1, "not before a minute is over"
    watch.one.deaf = False
    watch.clock.at += 60
    watch.run(errors=20)
    assert watch.one.said == watch.two.said == [("alarm.raised", "problems-jumped")]
    assert len(set(watch.one.names)) == 1


@pytest.mark.parametrize(
    "left", [b"", b"{", b"[]", b"[" * 100_000, b'{"scene": {"failures": "x"}, "told": {"one": [1]}}']
)
def test_a_memory_that_makes_no_sense_is_none(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "state.alarms.json").write_bytes(left)
    watch = Watch(tmp_path)
    watch.run("disk full")
    watch.run("disk full")
    assert watch.one.said == [("alarm.raised", "runs-failing")]


def test_a_memory_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "missing")
    for _ in range(4):
        watch.run("disk full")
    assert watch.one.said == [("alarm.raised", "runs-failing")]
    assert sum("cannot be written" in line for line in watch.log) == 1


def test_it_keeps_watch_in_a_thread_of_its_own(tmp_path: Path) -> None:
    heard = threading.Event()

    class Bell:
        def tell(self, _: Message) -> str:
            heard.set()
            return ""

    watch = Watch(tmp_path, bell=Bell())
    watch.alarms.start()
    for _ in range(2):
        watch.alarms.heard(Run(NOW, failed="disk full"))
    assert heard.wait(10)
    watch.alarms.stop(10)
    assert not [each for each in threading.enumerate() if each.name == "alarms"]
