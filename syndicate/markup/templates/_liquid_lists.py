"""Jekyll's filters for lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key
from typing import Any

from liquid.builtin.expressions import BooleanExpression, FilteredExpression, tokenize
from liquid.filter import with_context
from liquid.stream import TokenStream
from liquid.token import TOKEN_EXPRESSION, Token

from syndicate.markup.templates._liquid_engine import Context, Overrun
from syndicate.markup.templates._liquid_pieces import RANGE_SEARCHED

_WHOLE = re.compile(r"\s*-?[0-9]{1,18}\s*")
_FRACTION = re.compile(r"\s*-?(?:[0-9]{1,18}\.?[0-9]{0,18}|\.[0-9]{1,18})\s*")


def nothing(value: Any) -> bool:
    """Whether a value is nil or a variable that nobody has set."""
    return value is None or hasattr(value, "poke")


def items(value: Any) -> list[Any]:
    """What a filter goes through: the values of a mapping, a list, nothing."""
    if nothing(value):
        return []
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple | range) else [value]


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple | range) or (isinstance(value, Mapping) and not hasattr(value, "poke"))


def attribute(item: Any, name: str) -> Any:
    """The attribute of an item, also one below another (`a.b`); numbers in text count as numbers."""
    for key in name.split("."):
        item = item.get(key) if isinstance(item, Mapping) else None
    return _number(item)


def _number(value: Any) -> Any:
    text = "" if isinstance(value, bool | list | Mapping) or value is None else str(value)
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else value


@with_context
def where(value: Any, name: Any = None, target: Any = None, *, context: Context) -> Any:
    """The items whose attribute is the target."""
    if nothing(name) or not _is_list(value) or isinstance(target, list | dict):
        return value
    return [item for item in items(value) if _is(context, attribute(item, str(name)), target)]


def _is(context: Context, value: Any, target: Any) -> bool:
    context.run.charge(1)
    if nothing(target):
        return nothing(value)
    wanted = context.shower.text(_number(target))
    if isinstance(value, list | tuple):
        return any(context.shower.text(_number(item)) == wanted for item in value)
    return not nothing(value) and context.shower.text(value) == wanted


@with_context
def find(value: Any, name: Any = None, target: Any = None, *, context: Context) -> Any:
    """The first item whose attribute is the target."""
    found = where(value, name, target, context=context)
    return next(iter(found), None) if _is_list(found) else found


@with_context
def where_exp(value: Any, name: Any, expression: Any, *, context: Context) -> Any:
    """The items for which the condition holds."""
    if not _is_list(value):
        return value
    holds = _condition(context, str(name), str(expression))
    return [item for item in items(value) if holds(item)]


@with_context
def find_exp(value: Any, name: Any, expression: Any, *, context: Context) -> Any:
    """The first item for which the condition holds."""
    found = where_exp(value, name, expression, context=context)
    return next(iter(found), None) if _is_list(found) else found


def _condition(context: Context, name: str, text: str) -> Callable[[Any], bool]:
    if RANGE_SEARCHED.search(text):
        raise Overrun
    parsed = BooleanExpression.parse(context.env, _tokens(text))
    return lambda item: bool(_evaluated(context, parsed, name, item, len(text)))


def _tokens(text: str) -> TokenStream:
    return TokenStream(tokenize(text, Token(TOKEN_EXPRESSION, text, 0, text)))


def _evaluated(context: Context, parsed: Any, name: str, item: Any, length: int) -> Any:
    context.run.charge(2 + length // 20)
    with context.extend({name: item}):
        return parsed.evaluate(context)


@with_context
def group_by(value: Any, name: Any = None, *, context: Context) -> Any:
    """Groups of the items that have an attribute in common."""
    if not _is_list(value):
        return value
    return _groups(items(value), lambda item: context.shower.text(attribute(item, str(name))))


@with_context
def group_by_exp(value: Any, name: Any, expression: Any, *, context: Context) -> Any:
    """Groups of the items for which an expression gives the same."""
    if not _is_list(value):
        return value
    text = str(expression)
    parsed = FilteredExpression.parse(context.env, _tokens(text))
    return _groups(
        items(value), lambda item: context.shower.text(_evaluated(context, parsed, str(name), item, len(text)))
    )


def _groups(found: Iterable[Any], key: Callable[[Any], str]) -> list[dict[str, Any]]:
    groups: dict[str, list[Any]] = {}
    for item in found:
        groups.setdefault(key(item), []).append(item)
    return [{"name": name, "items": members, "size": len(members)} for name, members in groups.items()]


def sort(value: Any, name: Any = None, nils: Any = "first") -> Any:
    """The items in order, by an attribute; those without it come first, or last."""
    if nothing(name):
        return sorted(items(value), key=cmp_to_key(_compared))
    pairs = [(attribute(item, str(name)), item) for item in items(value)]
    without = [item for key, item in pairs if nothing(key)]
    rest = [item for _key, item in sorted(((k, i) for k, i in pairs if not nothing(k)), key=cmp_to_key(_by_first))]
    return rest + without if nils == "last" else without + rest


def _by_first(one: tuple[Any, Any], other: tuple[Any, Any]) -> int:
    return _compared(one[0], other[0])


def _compared(one: Any, other: Any) -> int:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    left, right = (one, other) if numbers or type(one) is type(other) else (str(one), str(other))
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        return 0


@with_context
def push(value: Any, item: Any, *, context: Context) -> Any:
    """The list with the item behind it."""
    _weigh(context, item)
    return [*value, item] if isinstance(value, list) else value


@with_context
def unshift(value: Any, item: Any, *, context: Context) -> Any:
    """The list with the item in front of it."""
    _weigh(context, item)
    return [item, *value] if isinstance(value, list) else value


def _weigh(context: Context, item: Any) -> None:
    """Pay for all that is in an item: lists in lists grow fast."""
    context.run.charge(1)
    for inner in items(item) if isinstance(item, list | dict) else ():
        _weigh(context, inner)


def pop(value: Any, count: Any = 1) -> Any:
    """The list without its last items."""
    return value[: max(len(value) - int(count), 0)] if isinstance(value, list) else value


def shift(value: Any, count: Any = 1) -> Any:
    """The list without its first items."""
    return value[int(count) :] if isinstance(value, list) else value


def sample(value: Any, count: Any = 1) -> Any:
    """Some items; the first ones, since a feed must not change by itself."""
    if not isinstance(value, list):
        return value
    return value[: int(count)] if int(count) > 1 else next(iter(value), None)


def compact(value: Any, name: Any = None) -> list[Any]:
    """The items that are there."""
    return [item for item in items(value) if not nothing(item if nothing(name) else attribute(item, str(name)))]


@with_context
def uniq(value: Any, name: Any = None, *, context: Context) -> list[Any]:
    """Each item once, by an attribute."""
    unique: dict[str, Any] = {}
    for item in items(value):
        key = item if nothing(name) else attribute(item, str(name))
        unique.setdefault(context.shower.inspected(key), item)
    return list(unique.values())


@with_context
def join(value: Any, glue: Any = " ", *, context: Context) -> str:
    """The items as text, with something between."""
    between = "" if nothing(glue) else context.shower.text(glue)
    texts = [context.shower.text(item) for item in _flat(context, value)]
    context.run.charge(sum(map(len, texts)) // 50 + len(between) * len(texts) // 50)
    return between.join(texts)


def _flat(context: Context, value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping) and not nothing(value):
        yield from (part for pair in value.items() for part in pair)
        return
    for item in items(value):
        context.run.charge(1)
        if isinstance(item, list | tuple):
            yield from _flat(context, item)
        else:
            yield item


@with_context
def sentence(value: Any, connector: Any = "and", *, context: Context) -> str:
    """`a, b, and c`."""
    texts = [context.shower.text(item) for item in items(value)]
    if len(texts) < 3:
        return f" {connector} ".join(texts)
    return f"{', '.join(texts[:-1])}, {connector} {texts[-1]}"


FILTERS: dict[str, Callable[..., Any]] = {
    "where": where,
    "find": find,
    "where_exp": where_exp,
    "find_exp": find_exp,
    "group_by": group_by,
    "group_by_exp": group_by_exp,
    "sort": sort,
    "push": push,
    "unshift": unshift,
    "pop": pop,
    "shift": shift,
    "sample": sample,
    "compact": compact,
    "uniq": uniq,
    "join": join,
    "array_to_sentence_string": sentence,
}
