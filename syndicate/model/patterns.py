"""Regular expressions that are compiled when they are first asked. Pure.

For those that most runs never ask: compiling one costs a tenth of a millisecond and more, and there are hundreds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

_ASKED = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, at the first use.

    A mistake in the pattern shows no sooner, so each wants a test that uses it.
    """
    return cast("re.Pattern[AnyStr]", _Regex(pattern, flags))


class _Regex:
    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._made_of = (pattern, flags)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            compiled = re.compile(*self._made_of)
            # from now on they are found without a detour
            self.__dict__.update({each: getattr(compiled, each) for each in _ASKED})
            return getattr(compiled, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return regex, self._made_of
