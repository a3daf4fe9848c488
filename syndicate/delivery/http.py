"""The one client that asks other hosts for something: bounded in time and in bytes, and only of public addresses.

In: an address. Out: an `Answer`, whatever its status, or a `FetchError` that says what to do. The time limit is for
the whole of a request, from looking up the name to the last byte after all redirects: a watch closes the
connection when it is over. An address is judged when its name has been looked up, and that very address is connected
to, so that no name can mean another one in the meantime; TLS asks for the certificate of the name all the same.
Neither proxies nor credentials are taken from the environment. Clients keep nothing between requests, and any number
of threads may use one.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from syndicate.delivery._wire import Door, Lookup, Lookups, Watch, bounded
from syndicate.delivery.guard import ASKED, Guard, Kind
from syndicate.errors import FetchError
from syndicate.model.records import dataclass, field

AGENT = "Syndicate (feed builder)"

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 65_536

# It tells of odd headers in the words of whoever sent them, and beside them addresses with what is secret in them.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


def agent(contact: str) -> str:
    """The User-Agent that names a page about the sender."""
    return f"{AGENT[:-1]}; +{contact})" if contact else AGENT


def authorities() -> str:
    """The file of the authorities that all trust: those by which this client knows its hosts."""
    return str(requests.utils.DEFAULT_CA_BUNDLE_PATH)


@dataclass(frozen=True)
class Limits:
    """`seconds` for a whole request, `max_bytes` of a body after unpacking, `redirects` that are followed (GET), and
    `told_bytes` that are read of what a receiver says (POST), as they come."""

    seconds: float = 30.0
    max_bytes: int = 32_000_000
    redirects: int = 5
    told_bytes: int = 65_536


@dataclass(frozen=True)
class Answer:
    """What a host said: `url` is where it was said, after redirects; names of `headers` are in small letters."""

    status: int
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Where a redirect leads that was not followed, without a user's name; "" where there is none."""
        leads = self.headers.get("location", "") if self.status in _REDIRECTS else ""
        return _shown(_joined(self.url, leads)) if leads else ""


class Client:
    """Asks other hosts."""

    def __init__(
        self,
        limits: Limits | None = None,
        guard: Guard | None = None,
        agent: str = AGENT,
        certificates: str = "",
        lookup: Lookup | None = None,
    ) -> None:
        """`certificates` is a file of the authorities that are trusted, "" for those that all trust; `lookup` asks for
        addresses instead of the system."""
        self.limits, self.guard, self.agent = limits or Limits(), guard or Guard(), agent
        self._certificates, self._lookups = certificates, Lookups(lookup)

    def get(
        self,
        url: str,
        allow_private: bool = False,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """GET; `allow_private` for an address that a person gave, `max_bytes` for another limit than the client's,
        0 where the body is of no interest: it is not read then.

        Raises:
            FetchError: there is no answer, it is too large or too slow, or the address is not to be asked.
        """
        most = self.limits.max_bytes if max_bytes is None else max_bytes
        sent = {"Accept-Encoding": "gzip, deflate", **(headers or {})}
        start, asked = url, _asked(allow_private)
        with Watch(self.limits.seconds, _shown(url)) as watch:
            for _ in range(self.limits.redirects + 1):
                door = Door(self.guard, asked, watch, self._lookups)
                answer = self._once(_Hop("GET", url, _shown(url), sent, None, most), door)
                if not answer.target:
                    return answer
                url = answer.target
                # whoever was let into a private network may be sent on within it, nobody else into one
                asked = asked if door.went != "public" else frozenset(("public",))
        times = self.limits.redirects
        raise FetchError(
            f"{_shown(start)}: more than {times} redirects one after another; give the address they end at"
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str], allow_private: bool = False) -> Answer:
        """POST. Redirects are not followed: `Answer.target` says where one leads. Of the answer's body no more than
        `Limits.told_bytes` are read, and nothing is unpacked.

        Raises:
            FetchError: as `get`. It names the host alone: addresses of receivers may hold what is secret.
        """
        sent = {"Accept-Encoding": "identity", **headers}
        hop = _Hop("POST", url, _origin(url), sent, body, self.limits.told_bytes)
        with Watch(self.limits.seconds, hop.where) as watch:
            return self._once(hop, Door(self.guard, _asked(allow_private), watch, self._lookups))

    def _once(self, hop: _Hop, door: Door) -> Answer:
        if refusal := self.guard.refusal(hop.url, door.asked):
            raise FetchError(f"{hop.where}: {refusal}")
        adapter = _Adapter(door, hop)
        with _told(hop.where, door.watch), contextlib.closing(adapter):
            given = {"User-Agent": self.agent, "Accept": "*/*", "Connection": "close", **hop.headers}
            # no session: it reads the whole body of a redirect that it is told not to follow
            request = requests.Request(hop.method, hop.url, headers=given, data=hop.body).prepare()
            trusted = self._certificates or True
            got = adapter.send(request, stream=True, timeout=self.limits.seconds, verify=trusted)
            with contextlib.closing(got):
                names = {name.lower(): value for name, value in got.headers.items()}
                answer = Answer(got.status_code, hop.url, b"", names)
                if not hop.most or (hop.method == "GET" and answer.target):
                    return answer  # what stands beside a redirect is nobody's
                body = _whole(got, hop, door.watch) if hop.method == "GET" else _beginning(got, hop, door.watch)
                return replace(answer, body=body)


