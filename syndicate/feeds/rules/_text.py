"""What fields hold: plain text without markup, and HTML that a reader may show as it is. Pure.

HTML is looked at tag by tag with patterns of linear time, never parsed into a tree: it is judged, not used.
"""

from __future__ import annotations

import re
from html import unescape

from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import has_scheme, short
from syndicate.model.patterns import regex

RULES = rules(
    (
        "text-markup",
        "W",
        "a field that is plain text holds markup, which readers show as it stands",
        'Take the tags out; in Atom, say type="html" where they are meant.',
        "RSS Best Practices Profile; RFC 4287 3.1.1; JSON Feed 1.1",
    ),
    (
        "double-escaped",
        "W",
        "a text is escaped twice, so that readers show `&amp;` or `&#39;`",
        "Escape it once, when the document is written, and not before.",
        "XML 1.0 2.4; RSS Best Practices Profile",
    ),
    (
        "html-relative",
        "W",
        "HTML holds an address that is relative",
        "Make it absolute: readers resolve it against their own pages, or not at all.",
        "RSS Best Practices Profile; W3C: ContainsRelRef",
    ),
    (
        "html-fragment",
        "W",
        "HTML holds a link within its own page, which leads nowhere in a reader",
        "Put the address of the post before the `#`.",
        "W3C: ContainsRelRef",
    ),
    (
        "html-script",
        "W",
        "HTML holds a script or another element that readers do not run",
        "Take it out; say the same with a picture or a link.",
        "W3C: SecurityRisk",
    ),
    (
        "html-event",
        "W",
        "HTML holds an event handler",
        "Take attributes such as `onclick` out.",
        "W3C: SecurityRiskAttr",
    ),
    (
        "html-style",
        "W",
        "a style may cover or break the page of a reader, or load something",
        "Take `position`, `expression`, `behavior` and addresses out of style attributes.",
        "W3C: DangerousStyleAttr",
    ),
    (
        "html-javascript",
        "W",
        "an address in HTML is a script",
        "Link to a page over https.",
        "W3C: SecurityRiskAttr",
    ),
)

_TAG = regex(r"<([A-Za-z][A-Za-z0-9:-]{0,30})((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ANY_TAG = regex(r"<[^<>]*+>")
_ATTRIBUTE = regex(r"([A-Za-z][\w:-]{0,40})\s{0,20}=\s{0,20}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
_KNOWN = (
    "a abbr article aside audio b blockquote br center cite code dd del details div dl dt em embed figcaption "
    "figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main mark nav object ol p "
    "picture pre q s samp script section small source span strike strong style sub summary sup svg table tbody td "
    "th thead tr tt u ul var video "
)
# A tag that is only mentioned (`the <td> element`) is text; one with attributes, or with its end, is markup.
_NAMES = "|".join(_KNOWN.split())
_MARKUP = regex(
    rf"<(?:{_NAMES})\s{{1,9}}[a-z-]{{1,30}}=[\"'][^<>]{{0,400}}>|<[bh]r\s?/?>|<({_NAMES})>[^<]{{0,400}}</\1>",
    re.IGNORECASE,
)
_ENTITY = regex(r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ESCAPED_TAG = regex(
    r"&lt;(p|div|a|strong|em|ul|li|h[1-6])(?:\s[^<>&]{0,400})?&gt;[^<&]{0,400}&lt;/\1&gt;|&lt;br ?/?&gt;", re.IGNORECASE
)
_MOST_COMPARED = 500  # in one document: each of them costs as much as the entry is long
_ACTIVE = frozenset("script object embed applet form base meta link frameset".split())
_ADDRESSES = frozenset("href src poster cite data background longdesc action formaction".split())
_STYLE = regex(
    r"position\s{0,9}:\s{0,9}(?:fixed|absolute)|expression\s{0,9}\(|behaviou?r\s{0,9}:|url\s{0,9}\(|-moz-binding",
    re.IGNORECASE,
)
_SCRIPT = regex(r"\s*+(?:javascript|vbscript|data:text/html)\s*+:?", re.IGNORECASE)


def plain(look: Look, line: int, where: str, text: str | None) -> None:
    """A field that is plain text."""
    if not text or ("<" not in text and "&" not in text):
        return
    found = _MARKUP.search(text)
    if found and not _quoted(look, found[0]):
        look.note("text-markup", line, f"{where} holds {short(found[0])!r}")
    elif (found := _ENTITY.search(text)) and not _quoted(look, found[0]):
        look.note("double-escaped", line, f"{where} holds {found[0]!r}")


def _quoted(look: Look, piece: str) -> bool:
    """Whether the HTML of the entry shows a piece of markup as a sample of code: then it is text elsewhere, too."""
    look.compared += 1
    if "<" not in look.full or look.compared > _MOST_COMPARED:
        return False
    shown = "".join(unescape(_ANY_TAG.sub("", look.full)).split())
    return "".join(piece.split()) in shown


def html(look: Look, line: int, where: str, text: str | None) -> None:
    """HTML, as the text of an element or a JSON string."""
    if not text:
        return
    found = None if "<" in text else _ESCAPED_TAG.search(text)
    if found and not _quoted(look, unescape(found[0])):
        look.note("double-escaped", line, f"{where} holds {short(found[0])!r}")
    for tag in _TAG.finditer(text):
        name = tag[1].lower()
        if name in _ACTIVE:
            look.note("html-script", line, f"{where} holds <{name}>")
        if "=" in tag[2]:
            for attribute in _ATTRIBUTE.finditer(tag[2]):
                value = attribute[2] or attribute[3] or attribute[4] or ""
                judge_attribute(look, line, f"<{name} {attribute[1].lower()}>", attribute[1].lower(), unescape(value))


def judge_attribute(look: Look, line: int, where: str, name: str, value: str) -> None:
    """One attribute of an HTML element; `value` without character references."""
    if name.startswith("on") and len(name) > 3:
        look.note("html-event", line, where)
    elif name == "style" and (found := _STYLE.search(value)):
        look.note("html-style", line, f"{where} says {found[0]!r}")
    elif name == "srcset":
        for source in value.split(","):
            _address(look, line, where, (source.split() or [""])[0])
    elif name in _ADDRESSES:
        _address(look, line, where, value.strip())


def _address(look: Look, line: int, where: str, value: str) -> None:
    if value.startswith("#"):
        look.note("html-fragment", line, f"{where} {short(value)!r}")
    elif _SCRIPT.match(value):
        look.note("html-javascript", line, f"{where} {short(value)!r}")
    elif not has_scheme(value):
        look.note("html-relative", line, f"{where} {short(value)!r}")
