"""Atom 1.0 (RFC 4287). Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules import _entries as entries
from syndicate.feeds.rules import _extensions as extensions
from syndicate.feeds.rules import _links as links
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules import _tombstones as tombstones
from syndicate.feeds.rules._entries import Seen, Summary
from syndicate.feeds.rules._names import ATOM, FH, XHTML
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import is_absolute, is_email, is_media_type, rfc3339, short
from syndicate.model.patterns import regex

RULES = rules(
    (
        "atom-missing",
        "E",
        "an element is missing or empty that must be there",
        "Say id, title and updated in the feed and in each entry.",
        "RFC 4287 4.1.1, 4.1.2",
    ),
    (
        "atom-twice",
        "E",
        "an element is there twice that may be there once",
        "Keep one of them.",
        "RFC 4287 4.1.1, 4.1.2",
    ),
    (
        "atom-unknown",
        "E",
        "an element is in Atom's namespace, or in none, and Atom does not know it here",
        "Look at its spelling; elements of your own need a namespace.",
        "RFC 4287 6.3",
    ),
    (
        "atom-id",
        "E",
        "an id is no absolute IRI",
        "Use the permalink, or a tag: or urn:uuid: IRI.",
        "RFC 4287 4.2.6",
    ),
    (
        "atom-id-form",
        "W",
        "an id is not in normal form, and ids are compared letter by letter",
        "Write scheme and host in lower case, no default port and at least `/` as path. Keep it if it is published.",
        "RFC 4287 4.2.6.1; W3C: NonCanonicalURI",
    ),
    (
        "atom-author",
        "E",
        "an entry has no author, and neither has the feed",
        "Name an author in the feed.",
        "RFC 4287 4.1.1",
    ),
    ("atom-date", "E", "a date is none", "Write it as 2025-01-06T10:00:00Z.", "RFC 4287 3.3; RFC 3339"),
    (
        "atom-no-content",
        "E",
        "an entry has neither content nor a link to its page",
        'Give it content, or a link with rel="alternate".',
        "RFC 4287 4.1.2",
    ),
    (
        "atom-no-summary",
        "E",
        "content is elsewhere or in Base64, and there is no summary",
        "Add a summary.",
        "RFC 4287 4.1.1.1",
    ),
    (
        "atom-type",
        "E",
        "the type of a text is none that Atom knows",
        "Say text, html or xhtml; content may say a media type, but not text/html or CDATA for HTML.",
        "RFC 4287 3.1.1, 4.1.3.1",
    ),
    (
        "atom-children",
        "E",
        "a text has elements in it and its type does not allow them",
        'Escape the HTML and say type="html", or wrap it into one xhtml:div and say type="xhtml".',
        "RFC 4287 3.1.1, 4.1.3.3",
    ),
    (
        "atom-content-src",
        "E",
        "content that is elsewhere has no media type, or holds something here, too",
        "Say its type, and leave the element empty.",
        "RFC 4287 4.1.3.2",
    ),
    ("atom-category", "E", "a category has no term", "Give it the attribute term.", "RFC 4287 4.2.2"),
    (
        "atom-person",
        "E",
        "a person has no name, or what is said of them is wrong",
        "Say name; email is name@host, uri an absolute IRI.",
        "RFC 4287 3.2",
    ),
    (
        "atom-source",
        "W",
        "the source of a republished entry does not say id and title",
        "Copy them from the feed that the entry comes from.",
        "RFC 4287 4.2.11",
    ),
    (
        "atom-source-updated",
        "I",
        "the source of a republished entry does not say when it was updated",
        "Copy `updated` from the feed that the entry comes from.",
        "RFC 4287 4.2.11",
    ),
)

_A: Final = f"{{{ATOM}}}"
_ONCE_FEED = frozenset("id title updated subtitle generator icon logo rights".split())
_ONCE_ENTRY = frozenset("id title updated published summary content rights source".split())
_MANY_FEED = frozenset("author category contributor link entry".split())
_MANY_ENTRY = frozenset("author category contributor link".split())
_TEXTS = ("title", "subtitle", "rights", "summary")
_KINDS = ("text", "html", "xhtml")
_UNUSUAL = regex(r"[a-z+.-]*[A-Z]|https?://(?:[^/]*[A-Z]|[^/]*:(?:80|443)?(?:/|\Z)|[^/?#]*(?:[?#]|\Z))")


def judge(look: Look, root: _Element) -> Summary:
    """A document whose root is `feed` (or a lone `entry`)."""
    if root.tag == f"{_A}entry":
        seen = _entry(look, root, authored=False)
        return Summary("atom", "", (), False, (seen,))
    _children(look, root, _ONCE_FEED, _MANY_FEED)
    updated = _metadata(look, root)
    for name in ("icon", "logo"):
        for element in root.iterchildren(_A + name):
            address.judge(look, line_of(element), name, element.text, web=True, iri=True)
    related = links.of_feed(look, root, "atom")
    authored = any(True for _ in root.iterchildren(f"{_A}author"))
    seen_all = [_entry(look, entry, authored) for entry in root.iterchildren(f"{_A}entry")]
    _late(look, root)
    entries.judge(look, seen_all, line_of(root), updated)
    tombstones.judge(look, root, seen_all)
    own = next((href for rel, href in related if rel == "self"), "")
    return Summary("atom", own, related, root.find(f"{{{FH}}}archive") is not None, tuple(seen_all))


def _late(look: Look, feed: _Element) -> None:
    behind = False
    for child in feed.iterchildren("*"):
        if child.tag == f"{_A}entry":
            behind = True
        elif behind and child.tag.startswith(_A):
            look.note("metadata-late", line_of(child), child.tag[len(_A) :])
            return


def _entry(look: Look, entry: _Element, authored: bool) -> Seen:
    ident = (entry.findtext(f"{_A}id") or "").strip()
    title = (entry.findtext(f"{_A}title") or "").strip()
    look.of((ident, title), entry.findtext(f"{_A}content"))
    line = line_of(entry)
    _children(look, entry, _ONCE_ENTRY, _MANY_ENTRY)
    updated = _metadata(look, entry)
    published = _date(look, entry, "published")
    found = list(entry.iterchildren(links.LINK))
    pairs = [links.one(look, link, iri=True) for link in found]
    links.alternates(look, found)
    page = next((href for rel, href in pairs if rel == "alternate"), "")
    source = entry.find(f"{_A}source")
    if not authored and entry.find(f"{_A}author") is None and (source is None or source.find(f"{_A}author") is None):
        look.note("atom-author", line)
    if source is not None:
        _source(look, source)
    _content(look, entry, bool(page))
    extensions.entry(look, entry)
    look.of(())
    return Seen(line, ident, title, page, published, updated)


def _metadata(look: Look, element: _Element) -> datetime | None:
    """What a feed and an entry have in common → its `updated`."""
    for name in ("id", "title", "updated"):
        child = element.find(_A + name)
        empty = child is not None and not (child.text or "").strip()
        if child is None or (empty and name != "title"):
            look.note("atom-missing", line_of(element), f"{name} of the {element.tag[len(_A) :]}")
    for child in element.iterchildren(f"{_A}id"):
        _id(look, child)
    for name in _TEXTS:
        for child in element.iterchildren(_A + name):
            _text(look, child, name)
    for name in ("author", "contributor"):
        for child in element.iterchildren(_A + name):
            _person(look, child)
    for child in element.iterchildren(f"{_A}category"):
        _category(look, child)
    return _date(look, element, "updated")


def _id(look: Look, element: _Element) -> None:
    line, text = line_of(element), element.text or ""
    if not text.strip():
        return
    if not is_absolute(text):
        look.note("atom-id", line, repr(short(text)))
        return
    address.characters(look, line, "id", text, iri=True)
    if _UNUSUAL.match(text):
        look.note("atom-id-form", line, repr(short(text)))


def _date(look: Look, parent: _Element, name: str) -> datetime | None:
    child = parent.find(_A + name)
    if child is None:
        return None
    moment = rfc3339(child.text or "")
    if moment.fault and child.text:
        look.note("atom-date", line_of(child), f"{name} {short(child.text)!r}: {moment.fault}")
    return moment.at


def _text(look: Look, element: _Element, name: str) -> None:
    """A text construct, RFC 4287 section 3.1."""
    line, kind = line_of(element), element.get("type", "text")
    if kind not in _KINDS:
        look.note("atom-type", line, f"{name} type={short(kind)!r}")
    elif kind == "xhtml":
        _xhtml(look, element, name)
    elif len(element):
        look.note("atom-children", line, name)
    elif kind == "html":
        texts.html(look, line, name, element.text)
    else:
        texts.plain(look, line, name, element.text)


def _xhtml(look: Look, element: _Element, name: str) -> None:
    children = list(element.iterchildren("*"))
    if len(children) != 1 or children[0].tag != f"{{{XHTML}}}div":
        look.note("atom-children", line_of(element), f"{name} of type xhtml is not one div")
    for each in element.iter(f"{{{XHTML}}}*"):
        local, line = each.tag.rpartition("}")[2], line_of(each)
        if local in ("script", "object", "embed", "form"):
            look.note("html-script", line, f"{name} holds <{local}>")
        for attribute, value in each.attrib.items():
            texts.judge_attribute(look, line, f"<{local} {attribute!s}>", str(attribute), str(value))


def _content(look: Look, entry: _Element, has_page: bool) -> None:
    """RFC 4287 section 4.1.3."""
    content = entry.find(f"{_A}content")
    if content is None:
        if not has_page:
            look.note("atom-no-content", line_of(entry))
        return
    line, kind, source = line_of(content), content.get("type", ""), content.get("src")
    if source is not None:
        address.judge(look, line, "content src", source, iri=True)
        if not is_media_type(kind) or len(content) or (content.text or "").strip():
            look.note("atom-content-src", line)
    elif kind in ("", *_KINDS):
        _text(look, content, "content")
    elif not is_media_type(kind) or kind.lower().startswith("text/html"):
        look.note("atom-type", line, f"content type={short(kind)!r}")
    encoded = is_media_type(kind) and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))
    if (source is not None or encoded) and entry.find(f"{_A}summary") is None:
        look.note("atom-no-summary", line)


def _person(look: Look, element: _Element) -> None:
    line = line_of(element)
    if not (element.findtext(f"{_A}name") or "").strip():
        look.note("atom-person", line, "there is no name")
    texts.plain(look, line, "name", element.findtext(f"{_A}name"))
    email, page = element.findtext(f"{_A}email"), element.findtext(f"{_A}uri")
    if email is not None and not is_email(email):
        look.note("atom-person", line, f"email {short(email)!r}")
    if page is not None and not is_absolute(page):
        look.note("atom-person", line, f"uri {short(page)!r}")


def _category(look: Look, element: _Element) -> None:
    line = line_of(element)
    if not (element.get("term") or "").strip():
        look.note("atom-category", line)
    if (scheme := element.get("scheme")) is not None:
        address.judge(look, line, "category scheme", scheme, iri=True)
    texts.plain(look, line, "category label", element.get("label"))


def _source(look: Look, source: _Element) -> None:
    if missing := [name for name in ("id", "title") if source.find(_A + name) is None]:
        look.note("atom-source", line_of(source), ", ".join(missing))
    if source.find(f"{_A}updated") is None:
        look.note("atom-source-updated", line_of(source))


def _children(look: Look, parent: _Element, once: frozenset[str], many: frozenset[str]) -> None:
    seen: set[str] = set()
    for child in parent.iterchildren("*"):
        name = child.tag.removeprefix(_A)
        if name.startswith("{"):
            continue
        if not child.tag.startswith(_A) or name not in once | many:
            look.note("atom-unknown", line_of(child), f"{short(name)} in {parent.tag[len(_A) :]}")
        elif name in seen and name in once:
            look.note("atom-twice", line_of(child), name)
        seen.add(name)
