"""`/metrics`, `/healthz` and `/readyz` over a site that was really built."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from syndicate import project
from syndicate.errors import StateError
from syndicate.index.days import Days
from syndicate.index.lock import held
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Asked, Way
from syndicate.model.numbers import DAY, Tally, Traffic
from syndicate.model.run import written
from syndicate.project import Project
from syndicate.server import Request, Response
from syndicate.server.health import Healthz, Look, Readyz
from syndicate.server.metrics import Metrics
from syndicate.server.numbers import Numbers
from syndicate.wiring import condition
from syndicate.wiring.condition import Condition
from tests.cli.telling import Here, Hook, here, hook
from tests.server.prometheus import Read, parsed

__all__ = ["here", "hook"]

BROKEN = "---\n<<<<<<< ours\ntitle: A\n=======\ntitle: B\n>>>>>>> theirs\n---\nWords.\n"


def the(here: Here) -> Project:
    options = {"output": {"folder": str(here.folder / "out"), "state": str(here.state)}}
    return project.find(str(here.folder), None, options)


def asked(path: str = "/metrics") -> Request:
    return Request("GET", path.encode(), b"", [], "127.0.0.1", b"", time.time())


def metrics(here: Here, numbers: Numbers | None = None) -> dict[str, Read]:
    found = the(here)
    response = Metrics(found, numbers or Numbers(), Look(found)).answer(asked())
    assert response.status == 200
    assert dict(response.headers)[b"content-type"] == b"text/plain; version=0.0.4; charset=utf-8"
    assert isinstance(response.body, bytes)
    return parsed(response.body)


def healthz(here: Here) -> tuple[int, str]:
    return told(Healthz(Look(the(here))).answer(asked("/healthz")))


def readyz(here: Here) -> tuple[int, str]:
    return told(Readyz(the(here)).answer(asked("/readyz")))


def told(response: Response) -> tuple[int, str]:
    assert isinstance(response.body, bytes) and dict(response.headers)[b"cache-control"] == b"no-store"
    return response.status, response.body.decode()


def says(here: Here, status: str, age: int = 0) -> None:
    """The daemon said so, `age` seconds ago."""
    said = {"status": status, "written": written(int(time.time()) - age), "next_run": None, "alarms": []}
    here.state.with_name("feeds.db.health.json").write_text(json.dumps(said))


def test_before_the_first_build(here: Here) -> None:
    assert healthz(here) == (200, "ok\n") and readyz(here) == (503, "not yet\n")
    found = metrics(here)
    assert found["syndicate_up"].value == 0 and "syndicate_feeds" not in found
    assert not here.state.exists()


def test_all_is_well(here: Here) -> None:
    here.build()
    before = here.state.read_bytes()
    assert healthz(here) == (200, "ok\n") and readyz(here) == (200, "ready\n")
    found = metrics(here)
    assert (found["syndicate_up"].value, found["syndicate_health"].value) == (1, 0)
    assert (found["syndicate_posts"].value, found["syndicate_feeds"].value) == (1, 2)
    assert found["syndicate_last_run_failed"].value == found["syndicate_daemon_up"].value == 0
    assert 0 <= time.time() - found["syndicate_last_good_run_timestamp_seconds"].value < 600
    assert found["syndicate_problems"].samples == {(("severity", "error"),): 0, (("severity", "warning"),): 0}
    assert found["process_resident_memory_bytes"].value > 1_000_000 and found["process_open_fds"].value > 2
    assert here.state.read_bytes() == before


def test_problems_are_told_and_nobody_is_woken(here: Here) -> None:
    here.write("broken", BROKEN)
    here.build(code=1)
    assert healthz(here) == (200, "problems\n") and readyz(here) == (200, "ready\n")
    found = metrics(here)
    assert found["syndicate_health"].value == 1
    assert found["syndicate_problems"].samples[("severity", "error"),] == 1


def test_a_daemon_that_is_gone_is_a_failure_and_one_that_was_stopped_is_none(here: Here) -> None:
    here.build()
    says(here, "ok", age=60)
    assert healthz(here) == (503, "failing\n") and readyz(here) == (200, "ready\n")
    assert metrics(here)["syndicate_health"].value == 2
    says(here, "stopped", age=60)
    assert healthz(here) == (200, "ok\n")


def test_a_daemon_whose_run_failed_is_a_failure_and_without_one_it_is_a_problem(here: Here) -> None:
    here.build()
    here.write("one", "")
    for file in here.content.iterdir():
        file.unlink()
    here.content.rmdir()
    assert healthz(here) == (200, "problems\n")
    with held(f"{here.state}.daemon"):
        says(here, "failing")
        assert healthz(here) == (503, "failing\n")
        assert metrics(here)["syndicate_daemon_up"].value == 1


def test_a_state_that_cannot_be_used_is_a_failure(here: Here) -> None:
    here.build()
    here.state.write_bytes(b"no database" * 1000)
    assert healthz(here) == (503, "failing\n") and readyz(here) == (503, "not yet\n")
    assert metrics(here)["syndicate_up"].value == 0


def test_what_was_answered(here: Here) -> None:
    here.build()
    numbers = Numbers()
    poll = asked("/feeds/rss.xml")._replace(headers=[(b"if-none-match", b'"a"')])
    numbers.saw(poll, 304, 0, 500, "site")
    numbers.saw(poll._replace(headers=[]), 200, 100, 500, "site")
    numbers.saw(asked("/nothing"), 404, 9, 0, "")
    numbers.closed = {"stalled": 3, "room": 4}
    found = metrics(here, numbers)
    closed = found["syndicate_connections_closed_total"].samples
    assert closed == {(("reason", "room"),): 4, (("reason", "stalled"),): 3}
    assert found["syndicate_answers_total"].samples == {(("status", code),): 1 for code in ("200", "304", "404")}
    assert found["syndicate_answers_sent_bytes_total"].samples[("status", "404"),] == 9
    assert found["syndicate_document_requests_total"].samples == {
        (("conditional", "true"),): 1,
        (("conditional", "false"),): 1,
    }
    assert found["syndicate_documents_unchanged_total"].value == 1
    assert found["syndicate_documents_sent_bytes_total"].value == 100
    assert found["syndicate_documents_whole_bytes_total"].value == 1000
    assert found["syndicate_readers_today"].value == 1
    assert all(each.kind == "counter" for name, each in found.items() if name.endswith("_total"))


def test_subscribers_stated_and_of_the_hub(here: Here) -> None:
    here.build()
    today = int(time.time()) // DAY * DAY
    days = Days.open(f"{here.state}.numbers")
    days.add(Tally(today, traffic={"": Traffic(1), "site": Traffic(1)}, stated={("site", "Feedly", ""): 124}))
    days.close()
    hub = Subscribers.open(f"{here.state}.hub")
    hub.ask(Asked(Way.WEBSUB, "https://example.org/feeds/rss.xml", "https://reader.example/callback"))
    hub.close()
    found = metrics(here)
    assert found["syndicate_subscriptions_stated"].value == 124
    assert (found["syndicate_hub_subscriptions"].value, found["syndicate_hub_waiting"].value) == (0, 1)


def test_stores_that_are_damaged_are_left_out(here: Here) -> None:
    here.build()
    for name in ("numbers", "hub"):
        Path(f"{here.state}.{name}").write_bytes(b"no database" * 1000)
    found = metrics(here)
    assert found["syndicate_up"].value == 1
    assert not any(name.startswith(("syndicate_hub", "syndicate_subscriptions")) for name in found)


def test_endpoints_by_name_and_nothing_secret(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    here.build()
    found = the(here)
    body = Metrics(found, Numbers(), Look(found)).answer(asked()).body
    assert isinstance(body, bytes) and b"planted" not in body
    assert list(parsed(body)["syndicate_pings_waiting"].samples) == [(("endpoint", "hook"),)]


def test_many_who_ask_have_one_look(here: Here) -> None:
    here.build()
    looks: list[int] = []

    def look(the: Project, now: int) -> Condition:
        looks.append(now)
        return condition.of(the, now)

    shared = Look(the(here), look)
    for _ in range(10):
        assert Healthz(shared).answer(asked()).status == 200
    assert len(looks) == 1


def test_a_look_that_failed_is_remembered_as_one(here: Here) -> None:
    shared = Look(the(here))
    for _ in range(2):
        with pytest.raises(StateError, match="nothing has been built"):
            shared(1)
