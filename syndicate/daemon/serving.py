"""`syndicate run --serve`: the server, in a process of its own, so that neither runs nor readers hold up the other.

The daemon holds the sockets for as long as it lives and hands them to the server, which is started anew where it ends:
whoever connects meanwhile waits a moment and is answered. The server holds the reading end of a pipe, and ends when the
daemon does, however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from socket import socket

from syndicate.daemon.attendants import Attendant, Place

PAUSES = (0.5, 2.0, 10.0, 60.0)
"""Seconds after which a server that ended is started anew, the last for all further times."""

STEADY = 60.0
"""Seconds after which one that runs is sound: the next pause is the first again."""

PATIENCE = 12.0
"""Seconds in which it ends when it was told to."""

Bind = Callable[[str, str], list[socket]]
"""The sockets of a place to listen at, and the setting that names it; raises ConfigurationError."""


class Sockets:
    """What is listened at, from one set of settings to the next: sockets whose place stays are kept."""

    def __init__(self, bind: Bind) -> None:
        self._bind = bind
        self._held: dict[tuple[str, str], list[socket]] = {}

    def at(self, places: Mapping[str, str]) -> list[list[socket]]:
        """Those of each place, by setting. Raises ConfigurationError: then all is as it was."""
        new: dict[tuple[str, str], list[socket]] = {}
        try:
            for key in places.items() - self._held.keys():
                new[key] = self._bind(key[1], key[0])
        except BaseException:
            _close(new.values())
            raise
        self._held |= new
        return [self._held[each] for each in places.items()]

    def keep(self, places: Mapping[str, str]) -> None:
        """Listen nowhere else any more."""
        _close([self._held.pop(key) for key in self._held.keys() - places.items()])


def _close(held: Iterable[list[socket]]) -> None:
    for each in held:
        for one in each:
            one.close()


class Serving(Attendant):
    """Looks after the process of the server, in a thread of its own: runs take their time."""

    def __init__(self, place: Place, sockets: Sockets, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        """`arguments` are those of `syndicate serve`. Raises ConfigurationError: it cannot be listened there."""
        serve = place.the.settings.serve
        self._places = {"serve.listen": serve.listen, "serve.operator": serve.operator}
        self._log, self._clock = place.log, place.clock
        self._sockets, self._arguments = sockets, tuple(arguments)
        self._listeners = sockets.at(self._places)
        self._environ = {name: value for name, value in environ.items() if name not in _OURS}
        self._process: subprocess.Popen[bytes] | None = None
        self._over, self._guard = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._look_after, name="server", daemon=True)

    def start(self) -> None:
        """See `Attendant`."""
        self._sockets.keep(self._places)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """See `Attendant`: what readers asked for is answered."""
        with self._guard:
            self._over.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(min(seconds, PATIENCE))
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _look_after(self) -> None:
        """Start it whenever there is none."""
        failures = 0
        while not self._over.is_set():
            begun = self._clock.monotonic()
            told = self._served()
            if self._over.is_set():
                return
            if self._clock.monotonic() - begun >= STEADY:
                failures = 0
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            self._log.wrong("server", f"{told}; it is started again in {pause:g} s")
            self._over.wait(pause)

    def _served(self) -> str:
        """Have a server from its start to its end; why there is none any more."""
        read, life = os.pipe()
        try:
            with self._guard:
                if self._over.is_set():
                    return ""
                self._process = self._started(read)
            return f"the server ended with {self._process.wait()}"
        except OSError as fault:
            return f"the server cannot be started ({fault.strerror})"
        finally:
            os.close(life)
            os.close(read)

    def _started(self, life: int) -> subprocess.Popen[bytes]:
        handles = [each.fileno() for sockets in self._listeners for each in sockets]
        handed = ":".join(",".join(str(each.fileno()) for each in sockets) for sockets in self._listeners)
        line = [*_SERVER, "--life", str(life), "--handed", handed, *self._arguments]
        handles.append(life)
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, env=self._environ, pass_fds=handles)  # noqa: S603 ours


_SERVER = (sys.executable, "-m", "syndicate", "serve")
_OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES")


def maker(bind: Bind, arguments: Sequence[str], environ: Mapping[str, str]) -> Callable[[Place], Attendant]:
    """Makes who looks after the server; `arguments` are those of `syndicate serve`, the same as the daemon's."""
    sockets = Sockets(bind)
    return lambda place: Serving(place, sockets, arguments, environ)
