"""`pelicanconf.py` and `publishconf.py`, read without being executed.

In: their text. Out: the settings whose value stands there in letters: literals, sums of them, names given
above, `os.environ.get("X", "otherwise")` (the environment is never looked at). What a program would have to compute
is left out, with a Problem where the setting matters.
"""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from syndicate.content.dialects._fields import shortened
from syndicate.model import Problem, Severity
from syndicate.model.records import dataclass, field

CONFIG = ("pelicanconf.py", "publishconf.py")
"""The second is what a site is published with; it stands on the first."""

_MOST_CHARACTERS = 256 * 1024
_LONGEST = 100_000  # characters or members of a value
_DEEPEST = 30
_ENVIRONMENT = frozenset(("os.environ.get", "environ.get", "os.getenv", "getenv"))
_MATTERING = frozenset(
    """
    ARTICLE_EXCLUDES ARTICLE_LANG_URL ARTICLE_PATHS ARTICLE_TRANSLATION_ID ARTICLE_URL AUTHOR DEFAULT_CATEGORY
    DEFAULT_DATE DEFAULT_LANG DEFAULT_METADATA EXTRA_PATH_METADATA FILENAME_METADATA IGNORE_FILES PAGE_PATHS PATH
    PATH_METADATA SITENAME SITESUBTITLE SITEURL SLUGIFY_SOURCE SLUGIFY_USE_UNICODE SLUG_REGEX_SUBSTITUTIONS TIMEZONE
    USE_FOLDER_AS_CATEGORY WITH_FUTURE_DATES
    """.split()
)


class _Unknown(Exception):
    """A value that only a run of the program could tell."""


