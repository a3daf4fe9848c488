"""`defaults:` of a Jekyll configuration: values for the posts in a scope of paths and a type.

Jekyll's own words: `FrontmatterDefaults`. A scope with a `*` matches files on disk there; we match the
path of the post and of the folders above it, which is the same without looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._patterns import plain_glob
from syndicate.model import Value
from syndicate.model.records import dataclass

_WILD = {"**/": "(?:.*/)?", "?": "[^/]"}
_SINGULAR = {"post": "posts", "page": "pages", "draft": "drafts"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Values that hold for the documents of `type` (None: any) whose path begins with `path`."""

    path: str
    type: str | None
    values: Mapping[str, Value]
    glob: re.Pattern[str] | None = None

    @property
    def rank(self) -> int:
        """The longer the path, the more a scope counts."""
        return len(self.path.removeprefix("/"))


def scopes(config: Fields, collections_dir: str) -> tuple[Scope, ...]:
    """The scopes of a configuration, in its order; what is none is a Problem."""
    value = config.values.get("defaults")
    if value is None:
        return ()
    if not isinstance(value, list):
        config.misshapen("defaults", "a list of scopes", value)
        return ()
    return tuple(_scopes(config, value, collections_dir))


def _scopes(config: Fields, sets: list[Value], collections_dir: str) -> Iterator[Scope]:
    for number, one in enumerate(sets, 1):
        if isinstance(one, dict) and isinstance(one.get("values"), dict):
            scope = one.get("scope")
            yield _scope(scope if isinstance(scope, dict) else {}, one["values"], collections_dir)
        else:
            config.report(
                "site-config",
                f"number {number} of `defaults` has no `values`; give it a `scope` and a mapping of `values`",
                "defaults",
            )


def _scope(scope: Mapping[str, Value], values: Mapping[str, Value], collections_dir: str) -> Scope:
    path, kind = as_text(scope.get("path")) or "", as_text(scope.get("type"))
    own = path.removeprefix(f"{collections_dir}/") if collections_dir else path
    plain = plain_glob(own.rstrip("/")) if "*" in own else ""
    glob = re.compile(_expression(plain), re.DOTALL) if plain else None
    return Scope(own, _SINGULAR.get(kind, kind) if kind else None, values, glob)


def defaults(known: tuple[Scope, ...], path: str, label: str) -> dict[str, Value]:
    """The values that hold for the document at `path` (relative to collections_dir) of a collection."""
    found: dict[str, Value] = {}
    if not known:
        return found
    last: Scope | None = None
    for scope in known:
        if not _applies(scope, path, label):
            continue
        if last is None or _precedes(scope, last):
            found, last = merged(found, scope.values), scope
        else:
            found = merged(scope.values, found)
    return found


def _applies(scope: Scope, path: str, label: str) -> bool:
    if scope.type is not None and scope.type != label:
        return False
    return bool(scope.glob.fullmatch(path)) if scope.glob else path.startswith(scope.path)


def _expression(glob: str) -> str:
    """A shell glob → an expression for a path that it names, or that lies below what it names."""
    parts = re.split(r"(\*\*/|\*+|\?)", glob)
    return "".join(_WILD.get(part) or _literal(part) for part in parts) + "(?:/.*)?"


def _literal(part: str) -> str:
    return "[^/]*" if part.startswith("*") else re.escape(part)


def _precedes(new: Scope, old: Scope) -> bool:
    if new.rank != old.rank:
        return new.rank > old.rank
    return new.type is not None or old.type is None


def merged(below: Mapping[str, Value], above: Mapping[str, Value]) -> dict[str, Value]:
    """Two mappings, deeply; what `above` has wins, except an empty value over one that is there."""
    if not below:
        return dict(above)
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = merged(old, value)
        elif value is not None or key not in result:
            result[key] = value
    return result
