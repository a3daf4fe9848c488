"""The ways in which somebody is told of an alarm: a webhook, a command."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from syndicate.daemon.causes import Alarm
from syndicate.errors import ConfigurationError, FetchError
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple
from syndicate.model.run import written

if TYPE_CHECKING:  # most never have anybody to tell
    from syndicate.delivery.http import Client
    from syndicate.settings import Settings

RAISED, OVER = "alarm.raised", "alarm.over"
"""Types of messages."""

_COMMAND_SECONDS = 30.0
_WEBHOOK_SECONDS = 15.0


class Message(NamedTuple):
    """One alarm as it is sent: `name` is the same each time that it is tried."""

    name: str
    body: bytes
    at: int


class Channel(Protocol):
    """Somebody who is told."""

    def tell(self, message: Message) -> str:
        """Why it did not get through, "" where it did. Never raises, and ends within a minute."""
        ...


def message(alarm: Alarm, site: str) -> Message:
    """An alarm as it is sent: JSON with `type`, `timestamp` and `data`, as Standard Webhooks advises."""
    cause = alarm.cause
    data = {
        "site": site,
        "cause": cause.kind,
        "endpoint": cause.name or None,
        "text": cause.text,
        "since": written(cause.since),
    }
    found = {"type": OVER if alarm.over else RAISED, "timestamp": written(alarm.at), "data": data}
    # what is tried again is known by it: the text may say another number by then
    name = f"{site} {found['type']} {cause.key} {cause.since} {cause.level}"
    return Message(
        f"alarm_{digest(name.encode('utf-8', 'surrogatepass')).hex()}", json.dumps(found).encode("ascii"), alarm.at
    )


class Command:
    """A program of the operator's, with the message on its standard input. Anything but 0 is a failure."""

    def __init__(self, line: Sequence[str], seconds: float = _COMMAND_SECONDS) -> None:
        self._line, self._seconds = list(line), seconds

    def tell(self, message: Message) -> str:
        """Run it once; after `seconds` it is killed, with all that it has started."""
        try:
            running = subprocess.Popen(  # noqa: S603 the operator's own command, from the settings, without a shell
                self._line,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as fault:
            return f"the command {self._line[0]} cannot be run ({fault}); see alarm.command"
        try:
            running.communicate(message.body + b"\n", timeout=self._seconds)
        except subprocess.TimeoutExpired:
            _kill(running)
            return f"the command {self._line[0]} took more than {self._seconds:g} seconds and was stopped"
        except OSError:  # it did not care to read
            running.wait()
        return f"the command {self._line[0]} ended with {running.returncode}" if running.returncode else ""


def _kill(running: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            running.kill()
        else:
            os.killpg(running.pid, signal.SIGKILL)
    if running.stdin is not None:
        running.stdin.close()
    running.wait()


class Webhook:
    """An address that takes messages by POST, signed as Standard Webhooks says; any 2xx is a success."""

    def __init__(self, client: Client, url: str, secret: str) -> None:
        self._client, self._url, self._secret = client, url, secret

    def tell(self, message: Message) -> str:
        """Send it once; the client sees to it that this has an end."""
        from syndicate.delivery import signing

        signed = signing.headers(self._secret, message.name, message.body, message.at)
        try:
            answer = self._client.post(self._url, message.body, {"Content-Type": "application/json", **signed})
        except FetchError as fault:
            return f"the webhook of the alarms cannot be told: {fault}"
        if 200 <= answer.status < 300:
            return ""
        return f"the webhook of the alarms answers with {answer.status}; see alarm.url"


def channels(settings: Settings) -> dict[str, Channel]:
    """Who is told, as `[alarm]` says; nobody where it says nothing.

    Raises:
        ConfigurationError: the secret is none, or the webhook is at an address that is not to be asked.
    """
    found: dict[str, Channel] = {}
    if settings.alarm.url:
        found["webhook"] = _webhook(settings)
    if settings.alarm.command:
        found["command"] = Command(settings.alarm.command)
    return found


def _webhook(settings: Settings) -> Webhook:
    from ipaddress import ip_network

    from syndicate.delivery import signing
    from syndicate.delivery.guard import Guard
    from syndicate.delivery.http import Client, Limits, agent
    from syndicate.settings import references

    alarm, ping = settings.alarm, settings.ping
    guard = Guard(listed=tuple(ip_network(each) for each in ping.private))
    fault = references.fault(alarm.secret) or (signing.fault(alarm.secret) if alarm.secret else "")
    mistakes = [f"alarm.secret: {fault}"] if fault else []
    if refusal := guard.refusal(alarm.url):
        mistakes.append(f"alarm.url: {refusal}; if it is meant, name its network in ping.private")
    if mistakes:
        raise ConfigurationError(mistakes)
    client = Client(Limits(seconds=_WEBHOOK_SECONDS), guard, agent(ping.contact or settings.site.url))
    return Webhook(client, alarm.url, alarm.secret)
