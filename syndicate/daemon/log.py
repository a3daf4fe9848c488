"""The log: one line for each event that matters; text for people at a terminal, JSON for programs elsewhere.

Nothing in here raises or waits: a log that nobody reads, that is closed or whose disk is full costs lines, and
how many they were is said when it can be written again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import select
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

PATIENCE = 100
"""Milliseconds that a reader may take to make room."""

_PIECE = 4096
"""Bytes that go into a pipe at once, if it says that it has room."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Log:
    """Writes lines to a file descriptor; from any thread, but not from a signal handler."""

    def __init__(self, handle: int, style: str, now: Callable[[], float]) -> None:
        """`style` is `text`, `json` or `auto`: text where `handle` is a terminal."""
        self._handle, self._now = handle, now
        self.style = style
        self._lost = 0
        self._lock = threading.Lock()

    def did(self, event: str, message: str, **more: Any) -> None:
        """Something was done."""
        self._tell("info", event, message, more)

    def odd(self, event: str, message: str, **more: Any) -> None:
        """Something is odd, and will be well again by itself or can be lived with."""
        self._tell("warning", event, message, more)

    def wrong(self, event: str, message: str, **more: Any) -> None:
        """Something did not work; the message says what to do."""
        self._tell("error", event, message, more)

    def _tell(self, level: str, event: str, message: str, more: dict[str, Any]) -> None:
        with self._lock:
            if self._lost:
                said = f"{self._lost} lines of the log were lost: it could not be written to"
                self._lost = 0 if self._write(self._line("warning", "log", said, {})) else self._lost
            if not self._write(self._line(level, event, message, more)):
                self._lost += 1

    def _line(self, level: str, event: str, message: str, more: dict[str, Any]) -> bytes:
        at = datetime.fromtimestamp(self._now(), UTC)
        if self.style == "json" or (self.style == "auto" and not _is_terminal(self._handle)):
            time = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
            line = json.dumps({"time": time, "level": level, "event": event, "message": message, **more}, default=str)
            return line.encode("ascii", "replace") + b"\n"
        shown = "\n    ".join(_UNSEEN.sub(_escaped, each) for each in message.splitlines())
        local = at.astimezone()
        mark = "" if level == "info" else f"{level}: "
        return f"{local:%Y-%m-%d %H:%M:%S} {mark}{shown}\n".encode("utf-8", "replace")

    def _write(self, line: bytes) -> bool:
        try:
            for at in range(0, len(line), _PIECE):
                piece = line[at : at + _PIECE]
                while piece:
                    if not _has_room(self._handle):
                        return False
                    piece = piece[os.write(self._handle, piece) :]
        except (OSError, ValueError):  # closed, full, or no descriptor at all
            return False
        return True


class Others(logging.Handler):
    """What libraries have to say comes into the log as well."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Called by `logging`."""
        with contextlib.suppress(Exception):  # a message with the wrong number of values ...
            told = record.getMessage()
            if record.exc_info and record.exc_info[0]:
                told += "\n" + "".join(traceback.format_exception(*record.exc_info))
            self._log.odd(record.name.partition(".")[0], told)


@contextlib.contextmanager
def others_in(log: Log) -> Iterator[None]:
    """While in the block, what libraries say is in the log."""
    root, others = logging.getLogger(), Others(log)
    root.addHandler(others)
    try:
        yield
    finally:
        root.removeHandler(others)


def _has_room(handle: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return True
    poll = select.poll()
    poll.register(handle, select.POLLOUT)
    return bool(poll.poll(PATIENCE))


def _is_terminal(handle: int) -> bool:
    try:
        return os.isatty(handle)
    except OSError:
        return False


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
