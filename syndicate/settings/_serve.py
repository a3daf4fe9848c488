"""`[serve]` and `[hub]`: how readers are served, and who may be told of news at once."""

from __future__ import annotations

from typing import Literal

from syndicate.settings import _checks as check
from syndicate.settings._kinds import choice, items, number, switch, text
from syndicate.settings._section import Section


class Serve(Section):
    """How `syndicate serve` answers. Lengths of time as `30s`, `5m`, `12h` or `1d`."""

    listen: str = text(
        "127.0.0.1:8080",
        "Where readers are answered: `HOST:PORT`, `:PORT` for all addresses, or `unix:/path`.",
        check.listen,
        least=1,
    )
    operator: str = text(
        "127.0.0.1:8081",
        "Where the operator is answered: the dashboard, `/metrics`, `/healthz` and `/readyz`. Empty: nowhere.",
        check.listen,
    )
    token: str = text(
        "",
        "Password of the dashboard and of `/metrics`, of 12 signs or more. "
        "Empty: one is made, and kept in a file beside the state.",
        check.password,
    )
    proxies: tuple[str, ...] = items(
        (),
        "Networks of proxies whose word is taken on who asks (`X-Forwarded-For`), as `127.0.0.1/32`.",
        check.distinct,
        each=check.network,
    )
    max_age: str = text(
        "",
        "How long answers may be kept by caches. Empty: by each feed's own rhythm; with a hub, a minute.",
        check.span,
    )
    connections: int = number(50, 1, 100_000, "Connections of one address at the same time, at most.")
    full_copies: int = number(
        10, 0, 1_000_000, "Copies of one feed that an address gets in an hour without asking for news alone. 0: any."
    )
    polls: int = number(
        60, 0, 1_000_000, "Times that an address may ask for news of one feed in an hour, beside a burst of 10. 0: any."
    )
    media: bool = switch(True, "Whether files of the site are served that entries name as enclosures.")
    queries: bool = switch(False, "Whether anybody may ask for a feed of a query of their own, at `query.rss?q=`.")
    numbers: bool = switch(True, "Whether subscribers are counted, day by day; no address is kept.")


class Hub(Section):
    """The hub that is built in: subscribers are told of news as it is published."""

    on: bool = switch(False, "Whether readers can subscribe here (WebSub), and feeds say so.")
    address: str = text("", "Public address of the hub. Empty: `hub` below the address of the feeds.", check.base_url)
    rsscloud: bool = switch(False, "Whether readers of RSS can register to be told of news here, too (rssCloud).")
    lease: str = text("10d", "How long a subscription lasts that asks for no other time.", check.span, least=1)
    longest: str = text("30d", "How long one may last at most.", check.span, least=1)
    signature: Literal["sha1", "sha256", "sha384", "sha512"] = choice(
        "sha256",
        ("sha1", "sha256", "sha384", "sha512"),
        "How what is sent is signed for subscribers with a secret, where they ask for nothing else.",
    )
    private: tuple[str, ...] = items(
        (),
        "Networks that are no public ones where subscribers may be, as `10.0.0.0/8`.",
        check.distinct,
        each=check.network,
    )
    subscribers: int = number(100_000, 1, 10_000_000, "Subscriptions that are taken, at most.")
    at_once: int = number(256, 1, 10_000, "Subscribers that are told at the same time, at most.")
