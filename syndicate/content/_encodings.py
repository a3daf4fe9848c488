"""The bytes of a file → its text, or the Problem that says where it is no UTF-8. Pure."""

from __future__ import annotations

import codecs

from syndicate.model import Problem, Severity, shown_path

OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""How files in other encodings begin, as their editors write them."""


def decoded(data: bytes, path: bytes) -> str | Problem:
    """Strict UTF-8 without its mark: a guess at another would publish wrong letters. `path` is for the Problem."""
    fault = None
    if b"\0" not in data:
        try:
            return data.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as refused:
            fault = refused
    for mark, name in OTHER_MARKS:
        if data.startswith(mark):
            return _not_utf8(path, data, 0, f"The file is {name}.")
    if fault is None:
        at = data.find(b"\0")
        return _not_utf8(path, data, at, f"There is a NUL byte at offset {at}: this is no text, or UTF-16.")
    at = fault.start
    return _not_utf8(path, data, at, f"The byte 0x{data[at]:02X} at offset {at} is not UTF-8.")


def _not_utf8(path: bytes, data: bytes, at: int, what: str) -> Problem:
    before = data[:at].decode("utf-8", "replace").removeprefix("\ufeff")
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    column = len(before) - max(before.rfind("\n"), before.rfind("\r"))
    return Problem(shown_path(path), Severity.ERROR, "encoding", f"{what} Save the file as UTF-8.", line, column)
