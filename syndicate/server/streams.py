"""Bodies as ASGI has them: those of requests, put together, and those of answers, piece by piece while somebody is
there to take them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import suppress
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]


async def body_of(receive: Receive, most: int) -> bytes | None:
    """The body of a request; None where it is longer than that."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


async def while_there(sending: Coroutine[Any, Any, None], receive: Receive) -> None:
    """Send something long for as long as somebody is there to take it."""
    work, away = asyncio.ensure_future(sending), asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((work, away), return_when=asyncio.FIRST_COMPLETED)
    finally:
        finished = work.done() and not work.cancelled()
        for each in (work, away):
            each.cancel()
        await asyncio.gather(work, away, return_exceptions=True)
    if finished:
        work.result()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def pieces_of(body: Iterator[bytes] | AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The pieces of a body; those of a file are read in a thread."""
    if isinstance(body, AsyncIterator):
        try:
            async for piece in body:
                yield piece
        finally:
            if isinstance(body, AsyncGenerator):
                await body.aclose()
        return
    try:
        while piece := await asyncio.to_thread(next, body, b""):
            yield piece
    finally:
        if isinstance(body, Generator):
            with suppress(ValueError):  # its last piece is being read: then it is closed when it is let go of
                body.close()
