"""Values as the formats write them: text and attributes of XML, strings of JSON, HTML. Pure.

XML is escaped letter by letter as lxml does it, so that a value which is put into bytes of lxml's making
gives what lxml would have given.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from json.encoder import encode_basestring

_LONG = 1000


def text(value: str) -> str:
    """A value as the text of an element."""
    return _long(value) if len(value) > _LONG else _text(value)


def attribute(value: str) -> str:
    """A value as an attribute, between double quotes."""
    written = _text(value)
    if written.isprintable() and '"' not in written:
        return written
    return written.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def json_text(value: str) -> str:
    """A value as a string of JSON, without its quotation marks."""
    return encode_basestring(value)[1:-1]


def html_text(value: str) -> str:
    """A value in HTML, inside a tag or not, as templates write it."""
    return escape(value).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _text(value: str) -> str:
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    if ">" in value:
        value = value.replace(">", "&gt;")
    return value.replace("\r", "&#13;") if "\r" in value else value


@lru_cache(maxsize=2)  # RSS and Atom write the same HTML, one after the other
def _long(value: str) -> str:
    return _text(value)
