"""Values are escaped as the libraries would escape them, whatever they hold."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import Element, tostring
from markupsafe import escape

from syndicate.feeds._pages import escaped
from syndicate.feeds.formats._escaped import attribute, html_text, json_text, text
from syndicate.markup.legal import legal

values = (
    st.lists(st.text() | st.sampled_from([*list("&<>\"'\\\r\n\t\xa0\u2028\x85"), "]]>", "x" * 1200]))
    .map("".join)
    .map(legal)
)
with_returns = st.lists(values).map("\r".join)


@given(with_returns)
def test_text_and_attributes_are_those_of_lxml(value: str) -> None:
    element = Element("a", b=value)
    element.text = value
    raw = value.encode()
    assert tostring(element, encoding="UTF-8", xml_declaration=False) == (
        b'<a b="' + attribute(raw) + (b'">' + text(raw) + b"</a>" if raw else b'"></a>')
    )


@given(with_returns)
def test_strings_are_those_of_json(value: str) -> None:
    assert b'"' + json_text(value.encode()) + b'"' == json.dumps(value, ensure_ascii=False).encode()


@given(with_returns)
def test_html_is_that_of_templates(value: str) -> None:
    assert escaped(value) == str(escape(value))
    assert html_text(value.encode()) == str(escape(value)).encode()
