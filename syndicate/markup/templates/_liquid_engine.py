"""The door to python-liquid: an environment with Jekyll's tags and filters, and runs that end.

Every node that is run, every round of a loop and every character that a filter reads costs steps; a run that has
used up its steps is ended by Overrun. A fault of a node costs that node and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, TextIO, cast

from liquid import Environment, Mode
from liquid.ast import Node
from liquid.builtin.output import Output, OutputNode
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, LiquidInterrupt, ResourceLimitError
from liquid.output import LimitedStringIO
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.template import BoundTemplate
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token
from liquid.undefined import Undefined
from liquid.utils.chain_map import ReadOnlyChainMap

from syndicate.markup.templates import Fault, Page, TemplateSite
from syndicate.markup.templates._liquid_pieces import BLOCKS, INNER, Piece, Structure, quoted
from syndicate.markup.templates._liquid_shown import Shower
from syndicate.model.records import dataclass, field

STEPS = 300_000
"""What one body may cost: about a second."""

LONGEST = 4_000_000  # characters a value, or bytes the output, may have
_WIDEST = 100_000  # numbers in a range that is more than looped over
_LARGEST = 256  # bits of a number

FAULTS = (LiquidError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What may go wrong in a node, in ours or in the library's."""

_NOT_OURS = ("render", "liquid", "doc")  # of later editions of Liquid, which Jekyll does not have


class Overrun(Exception):
    """The body costs more than it may. Nothing but the caller of `Engine.run` catches it."""


class Mark(Token):
    """A token that knows the piece it is made of: `source` is the piece as written."""

    code = False
    weight = 1


@dataclass
class Run:
    """One body being expanded: what is left of its steps, and the faults met, each subject once."""

    page: Page
    variables: Mapping[str, Any]
    steps: int = STEPS
    faults: dict[str, Fault] = field(default_factory=dict)
    including: list[str] = field(default_factory=list)

    def tell(self, code: str, subject: str, message: str) -> None:
        """Note a fault; the first of a subject counts."""
        where = f" in the include `{self.including[-1]}`" if self.including else ""
        self.faults.setdefault(subject, Fault(code, subject, message + where))

    def unknown(self, subject: str, advice: str) -> None:
        """Note what is not known."""
        self.tell("template-unknown", subject, f"the {subject} is not known; {advice}")

    def charge(self, steps: int) -> None:
        """Pay for work before it is done."""
        self.steps -= steps
        if self.steps < 0:
            raise Overrun


