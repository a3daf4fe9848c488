"""Dataclasses that are made when they are needed are what those of the library are."""

from __future__ import annotations

import copy
import dataclasses
import gc
import importlib
import inspect
import pickle
import pkgutil
import types
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import pytest

import syndicate
from syndicate.model import records

FLAGS = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"eq": False},
    {"frozen": True, "slots": True, "eq": False},
]


class Point:
    """Somewhere."""

    x: int
    y: int = 0
    kind: ClassVar[str] = "point"
    seen: list[int] = dataclasses.field(default_factory=list, compare=False, hash=False)
    note: str = dataclasses.field(default="n", repr=False)

    @property
    def sum(self) -> int:
        return self.x + self.y


class Bare:
    pass


class One:
    of: Any


class Checked:
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(self.n)

    def __repr__(self) -> str:
        return "checked"


SHAPES: dict[type, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    Point: [((1,), {}), ((1, 2), {}), ((1,), {"seen": [3]}), ((), {"y": 2, "x": 1}), ((1, 0, [], "m"), {}),
            ((), {}), ((1, 2, [], "", 5), {}), ((1,), {"z": 1}), ((1,), {"x": 1})],
    Bare: [((), {}), ((1,), {})],
    One: [((1,), {}), ((float("nan"),), {}), (([],), {}), ((None,), {})],
    Checked: [((1,), {}), ((-1,), {}), ((), {})],
}  # fmt: skip


class Pair(NamedTuple):
    """A class of the library's, and the same of ours."""

    theirs: Any
    ours: Any


def pair(shape: type, flags: dict[str, bool]) -> Pair:
    def fresh() -> type:
        own = {name: value for name, value in vars(shape).items() if name not in ("__dict__", "__weakref__")}
        return type(shape.__name__, (), {**own, "__qualname__": "Made", "__annotations__": shape.__annotations__})

    if "__annotations__" not in vars(shape):
        shape.__annotations__ = {}
    return Pair(dataclasses.dataclass(**flags)(fresh()), records.dataclass(**flags)(fresh()))


def told(call: Callable[[], Any]) -> object:
    """What comes of it: a value, or the kind of the error."""
    try:
        return call()
    except Exception as fault:  # noqa: BLE001 any of them is to be the same
        return type(fault)


def both(pair: Pair, call: Callable[[type], Any]) -> None:
    assert told(lambda: call(pair.theirs)) == told(lambda: call(pair.ours))


