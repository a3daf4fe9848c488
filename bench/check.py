"""Whether every feed was really written: each document is there, whole, the newest posts first, with full content."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from bench.expected import Expected, said, spoken

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
MOST = 10
"""Faults that are told of."""

Entry = tuple[str, float, str]
"""Address, moment, HTML."""

_said = lru_cache(maxsize=20_000)(said)


class Unlike(Exception):
    """A program did not write what it had to."""


def check(wanted: Expected, feeds: Mapping[str, Mapping[str, Path]], *, packed: bool = False) -> int:
    """The number of documents, all of them as wanted; raises Unlike with the first faults.

    `packed`: beside each document has to stand the same, compressed.
    """
    faults = [f"{key}: no such feed was written" for key in sorted(wanted.feeds.keys() - feeds.keys())]
    faults += [f"{key}: nobody asked for this feed" for key in sorted(feeds.keys() - wanted.feeds.keys())]
    count = 0
    for key in wanted.feeds.keys() & feeds.keys():
        for form, path in feeds[key].items():
            count += 1
            faults += (f"{key} ({form}): {fault}" for fault in _faults(wanted, key, path))
            if packed and _unpacked(path) != path.read_bytes():
                faults.append(f"{key} ({form}): there is nothing like it compressed")
        if len(faults) > MOST:
            break
    if faults:
        raise Unlike("\n".join(faults[:MOST]))
    return count


def _unpacked(path: Path) -> bytes | None:
    beside = path.with_name(path.name + ".gz")
    return gzip.decompress(beside.read_bytes()) if beside.is_file() else None


def _faults(wanted: Expected, key: str, path: Path) -> Iterator[str]:
    if not path.is_file():
        yield "the document is not there"
        return
    found, newest = list(entries(path)), wanted.newest(key)
    if len(found) != len(newest):
        yield f"{len(found)} entries, not {len(newest)}"
        return
    for number, ((address, moment, html), post) in enumerate(zip(found, newest, strict=True), 1):
        last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2].removesuffix(".html").lower()
        if not last.endswith(post.ident):
            yield f"entry {number} is {address}, not {post.ident}"
        elif moment != post.moment:
            yield f"entry {number} has another date than {post.path}"
        elif spoken(html) != _said(post.path):
            yield f"entry {number} does not hold all that {post.path} says"


def entries(path: Path) -> Iterator[Entry]:
    """The entries of a document in its order."""
    if path.suffix == ".json":
        for item in json.loads(path.read_bytes())["items"]:
            yield item["url"], datetime.fromisoformat(item["date_published"]).timestamp(), item["content_html"]
        return
    root = etree.parse(path).getroot()
    if root.tag == f"{_ATOM}feed":
        for entry in root.iterfind(f"{_ATOM}entry"):
            link = next(each for each in entry.iterfind(f"{_ATOM}link") if each.get("rel", "alternate") == "alternate")
            moment = datetime.fromisoformat(entry.findtext(f"{_ATOM}published") or "")
            yield link.get("href") or "", moment.timestamp(), entry.findtext(f"{_ATOM}content") or ""
        return
    for item in root.iter("item"):
        moment = parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC)
        html = item.findtext(_CONTENT) or item.findtext("description") or ""
        yield item.findtext("link") or "", moment.timestamp(), html
