"""How worker processes are started.

A process without threads is forked: the worker then has everything that is loaded, at once and without a copy. Forking
one that has threads is unsafe (one of them may hold a lock that nobody will ever open in the child), so there a server
forks them that has none.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext

from syndicate.engines.beside import is_alone, undisturbed, waited

_PRELOAD = [
    "syndicate.content.ingest",
    "syndicate.delivery.making",
    *(f"syndicate.feeds.formats.{name}" for name in ("rss", "atom", "jsonfeed", "html")),
]
"""What the server imports, so that no worker has to."""


def context() -> BaseContext:
    """The safest way to start workers that is cheap in this process, as it is now."""
    waited()
    methods = multiprocessing.get_all_start_methods()
    if "fork" in methods and is_alone():
        return multiprocessing.get_context("fork")
    return _server() if "forkserver" in methods else multiprocessing.get_context("spawn")


def _server() -> BaseContext:
    from multiprocessing import forkserver, resource_tracker  # there is none on Windows

    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_PRELOAD)
    resource_tracker.ensure_running()  # first: starting it ends with all signals unblocked
    with undisturbed():
        forkserver.ensure_running()
    return made
