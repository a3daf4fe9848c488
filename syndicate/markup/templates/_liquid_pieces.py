"""A body with Liquid in it → its pieces: text, `{{ outputs }}` and `{% tags %}`, paired. Linear in the body.

What is broken (a tag never closed, a block never ended) is told of and left out, so that the rest can be parsed. In
code samples it stays the text it is. Python-liquid's own lexer is not used: it stops at the first fault, and looks
for each end anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from syndicate.markup.samples import Span, code_spans, inside
from syndicate.model.records import NamedTuple, dataclass, field

BLOCKS = frozenset("if unless case for tablerow capture comment highlight ifchanged".split())
INNER = {"else": ("if", "unless", "case", "for"), "elsif": ("if", "unless"), "when": ("case",)}

MOST_TAGS = 20_000
"""Whoever has more in one body gets none of them run."""

_LONGEST_TAG = 8_000  # characters
_DEEPEST = 25
_OPENING = re.compile(r"\{[{%]")
_NAME = re.compile(r"-?\s*+(\w++|#)?+\s*+")
_END_OF_RAW = re.compile(r"\{%(-?)\s*+endraw\s*+(-?)%\}")
_ANY = re.compile(r"\{%[^{}%\n]{0,500}%\}|\{\{[^{}\n]{0,500}\}\}|\{[{%]+|[}%]+\}")
RANGE_SEARCHED = re.compile(r"\.\.[^)]*+\)\s*+contains\b")
_HALF_CLOSED = re.compile(r"\{\{[^{}\n]{0,200}\}|\{%[^{}%\n]{0,200}(?:\}|%(?!\}))")


class Piece(NamedTuple):
    """A part of a body. `kind` is `text`, `output` or `tag`; `text` is the piece as written.

    It starts at the character `start` of the body; `code` says that it stands in a code sample.
    """

    kind: str
    text: str
    start: int = 0
    name: str = ""
    expression: str = ""
    code: bool = False


class Flaw(NamedTuple):
    """Something broken: where it starts, what is written there, and why it is broken."""

    start: int
    written: str
    reason: str


class _Next:
    """Where a text is found next. Asked for growing positions only, it looks at each character once."""

    def __init__(self, body: str, wanted: str) -> None:
        self._body, self._wanted, self._at = body, wanted, -2

    def after(self, start: int) -> int:
        if self._at != -1 and self._at < start:
            self._at = self._body.find(self._wanted, start)
        return self._at


class Lexer:
    """One pass over a body; `flaws` are what it met that is broken."""

    def __init__(self, body: str, markup: str) -> None:
        self.flaws: list[Flaw] = []
        self._body = body
        self._spans: list[Span] = code_spans(body, markup)
        self._ends = {"{{": _Next(body, "}}"), "{%": _Next(body, "%}")}
        self._openings = {mark: _Next(body, mark) for mark in ("{{", "{%")}
        self._raw_is_closed = True
        self._strip = False  # whether white space after the last tag goes

    def pieces(self) -> Iterator[Piece]:
        """The pieces of the body, in order, none empty."""
        body, done, at = self._body, 0, 0
        while opening := _OPENING.search(body, at):
            start, code = opening.start(), bool(inside(self._spans, opening.start()))
            end = self._end(opening[0], start)
            if not end:
                at = start + 2
                if not code:
                    yield from self._text(done, start)
                    done = at = self._unclosed(start)
                continue
            yield from self._text(done, start, body.startswith("-", start + 2))
            self._strip = body.startswith("-", end - 3)
            piece = self._piece(start, end, code)
            done = at = end
            if piece.name == "raw" and (closed := self._end_of_raw(end)):
                yield from self._text(end, closed.start(), bool(closed[1]))
                self._strip = bool(closed[2])
                done = at = closed.end()
            else:
                yield piece
        yield from self._text(done, len(body))

    def _end(self, mark: str, start: int) -> int:
        """Where the tag that is opened at `start` ends; 0 where it is not closed before the next one opens."""
        end = self._ends[mark].after(start + 2)
        inner = self._openings["{%"].after(start + 1)
        if mark == "{{" and inner != -1:
            outputs = self._openings["{{"].after(start + 2)
            inner = min(inner, outputs) if outputs != -1 else inner
        elif mark == "{{":
            inner = self._openings["{{"].after(start + 2)
        return 0 if end == -1 or -1 < inner < end else end + 2

    def _unclosed(self, start: int) -> int:
        """Tell of a mark that opens what is never closed → where the text goes on."""
        self.flaws.append(Flaw(start, self._body[start : start + 40], "it is not closed"))
        half = _HALF_CLOSED.match(self._body, start)
        return half.end() if half else start + 2

    def _text(self, start: int, end: int, strip: bool = False) -> Iterator[Piece]:
        text = self._body[start:end]
        if self._strip:
            text, self._strip = text.lstrip(), False
        text = text.rstrip() if strip else text
        if text:
            yield Piece("text", text, start)

    def _piece(self, start: int, end: int, code: bool) -> Piece:
        written = self._body[start:end]
        inner = written[2:-2]
        inner = inner.removesuffix("-")
        if written.startswith("{{"):
            return Piece("output", written, start, "", inner.removeprefix("-").strip(), code)
        name = _NAME.match(inner)
        expression = inner[name.end() :].strip() if name else ""
        return Piece("tag", written, start, (name and name[1]) or "", expression, code)

    def _end_of_raw(self, at: int) -> re.Match[str] | None:
        found = _END_OF_RAW.search(self._body, at) if self._raw_is_closed else None
        self._raw_is_closed = found is not None
        return found


@dataclass
class Structure:
    """Pieces with what belongs together: `parts` of a block (`else`, `when`, its end) by the number of its start.

    `dropped` are the numbers of pieces that are left out, `hidden` of those in comments.
    """

    pieces: list[Piece]
    flaws: list[Flaw]
    parts: dict[int, list[int]] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)

    def drop(self, number: int, reason: str) -> None:
        """Leave out a piece, with all that belongs to its block, and say why."""
        piece = self.pieces[number]
        if number in self.dropped:
            return
        self.dropped.update((number, *self.parts.get(number, ())))
        if not piece.code:
            self.flaws.append(Flaw(piece.start, piece.text, reason))

    def weight(self, number: int) -> int:
        """What it costs at most to look at the conditions of a tag and of its parts, in steps."""
        parts = self.parts.get(number, ())
        return 1 + (len(self.pieces[number].text) + sum(len(self.pieces[part].text) for part in parts)) // 40

    def kept(self) -> Iterator[tuple[int, Piece]]:
        """The pieces that are left; what was dropped out of a code sample is text there."""
        for number, piece in enumerate(self.pieces):
            if number in self.hidden:
                continue
            if number not in self.dropped:
                yield number, piece
            elif piece.code:
                yield number, piece._replace(kind="text")

    def plain(self) -> str:
        """The text without any tag, for a body that cannot be run."""
        return "".join(piece.text for _number, piece in self.kept() if piece.kind == "text" or piece.code)


def structure(body: str, markup: str) -> Structure:
    """A body → its pieces, paired, without what is broken."""
    lexer = Lexer(body, markup)
    pieces = _in_highlight(list(lexer.pieces()))
    found = Structure(pieces, lexer.flaws)
    _hide_comments(found)
    _pair(found)
    _bound(found)
    return found


def _in_highlight(pieces: list[Piece]) -> list[Piece]:
    """What stands between `highlight` and its end is a code sample, too."""
    ends = [number for number, piece in enumerate(pieces) if piece.name == "endhighlight"]
    until, place = -1, 0
    for number, piece in enumerate(pieces) if ends else ():
        if piece.name == "highlight" and number > until and not piece.code:
            while place < len(ends) and ends[place] < number:
                place += 1
            until = ends[place] if place < len(ends) else until
        elif number < until and piece.kind != "text":
            pieces[number] = piece._replace(code=True)
    return pieces


def _hide_comments(found: Structure) -> None:
    """Comments with all that is in them; a marker without its counterpart is left for `_pair` to drop."""
    stack: list[int] = []
    ranges: list[tuple[int, int]] = []
    for number, piece in enumerate(found.pieces):
        if piece.name == "#" and not piece.code:
            found.hidden.add(number)
        elif piece.name == "comment":
            stack.append(number)
        elif piece.name == "endcomment" and stack:
            start = stack.pop()
            while ranges and ranges[-1][0] > start:
                ranges.pop()
            ranges.append((start, number))
    for start, end in ranges:
        found.hidden.update(range(start, end + 1))


def _pair(found: Structure) -> None:
    stack: list[int] = []
    waiting: dict[str, int] = {}
    for number, piece in enumerate(found.pieces):
        if piece.kind != "tag" or number in found.hidden:
            continue
        if piece.name in BLOCKS:
            if len(stack) >= _DEEPEST:
                found.dropped.add(number)
            stack.append(number)
            waiting[piece.name] = waiting.get(piece.name, 0) + 1
        elif piece.name in INNER:
            _inner(found, stack, number)
        elif piece.name.startswith("end") and piece.name[3:] in BLOCKS:
            _close(found, stack, waiting, number)
    for number in stack:
        found.drop(number, f"`{found.pieces[number].name}` has no end")


def _inner(found: Structure, stack: list[int], number: int) -> None:
    """An `else` or `when` belongs to the block it stands in."""
    name = found.pieces[number].name
    if stack and found.pieces[stack[-1]].name in INNER[name]:
        found.parts.setdefault(stack[-1], []).append(number)
        if stack[-1] in found.dropped:
            found.dropped.add(number)
    else:
        found.drop(number, f"`{name}` stands in no block that it fits")


def _close(found: Structure, stack: list[int], waiting: dict[str, int], number: int) -> None:
    """The end of a block; blocks in it that are not ended are dropped."""
    name = found.pieces[number].name[3:]
    if not waiting.get(name):
        found.drop(number, f"`end{name}` ends nothing")
        return
    while (top := stack.pop()) is not None:
        opened = found.pieces[top].name
        waiting[opened] -= 1
        if opened == name:
            break
        found.drop(top, f"`{opened}` has no end")
    found.parts.setdefault(top, []).append(number)
    if top in found.dropped:
        found.dropped.add(number)
        piece = found.pieces[top]
        found.flaws.append(Flaw(piece.start, piece.text, f"there are more than {_DEEPEST} blocks in one another"))


def _bound(found: Structure) -> None:
    """What nobody means: tags as long as a page, tags without a name, a search through a range."""
    for number, piece in enumerate(found.pieces):
        if piece.kind == "text":
            continue
        if len(piece.text) > _LONGEST_TAG:
            found.drop(number, f"it is longer than {_LONGEST_TAG:,} characters")
        elif piece.kind == "tag" and piece.name in ("", "raw", "endraw"):
            found.drop(number, f"`{piece.name}` stands alone" if piece.name else "it has no name")
        elif ".." in piece.expression and RANGE_SEARCHED.search(piece.expression):
            found.drop(number, "it looks for something in a range")


def quoted(text: str, most: int = 60) -> str:
    """Text from a body, fit to stand in a message: one line, printable, not too long."""
    shown = "".join(char if char.isprintable() else "�" for char in " ".join(text[: most * 4].split()))
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def is_too_much(body: str) -> bool:
    """Whether there are more than MOST_TAGS in the body."""
    return body.count("{{") + body.count("{%") > MOST_TAGS


def bare(body: str) -> str:
    """A body with too many tags, without them."""
    return _ANY.sub("", body)
