"""JavaScript and TypeScript source → tokens, with the brackets that belong together. One pass, nothing is run.

It is a tolerant reader: what it does not know (a stray character, an unclosed string) is a token of its own,
and a source that is too long has no tokens at all.
"""

from __future__ import annotations

import re

from syndicate.model.records import NamedTuple

MOST_CHARACTERS = 1_048_576

_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TOKEN = re.compile(
    r"(?P<blank>[\s\ufeff]++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)"
    r"|(?P<text>\"(?:[^\"\\\n]++|\\[\s\S])*+(?P<closed>\")?|'(?:[^'\\\n]++|\\[\s\S])*+(?P<ended>')?)"
    r"|(?P<template>`(?:[^`\\]++|\\[\s\S])*+(?P<done>`)?)"
    r"|(?P<number>(?:0[xXbBoO][0-9A-Fa-f_]++|[0-9][0-9_]*+(?:\.[0-9_]*+)?(?:[eE][+-]?[0-9]++)?)n?)"
    r"|(?P<name>[\w$#]++)"
    r"|(?P<sign>=>|\.\.\.|\?\?|\|\||&&|[!=]==?|[\s\S])"
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]++|\\[^\n]|\[(?:[^\]\\\n]++|\\[^\n])*+\])++/[a-z]*+")
_LONGEST_REGEX = 200  # characters; more would be read as a division
_BEFORE_VALUE = frozenset(
    ["", *"(,=:[!&|?{};+-*%<>~^", "=>", "return", "typeof", "case", "&&", "||", "??", "==", "==="]
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r\n|[\s\S]))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ESCAPED |= dict.fromkeys(("\n", "\r", "\r\n", "\u2028", "\u2029"), "")


class Token(NamedTuple):
    """`kind` is `text` (a string, decoded), `number`, `name`, `sign` or `other` (a regular expression, a template
    with code in it). `close` is the index of the closing bracket for an opening one, else -1; `depth` counts the
    brackets around."""

    kind: str
    text: str
    depth: int
    close: int = -1


def tokens(source: str) -> list[Token]:
    """The tokens of a source without blanks and comments; none where it is too long."""
    found: list[Token] = []
    opened: list[int] = []
    at = 0
    while at < len(source) <= MOST_CHARACTERS:
        kind, text, at = _next(source, at, found[-1].text if found else "")
        if kind == "sign" and text in _CLOSERS:
            _close(found, opened, text)
        if kind != "blank":
            found.append(Token(kind, text, len(opened)))
        if kind == "sign" and text in "([{":
            opened.append(len(found) - 1)
    return found


def _close(found: list[Token], opened: list[int], closer: str) -> None:
    """Note in the last opening bracket where it is closed; one that does not fit closes nothing."""
    if opened and found[opened[-1]].text == _CLOSERS[closer]:
        at = opened.pop()
        found[at] = found[at]._replace(close=len(found))


def _next(source: str, at: int, before: str) -> tuple[str, str, int]:
    """Kind, text and end of the token that begins at an offset."""
    value = source[at] == "/" and before in _BEFORE_VALUE and not source.startswith(("//", "/*"), at)
    if value and (pattern := _REGEX.match(source, at, at + _LONGEST_REGEX)):
        return "other", pattern[0], pattern.end()
    token = _TOKEN.match(source, at)
    if token is None:  # cannot be: the last alternative takes any character
        return "other", source[at:], len(source)
    kind, text = str(token.lastgroup), token[0]
    if kind in ("text", "template"):
        closed = token["closed"] or token["ended"] or (token["done"] and "${" not in text)
        return ("text", decoded(text[1:-1]), token.end()) if closed else ("other", text, token.end())
    return kind, text, token.end()


def decoded(text: str) -> str:
    """The inside of a string literal with its escapes resolved."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return _ESCAPED.get(found[4], found[4])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
