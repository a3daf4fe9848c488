"""The tables of tests/cases/serving, and how an answer is held against a row: whoever serves, and by whatever way.

the = Known.of(ask, "/feeds/rss.xml")           # asks for the validators that the rows name in braces
for row in conditionals(): assert not wrong(row, ask(row.method, *row.request(the)), the)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).parent / "cases" / "serving"
_FIXED = "%a, %d %b %Y %H:%M:%S GMT"


class Answer(NamedTuple):
    """What came back. Names of headers are in small letters; of one that came twice both stand."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key == name]
        return ", ".join(found) if found else None


Ask = Callable[[str, str, list[str]], Answer]
"""Method, path, lines of headers → the answer."""


class Conditional(NamedTuple):
    """A row of conditional.toml; `see` are headers that the answer has (`name`, `name: value`) or lacks (`!name`)."""

    name: str
    method: str
    path: str
    send: tuple[str, ...]
    status: int
    see: tuple[str, ...] = ()
    nginx: int = 0
    why: str = ""

    def request(self, the: Known) -> tuple[str, list[str]]:
        """Path and lines to send."""
        path = self.path if self.path.startswith("/") else the.path + self.path
        return path, [the.filled(line) for line in self.send]


class Known(NamedTuple):
    """What is known of a document before: its address, what rows have in braces, and the headers of its 200."""

    path: str
    words: Mapping[str, str]
    whole: Answer

    @classmethod
    def of(cls, ask: Ask, path: str) -> Known:
        whole, coded = ask("GET", path, []), ask("GET", path, ["Accept-Encoding: gzip"])
        assert (whole.status, coded.status) == (200, 200)
        tag, modified = whole.header("etag"), whole.header("last-modified")
        assert tag and modified and tag != coded.header("etag")
        words = {"etag": tag, "etag gzip": coded.header("etag") or ""} | _dates(parsedate_to_datetime(modified))
        bare = tag.strip('"')
        letters = bare.upper() if bare.upper() != bare else bare.swapcase() + "A"
        words |= {"tag": bare, "tag half": bare[: len(bare) // 2], "tag upper": letters}
        return cls(path, words, whole)

    def filled(self, line: str) -> str:
        return re.sub(r"\{([a-z0-9 ]+)\}", lambda found: self.words[found[1]], line)


def _dates(then: datetime) -> dict[str, str]:
    before, after = then - timedelta(seconds=1), then + timedelta(seconds=1)
    day = timedelta(days=1)
    return {
        "modified": then.strftime(_FIXED),
        "earlier": before.strftime(_FIXED),
        "later": after.strftime(_FIXED),
        "day earlier": (then - day).strftime(_FIXED),
        "day later": (then + day).strftime(_FIXED),
        "rfc850": then.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "rfc850 earlier": before.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "asctime": then.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y"),
        "asctime earlier": before.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y"),
    }


def conditionals() -> list[Conditional]:
    """The rows of conditional.toml."""
    return [
        Conditional(
            row["name"],
            row.get("method", "GET"),
            row.get("path", ""),
            tuple(row["send"]),
            row["status"],
            tuple(row.get("see", ())),
            row.get("nginx", row["status"]),
            row.get("why", ""),
        )
        for row in _table("conditional")
    ]


class Coding(NamedTuple):
    """A row of coding.toml: Accept-Encoding (None: without), what is sent, and what nginx sends."""

    accepted: str | None
    coding: str
    nginx: str

    @property
    def lines(self) -> list[str]:
        return [] if self.accepted is None else [f"Accept-Encoding: {self.accepted}"]


def codings() -> list[Coding]:
    """The rows of coding.toml."""
    return [Coding(row.get("send"), row["coding"], row.get("nginx", row["coding"])) for row in _table("coding")]


def _table(name: str) -> list[dict[str, object]] | list[dict[str, object]]:
    rows: list[dict[str, object]] = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))["case"]
    return rows


def wrong(row: Conditional, answer: Answer, the: Known, kept: tuple[str, ...] = ("etag", "last-modified")) -> list[str]:
    """What of an answer is not as its row says, and as RFC 9110 says of any; `kept` are headers of a 200 that a 304 to
    the same request has as well."""
    found = [] if answer.status == row.status else [f"the status is {answer.status}, not {row.status}"]
    if (answer.status == 304 or row.method == "HEAD") and answer.body:
        found.append(f"there are {len(answer.body)} bytes where none belong")
    if answer.status in (200, 304):
        found += [f"{name} is missing" for name in kept if answer.header(name) is None]
    if answer.status == 200 and row.method == "GET" and answer.header("content-length") != str(len(answer.body)):
        found.append("content-length is not that of the body")
    for each in row.see:
        name, _, value = the.filled(each).partition(": ")
        if name.startswith("!"):
            found += [f"{name[1:]} is there"] if answer.header(name[1:]) is not None else []
        elif (got := answer.header(name)) is None or (value and got != value):
            found.append(f"{name} is {got!r}, not {value!r}")
    return found
