"""The one client that asks other hosts for something: bounded in time and in bytes, and only of public addresses.

In: an address. Out: an `Answer`, whatever its status, or a `FetchError` that says what to do. The time limit is for
the whole of a request, from looking up the name to the last byte after all redirects: a watch closes the
connection when it is over. Bytes are counted after unpacking. An address is judged when its name has been looked up,
and that very address is connected to, so that no name can mean another one in the meantime. Neither proxies
nor credentials are taken from the environment.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from syndicate.errors import FetchError

AGENT = "Syndicate (feed builder)"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 65_536


def networks(text: str) -> tuple[Network, ...]:
    """Ranges as written, with blanks between them."""
    return tuple(ipaddress.ip_network(each) for each in text.split())


@dataclass(frozen=True)
class Guard:
    """Which addresses are not asked.

    `private` are those of this machine and of networks like one's own: only asked where a person named the
    address. `never` belong to no host that serves pages, or lead to others by a detour.
    """

    private: tuple[Network, ...] = networks(
        "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1 fc00::/7"
    )
    never: tuple[Network, ...] = networks(
        # this network, link-local (and the metadata of clouds), protocol assignments, examples, 6to4 relays,
        # benchmarks, multicast, reserved
        "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24"
        " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        # unspecified and compatible, NAT64, discard, Teredo and protocol assignments, examples, 6to4, segment
        # routing, link-local, site-local, multicast
        " ::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
        " 5f00::/16 fe80::/10 fec0::/10 ff00::/8"
    )

    def kind(self, address: str) -> str:
        """`public`, `private` or `forbidden`."""
        found = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        if any(found in each for each in self.private):
            return "private"
        return "forbidden" if any(found in each for each in self.never) else "public"


@dataclass(frozen=True)
class Limits:
    """`seconds` for a whole request, `max_bytes` of the body after unpacking, `redirects` that are followed."""

    seconds: float = 30.0
    max_bytes: int = 32_000_000
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What a host said: `url` is where it was said, after redirects; names of `headers` are in small letters."""

    status: int
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """Asks other hosts. One is enough for a run; it keeps nothing between requests."""

    def __init__(self, limits: Limits | None = None, guard: Guard | None = None) -> None:
        self.limits, self.guard = limits or Limits(), guard or Guard()

    def get(self, url: str, allow_private: bool = False, headers: Mapping[str, str] | None = None) -> Answer:
        """GET; `allow_private` for an address that a person gave.

        Raises:
            FetchError: there is no answer, it is too large or too slow, or the address is not to be asked.
        """
        return self._asked("GET", url, allow_private, headers or {}, None)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], allow_private: bool = False) -> Answer:
        """POST; a redirect is not followed but answered. Raises FetchError as `get` does."""
        return self._asked("POST", url, allow_private, headers, body)

    def _asked(
        self, method: str, url: str, allow_private: bool, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        follow = self.limits.redirects if method == "GET" else 0
        with _Watch(self.limits.seconds) as watch:
            for _ in range(follow + 1):
                door = _Door(self.guard, allow_private, watch)
                answer = self._once(method, _sound(url), headers, body, door)
                target = answer.headers.get("location", "")
                if answer.status not in _REDIRECTS or not target or method != "GET":
                    return answer
                url = _without_user(urljoin(answer.url, target))
                # whoever was let into a private network may be sent on within it, nobody else into one
                allow_private = allow_private and door.went == "private"
        raise FetchError(f"{url}: more than {follow} redirects one after another; give the address they end at")

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, door: _Door) -> Answer:
        given = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate", **headers}
        with _told(url, door.watch), requests.Session() as session:
            session.trust_env = False
            session.mount("http://", _Adapter(door))
            session.mount("https://", _Adapter(door))
            got = session.request(
                method, url, headers=given, data=body, stream=True, allow_redirects=False, timeout=self.limits.seconds
            )
            with contextlib.closing(got):
                names = {name.lower(): value for name, value in got.headers.items()}
                return Answer(got.status_code, url, self._body(url, got, door.watch), names)

    def _body(self, url: str, got: requests.Response, watch: _Watch) -> bytes:
        taken = bytearray()
        for chunk in got.iter_content(_CHUNK):
            taken += chunk
            if len(taken) > self.limits.max_bytes:
                raise FetchError(f"{url}: answers with more than {self.limits.max_bytes:,} bytes; that is no feed")
            watch.look()
        watch.look()  # a connection that the watch ended looks like one that was done
        return bytes(taken)