@dataclass
class Settings:
    """What the files say: `values` by name, and (file, line) where each was last given."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, name: str, message: str, severity: Severity = Severity.WARNING) -> None:
        """Note a fault of a setting, on its line."""
        path, line = self.places.get(name, (CONFIG[0], None))
        self.problems.append(Problem(path, severity, "site-config", f"`{name}` {message}", line))


def read(files: Mapping[str, str]) -> Settings:
    """The settings of a site, from those of its configuration files that there are."""
    found = Settings()
    for name in CONFIG:
        if name in files:
            _File(name, found).read(files[name])
    return found


class _File:
    """One configuration file, statement by statement; its names join those already known."""

    def __init__(self, path: str, into: Settings) -> None:
        self._path = path
        self._into = into

    def read(self, text: str) -> None:
        tree = self._parsed(text.removeprefix("\ufeff"))
        if tree is not None:
            self._run(tree.body, 0)

    def _parsed(self, text: str) -> ast.Module | None:
        fault, line = "it is longer than 256 kB", None
        if len(text) <= _MOST_CHARACTERS:
            try:
                with warnings.catch_warnings():  # of escapes such as \d, which are the site's own
                    warnings.simplefilter("ignore")
                    return ast.parse(text)
            except SyntaxError as error:
                fault, line = shortened(error.msg), error.lineno
            except (ValueError, RecursionError, MemoryError) as error:
                fault = shortened(str(error)) or "it is nested too deep"
        message = f"the file cannot be read as Python: {fault}; correct it, until then none of its settings hold"
        self._into.problems.append(Problem(self._path, Severity.ERROR, "site-config", message, line))
        return None

    def _run(self, statements: Iterable[ast.stmt], depth: int) -> None:
        for statement in statements:
            if depth < _DEEPEST:
                self._execute(statement, depth)

    def _execute(self, statement: ast.stmt, depth: int) -> None:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._assign(target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            self._assign(statement.target, statement.value)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
            loaded = ast.copy_location(ast.Name(getattr(statement.target, "id", ""), ast.Load()), statement)
            self._assign(statement.target, ast.copy_location(ast.BinOp(loaded, ast.Add(), statement.value), statement))
        elif isinstance(statement, ast.If):
            self._choose(statement, depth)
        elif isinstance(statement, ast.Try | ast.With):
            self._run(statement.body, depth + 1)
        elif isinstance(statement, ast.Expr | ast.For | ast.While | ast.AugAssign):
            self._changed(statement)

    def _choose(self, statement: ast.If, depth: int) -> None:
        try:
            holds = bool(self._value(statement.test))
        except _Unknown:
            self._changed(statement)
            self._run(statement.orelse, depth + 1)
            return
        self._run(statement.body if holds else statement.orelse, depth + 1)

    def _changed(self, statement: ast.stmt) -> None:
        """Settings that a statement changes as we cannot: by a call, an item, in a loop, under a condition."""
        names = []
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.append(node.id)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                names.append(getattr(node.func.value, "id", ""))
        for name in dict.fromkeys(names):
            self._unknown(name, statement.lineno, "is changed in a way that only running the file would tell")

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for each, item in zip(target.elts, value.elts, strict=False):
                self._assign(each, item)
            return
        name = self._name(target)
        if not name:
            return
        self._into.places[name] = (self._path, target.lineno)
        try:
            self._into.values[name] = self._value(value)
        except _Unknown:
            self._into.values.pop(name, None)
            self._unknown(name, target.lineno, "is computed, which is not done here")

    def _name(self, target: ast.expr) -> str:
        if isinstance(target, ast.Subscript):
            name = getattr(target.value, "id", "")
            self._unknown(name, target.lineno, "is changed in a way that only running the file would tell")
            return ""
        return getattr(target, "id", "")

    def _unknown(self, name: str, line: int, why: str) -> None:
        if name in _MATTERING:
            message = f"`{name}` {why}; write its value as plain text, or set it for Syndicate"
            self._into.problems.append(Problem(self._path, Severity.INFO, "site-config", message, line))

    def _value(self, node: ast.expr, depth: int = 0) -> Any:
        """What an expression of literals and known names is worth. Raises _Unknown."""
        if depth > _DEEPEST:
            raise _Unknown
        return _bounded(self._evaluated(node, depth + 1))

    def _evaluated(self, node: ast.expr, depth: int) -> Any:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str | int | float | None) else _no()
        if isinstance(node, ast.Name):
            return self._into.values[node.id] if node.id in self._into.values else _no()
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return tuple(self._value(item, depth) for item in node.elts)
        if isinstance(node, ast.Dict):
            return self._mapping(node, depth)
        if isinstance(node, ast.JoinedStr):
            return "".join(self._piece(item, depth) for item in node.values)
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        return self._combined(node, depth)

    def _combined(self, node: ast.expr, depth: int) -> Any:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _sum(self._value(node.left, depth), self._value(node.right, depth))
        if isinstance(node, ast.UnaryOp):
            return self._negated(node, depth)
        if isinstance(node, ast.BoolOp):
            return self._either(node, depth)
        if isinstance(node, ast.IfExp):
            return self._value(node.body if self._value(node.test, depth) else node.orelse, depth)
        raise _Unknown

    def _negated(self, node: ast.UnaryOp, depth: int) -> Any:
        value = self._value(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return not value
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else _no()

    def _either(self, node: ast.BoolOp, depth: int) -> Any:
        wanted = isinstance(node.op, ast.Or)
        value: Any = None
        for item in node.values:
            value = self._value(item, depth)
            if bool(value) is wanted:
                break
        return value

    def _mapping(self, node: ast.Dict, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self._value(value, depth)
                found.update(inner if isinstance(inner, dict) else _no())
            elif isinstance(name := self._value(key, depth), str | int):
                try:
                    found[name] = self._value(value, depth)
                except _Unknown:  # a function among plain settings
                    continue
        return found

    def _piece(self, node: ast.expr, depth: int) -> str:
        if isinstance(node, ast.FormattedValue):
            if node.format_spec or node.conversion != -1:
                raise _Unknown
            node = node.value
        value = self._value(node, depth)
        return str(value) if isinstance(value, str | int) else _no()

    def _called(self, node: ast.Call, depth: int) -> Any:
        name = _dotted(node.func)
        if name in _ENVIRONMENT and node.args:
            return self._value(node.args[1], depth) if len(node.args) > 1 else None
        if name in ("os.path.join", "str", "Path", "list", "tuple", "set") and not node.keywords:
            values = [self._value(item, depth) for item in node.args]
            if name == "os.path.join" and values and all(isinstance(value, str) for value in values):
                return posixpath.join(*values)
            if len(values) == 1 and isinstance(values[0], str if name in ("str", "Path") else tuple):
                return values[0]
        raise _Unknown


def _no() -> Any:
    raise _Unknown


def _bounded(value: Any) -> Any:
    """Sums that double themselves line by line end somewhere."""
    if isinstance(value, str | tuple | dict) and len(value) > _LONGEST:
        raise _Unknown
    return value if not isinstance(value, int) or abs(value) < 10**15 else _no()


def _sum(left: Any, right: Any) -> Any:
    for kind in (str, tuple, int):
        if isinstance(left, kind) and isinstance(right, kind):
            return left + right  # type: ignore[operator]
    raise _Unknown


def _dotted(node: ast.expr) -> str:
    """`os.environ.get` of a call; "" for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < 4:
        names.append(node.attr)
        node = node.value
    return ".".join(reversed([*names, node.id])) if isinstance(node, ast.Name) else ""
