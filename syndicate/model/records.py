"""Dataclasses whose methods are made when they are needed, and named tuples that are made fast. Pure.

    from syndicate.model.records import NamedTuple, dataclass, field

As `dataclasses.dataclass`, with `frozen`, `eq` and `slots`; its functions (`replace`, `asdict`, `fields`) know these
classes. Only the way of making one differs. There, each method of a class is text that is compiled: half a
millisecond for each class, and there are two hundred, of which a run makes instances of few. Here `__init__` is
compiled when the first instance is made, and the other methods are functions that need no compiling.

`typing.NamedTuple` compiles the type of every field to look whether it is one, which is two thirds of what a class
costs, and there are as many. That is left to mypy here; and of what is left, most is to compile how an instance is
made, which is done once for all classes of so many fields. Else the classes are the same.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import namedtuple
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
    from typing import NamedTuple
else:

    class _Named(type):
        def __new__(cls, name: str, _bases: tuple[type, ...], space: dict[str, Any]) -> type:
            types = space.get("__annotations__", {})
            defaults = [space[each] for each in types if each in space]
            if not types or any(each in space for each in [*types][: len(types) - len(defaults)]):
                raise TypeError(f"{name} needs fields, and those without a default before those with one")
            if any(each.startswith("_") for each in types):
                raise ValueError(f"{name}: a name of a field cannot begin with an underscore")
            made = _named(name, types, tuple(defaults))
            made.__module__ = space["__module__"]
            made.__annotations__ = made.__new__.__annotations__ = types
            for key in space.keys() - types.keys() - {"__module__", "__annotations__"}:
                setattr(made, key, space[key])
            return made

    NamedTuple = type.__new__(_Named, "NamedTuple", (), {})

    def dataclass(cls: type | None = None, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
        """As `dataclasses.dataclass`. From a frozen class with slots, only others of its kind may be derived."""

        def made(cls: type) -> type:
            cls.__doc__ = cls.__doc__ or cls.__name__  # or a signature is made, which costs as much as a method
            bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            _add_methods(bare, frozen, eq)
            if frozen:
                _freeze(bare, slots)
            return bare

        return made if cls is None else made(cls)


__all__ = ["NamedTuple", "dataclass", "field"]

# -- named tuples


def _named(name: str, names: Iterable[str], defaults: tuple[Any, ...]) -> Any:
    """What `collections.namedtuple` makes of fields of these names."""
    fields = tuple(map(sys.intern, names))
    like = _like(len(fields))
    made = like["__new__"].__func__
    new: Any = FunctionType(made.__code__.replace(co_varnames=("_cls", *fields)), made.__globals__, "__new__", defaults)
    new.__qualname__ = f"{name}.__new__"
    shown = f"({', '.join(f'{each}=%r' for each in fields)})"
    return type(
        name,
        (tuple,),
        {
            "__doc__": f"{name}({', '.join(fields)})",
            "__slots__": (),
            "_fields": fields,
            "_field_defaults": dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True)),
            "__match_args__": fields,
            "__new__": new,
            "__repr__": lambda self: self.__class__.__name__ + shown % self,
            **{each: _replaced for each in ("_replace", "__replace__") if each in like},
            **{each: like[each] for each in ("_make", "_asdict", "__getnewargs__")},
            **{each: like[f"f{at}"] for at, each in enumerate(fields)},
        },
    )


@cache
def _like(width: int) -> Mapping[str, Any]:
    """What is in a named tuple of so many fields, `f0` and so on: all but their names is the same in others."""
    made = namedtuple("_Like", tuple(f"f{at}" for at in range(width)))  # type: ignore[misc]
    # held by its name until all is taken over: a class that nobody holds is emptied whenever garbage is collected
    return dict(vars(made))


_UNEXPECTED = TypeError if sys.version_info >= (3, 13) else ValueError


def _replaced(self: Any, /, **others: Any) -> Any:
    made = self._make(map(others.pop, self._fields, self))
    if others:
        raise _UNEXPECTED(f"Got unexpected field names: {[*others]!r}")
    return made


# -- dataclasses

_BARE = object()
"""Stands for an argument that was not given, where each instance has a value of its own."""

_assign = object.__setattr__


def _add_methods(cls: Any, frozen: bool, eq: bool) -> None:
    own = vars(cls)
    methods: dict[str, Any] = {"__init__": _first_init(cls, frozen), "__repr__": _repr}
    if eq:
        values = _values(tuple(each.name for each in dataclasses.fields(cls) if each.compare))
        methods["__eq__"] = lambda self, other: (
            values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented
        )
        if own.get("__hash__") is None:
            cls.__hash__ = (lambda self: hash(values(self))) if frozen else None
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)


def _values(names: tuple[str, ...]) -> Any:
    """A function: an instance → its values of these names, as a tuple."""
    if len(names) < 2:
        return lambda self: tuple(getattr(self, name) for name in names)
    return attrgetter(*names)


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _freeze(cls: Any, slots: bool) -> None:
    names = tuple(each.name for each in dataclasses.fields(cls))
    values = _values(names)

    def set_(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def delete(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    def get_state(self: Any) -> Any:
        return values(self)

    def set_state(self: Any, state: tuple[Any, ...]) -> None:
        for name, value in zip(names, state, strict=True):
            _assign(self, name, value)

    cls.__setattr__, cls.__delattr__ = set_, delete
    if slots:  # else pickle and copy fill the dictionary of the instance
        cls.__getstate__, cls.__setstate__ = get_state, set_state


def _first_init(cls: Any, frozen: bool) -> Any:
    """What stands for `__init__` until the first instance is made."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 it is to be known by this name
        cls.__init__ = init = _init(cls, frozen)
        init(self, *args, **named)

    return __init__


def _init(cls: Any, frozen: bool) -> Any:
    """`__init__`, compiled.

    A frozen class lets nobody set a field. Going round that for each field makes an instance up to five times as
    expensive as a plain one; so instances with slots are for a moment of a class that lets everybody.
    """
    known: dict[str, Any] = {"_BARE": _BARE, "_assign": _assign, "_cls": cls}
    swapped = frozen and not cls.__dictoffset__
    if swapped:
        # both of them, or the interpreter looks for a method in Python each time that a field is set
        plain = {"__slots__": (), "__setattr__": _assign, "__delattr__": object.__delattr__}
        known["_open"] = type(cls)(cls.__name__, (cls,), plain)
    given, lines = [], []
    for each in dataclasses.fields(cls):
        default, value = "", each.name
        if each.default is not dataclasses.MISSING:
            known[f"_default_{each.name}"] = each.default
            default = f"=_default_{each.name}"
        elif each.default_factory is not dataclasses.MISSING:
            known[f"_make_{each.name}"] = each.default_factory
            default, value = "=_BARE", f"_make_{each.name}() if {each.name} is _BARE else {each.name}"
        given.append(f"{each.name}{default}")
        lines.append(
            f"_assign(self, {each.name!r}, {value})" if frozen and not swapped else f"self.{each.name} = {value}"
        )
    if swapped:
        lines = ["_assign(self, '__class__', _open)", *lines, "self.__class__ = _cls"]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    text = f"def __init__({', '.join(('self', *given))}):\n " + "\n ".join(lines or ["pass"])
    exec(text, known)  # noqa: S102 as in `dataclasses`: nothing but names of fields is in it
    init = known["__init__"]
    init.__qualname__, init.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    return init
