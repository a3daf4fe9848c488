"""Regular expressions and globs out of a site's own configuration, which must come to an end on any path or title.

Text in; out a compiled pattern, or the reason why there is none.
"""

from __future__ import annotations

import re
import warnings

from syndicate.model.patterns import regex

_LONGEST = 500  # characters
_MOST_REPEATS = 4
_MOST_CHOICES = 12
_MOST_WILD = 5

# A group, a class, an escape: what stands in the last two repeats nothing.
_TOKEN = regex(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|\(\?#[^)]*+\)|(?P<open>\((?:\?(?:P?[<=!:>]|[a-zA-Z-]++[:)])?+)?+)|(?P<close>\))"
    r"|(?P<either>\|)|.",
    re.DOTALL,
)
_REPEAT = regex(
    r"(?:[*+?]|\{[0-9]*+,?[0-9]*+\})\+|(?P<maybe>\?)\??|(?P<times>[*+]|\{[0-9]*+,\}|\{[0-9]*+,[0-9]{2,}+\})\??"
    r"|(?P<few>\{[0-9]*+,[0-9]\})\??|(?P<exactly>\{[0-9]{2,}+\})\??"
)


def expression(written: str) -> re.Pattern[str]:
    """The compiled expression.

    Raises ValueError where it is none (`re.error` is not one), or is such that matching may take for ever: a
    repetition inside of a repetition, alternatives that are repeated, or many repetitions.
    """
    if len(written) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` will mean something else in some later Python
            made = re.compile(written)
    except (re.error, RecursionError, OverflowError) as fault:
        raise ValueError(str(fault)) from None
    _bounded(written)
    return made


def _bounded(written: str) -> None:
    """Raises ValueError for an expression that backtracks without end."""
    varies, at, kinds = [False], 0, list[str | None]()
    while at < len(written) and (token := _TOKEN.match(written, at)):
        at = token.end()
        inner = False
        if token["open"] and not token["open"].endswith(")"):
            varies.append(False)
            continue
        if token["close"] and len(varies) > 1:
            inner = varies.pop()
        repeat = _REPEAT.match(written, at)
        at = repeat.end() if repeat else at
        kind = repeat.lastgroup if repeat else None
        if kind in ("times", "exactly") and inner:
            raise ValueError("it repeats a group that repeats or chooses itself, which may take for ever")
        kind = None if kind == "exactly" else kind
        kinds = [] if token["either"] and len(varies) == 1 else [*kinds, kind]
        varies[-1] |= inner or kind is not None or bool(token["either"])
        if kinds.count("times") > _MOST_REPEATS or len(kinds) - kinds.count(None) > _MOST_CHOICES:
            raise ValueError(f"it repeats more than {_MOST_REPEATS} times, which may take for ever")


def plain_glob(written: str) -> str:
    """A glob without stars beside stars that mean the same; "" where matching or compiling it may take for ever."""
    if len(written) > _LONGEST:
        return ""
    plain = re.sub(r"\*{3,}+", "**", re.sub(r"(?:\*\*/){2,}+", "**/", written))
    return plain if len(re.findall(r"\*++", plain)) <= _MOST_WILD else ""
