"""TOML front matter as nearly everybody writes it, read without a TOML parser: texts, lists of texts, moments, tables.

    title = "A title"
    date = 2026-01-02T10:00:00+08:00
    [taxonomies]
    tags = ["a", "b"]

In: the text of a head. Out: its fields, exactly as `_toml.read` gives them, or None where anything at all is
different: then it is read there, which takes four times as long (tomllib is written in Python).

One pattern knows every line that may stand in such a head. What it does not know is refused as a whole: dotted and
quoted keys, arrays of tables, escapes, texts over several lines, floats, remarks behind values.
"""

from __future__ import annotations

from datetime import date, datetime

from syndicate.model import Value
from syndicate.model.patterns import regex

_LONGEST = 8192
"""Characters of a head that is looked at here: far too few for any of the budgets in `_head`."""

_NEVER = r"\x00-\x1f\x7f"
_TEXT = rf"\"[^{_NEVER}\"\\]*+\"|'[^{_NEVER}']*+'"
_LIST = rf"\[\ *+(?:(?:{_TEXT})\ *+(?:,\ *+(?:{_TEXT})\ *+)*+(?:,\ *+)?+)?+\]"
# no hour 24, which TOML has not, and Python's dates have from 3.14 on
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?+)?+"
_LINE = regex(
    rf"([A-Za-z0-9_-]++)\ *+=\ *+(?:({_TEXT})|({_LIST})|(true|false)|({_MOMENT})|(0|[1-9][0-9]{{0,17}}+))\ *+(?:\n|\Z)"
    rf"|\[([A-Za-z0-9_-]++)\]\ *+(?:\n|\Z)|\n|\#[^{_NEVER}]*+(?:\n|\Z)|((?s:.++))"
)
_ITEM = regex(_TEXT)
_VALUE = regex(rf"(?:({_TEXT})|({_MOMENT}))\ *+")


def read(head: str) -> dict[str, Value] | None:
    """The fields of a head; None where it is not as simple as that."""
    if len(head) > _LONGEST:
        return None
    fields: dict[str, Value] = {}
    within = fields
    for key, text, several, truth, moment, number, table, rest in _LINE.findall(head.replace("\r\n", "\n")):
        if rest or key in within or table in fields:
            return None
        if text:
            within[key] = text[1:-1]
        elif several:
            within[key] = [each[1:-1] for each in _ITEM.findall(several)]
        elif moment:
            try:
                within[key] = _moment(moment)
            except ValueError:
                return None
        elif table:
            within = fields[table] = {}
        elif key:
            within[key] = number or truth == "true"
    return fields


def text(written: str) -> str | None:
    """What stands behind the equals sign of a key, if it is one simple text or a moment; None for anything else."""
    found = _VALUE.fullmatch(written)
    if found is None:
        return None
    if found[1]:
        return found[1][1:-1]
    try:
        return _moment(found[2])
    except ValueError:
        return None


def _moment(written: str) -> str:
    """As tomllib understands it. Raises ValueError for a day, a time or an offset that does not exist."""
    if len(written) == len("2026-01-02"):
        return date.fromisoformat(written).isoformat()
    if written[-6] in "+-" and not (written[-5:-3] < "24" and written[-2:] < "60"):
        raise ValueError(written)
    return datetime.fromisoformat(written).isoformat()
