"""Bytes → an XML tree, with all that is wrong before there is one. Pure.

Nothing is expanded and nothing is fetched: a DOCTYPE is taken out before parsing, so that no entity is ever defined.
The parser's own limits (depth 256, ten million characters in one text) stay in force.
"""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import QName, XMLParser, XMLSyntaxError, _Element, _ProcessingInstruction, fromstring

from syndicate.feeds.rules._names import PREFIXES, XHTML
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import ILLEGAL, MISREAD, short
from syndicate.model.patterns import regex

RULES = rules(
    (
        "not-a-feed",
        "E",
        "this is neither RSS 2.0, Atom 1.0, JSON Feed nor OPML",
        "Look whether the address is that of the feed; a page of HTML or an error page is none.",
        "W3C: UndefinedElement",
    ),
    (
        "too-large",
        "E",
        "the document is too large to be looked at",
        "Show fewer entries, or split the history into pages (RFC 5005).",
        "Syndicate",
    ),
    (
        "not-well-formed",
        "E",
        "this is not well-formed XML, and no reader can read it",
        "Mend what stands at this line; write `&`, `<` and `>` in texts as character references.",
        "XML 1.0 2.1",
    ),
    (
        "entity-undefined",
        "E",
        "an entity is named that XML does not know",
        "Write the character itself, or its number (`&#160;` for `&nbsp;`).",
        "XML 1.0 4.1; W3C: UndefinedNamedEntity",
    ),
    (
        "prefix-undeclared",
        "E",
        "a prefix has no namespace",
        'Declare it on the root, as xmlns:media="http://search.yahoo.com/mrss/".',
        "Namespaces in XML 1.0 5",
    ),
    (
        "illegal-character",
        "E",
        "a character is there that XML forbids",
        "Take control characters out of the text before the feed is written.",
        "XML 1.0 2.2",
    ),
    (
        "control-character",
        "W",
        "a control character is there that no reader shows",
        "It was mostly read in the wrong encoding (cp1252 as Latin-1): decode it right, or take it out.",
        "XML 1.0 2.2",
    ),
    (
        "byte-order-mark",
        "W",
        "the document begins with a byte order mark",
        "Write UTF-8 without it: some readers take it for text before the document.",
        "RFC 3629 6; RFC 8259 8.1",
    ),
    (
        "text-before-xml",
        "E",
        "something stands before the XML declaration",
        "Take out blank lines and warnings that a program has printed into the feed.",
        "XML 1.0 2.8",
    ),
    (
        "no-declaration",
        "I",
        "there is no XML declaration",
        'Begin with <?xml version="1.0" encoding="UTF-8"?>.',
        "XML 1.0 2.8",
    ),
    (
        "not-utf8",
        "W",
        "the document is not in UTF-8",
        "Write it in UTF-8 and say so: every reader knows it.",
        "RSS Best Practices Profile; XML 1.0 4.3.3",
    ),
    (
        "wrong-encoding",
        "E",
        "the bytes are not in the encoding that the document says",
        "Declare the encoding it is in, best UTF-8.",
        "XML 1.0 4.3.3",
    ),
    (
        "doctype",
        "E",
        "there is a DOCTYPE, which readers refuse or ignore",
        "Take it out, and write characters instead of the entities it defines.",
        "RSS 2.0; RFC 4287 2; W3C validator",
    ),
    (
        "namespace-misspelled",
        "E",
        "a namespace is not spelled letter by letter, so its elements mean nothing",
        "Copy the namespace exactly, with its slash and with http or https as it is.",
        "Namespaces in XML 1.0 2.3",
    ),
    (
        "stylesheet-xslt",
        "W",
        "the feed has an XSLT stylesheet, which browsers stop applying",
        "Use CSS, or an HTML page beside the feed.",
        "xml-stylesheet 1.0",
    ),
)

