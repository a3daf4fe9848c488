"""What is said of subscribers in the log, and how many connections there may be to them."""

from __future__ import annotations

import resource

import pytest

from syndicate.delivery.herald import Event, Told, Trouble
from syndicate.delivery.verifying import Settled
from syndicate.model.hub import Asked, Way
from syndicate.wiring.descriptors import files, for_subscribers
from syndicate.wiring.heralds import A_MINUTE, LINES, Voice, note

ASKED = Asked(Way.WEBSUB, "https://example.org/rss.xml", "https://reader.example/hidden?key=hidden", secret="hidden")


class Said:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def did(self, event: str, message: str) -> None:
        self.lines.append(("did", event, message))

    def odd(self, event: str, message: str) -> None:
        self.lines.append(("odd", event, message))

    def wrong(self, event: str, message: str) -> None:
        self.lines.append(("wrong", event, message))


@pytest.mark.parametrize(
    ("event", "kind", "says"),
    [
        (Told(1, 0), "did", "1 subscriber was told of what is new"),
        (Told(1000, 0), "did", "1,000 subscribers were told of what is new"),
        (Told(2, 1), "did", "2 subscribers were told of what is new; 1 could not be, and is tried again"),
        (Told(0, 2), "did", "0 subscribers were told of what is new; 2 could not be, and are tried again"),
        (Trouble("the disk is full"), "wrong", "the disk is full"),
        (Settled(ASKED), "did", "subscribes to https://example.org/rss.xml"),
        (Settled(ASKED._replace(subscribe=False), "answers 404"), "odd", "ends its subscription to"),
    ],
)
def test_the_log_says_what_happened_and_nothing_secret(event: Event, kind: str, says: str) -> None:
    log = Said()
    note(log, event)
    ((found, _, message),) = log.lines
    assert found == kind
    assert says in message
    assert "hidden" not in message


def test_strangers_do_not_fill_the_log() -> None:
    log, moments = Said(), [0.0]
    say = Voice(log, lambda: moments[-1])
    refused = Settled(ASKED, "answers 404")
    for _ in range(1000):
        say(refused)
    say(Settled(ASKED))
    say(Trouble("the disk is full"))
    assert [kind for kind, _, _ in log.lines] == ["odd"] * LINES + ["did", "wrong"]
    moments.append(A_MINUTE)
    say(refused)
    assert log.lines[-2:] == [("did", "hub-refused", f"{1000 - LINES} more callbacks were not confirmed"), log.lines[0]]
    moments.append(2 * A_MINUTE)
    say(refused)
    assert len(log.lines) == LINES + 5


def test_as_many_descriptors_are_asked_for_as_there_are_and_half_of_few_are_for_subscribers() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    try:
        assert files() > 512 or hard <= 512
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == files()
        assert 16 <= for_subscribers() <= min(4096, max(files() // 2, 16))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