def _sound(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = None
    if not sound:
        raise FetchError(f"{url}: only addresses that begin with http:// or https:// can be asked")
    return url


def _without_user(url: str) -> str:
    """A redirect names no user: whose password would that be?"""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url


@contextlib.contextmanager
def _told(url: str, watch: _Watch) -> Iterator[None]:
    """Whatever goes wrong on the way is one error, with the address and what to do."""
    try:
        yield
    except FetchError:
        raise
    except (requests.RequestException, HTTPError, OSError, ValueError) as fault:
        inner = next((each for each in _causes(fault) if isinstance(each, FetchError)), None)
        if inner:
            raise inner from None
        watch.look()
        raise FetchError(f"{url}: no answer ({_reason(fault)}); is the address right, and its host up?") from fault


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """A fault and those it came from; urllib3 and requests wrap what they meet several times."""
    seen: list[BaseException] = []
    waiting: list[Any] = [fault]
    while waiting and len(seen) < 32:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    yield from seen


def _reason(fault: BaseException) -> str:
    system = [each for each in _causes(fault) if isinstance(each, OSError) and each.strerror]
    return str(system[-1].strerror) if system else type(fault).__name__


class _Watch:
    """Ends the connections of a request when its time is over, whatever they are waiting for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []
        self._guard = threading.Lock()

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._guard:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

    @property
    def left(self) -> float:
        """Seconds."""
        return self._ends - time.monotonic()

    def look(self) -> None:
        """Raises FetchError when the time is over."""
        if self.left <= 0:
            raise FetchError(f"no complete answer within {self.seconds:g} seconds; try again later")

    def over(self, connection: socket.socket) -> None:
        """Watch over a connection; by a handle of our own, which stays when TLS takes over the other."""
        with self._guard:
            self._sockets.append(connection.dup())
        if self.left <= 0:
            self._end()

    def _end(self) -> None:
        with self._guard:
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


class _Door:
    """The way out for one hop: looks a name up, judges, connects. `went` is the kind of address that was taken."""

    def __init__(self, guard: Guard, allow_private: bool, watch: _Watch) -> None:
        self.guard, self.allow_private, self.watch = guard, allow_private, watch
        self.went = ""

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first allowed address of the host that answers."""
        found = self._looked_up(host, port)
        allowed = [each for each in found if self._allowed(each[4][0])]
        if not allowed:
            raise FetchError(
                f"{host}: is at {found[0][4][0]}, which is no public address; "
                "a feed there is only read where its address was given by you, and no redirect leads there"
            )
        fault: OSError | None = None
        for family, kind, protocol, _, address in allowed[:4]:
            try:
                return self._connected(socket.socket(family, kind, protocol), address)
            except OSError as this:
                fault = this
                self.watch.look()
        raise fault or OSError("no address")

    def _allowed(self, address: str) -> bool:
        kind = self.guard.kind(address)
        return kind == "public" or (kind == "private" and self.allow_private)

    def _connected(self, made: socket.socket, address: Any) -> socket.socket:
        try:
            made.settimeout(max(self.watch.left, 0.001))
            made.connect(address)
            self.watch.over(made)
        except BaseException:
            made.close()
            raise
        self.went = self.guard.kind(address[0])
        return made

    def _looked_up(self, host: str, port: int) -> list[Any]:
        """The addresses of a host. The system's look-up cannot be stopped, so it is waited for only so long."""
        found: list[Any] = []

        def ask() -> None:
            try:
                found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as fault:
                found.append(fault)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(max(self.watch.left, 0))
        self.watch.look()
        if not found or isinstance(found[0], Exception):
            raise FetchError(f"{host}: there is no host of this name; is it spelled right?")
        return found


class _Adapter(HTTPAdapter):
    """requests' way to urllib3, with connections that go through a `_Door`."""

    def __init__(self, door: _Door) -> None:
        self._door = door
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        door = self._door

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return door.connect(self._dns_host, self.port)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return door.connect(self._dns_host, self.port or 443)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
