"""What a loop of asyncio has done for it that would hold it up: the state, the store, files; one thing at a time.

What has happened already is written down in the end, even where the disk is full for hours: or it is done once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from syndicate.errors import StateError

TROUBLE = 2.0
"""Seconds after which something is tried again that could not be written down."""

Given = ParamSpec("Given")
Got = TypeVar("Got")


class Desk:
    """One thread: what is asked first is done first. `told` is called with what keeps us from writing down."""

    def __init__(self, told: Callable[[StateError], None] = lambda _: None) -> None:
        self._thread, self._told = ThreadPoolExecutor(1, "herald desk"), told
        self.waiting = 0
        """How much cannot be written down just now."""

    async def __call__(self, do: Callable[Given, Got], *given: Given.args, **more: Given.kwargs) -> Got:
        """What `do` gives or raises, in the thread of the desk. What was begun is done in any case."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: do(*given, **more))

    async def written(self, do: Callable[Given, Got], *given: Given.args, **more: Given.kwargs) -> Got:
        """The same; where it raises StateError it is tried again until it does not."""
        try:
            return await self(do, *given, **more)
        except StateError as fault:
            self._told(fault)
        self.waiting += 1
        try:
            while True:
                await asyncio.sleep(TROUBLE)
                try:
                    return await self(do, *given, **more)
                except StateError as fault:
                    self._told(fault)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Wait for what is being done, and end."""
        self._thread.shutdown()
