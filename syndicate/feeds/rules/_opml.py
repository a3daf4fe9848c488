"""OPML 2.0, as far as it lists subscriptions. Pure."""

from __future__ import annotations

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules._entries import Summary
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import rfc822, short

RULES = rules(
    ("opml-version", "W", "the version of OPML is not said", 'Write <opml version="2.0">.', "OPML 2.0"),
    (
        "opml-missing",
        "E",
        "there is no head, no body, or no outline in the body",
        "Put one <head> and one <body> with an <outline> into <opml>.",
        "OPML 2.0",
    ),
    ("opml-text", "E", "an outline has no text", "Give it the attribute text; title alone is not enough.", "OPML 2.0"),
    (
        "opml-feed",
        "E",
        "a subscription has no address",
        'Give an outline with type="rss" the attribute xmlUrl.',
        "OPML 2.0: subscription lists",
    ),
    ("opml-date", "E", "a date is none", "Write it as Mon, 06 Jan 2025 10:00:00 +0000.", "OPML 2.0: head"),
)


def judge(look: Look, root: _Element) -> Summary:
    """A document whose root is `opml`."""
    if root.get("version", "")[:1] not in ("1", "2"):
        look.note("opml-version", line_of(root))
    head, body = root.find("head"), root.find("body")
    if head is None or body is None or body.find("outline") is None:
        look.note("opml-missing", line_of(root))
    for name in ("dateCreated", "dateModified"):
        date = head.find(name) if head is not None else None
        if date is not None and (fault := rfc822(date.text or "").fault):
            look.note("opml-date", line_of(date), f"{name}: {fault}")
    for outline in root.iter("outline"):
        _outline(look, outline, line_of(outline))
    return Summary("opml", "", (), False, ())


def _outline(look: Look, outline: _Element, line: int) -> None:
    text = outline.get("text", "")
    if not text.strip():
        look.note("opml-text", line, short(outline.get("title", "")))
    texts.plain(look, line, "text", text)
    if outline.get("type") == "rss":
        if not outline.get("xmlUrl"):
            look.note("opml-feed", line, short(text))
        else:
            address.judge(look, line, "xmlUrl", outline.get("xmlUrl"), web=True)
    if outline.get("htmlUrl"):
        address.judge(look, line, "htmlUrl", outline.get("htmlUrl"), web=True)
