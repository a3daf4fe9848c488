"""The text of a query, read from left to right: blanks, words, phrases in quotes, signs. Pure."""

from __future__ import annotations

import re

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』"}
"""What opens a phrase, and what closes it."""

OPEN, CLOSE, COMMA = "(（", ")）", ",，、"

_SIGNS = {
    "：": ":", "＝": "=", "＜": "<", "＞": ">", "～": "~", "≠": "!=", "≤": "<=", "≥": ">=", "==": "=", "=<": "<=",
    "=>": ">=", "<>": "!=",
}  # fmt: skip
_SIGN = re.compile(r"!=|!~|==|<=|>=|=<|=>|<>|[:=<>~：＝＜＞～≠≤≥]")
_BLANK = re.compile(r"[\s\u200b\ufeff]*")
_QUOTED = re.compile('[^\\s()（）,，、"“”「」『』]+')
_BARE = re.compile('[^\\s()（）"“”「」『』]+')
_KEY = re.compile(r"[^\W\d][\w.-]*")
_SHOWN = 40


class QueryError(ValueError):
    """A query that cannot be understood: what is wrong, at which `column` (characters, from 1), and what to do."""

    def __init__(self, message: str, column: int, hint: str) -> None:
        super().__init__(f"column {column}: {message}; {hint}")
        self.message, self.column, self.hint = message, column, hint


def shown(text: str) -> str:
    """A piece of a query in a message: short, and nothing in it that steers a terminal."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in cut)


class Text:
    """A query and the place `at` which reading has come."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fault(self, message: str, hint: str, at: int | None = None) -> QueryError:
        return QueryError(message, (self.at if at is None else at) + 1, hint)

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def peek(self) -> str:
        """The next character that is not blank, "" at the end."""
        self.blank()
        return self.text[self.at : self.at + 1]

    def take(self, characters: str) -> bool:
        """Whether one of these comes next; it is passed."""
        found = self.peek()
        if found and found in characters:
            self.at += 1
            return True
        return False

    def word_ahead(self) -> str:
        """The bare word that comes next, "" where there is none; it is not passed."""
        self.blank()
        found = _BARE.match(self.text, self.at)
        return found[0] if found else ""

    def take_word(self, *words: str) -> str:
        """Which of these words comes next, in any case, as a word of its own; it is passed."""
        self.blank()
        # no further than it takes to tell: behind many signs the same word is ahead again and again
        ahead = _BARE.match(self.text, self.at, self.at + max(map(len, words)) + 1)
        found = ahead[0].casefold() if ahead else ""
        if found in words:
            self.at += len(found)
            return found
        return ""

    def key(self) -> tuple[str, str]:
        """A key and the sign behind it, `("", "")` where none comes next; both are passed."""
        self.blank()
        if not (name := _KEY.match(self.text, self.at)):
            return "", ""
        at, self.at = self.at, name.end()
        if sign := self.sign():
            return name[0], sign
        self.at = at
        return "", ""

    def sign(self) -> str:
        """A sign of comparison, as we write it; it is passed."""
        self.blank()
        found = _SIGN.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return _SIGNS.get(found[0], found[0])

    def phrase(self) -> str | None:
        """A phrase in quotes, without them and with its escapes undone; None where none opens here."""
        opening = self.peek()
        if opening not in QUOTES:
            return None
        start, closing = self.at, QUOTES[opening]
        out: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            letter, after = self.text[self.at], self.text[self.at + 1 : self.at + 2]
            self.at += 1
            if letter == closing:
                return "".join(out)
            if letter == "\\" and after in ("\\", opening, closing):
                letter, self.at = after, self.at + 1
            out.append(letter)
        raise self.fault(f"the quote {opening} that opens here is not closed", f"write {closing} at its end", start)

    def value(self) -> tuple[str, bool]:
        """A value behind a sign, and whether it stood in quotes; `("", False)` where none comes next."""
        if (phrase := self.phrase()) is not None:
            return phrase, True
        found = _QUOTED.match(self.text, self.at)
        if not found:
            return "", False
        self.at = found.end()
        if self.text[self.at : self.at + 1] in ('"', "“", "「", "『"):
            hint = f'write the whole of it in quotes, as "{shown(found[0])} …", or put a blank before it'
            raise self.fault("a quote opens in the middle of a word", hint)
        return found[0], False

    def bare(self) -> str:
        """A bare word; it is passed."""
        found = self.word_ahead()
        self.at += len(found)
        return found