MAX_SIZE: Final = 64_000_000
"""Bytes of a document that is looked at."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = regex(r"<\?xml\s[^>]{0,200}?\?>")
_DECLARED = regex(r"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# Encodings that cost linear time and give text; Python knows others that do not.
_ENCODING = regex(
    r"utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|latin-?1|iso-?8859-\d\d?|(windows|cp)-?125\d|gb2312|gbk|gb18030|big5|"
    r"shift_?jis|euc-(jp|kr)|koi8-[ru]",
    re.IGNORECASE,
)
_DOCTYPE = regex(
    r"<!DOCTYPE(?:[^<>\[\]\"']++|\"[^\"]*+\"|'[^']*+')*+(?:\[(?:[^\]\"']++|\"[^\"]*+\"|'[^']*+')*+\]\s*+)?>"
)
_REFERENCE = regex(r"&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));")
_PARSER: Final = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_NAMESPACE = {uri.lower().removeprefix("https:").removeprefix("http:").rstrip("/"): uri for uri in PREFIXES.values()}
_KNOWN = frozenset(PREFIXES.values()) | {XHTML}


def encoding(data: bytes) -> str:
    """The encoding that a document says it is in, by its byte order mark or declaration, in lower case."""
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    declared = _DECLARED.match(data[:400].decode("latin-1").lstrip())
    return marked or (declared[1].lower() if declared else "utf-8")


def decoded(look: Look, data: bytes) -> str | None:
    """The bytes as text, by their mark or declaration; None where they are in no encoding that can be read."""
    name = encoding(data)
    for mark, _ in _BOMS:
        if data.startswith(mark):
            look.note("byte-order-mark", 1)
            data = data[len(mark) :]
    if not _ENCODING.fullmatch(name):
        look.note("wrong-encoding", 1, f"{short(name)} is no encoding that readers know")
        return None
    if name.replace("-", "") not in ("utf8", "usascii", "ascii"):
        look.note("not-utf8", 1, name)
    try:
        return data.decode(name)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        look.note("wrong-encoding", line, f"byte {data[fault.start : fault.start + 1].hex()} in {name}")
        return data.decode("latin-1") if name in ("utf-8", "utf8") else data.decode(name, "replace")
    except LookupError:
        look.note("wrong-encoding", 1, f"{short(name)} is no encoding that readers know")
        return None


def parsed(look: Look, text: str) -> _Element | None:
    """A document as text → its root; None where it cannot be parsed, which is a finding."""
    text = _prolog(look, text)
    text = _legal(look, text)
    try:
        root = fromstring(text.encode("utf-8", "replace"), _PARSER)
    except (XMLSyntaxError, ValueError) as fault:
        _unparsable(look, fault)
        return None
    _namespaces(look, root)
    return root


def _prolog(look: Look, text: str) -> str:
    """What stands before the root: blank lines, the declaration, a DOCTYPE. All are blanked out, so lines stay."""
    start = len(text) - len(text.lstrip())
    declaration = _DECLARATION.match(text, start)
    begin = text.find("<?xml ", 0, 100_000)
    if declaration is None and begin > 0:
        declaration, start = _DECLARATION.match(text, begin), begin
    if declaration is None:
        look.note("no-declaration", 1)
    elif start:
        look.note("text-before-xml", 1, short(text[:start]) or "white space")
    if declaration:
        text = _blank(text, 0, declaration.end())
    at = text.find("<!DOCTYPE", 0, 100_000)
    if at >= 0 and (found := _DOCTYPE.match(text, at)):
        look.note("doctype", text.count("\n", 0, at) + 1)
        text = _blank(text, at, found.end())
    return text


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\n" * text.count("\n", start, end) + text[end:]


def _legal(look: Look, text: str) -> str:
    """Illegal characters, as they are and as references, are told of and replaced, so that the rest can be read."""
    for found in MISREAD.finditer(text):
        look.note("control-character", _line(look, text, found.start()), f"U+{ord(found[0]):04X}")
    if ILLEGAL.search(text):
        for found in ILLEGAL.finditer(text):
            look.note("illegal-character", _line(look, text, found.start()), f"U+{ord(found[0]):04X}")
        text = ILLEGAL.sub(" ", text)
    return _REFERENCE.sub(lambda found: _reference(look, text, found), text) if "&#" in text else text


def _line(look: Look, text: str, at: int) -> int:
    """The line of a place; not counted any more where nobody will be told, or hostile text takes for ever."""
    told = look.counts.get("control-character", 0) + look.counts.get("illegal-character", 0)
    return text.count("\n", 0, at) + 1 if told < 200 else 1


def _reference(look: Look, text: str, found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    legal = code < 0x110000 and (code in (9, 10, 13) or code >= 32) and not 0xD800 <= code < 0xE000
    if legal and code not in (0xFFFE, 0xFFFF):
        if 0x7F <= code < 0xA0 and code != 0x85:
            look.note("control-character", _line(look, text, found.start()), found[0])
        return found[0]
    look.note("illegal-character", _line(look, text, found.start()), found[0])
    return " "


def _unparsable(look: Look, fault: XMLSyntaxError | ValueError) -> None:
    message = str(fault)
    line, column = getattr(fault, "position", (1, None))
    name = "not-well-formed"
    if message.startswith("Entity '"):
        name = "entity-undefined"
    elif message.startswith("Namespace prefix"):
        name = "prefix-undeclared"
    look.note(name, line, short(message.partition(", line ")[0], 200), column)


def _namespaces(look: Look, root: _Element) -> None:
    """Namespaces that are nearly one we know, each once; stylesheets before the root."""
    seen: set[str] = set()
    for element in root.iter("*"):
        namespace = QName(element).namespace
        if namespace and namespace not in seen:
            seen.add(namespace)
            meant = _NAMESPACE.get(namespace.lower().removeprefix("https:").removeprefix("http:").rstrip("/"))
            if namespace not in _KNOWN and meant:
                look.note("namespace-misspelled", line_of(element), f"{short(namespace)!r} is not {meant!r}")
    before = root.getprevious()
    while before is not None:
        if (
            isinstance(before, _ProcessingInstruction)
            and before.target == "xml-stylesheet"
            and "xsl" in str(before.text)
        ):
            look.note("stylesheet-xslt", line_of(before))
        before = before.getprevious()
