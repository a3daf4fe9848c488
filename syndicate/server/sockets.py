"""Sockets to listen at: bound here, or handed over by who started us."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

from syndicate.errors import ConfigurationError

_ALL = ("0.0.0.0", "::")  # noqa: S104 names to show
FIRST = 3
"""The first descriptor that systemd hands over (sd_listen_fds(3))."""


def bound(place: str, setting: str) -> list[socket.socket]:
    """The sockets of `HOST:PORT` (with no host or `*`: all addresses, of both kinds), or of `unix:/path`; none for "".

    Raises:
        ConfigurationError: nobody can listen there; it names the setting.
    """
    if not place:
        return []
    try:
        if place.startswith("unix:"):
            return [_in_files(place.removeprefix("unix:"))]
        host, _, port = place.rpartition(":")
        return _on_net(host.strip("[]"), int(port))
    except OSError as fault:
        why = f"cannot be listened at ({fault.strerror or fault})"
        raise ConfigurationError([f"{setting}: {place} {why}; {_remedy(fault, place)}"]) from fault


def handed(environ: Mapping[str, str]) -> list[list[socket.socket]]:
    """What was handed over by the protocol of systemd, one listener an entry, in order; empty where nothing was."""
    count, pid = environ.get("LISTEN_FDS", ""), environ.get("LISTEN_PID", "")
    if not (count.isascii() and count.isdigit()) or pid != str(os.getpid()):
        return []
    found = []
    for number in range(FIRST, FIRST + int(count)):
        with contextlib.suppress(OSError):
            os.set_inheritable(number, False)
            found.append([socket.socket(fileno=number)])
    return found


def given(text: str) -> list[list[socket.socket]]:
    """Sockets that a process of ours handed over, as `3,4:5`: a listener between colons."""
    return [[socket.socket(fileno=int(each)) for each in one.split(",") if each] for one in text.split(":")]


def shown(sockets: list[socket.socket]) -> str:
    """Where they listen, as people write it: `http://127.0.0.1:8080`, or `unix:/path`."""
    if not sockets:
        return ""
    name = sockets[0].getsockname()
    if not isinstance(name, tuple):
        return f"unix:{os.fsdecode(name)}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{'localhost' if name[0] in _ALL else host}:{name[1]}"


def _remedy(fault: OSError, place: str) -> str:
    """What to do about it."""
    if isinstance(fault, socket.gaierror):
        return "name an address of this machine, as 127.0.0.1:8080"
    if fault.errno == errno.EADDRINUSE:
        return "stop what listens there, or name another place"
    if place.startswith("unix:"):
        return "name a file in a folder that is there, and in which this user may write"
    if fault.errno == errno.EACCES:
        return "take a port from 1024 on, or let systemd hold the socket"
    return "name an address that this machine has, or none, as :8080, for all of them"


def _on_net(host: str, port: int) -> list[socket.socket]:
    if host in ("", "*"):
        return _everywhere(port)
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return [_listening(family, address)]


def _everywhere(port: int) -> list[socket.socket]:
    """All addresses: one socket for both kinds where the system has both."""
    if socket.has_dualstack_ipv6():
        with contextlib.suppress(OSError):
            return [socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)]
    return [_listening(socket.AF_INET, ("0.0.0.0", port))]  # noqa: S104 what was asked for


def _listening(family: int, address: object) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)  # type: ignore[arg-type]
        made.listen(1024)
    except BaseException:
        made.close()
        raise
    return made


def _in_files(path: str) -> socket.socket:
    """A socket in the file system; one that a process left that is no more makes room."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(Path(path).stat().st_mode) and not _answers(path):
            Path(path).unlink()
    made = _listening(socket.AF_UNIX, path)
    Path(path).chmod(0o666)  # who may come near is for the rights of the folder to say
    return made


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1.0)
        try:
            line.connect(path)
        except OSError:
            return False
        return True
