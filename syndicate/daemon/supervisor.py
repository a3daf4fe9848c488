"""What systemd is told (sd_notify(3)): that all is ready, that the daemon lives, that it stops. Elsewhere, nothing."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

from syndicate.daemon.clock import Clock


class Supervisor:
    """Tells whoever started us, if it wants to be told."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._clock = clock
        self._every = _watchdog(environ)
        self._beaten = -self._every

    def ready(self) -> None:
        """The settings are sound, the locks held; also after they were read anew."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The settings are being read anew."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock.monotonic() * 1_000_000)}")

    def stopping(self) -> None:
        """The last works are being done."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._tell(f"STATUS={' '.join(text.split())}")

    def beat(self) -> None:
        """Something goes on. Called as often as one likes, it says so as often as was asked for."""
        if self._every and self._clock.monotonic() - self._beaten >= self._every:
            self._beaten = self._clock.monotonic()
            self._tell("WATCHDOG=1")

    def _tell(self, text: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(text.encode("utf-8", "replace"), address)


def _watchdog(environ: Mapping[str, str]) -> float:
    """Seconds between two signs of life: half of what the watchdog waits for; 0 where there is none."""
    mine = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
    asked = environ.get("WATCHDOG_USEC", "")
    return int(asked) / 2_000_000 if mine and asked.isascii() and asked.isdigit() else 0.0