@dataclass(frozen=True)
class _Hop:
    """One request; `where` is what is said of its address, `most` how many bytes of the answer are taken."""

    method: str
    url: str
    where: str
    headers: Mapping[str, str]
    body: bytes | None
    most: int


def _asked(allow_private: bool) -> Collection[Kind]:
    return ASKED | {"private"} if allow_private else ASKED


def _whole(got: requests.Response, hop: _Hop, watch: Watch) -> bytes:
    """The body, unpacked."""
    taken = bytearray()
    while chunk := got.raw.read(_CHUNK, decode_content=True):
        taken += chunk
        if len(taken) > hop.most:
            raise FetchError(f"{hop.where}: answers with more than {hop.most:,} bytes; that is more than is read")
        watch.look()
    watch.look()  # a connection that the watch ended looks like one that was done
    return bytes(taken)


def _beginning(got: requests.Response, hop: _Hop, watch: Watch) -> bytes:
    """The body as it comes, as far as it is looked at."""
    taken = bytearray()
    while len(taken) < hop.most and (chunk := got.raw.read(hop.most - len(taken), decode_content=False)):
        taken += chunk
    watch.look()
    return bytes(taken)


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        return target


def _shown(url: str) -> str:
    """An address without the name and password of a user. A redirect names none: whose would that be?"""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url


def _origin(url: str) -> str:
    """Scheme and host of an address, as far as it has them."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        if parts.netloc:
            return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return "the address of the receiver"


@contextlib.contextmanager
def _told(where: str, watch: Watch) -> Iterator[None]:
    """Whatever goes wrong on the way is one error, with the address and what to do."""
    try:
        yield
    except FetchError:
        raise
    except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as fault:
        inner = next((each for each in _causes(fault) if isinstance(each, FetchError)), None)
        if inner:
            raise inner from None
        watch.look()
        raise FetchError(f"{where}: no answer ({_reason(fault)}); is the address right, and its host up?") from fault


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


class _Adapter(HTTPAdapter):
    """requests' way to urllib3, with connections that go through a `Door` and answers that end."""

    def __init__(self, door: Door, hop: _Hop) -> None:
        self._door, self._answers = door, bounded(hop.where, hop.most)
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        door, answers = self._door, self._answers

        class Plain(HTTPConnection):
            response_class = answers

            def _new_conn(self) -> socket.socket:
                return door.connect(self._dns_host, self.port)

        class Secure(HTTPSConnection):
            response_class = answers

            def _new_conn(self) -> socket.socket:
                return door.connect(self._dns_host, self.port or 443)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
