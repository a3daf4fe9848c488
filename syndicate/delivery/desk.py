"""What a loop of asyncio has done for it that would hold it up: the state, the store, files; one thing at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Got = TypeVar("Got")


class Desk:
    """One thread: what is asked first is done first."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "herald desk")

    async def __call__(self, do: Callable[Given, Got], *given: Given.args, **more: Given.kwargs) -> Got:
        """What `do` gives or raises, in the thread of the desk. What was begun is done in any case."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: do(*given, **more))

    def close(self) -> None:
        """Wait for what is being done, and end."""
        self._thread.shutdown()
