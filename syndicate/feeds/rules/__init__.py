"""Our rules for feeds: what is wrong with a document, where, and what to do about it. Pure.

In: the bytes of any feed, of one fragment, or of what stands around fragments. Out: findings as values, or None.
Nothing here raises on any bytes, expands an entity or fetches anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from syndicate.feeds.rules import (
    _address,
    _atom,
    _document,
    _entries,
    _extensions,
    _http,
    _jsonfeed,
    _links,
    _opml,
    _podcasts,
    _rss,
    _rss_values,
    _text,
    _together,
    _tombstones,
)
from syndicate.feeds.rules._entries import Summary as Summary
from syndicate.feeds.rules._filled import are_sound as are_sound
from syndicate.feeds.rules._held import MAX_ENVELOPE as MAX_ENVELOPE
from syndicate.feeds.rules._held import MAX_FRAGMENT as MAX_FRAGMENT
from syndicate.feeds.rules._held import held as held
from syndicate.feeds.rules._held import held_envelope as held_envelope
from syndicate.feeds.rules._http import Answer as Answer
from syndicate.feeds.rules._names import ATOM
from syndicate.feeds.rules._rule import Finding as Finding
from syndicate.feeds.rules._rule import Look as Look
from syndicate.feeds.rules._rule import Rule as Rule
from syndicate.feeds.rules._rule import line_of
from syndicate.feeds.rules._rule import rules as _rules
from syndicate.feeds.rules._values import is_absolute as is_absolute
from syndicate.model.patterns import regex

_OWN = _rules(
    ("more-findings", "I", "there are more findings of a rule", "Mend those that are listed first.", "Syndicate"),
)
_ROOMS = (
    *(
        _document.RULES,
        _address.RULES,
        _text.RULES,
        _entries.RULES,
        _links.RULES,
        _rss.RULES,
        _rss_values.RULES,
        _atom.RULES,
    ),
    *(
        _tombstones.RULES,
        _extensions.RULES,
        _podcasts.RULES,
        _jsonfeed.RULES,
        _opml.RULES,
        _http.RULES,
        _together.RULES,
        _OWN,
    ),
)

_ROOT = regex(rb"<(?:rss|feed|opml)[\s>]|jsonfeed\.org/version")

CATALOGUE: Final[Mapping[str, Rule]] = {rule.name: rule for room in _ROOMS for rule in room}
"""Every rule by its name, in the order of docs/validation.md."""


def check(data: bytes, url: str = "", *, now: datetime | None = None) -> list[Finding]:
    """All that is wrong with a document, in the order of lines.

    `url` is the address it was fetched from, "" where it was not; `now` the time by which a date lies in the future
    (None: nothing does). The format is found by itself. Never raises.
    """
    look = begin(url, now)
    examine(look, data)
    return look.end()


def begin(url: str = "", now: datetime | None = None) -> Look:
    """A look at one document, to which further rules can be put before its `end()`."""
    return Look(CATALOGUE, url, now)


def examine(look: Look, data: bytes) -> Summary | None:
    """Put all rules for a document to it → what it is; None where it is no feed, which is a finding."""
    if len(data) > _document.MAX_SIZE:
        look.note("too-large", 1, f"{len(data)} bytes, more than {_document.MAX_SIZE}")
        return None
    text = _document.decoded(look, data)
    if text is None:
        return None
    if text.lstrip()[:1] in ("{", "["):
        return _jsonfeed.judge(look, text)
    if text.lstrip()[:14].lower().startswith(("<!doctype html", "<html")):
        look.note("not-a-feed", 1, "it is a page of HTML")
        return None
    root = _document.parsed(look, text)
    if root is None:
        return None
    if root.tag == "rss":
        return _rss.judge(look, root)
    if root.tag in (f"{{{ATOM}}}feed", f"{{{ATOM}}}entry"):
        return _atom.judge(look, root)
    if root.tag == "opml":
        return _opml.judge(look, root)
    look.note("not-a-feed", line_of(root), f"the root is <{root.tag[:80]}>")
    return None


def examine_answer(look: Look, answer: Answer, data: bytes) -> Summary | None:
    """Put the rules for a server's answer to it, and those for the document that it brought."""
    if answer.status != 200:
        look.note("http-status", 1, str(answer.status))
        return None
    summary = examine(look, data)
    _http.judge(look, answer, summary.form if summary else "", _document.encoding(data))
    return summary


def is_feed(head: bytes) -> bool:
    """Whether the first bytes of a file (4 kB are enough) look like a feed or a list of feeds."""
    return _ROOT.search(head) is not None


def examine_together(looks: Mapping[str, Look], documents: Mapping[str, Summary]) -> None:
    """Hold documents of one site against each other, by path: formats of one feed, pages of one history."""
    for paths in _together.families(documents):
        for other in paths[1:]:
            _together.agree(looks[other], documents[paths[0]], documents[other], paths[0])
    _together.chains(looks, documents)
