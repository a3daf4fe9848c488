"""How many files and connections a process may have open: the server, and whoever tells the hub's subscribers."""

from __future__ import annotations

import sys

MOST = 65_536
"""Descriptors that we ask for, where the system gives as many."""

_MOST_TOLD = 4096
"""Connections to subscribers, at most."""


def files() -> int:
    """How many descriptors this process may have open; as many as it gets are asked for."""
    if sys.platform == "win32":
        return 512
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def for_subscribers() -> int:
    """How many of them may be connections to subscribers: half, of many fewer."""
    return max(min(files() // 2, _MOST_TOLD), 16)
