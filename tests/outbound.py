"""What goes out of this process: run with addresses as JSON on its standard input, it asks each by each way there is.

    {"listed": "127.77.0.1/32", "seconds": 20, "addresses": [["http://name/", ["127.0.0.1"]], …]}
        → [{"post": [why, connections], "get": [why, connections], …}, …]

It is a process of its own for its witness: an audit hook, which sees every connection that Python tries to make,
whoever makes it, and which nothing can take away again.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Callable
from typing import Any

import requests

from syndicate.delivery import sources
from syndicate.delivery.guard import Guard, literal, networks
from syndicate.delivery.http import Client, Limits
from syndicate.delivery.letters import Place, get
from syndicate.delivery.swarm import Swarm
from syndicate.errors import FetchError
from tests.rude import Rude, says

FRONT = "127.77.0.1"
"""Where a server stands that may be asked, and sends on."""

Connections = list[Any]


def witnessed() -> Connections:
    """The addresses of all connections from now on."""
    seen: Connections = []

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and given[0].family != socket.AF_UNIX:
            seen.append(given[1])

    sys.addaudithook(hook)
    return seen


_SYSTEM = socket.getaddrinfo


def lookup(names: dict[str, list[str]]) -> Callable[..., list[Any]]:
    """The system's, with these names and no others: no question leaves this machine."""

    def ask(host: str, port: int, **options: Any) -> list[Any]:
        own = names.get(host.rstrip("."))
        if own is None and literal(host) is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [found for each in own or [host] for found in _SYSTEM(each, port, **options)]

    return ask


def ways(client: Client, url: str) -> dict[str, Callable[[], object]]:
    """Every way by which a request goes out."""

    def sent_on(method: str) -> None:
        with Rude(says(b"", "302 Found", f"Location: {url}"), FRONT) as front:
            if method == "POST":
                answer = client.post(front.url, b"x", {})
                raise FetchError(f"not followed to {answer.target}")
            client.get(front.url)

    def swarmed(most: int) -> None:
        async def ask() -> None:
            async with asyncio.timeout(client.limits.seconds):
                await Swarm(client.guard).ask(url, written, most)

        async def written(to: Place) -> bytes:
            return get(to, "test")

        try:
            asyncio.run(ask())
        except TimeoutError:
            raise FetchError("no answer in time") from None

    return {
        "hub asks": lambda: swarmed(4096),
        "hub tells": lambda: swarmed(0),
        "post": lambda: client.post(url, b"x", {"Content-Type": "text/plain"}),
        "get": lambda: client.get(url, max_bytes=1000),
        "post, and sent on": lambda: sent_on("POST"),
        "get, and sent on": lambda: sent_on("GET"),
        "adopt": lambda: sources.asking(["http://good.example/feed"])(url),
    }


def reported(ask: Callable[[], object], seen: Connections) -> tuple[str | None, Connections]:
    """Why not, and whom it tried to reach; the server that sends on is reached by being asked."""
    seen.clear()
    try:
        ask()
        why = None
    except FetchError as fault:
        why = str(fault)
    except (ValueError, OSError) as fault:
        why = f"{type(fault).__name__}!"
    return why, [each for each in seen if each[0] != FRONT]


def main() -> None:
    """From standard input to standard output."""
    given = json.load(sys.stdin)
    guard = Guard(listed=networks(given["listed"]))
    seen, told = witnessed(), []
    for url, found in given["addresses"]:
        host = url.partition("//")[2].partition("/")[0].partition(":")[0].rstrip(".")
        # as in IDNA, which the client is asked for addresses in
        ascii_host = requests.Request("GET", f"http://{host}/").prepare().url[7:-1] if found else ""
        socket.getaddrinfo = lookup({ascii_host.rstrip("."): found})
        told.append(
            {way: reported(ask, seen) for way, ask in ways(Client(Limits(given["seconds"]), guard), url).items()}
        )
    print(json.dumps(told))


if __name__ == "__main__":
    main()
