"""Nunjucks in Markdown, as Eleventy has it: lookups filled in, conditions decided where the data does, the rest out.

In: a body and what is known of its page and site. Out: the body without tags. Paired tags that only the site's code
knows give way to what they enclose; single ones vanish, and each is told of once. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, Self

from syndicate.markup.samples import code_spans, inside
from syndicate.markup.templates import Expanded, Fault, Page, Templates, TemplateSite
from syndicate.markup.templates._nunjucks_values import FILTERS, Unknown, evaluated, shown, text_of
from syndicate.model import Reference, Value
from syndicate.model.records import NamedTuple, dataclass

_OPENING = re.compile(r"\{[%{#]")
_CLOSERS: Final = {"{%": "%}", "{{": "}}", "{#": "#}"}
_WORD = re.compile(r"\s*+([A-Za-z_][\w.]*+)(.*)\Z", re.DOTALL)
_SET = re.compile(r"\s*+([A-Za-z_]\w*+)\s*+=(?!=)(.*)\Z", re.DOTALL)
_QUOTED = re.compile(r"'([^']*+)'|\"([^\"]*+)\"")
_EQUALS = re.compile(r"(.+?)\s*+([!=]==?)\s*+(.+)\Z", re.DOTALL)
_LONGEST_CONDITION = 300

_VANISH = frozenset(("for", "asyncEach", "asyncAll", "macro", "switch"))
"""Tags whose inside is made by running something: it goes with them."""

_WRAPPERS = frozenset(("block", "call", "filter", "raw", "verbatim"))
_BRANCHES = frozenset(("elif", "elseif", "else"))


class _Piece(NamedTuple):
    """`kind` is `text`, `{%`, `{{` or `{#`; `left` and `right`: whether a `-` takes white space away on that side."""

    kind: str
    text: str
    left: bool = False
    right: bool = False


@dataclass(frozen=True)
class Nunjucks(Templates):
    """The language Nunjucks; see Templates for the contract."""

    name: ClassVar[str] = "nunjucks"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language for a site; nothing is prepared."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether anything opens."""
        return "{" in body and ("{%" in body or "{{" in body or "{#" in body)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """Nunjucks names no posts."""
        return []

    def expand(self, body: str, page: Page) -> Expanded:
        """The body without tags, outside of code."""
        if not self.concerns(body):
            return Expanded(body)
        pieces = _trimmed(list(_pieces(body, page.markup)))
        reading = _Reading(pieces, self.site, page)
        text = "".join(reading.texts())
        return Expanded(text, tuple(reading.faults.values()))


def _pieces(body: str, markup: str) -> Iterator[_Piece]:
    """The text and the tags of a body; what stands in code, and what is never closed, is text."""
    spans = code_spans(body, markup)
    ends = dict.fromkeys(_CLOSERS.values(), -1)
    at = done = 0
    raw = False
    while mark := _OPENING.search(body, at):
        start, kind = mark.start(), mark[0]
        closer = _CLOSERS[kind]
        if end := inside(spans, start):
            at = end
            continue
        if ends[closer] < start + 2:
            found = body.find(closer, start + 2)
            ends[closer] = found if found >= 0 else len(body)
        end = ends[closer]
        at = start + 2
        if end == len(body) or inside(spans, end):
            continue
        text = body[start + 2 : end]
        word = text.strip("- \t\r\n")
        if raw and not (kind == "{%" and word in ("endraw", "endverbatim")):
            continue
        raw = kind == "{%" and word in ("raw", "verbatim")
        yield _Piece("text", body[done:start])
        yield _Piece(kind, text.removeprefix("-").removesuffix("-"), text.startswith("-"), text.endswith("-"))
        at = done = end + 2
    yield _Piece("text", body[done:])


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    """Text loses the white space that a `-` in the tags beside it takes away."""
    found = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == "text":
            text = text.rstrip() if number + 1 < len(pieces) and pieces[number + 1].left else text
            text = text.lstrip() if number and pieces[number - 1].right else text
        found.append(piece._replace(text=text))
    return found


class _Open(NamedTuple):
    """A tag that is open: its name, whether its text is shown now, whether a branch of it has been taken."""

    name: str
    show: bool
    taken: bool = True


