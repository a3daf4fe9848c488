"""Numbers in the text format that Prometheus reads (version 0.0.4). Pure.

# HELP name what it is
# TYPE name counter
name{label="value"} 12
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isinf, isnan
from typing import Literal

from syndicate.model.records import NamedTuple

TYPE = b"text/plain; version=0.0.4; charset=utf-8"

Value = int | float
_IN_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})
_IN_VALUE = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Family(NamedTuple):
    """All samples of one name. `samples` are labels with the value; each set of labels may stand once."""

    name: str
    kind: Literal["counter", "gauge"]
    what: str
    samples: Sequence[tuple[Mapping[str, str], Value]]


def one(name: str, kind: Literal["counter", "gauge"], what: str, value: Value | None) -> Family:
    """A family of one sample without labels; of none where there is no value."""
    return Family(name, kind, what, [] if value is None else [({}, value)])


def written(families: Iterable[Family]) -> bytes:
    """The text. A family without samples is left out."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines += [f"# HELP {family.name} {family.what.translate(_IN_HELP)}", f"# TYPE {family.name} {family.kind}"]
            lines += [f"{family.name}{_labels(labels)} {_number(value)}" for labels, value in family.samples]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _labels(labels: Mapping[str, str]) -> str:
    named = ",".join(f'{name}="{value.translate(_IN_VALUE)}"' for name, value in labels.items())
    return f"{{{named}}}" if named else ""


def _number(value: Value) -> str:
    if isinstance(value, float):
        if isnan(value):
            return "NaN"
        if isinf(value):
            return "+Inf" if value > 0 else "-Inf"
    return repr(value)
