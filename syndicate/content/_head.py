"""What every reader of front matter shares: the fault it raises, and the budgets it keeps.

Text and values in, values and faults out. A reader raises HeadFault and nothing else.
"""

from __future__ import annotations

from syndicate.model import Value

BUDGET = "front-matter-budget"
NOT_A_MAPPING = "front-matter-not-a-mapping"

MOST_CHARACTERS = 256 * 1024
DEEPEST = 50
MOST_NODES = 10_000
MOST_ALIASES = 100
MOST_DUPLICATES = 20  # reported; the rest is not worth a person's time

Duplicate = tuple[str, int]
"""A key that is given twice, and the offset in the head at which it is given again."""


class HeadFault(ValueError):
    """Why front matter cannot be read.

    `str()` is a sentence for the author with its remedy, `code` the Problem's code, and
    `at` the offset of the place in the text that was handed to the reader.
    """

    def __init__(self, code: str, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.at = at


def too_long() -> HeadFault:
    return HeadFault(BUDGET, "The front matter is longer than 256 kB. Move its text into the body.")


def too_deep(at: int = 0) -> HeadFault:
    message = f"The front matter is nested more than {DEEPEST} levels deep. Make it flatter."
    return HeadFault(BUDGET, message, at)


def too_many(at: int = 0) -> HeadFault:
    message = (
        f"The front matter holds more than {MOST_NODES:,} values, those repeated by aliases included."
        " Move the data out of the post."
    )
    return HeadFault(BUDGET, message, at)


def not_a_mapping(value: Value, advice: str = "") -> HeadFault:
    kind = "a list" if isinstance(value, list) else "plain text"
    message = f"The front matter is {kind} where `key: value` lines are expected. "
    return HeadFault(NOT_A_MAPPING, message + (advice or "Give every value a key."))


def check_budget(head: str, value: Value) -> None:
    """Raise HeadFault where `value`, read from `head`, is too deep or too large.

    Most heads are too short to hold that much, which their brackets and length tell.
    """
    if len(head) > MOST_NODES or head.count("[") + head.count("{") + head.count(".") >= DEEPEST:
        _walk(value)


def _walk(value: Value) -> None:
    nodes, depth, level = 0, 0, [value]
    while level:
        nodes, depth = nodes + len(level), depth + 1
        containers = [v for v in level if isinstance(v, (dict, list))]
        if depth > DEEPEST and containers:
            raise too_deep()
        if nodes > MOST_NODES:
            raise too_many()
        level = [child for c in containers for child in (c.values() if isinstance(c, dict) else c)]


def line_around(text: str, at: int) -> str:
    """The line of `text` that holds the offset `at`, without its line break."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    return text[start : min(ends, default=len(text))]


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """An offset → line and column, both from 1. LF, CRLF and a lone CR end a line; a byte order mark is no column."""
    before = text[:at].lstrip("\ufeff")
    breaks = before.count("\n") + before.count("\r") - before.count("\r\n")
    start = max(before.rfind("\n"), before.rfind("\r")) + 1
    return breaks + 1, len(before) - start + 1


def offset_of(text: str, line: int, column: int) -> int:
    """The inverse of line_and_column for text whose lines end in LF or CRLF."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
    return min(at + column - 1, len(text))