class _Reading:
    """One pass over the pieces of one body."""

    def __init__(self, pieces: list[_Piece], site: TemplateSite, page: Page) -> None:
        self._pieces = pieces
        self._site = site
        self._stack: list[_Open] = []
        self._data = _data(site, page)
        self._filters = {**FILTERS, "url": self._url, "absoluteUrl": self._url, "htmlBaseUrl": self._url}
        words = (found[1] for piece in pieces if piece.kind == "{%" and (found := _WORD.match(piece.text)))
        self._ends = frozenset(word for word in words if word.startswith("end"))
        self.faults: dict[str, Fault] = {}

    def texts(self) -> Iterator[str]:
        """The text that stays, piece by piece."""
        for piece in self._pieces:
            shows = not self._stack or self._stack[-1].show
            if piece.kind == "text":
                yield piece.text if shows else ""
            elif piece.kind == "{{":
                yield self._printed(piece.text) if shows else ""
            elif piece.kind == "{%":
                yield self._tag(piece.text, shows=shows)

    def _url(self, value: Value, _arguments: object) -> str:
        """A path from the root, below the site's address with its prefix."""
        path = text_of(value)
        return f"{self._site.url}{path}" if path.startswith("/") and not path.startswith("//") else path

    def _value(self, expression: str) -> Value:
        return evaluated(expression, self._data, self._filters)

    def _printed(self, expression: str) -> str:
        try:
            return shown(self._value(expression))
        except Unknown as unknown:
            self._tell(str(unknown))
            return self._kept(expression)

    def _tag(self, text: str, *, shows: bool) -> str:
        found = _WORD.match(text)
        if found is None:
            return ""
        name, rest = found[1], found[2]
        if name.startswith("end"):
            self._close(name[3:])
        elif name in _BRANCHES:
            self._branch(name, rest)
        elif name in ("if", "ifAsync"):
            taken = shows and self._holds(rest)
            self._stack.append(_Open(name, taken, taken or not shows))
        elif name in _VANISH:
            self._stack.append(_Open(name, show=False))
            if shows and name != "macro":  # what a macro makes is told of where it is called
                self._tell(f"tag {name}")
        elif name == "set":
            self._set(rest, shows=shows)
        elif name in _WRAPPERS or f"end{name}" in self._ends:
            self._stack.append(_Open(name, shows))
        elif shows:
            self._tell(f"{name}{_subject(rest)}" if name in ("include", "import", "from", "extends") else f"tag {name}")
            return self._kept(rest)
        return ""

    def _close(self, name: str) -> None:
        """Close the tag of that name, if it is open, with what is open inside of it."""
        for depth in range(len(self._stack) - 1, max(-1, len(self._stack) - 50), -1):
            if self._stack[depth].name == name:
                del self._stack[depth:]
                return

    def _branch(self, name: str, rest: str) -> None:
        if not self._stack or self._stack[-1].name not in ("if", "ifAsync"):
            return
        top = self._stack.pop()
        take = not top.taken and (name == "else" or self._holds(rest))
        self._stack.append(_Open(top.name, take, top.taken or take))

    def _set(self, rest: str, *, shows: bool) -> None:
        found = _SET.match(rest)
        if found is None:
            if "endset" in self._ends:
                self._stack.append(_Open("set", show=False))
            return
        try:
            value = self._value(found[2])
        except Unknown as unknown:
            if shows:
                self._tell(str(unknown))
            return
        if shows and len(text_of(value)) <= 10_000:  # a text that is joined to itself again and again
            self._data[found[1]] = value

    def _holds(self, condition: str) -> bool:
        """Whether a condition holds; one that the data does not decide counts as true: text is rather shown."""
        written = condition.strip()[:_LONGEST_CONDITION]
        negated = written.startswith("not ")
        written = written.removeprefix("not ").strip()
        try:
            if compared := _EQUALS.match(written):
                same = text_of(self._value(compared[1])) == text_of(self._value(compared[3]))
                return (same is compared[2].startswith("=")) is not negated
            return bool(self._value(written)) is not negated
        except Unknown:
            return True

    def _kept(self, text: str) -> str:
        """The plain texts in a tag that is not known, where they are wanted in its place."""
        if self._site.unknown != "keep":
            return ""
        return shown(" ".join(one or two for one, two in _QUOTED.findall(text) if one or two))

    def _tell(self, subject: str) -> None:
        subject = "".join(char if char.isprintable() else "�" for char in subject[:80])
        message = f"the {subject} is known to the site's own code only, and is left out: write what it stands for"
        self.faults.setdefault(subject, Fault("template-unknown", subject, message))


def _subject(rest: str) -> str:
    named = _QUOTED.search(rest)
    return f" {named[1] or named[2] or ''}" if named else ""


def _data(site: TemplateSite, page: Page) -> dict[str, Value]:
    """What a page of Eleventy can look up."""
    path = page.url[len(site.url) :] if page.url.startswith(f"{site.url}/") else page.url
    stem = page.path.rpartition("/")[2].rpartition(".")[0]
    slug = re.sub(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}-", "", stem)
    about: Mapping[str, Value] = {"url": path, "fileSlug": slug, "inputPath": f"./{page.path}", "lang": page.language}
    return {**site.variables, "title": page.title, **page.fields, "page": about}
