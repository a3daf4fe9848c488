"""The text format of Prometheus, read back by its grammar.

https://prometheus.io/docs/instrumenting/exposition_formats/ (text-based format, version 0.0.4)
"""

from __future__ import annotations

from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.server.exposition import Family, one, written
from tests.server.prometheus import parsed


def test_an_example_to_the_letter() -> None:
    families = [
        Family("a_total", "counter", 'What it\nis: "a" \\', [({"code": "200"}, 3), ({"code": 'x"\\\n'}, 0.5)]),
        one("b", "gauge", "Another.", 7),
        one("c", "gauge", "Nothing is known of it.", None),
    ]
    assert written(families) == (
        b'# HELP a_total What it\\nis: "a" \\\\\n# TYPE a_total counter\na_total{code="200"} 3\n'
        b'a_total{code="x\\"\\\\\\n"} 0.5\n# HELP b Another.\n# TYPE b gauge\nb 7\n'
    )


NAME = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,8}", fullmatch=True)
LABEL = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUE = st.one_of(st.integers(), st.floats())


@given(st.dictionaries(NAME, st.tuples(TEXT, st.dictionaries(LABEL, TEXT, max_size=3), VALUE), max_size=4))
def test_what_is_written_is_read_back(families: dict[str, tuple[str, dict[str, str], float]]) -> None:
    text = written(Family(name, "gauge", what, [(labels, value)]) for name, (what, labels, value) in families.items())
    found = parsed(text)
    assert list(found) == list(families)
    for name, (what, labels, value) in families.items():
        assert (found[name].kind, found[name].what) == ("gauge", what)
        ((read, number),) = found[name].samples.items()
        assert dict(read) == labels
        assert number == float(value) or (isnan(number) and isnan(value))


@pytest.mark.parametrize(("value", "text"), [(nan, b"NaN"), (inf, b"+Inf"), (-inf, b"-Inf"), (1e300, b"1e+300")])
def test_numbers_that_are_none(value: float, text: bytes) -> None:
    assert written([one("a", "gauge", "A.", value)]).endswith(b"a " + text + b"\n")


@pytest.mark.parametrize(
    "text",
    [
        b"a 1",  # no end of the line
        b"a 1\n",  # no type
        b"# TYPE a gauge\na{b=c} 1\n",
        b"# TYPE a gauge\na 1\na 2\n",
        b"# TYPE a gauge\na 1\n# TYPE a gauge\n",
        b"# TYPE a gauge\n# TYPE b gauge\na 1\n",
        b'# TYPE a gauge\na{b="\\x"} 1\n',
        b"# TYPE 1a gauge\n1a 1\n",
        b"# TYPE a gauge\na one\n",
    ],
)
def test_the_parser_sees_what_is_wrong(text: bytes) -> None:
    with pytest.raises(ValueError, match=":"):
        parsed(text)