@pytest.mark.parametrize("flags", FLAGS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_they_do_what_those_of_the_library_do(shape: type, flags: dict[str, bool]) -> None:
    made = pair(shape, flags)
    for args, named in SHAPES[shape]:
        if "-" not in str(args):
            both(made, lambda cls, a=args, n=named: repr(cls(*a, **n)).partition(" object at")[0])
        both(made, lambda cls, a=args, n=named: dataclasses.asdict(cls(*a, **n)))
        both(made, lambda cls, a=args, n=named: cls(*a, **n) == cls(*a, **n))
        both(made, lambda cls, a=args, n=named: cls(*a, **n) == object())
        both(made, lambda cls, a=args, n=named: len({cls(*a, **n), cls(*a, **n)}))
        both(made, lambda cls, a=args, n=named: type(cls(*a, **n)) is cls)
        both(made, lambda cls, a=args, n=named: dataclasses.asdict(copy.deepcopy(cls(*a, **n))))
        both(made, lambda cls, a=args, n=named: [each.name for each in dataclasses.fields(cls(*a, **n))])
    both(made, lambda cls: cls.__match_args__)
    both(made, lambda cls: hasattr(cls, "__slots__") and cls.__slots__)
    both(made, lambda cls: vars(cls).get("__hash__", "no") is None)


@pytest.mark.parametrize("flags", FLAGS, ids=str)
def test_fields_are_set_where_they_may_be(flags: dict[str, bool]) -> None:
    made = pair(Point, flags)
    frozen = flags.get("frozen") and flags.get("slots")
    # of a frozen class with slots, the library trips over a name that is no field's (TypeError)
    for name in ("x", "seen") if frozen else ("x", "seen", "other"):
        both(made, lambda cls, name=name: setattr(cls(1), name, 5))
        both(made, lambda cls, name=name: delattr(cls(1), name))
    both(made, lambda cls: dataclasses.asdict(dataclasses.replace(cls(1), y=7)))
    both(made, lambda cls: cls(1) == dataclasses.replace(cls(1), seen=[1]))
    both(made, lambda cls: cls(1) == dataclasses.replace(cls(1), note="other"))
    both(made, lambda cls: (cls(1, 2).sum, cls.kind))
    first, second = made.ours(1), made.ours(1)
    assert first.seen is not second.seen


@records.dataclass(frozen=True, slots=True)
class Travels:
    a: int
    b: tuple[str, ...] = ()


@records.dataclass(frozen=True, slots=True)
class TravelsFurther(Travels):
    c: str = "c"


@records.dataclass(frozen=True)
class Open:
    a: int


class Derived(Open):
    more = 1


@pytest.mark.parametrize(
    "value", [Travels(1), Travels(1, ("b",)), TravelsFurther(1, c="d"), Open(1), Derived(2)], ids=repr
)
def test_they_travel(value: Any) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        other = pickle.loads(pickle.dumps(value, protocol))
        assert other == value
        assert type(other) is type(value)
    assert copy.copy(value) == value
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.a = 3


def test_one_that_holds_itself_is_shown() -> None:
    made = pair(One, {})
    both(made, lambda cls: repr([one := cls([]), one.of.append(one)]))


def test_a_class_derived_from_another_is_not_equal_to_it() -> None:
    assert Travels(1) != TravelsFurther(1)
    assert TravelsFurther(1) == TravelsFurther(1)
    assert dataclasses.astuple(TravelsFurther(1, ("b",), "c")) == (1, ("b",), "c")


def test_each_dataclass_of_the_program_can_be_made() -> None:
    """A mistake shows no sooner than at the first instance: a field without a value behind one that has one."""
    found = 0
    for module in pkgutil.walk_packages(syndicate.__path__, "syndicate."):
        if module.name.endswith("__main__"):
            continue
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if dataclasses.is_dataclass(cls) and cls.__module__ == module.name:
                found += 1
                with pytest.raises(TypeError, match="unexpected keyword argument"):
                    cls(**{"no such field": 1})
    assert found > 150


# -- named tuples


class Named(records.NamedTuple):
    """Has all that one may have."""

    a: int
    b: list[dict[str, int]]
    c: str = "c"
    d: tuple[int, ...] = ()

    kind: ClassVar[str] = "x"  # type: ignore[misc]

    @property
    def sum(self) -> int:
        return self.a + len(self.c)

    def more(self, by: int = 1) -> Named:
        return self._replace(a=self.a + by)

    @classmethod
    def of(cls, a: int) -> Named:
        return cls(a, [])

    @staticmethod
    def none() -> None:
        return None


def test_named_tuples_travel() -> None:
    value = Named(1, [{}], d=(2,))
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        other = pickle.loads(pickle.dumps(value, protocol))
        assert other == value
        assert type(other) is Named
    assert copy.copy(value) == copy.deepcopy(value) == value


def test_named_tuples_have_what_their_class_says() -> None:
    value = Named.of(3)
    assert (value.sum, value.more(2).a, Named.none(), Named.__doc__) == (4, 5, None, "Has all that one may have.")
    assert (Named.__module__, Named.__qualname__, Named.__bases__) == (__name__, "Named", (tuple,))


def test_named_tuples_may_be_made_while_garbage_is_collected() -> None:
    """A class that nobody holds is emptied by a collection, also while somebody copies what is in it."""
    usual = gc.get_threshold()
    try:
        for objects in range(1, 60):
            gc.collect()
            gc.set_threshold(objects)
            records._like.cache_clear()
            assert all("__new__" in records._like(width) for width in range(1, 8)), objects
    finally:
        gc.set_threshold(*usual)


def test_fields_that_a_named_tuple_cannot_have() -> None:
    """Nothing is silently given to another field, nor left out."""
    with pytest.raises(TypeError, match="before those with one"):
        type(records.NamedTuple)("Wrong", (), {"__module__": "m", "__annotations__": {"a": "int", "b": "int"}, "a": 1})
    with pytest.raises(ValueError, match="underscore"):
        type(records.NamedTuple)("Wrong", (), {"__module__": "m", "__annotations__": {"_make": "int"}})
    with pytest.raises(TypeError, match="needs fields"):
        type(records.NamedTuple)("Empty", (), {"__module__": "m"})


CALLS: list[Callable[[Any], Any]] = [
    lambda cls: cls._fields,
    lambda cls: cls._field_defaults,
    lambda cls: cls.__match_args__,
    lambda cls: cls.__annotations__,
    lambda cls: cls.__doc__,
    lambda cls: cls.__mro__[1:],
    lambda cls: [(each.name, each.default, each.kind) for each in inspect.signature(cls).parameters.values()],
    lambda cls: sorted(vars(cls).keys() - {"__orig_bases__"}),
    lambda cls: cls(),
    lambda cls: cls(*range(len(cls._fields))),
    lambda cls: cls(*range(len(cls._fields) + 1)),
    lambda cls: cls(*range(len(cls._fields) - len(cls._field_defaults))),
    lambda cls: cls(**dict.fromkeys(cls._fields, 1)),
    lambda cls: cls(nobody=1),
    lambda cls: cls._make(range(len(cls._fields))),
    lambda cls: cls._make([]),
    lambda cls: repr(cls._make(range(len(cls._fields)))),
    lambda cls: cls._make(range(len(cls._fields)))._asdict(),
    lambda cls: cls._make(range(len(cls._fields)))._replace(**{cls._fields[0]: "other"}),
    lambda cls: cls._make(range(len(cls._fields)))._replace(nobody=1),
    lambda cls: cls.__replace__(cls._make(range(len(cls._fields))), **{cls._fields[0]: "other"}),
    lambda cls: hash(cls._make(range(len(cls._fields)))),
    lambda cls: setattr(cls._make(range(len(cls._fields))), cls._fields[0], 1),
    lambda cls: setattr(cls._make(range(len(cls._fields))), "nobody", 1),
]


def of_the_library(cls: Any) -> type:
    """The same class as `typing.NamedTuple` makes it."""
    own = {
        name: value
        for name, value in vars(cls).items()
        if name not in cls._fields and (name not in _MADE or getattr(value, "__module__", "") == cls.__module__)
    }
    space = {**own, **cls._field_defaults, "__annotations__": dict.fromkeys(cls._fields, "int")}
    same: Any = types.new_class(cls.__name__, (NamedTuple,), {}, lambda body: body.update(space))
    same.__annotations__ = cls.__annotations__
    return same


_MADE = {"_fields", "_field_defaults", "__match_args__", "__new__", "_make", "_replace", "__replace__", "_asdict",
         "__repr__", "__getnewargs__", "__slots__", "__annotations__", "__orig_bases__"}  # fmt: skip


def test_each_named_tuple_of_the_program_is_what_the_library_makes() -> None:
    found = 0
    for module in pkgutil.walk_packages(syndicate.__path__, "syndicate."):
        if module.name.endswith("__main__"):
            continue
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if cls.__bases__ == (tuple,) and hasattr(cls, "_fields") and cls.__module__ == module.name:
                found += 1
                made = Pair(of_the_library(cls), cls)
                for call in CALLS:
                    both(made, call)
    assert found > 150
