"""What a YAML parser says → what the author did, and how to mend it.

The parser names the token it tripped over; the cause is nearly always a value that needed
quotation marks, which the line itself shows. `_CAUSES` lists them, the surest first.
"""

from __future__ import annotations

import re

from syndicate.content._head import HeadFault, line_around, too_deep

CODE = "front-matter-yaml"

_KEY = r"^\s*+(?:-\s++)?+[^\s:\"'#][^:]*+:\s++"
# (what the parser says, what the line looks like, what to tell the author)
_CAUSES = tuple(
    (re.compile(said), re.compile(line), message)
    for said, line, message in (
        (
            "unexpected end of stream",
            "",
            "The quotation mark that opens here is never closed. Close it.",
        ),
        (
            "cannot start any token",
            r"^ *\t",
            "The line is indented with a tab. Indent with spaces.",
        ),
        (
            "cannot start any token",
            "",
            "A value cannot begin with @, `, % or a tab. Put the whole value in quotation marks.",
        ),
        (
            "escape|hexadecimal|Unicode character",
            "",
            "A backslash in double quotation marks begins an escape. Write \\\\, or use single quotes.",
        ),
        (
            "",
            _KEY + r"\"(?:[^\"\\]|\\.)*+\"\s*+[^\s#]",
            "Quotation marks stand inside quotation marks. Write the inner ones as \\\", or the outer as '.",
        ),
        (
            "",
            _KEY + r"'(?:[^']|'')*+'\s*+[^\s#]",
            'An apostrophe stands inside single quotation marks. Write it twice, or the outer ones as ".',
        ),
        (
            "mapping values",
            _KEY + r"[^\"'\s].*:(?:\s|$)",
            "A colon and a space inside the value begin a new key. Put the whole value in quotation marks.",
        ),
        (
            "mapping values",
            "",
            "A key stands where none can. Indent it like the keys above, and close the quotes before it.",
        ),
        (
            "",
            _KEY + r"[\[{]",
            "A value that begins with a bracket is a list. Close it at its end, or quote the whole value.",
        ),
        (
            "",
            _KEY + r"[*&!|>]",
            "A value cannot begin with *, &, !, | or >. Put the whole value in quotation marks.",
        ),
        (
            "could not find expected ':'",
            "",
            "The text has no `key:` before it. Add one, or indent a continued value by two spaces.",
        ),
    )
)

# What libyaml's reader refuses, as given in the YAML specification, section 5.1.
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def explained(said: str, head: str, at: int) -> HeadFault:
    """What a parser said of the offset `at` in the head → the fault as its author will understand it."""
    line = line_around(head, at)
    for of_parser, of_line, message in _CAUSES:
        if of_parser.search(said) and of_line.search(line):
            return HeadFault(CODE, message, at)
    message = f"YAML cannot be read here: {said}. Check quotes and indentation, also of the line before."
    return HeadFault(CODE, message, at)


def unreadable(error: Exception, head: str) -> HeadFault:
    """What is left when the parser could not even say where: a character, or the depth."""
    if isinstance(error, RecursionError):
        return too_deep()
    found = _NOT_PRINTABLE.search(head)
    if found is None:
        return HeadFault(CODE, f"YAML cannot be read: {error}.")
    message = f"The invisible character U+{ord(found[0]):04X} is not allowed in YAML. Delete it."
    return HeadFault(CODE, message, found.start())
