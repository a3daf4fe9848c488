"""A parser of Prometheus' text format (version 0.0.4) that forgives nothing: for what we write, not for others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TYPE = re.compile(r"# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)")
_HELP = re.compile(r"# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)", re.DOTALL)
_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)", re.DOTALL)
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
_ESCAPED = re.compile(r'\\([\\"n])')


@dataclass
class Read:
    """What was read of one name: each set of labels with its value."""

    kind: str = ""
    what: str = ""
    samples: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """That of the one sample without labels."""
        return self.samples[()]


def parsed(text: bytes) -> dict[str, Read]:
    """Families by name. Raises ValueError: line, and what is wrong with it."""
    found: dict[str, Read] = {}
    last = ""
    if text and not text.endswith(b"\n"):
        raise ValueError("the last line: has no end")
    for number, line in enumerate(text.decode("utf-8").split("\n")[:-1], 1):
        if named := _HELP.fullmatch(line):
            if named[1] in found:
                raise ValueError(f"{number}: a second HELP, or one that is late, of {named[1]}")
            last = named[1]
            found[last] = Read(what=_plain(named[2]))
        elif typed := _TYPE.fullmatch(line):
            if (typed[1] in found and typed[1] != last) or found.get(typed[1], Read()).kind:
                raise ValueError(f"{number}: a second TYPE, or one that is late, of {typed[1]}")
            last = typed[1]
            found.setdefault(last, Read()).kind = typed[2]
        elif sample := _SAMPLE.fullmatch(line):
            if sample[1] != last or not found[last].kind:
                raise ValueError(f"{number}: a sample that does not stand below its TYPE: {line}")
            labels = tuple(sorted(_labels(sample[2], number)))
            if labels in found[last].samples:
                raise ValueError(f"{number}: a second sample of the same labels: {line}")
            found[last].samples[labels] = float(sample[3])
        else:
            raise ValueError(f"{number}: not of the grammar: {line}")
    return found


def _labels(text: str | None, number: int) -> list[tuple[str, str]]:
    found, at = [], 0
    while text is not None and at < len(text):
        label = _LABEL.match(text, at)
        if label is None:
            raise ValueError(f"{number}: no label: {text[at:]}")
        found.append((label[1], _plain(label[2])))
        at = label.end()
    if len({name for name, _ in found}) < len(found):
        raise ValueError(f"{number}: a label stands twice: {text}")
    return found


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda escaped: "\n" if escaped[1] == "n" else escaped[1], text)