class Context(RenderContext):
    """The variables of a run. There is no `now` in it: what is expanded must not depend on the time of day."""

    run: Run

    def __init__(self, template: BoundTemplate, run: Run) -> None:
        super().__init__(template, globals=run.variables)
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)
        self.run = run
        self.shower = Shower(run.charge)

    def assign(self, key: str, val: Any) -> None:
        """As the library's; values are bounded as they are made."""
        self.locals[key] = self._bounded(val)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """The filter, at its price; one that is not known lets its value pass."""
        found = self.env.filters.get(name)
        if found is None:
            self.run.unknown(f"filter {name}", "its value is shown as it is")
            return lambda value, *_arguments, **_named: value
        bound = partial(found, context=self) if getattr(found, "with_context", False) else found
        if getattr(found, "with_environment", False):
            bound = partial(bound, environment=self.env)
        return partial(self._filtered, bound)

    def _filtered(self, function: Callable[..., object], *values: object, **named: object) -> object:
        self.run.charge(1 + sum(_size(self._bounded(value)) for value in (*values, *named.values())) // 50)
        return self._bounded(function(*values, **named))

    def _bounded(self, value: Any) -> Any:
        """The value, where it is not too large to go on with."""
        if isinstance(value, range):
            too_much = value.stop - value.start > _WIDEST
        elif isinstance(value, int):
            too_much = value.bit_length() > _LARGEST
        else:
            too_much = _size(value) > LONGEST
        if too_much:
            raise Overrun
        return value

    def get_buffer(self, buf: Any = None) -> LimitedStringIO:
        """As the library's, but line ends stay what they are."""
        return LimitedStringIO(LONGEST - getattr(buf, "size", 0), newline="")

    @contextmanager
    def loop(self, namespace: Mapping[str, object], forloop: Any) -> Iterator[RenderContext]:
        """As the library's; each round costs at least a step."""
        self.run.charge(forloop.length)
        with super().loop(namespace, forloop) as context:
            yield context


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


class Template(BoundTemplate):
    """A parsed text."""

    context_class = RenderContext


class Sample(OutputNode):
    """`{{ … }}`. In code samples a variable that nobody has set stays what was written."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value as Ruby prints it."""
        text = cast(Context, context).shower.text(self.expression.evaluate(context))
        if not text and getattr(self.token, "code", False):
            first = getattr(self.expression, "left", self.expression)
            text = self.token.source if isinstance(first.evaluate(context), Undefined) else ""
        return buffer.write(text)


class _Output(Output):
    node_class = Sample


def guarded(node: type[Node]) -> type[Node]:
    """The class of nodes, at a price, and with its faults kept to itself."""

    class Guarded(node):  # type: ignore[misc, valid-type]
        def render(self, context: Context, buffer: TextIO) -> int:
            context.run.charge(getattr(self.token, "weight", 1))
            try:
                return super().render(context, buffer)  # type: ignore[no-any-return]
            except ResourceLimitError:
                raise Overrun from None
            except FAULTS as fault:
                return failed(context, buffer, self.token, fault)

    Guarded.__name__ = node.__name__
    return Guarded


def failed(context: Context, buffer: TextIO, token: Token, fault: Exception) -> int:
    """Tell why a node was left out; in a code sample it is shown as written."""
    if getattr(token, "code", False):
        return buffer.write(token.source)
    shown, reason = quoted(token.source), quoted(str(fault.args[0] if fault.args else type(fault).__name__), 120)
    context.run.tell("template-broken", shown, f"`{shown}` cannot be run and is left out: {reason}")
    return 0


class Library(Environment):
    """Liquid with Jekyll's tags and filters, for one site."""

    output_stream_limit = LONGEST
    context_depth_limit: ClassVar[int] = 200
    block_nesting_limit: ClassVar[int] = 60
    template_class = Template

    def __init__(self, tags: list[type[Tag]], filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(tolerance=Mode.STRICT, strict_filters=False)
        for name in _NOT_OURS:
            self.tags.pop(name, None)
        own: list[type[Tag]] = [_Output, *tags]
        for tag in own:
            self.add_tag(tag)
        for name, function in filters.items():
            self.add_filter(name, function)
        for instance in self.tags.values():
            if found := getattr(instance, "node_class", None):
                instance.node_class = guarded(found)  # type: ignore[attr-defined]

    def nodes(self, found: Structure, unknown: Callable[[Piece], str]) -> list[Node]:
        """The parsed pieces. `unknown` is asked for the text in the place of a tag that is not known.

        What cannot be parsed is dropped from `found`, with its reason.
        """
        try:
            return self._parsed(self._tokens(found, unknown))
        except FAULTS:
            self._drop_broken(found)
        try:
            return self._parsed(self._tokens(found, unknown))
        except FAULTS:  # it is broken as a whole
            return []

    def _parsed(self, tokens: list[Token]) -> list[Node]:
        return get_parser(self).parse(TokenStream(iter(tokens)))

    def _tokens(self, found: Structure, unknown: Callable[[Piece], str]) -> list[Token]:
        tokens: list[Token] = []
        for number, piece in found.kept():
            if piece.kind == "tag" and not self._is_known(piece.name):
                text = piece.text if piece.code else unknown(piece)
                tokens += [Mark(TOKEN_CONTENT, text, piece.start, text)] if text else []
            elif piece.kind != "output" or piece.expression:
                tokens += self._marks(piece, found.weight(number))
        return tokens

    def _is_known(self, name: str) -> bool:
        return name in self.tags or name in INNER or (name.startswith("end") and name[3:] in BLOCKS)

    def _marks(self, piece: Piece, weight: int) -> list[Token]:
        if piece.kind == "text":
            return [Mark(TOKEN_CONTENT, piece.text, piece.start, piece.text)]
        value = piece.name if piece.kind == "tag" else piece.text
        mark = Mark(TOKEN_TAG if piece.kind == "tag" else TOKEN_OUTPUT, value, piece.start, piece.text)
        mark.code, mark.weight = piece.code, weight
        if not piece.expression:
            return [mark]
        return [mark, Mark(TOKEN_EXPRESSION, piece.expression, piece.start, piece.text)]

    def _drop_broken(self, found: Structure) -> None:
        """Parse each tag alone, with what belongs to it, and drop those that cannot be."""
        owned = {part for parts in found.parts.values() for part in parts}
        for number, piece in list(found.kept()):
            if piece.kind == "text" or number in owned or (piece.kind == "tag" and not self._is_known(piece.name)):
                continue
            parts = (found.pieces[part] for part in found.parts.get(number, ()))
            tokens = [token for one in (piece, *parts) for token in self._marks(one, 1)]
            try:
                self._parsed(tokens)
            except FAULTS as fault:
                reason = fault.args[0] if isinstance(fault, LiquidError) and fault.args else "it is too deep"
                found.drop(number, quoted(str(reason), 120))


def written(library: Library, nodes: list[Node], run: Run) -> str:
    """The text that the nodes write. Raises Overrun."""
    context = Context(Template(library, nodes), run)
    buffer = context.get_buffer()
    render(nodes, context, buffer)
    return buffer.getvalue()


def render(nodes: list[Node], context: RenderContext, buffer: TextIO) -> None:
    """Write the nodes. `break` where there is no loop does nothing."""
    for node in nodes:
        try:
            node.render(context, buffer)
        except LiquidInterrupt:
            continue
        except ResourceLimitError:
            raise Overrun from None


@dataclass
class Parsed:
    """An include, ready to be run: its nodes, and what it costs to start it."""

    nodes: list[Node]
    cost: int


@dataclass
class Shelf:
    """What all bodies of a site share."""

    site: TemplateSite
    library: Library
    base: str
    includes: dict[str, Parsed] = field(default_factory=dict)
