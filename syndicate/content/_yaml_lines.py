"""Front matter as nearly everybody writes it, read without a YAML parser: `key: value` lines and short lists.

    title: "A title"
    date: 2026-01-02 10:00:00 +0800
    tags: [a, "b"]
    categories:
      - c

In: the text of a head. Out: its fields, exactly as `_yaml.read` gives them, or None where anything at all is
different: then it is read there. The parser's events take five times as long (30 us a post).

One pattern knows every line that may stand in such a head. What it does not know is refused as a whole: nested
mappings, anchors, tags, block texts, escapes, comments behind values, values over several lines, tabs and characters
that YAML forbids.
"""

from __future__ import annotations

from syndicate.model import Scalar, Value
from syndicate.model.patterns import regex

_LONGEST = 8192
"""Characters of a head that is looked at here: far too few for any of the budgets in `_head`."""

# What YAML forbids, what ends a line to its parser, and tabs. Looked for once in a whole head, since a set of so many
# characters costs a third of a millisecond wherever it stands in a pattern.
_NEVER = regex("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_START = r"""[^\n\ \-?:,\[\]{}#&*!|>'"%@`]"""
# in a plain text, a colon before a blank and a number sign behind one mean something
_PLAIN = rf"{_START}[^\n:#]*+(?:(?::(?=[^\n\ ])|(?<!\ )\#)[^\n:#]*+)*+"
_QUOTED = r"""\"[^\n"\\]*+\"|'(?:[^\n']++|'')*+'"""
_IN_FLOW = rf"""(?:"[^\n"\\]*+"|'[^\n']*+'|{_START}[^\n,\[\]{{}}:#?"']*+)\ *+"""
_FLOW = rf"\[\ *+(?:{_IN_FLOW}(?:,\ *+{_IN_FLOW})*+)?+\]"
_ITEM = rf"-\ ++(?:{_QUOTED}|{_PLAIN})\ *+"
_LINE = regex(
    rf"(\w[\w-]{{0,60}}+):(?:\ ++({_QUOTED}|{_FLOW}|{_PLAIN})\ *+|\ *+((\n\ *+){_ITEM}(?:\4{_ITEM})*+)|\ *+)(?:\n|\Z)"
    rf"|\n|\#[^\n]*+(?:\n|\Z)|((?s:.++))"
)
_VALUE = regex(rf"(?:{_QUOTED}|{_PLAIN})\ *+")
_FLOW_ITEM = regex(r"""\"[^"]*+"|'[^']*+'|[^\ ,\[\]][^,\]]*+""")

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""What a plain text means that is no text, in the core schema of YAML 1.2."""


def read(head: str) -> dict[str, Value] | None:
    """The fields of a head; None where it is not as simple as that."""
    if len(head) > _LONGEST:
        return None
    if "\r" in head:
        head = head.replace("\r\n", "\n")
    if _NEVER.search(head):
        return None
    fields: dict[str, Value] = {}
    count = 0
    for key, value, block, _indentation, rest in _LINE.findall(head):
        if not key:
            if rest:
                return None
            continue
        count += 1
        if value:
            fields[key] = [_scalar(each) for each in _FLOW_ITEM.findall(value)] if value[0] == "[" else _scalar(value)
        elif block:
            fields[key] = [_scalar(line.lstrip(" -")) for line in block[1:].split("\n")]
        else:
            fields[key] = None
    return fields if len(fields) == count else None


def text(written: str) -> str | None:
    """What stands behind the colon of a key, if it is one simple text; None for anything else."""
    if not _VALUE.fullmatch(written) or not (written.isprintable() or not _NEVER.search(written)):
        return None
    value = _scalar(written)
    return value if isinstance(value, str) else None


def _scalar(written: str) -> Scalar:
    if written[-1] == " ":
        written = written.rstrip(" ")
    mark = written[0]
    if mark == '"':
        return written[1:-1]
    if mark == "'":
        return written[1:-1].replace("''", "'")
    return WORDS.get(written, written)
