"""Two things at once, for what is too little for an engine: the second in a process that is forked for it alone.

It has all that is known here, and is gone with its answer. So nothing has to be handed over, and it takes a few
milliseconds, most of them for the copy of what says which memory is whose. What only waits, for a disk, does so in a
thread; whoever has to fork waits for that, since a process with threads is not to be forked.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    import threading

First = TypeVar("First")
Second = TypeVar("Second")


class Aside(Generic[Second]):
    """What a process that is forked for it works on. What it gives has to pickle; whatever else it does is lost."""

    def __init__(self, function: Callable[[], Second]) -> None:
        self._child, self._pipe = _forked(function)

    @property
    def is_under_way(self) -> bool:
        """Whether there is such a process."""
        return self._child != 0

    def results(self) -> list[Second]:
        """What it gives, waited for; none where it came to nothing."""
        if not self._child:
            return []
        import pickle  # here, as most runs have no use for it

        child, self._child = self._child, 0
        with open(self._pipe, "rb") as pipe:  # noqa: PTH123 a descriptor has no path
            told = pipe.read()
        return [] if _ended(child) else [pickle.loads(told)]  # noqa: S301 it was forked off this process

    def drop(self) -> None:
        """Nobody will ask any more."""
        if self._child:
            import signal

            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.close(self._pipe)
            _ended(self._child)
            self._child = 0


_UNDER_WAY: list[threading.Thread] = []
"""Threads of `Wait` that may not be over."""

_MOMENT = 0.0005
"""Seconds after which it is looked again whether a thread that is over has left the system, too."""


class Wait:
    """What waits for something that is not done here, in a thread; where none can be started, when it is asked for."""

    def __init__(self, function: Callable[[], None]) -> None:
        import threading  # here, as most runs have no use for it

        self._function = function
        self._fault: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(target=self._run, daemon=True)
        try:
            self._thread.start()
            _UNDER_WAY.append(self._thread)
        except RuntimeError:
            self._thread = None

    @property
    def is_over(self) -> bool:
        """Whether nobody would have to wait any more, but whoever ends it."""
        return self._thread is None or not self._thread.is_alive()

    def end(self) -> None:
        """Raises what the function raised."""
        if self._thread is None:
            self._run()
        else:
            self._thread.join()
        if self._fault:
            raise self._fault

    def _run(self) -> None:
        try:
            self._function()
        except BaseException as fault:  # noqa: BLE001 it is for the one who waits
            self._fault = fault


def waited() -> None:
    """No thread of `Wait` is left in this process: it may be forked, if it has no others."""
    while _UNDER_WAY:
        thread = _UNDER_WAY.pop()
        thread.join()
        while os.path.exists(f"/proc/self/task/{thread.native_id}"):  # noqa: PTH110
            time.sleep(_MOMENT)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Processes that start in the block never see Ctrl-C: at a terminal it reaches all, and one is to answer."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # a blocked signal is inherited, and comes here when the block is left
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def both(here: Callable[[], First], there: Callable[[], Second]) -> tuple[First, Second]:
    """What the two give. What `there` gives has to pickle, and whatever else it does may be done elsewhere and lost.

    Where no process can be forked, or it comes to nothing, both are done here, one after the other.
    """
    aside = Aside(there)
    try:
        first = here()
    except BaseException:
        aside.drop()
        raise
    second = aside.results()
    return first, second[0] if second else there()


def is_alone() -> bool:
    """Whether this process has one thread, and so may be forked: also libraries may have some that Python does not
    know of."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _forked(there: Callable[[], object]) -> tuple[int, int]:
    """The process that works on it, and where its answer can be read; 0 for none."""
    waited()
    if not is_alone():
        return 0, 0
    try:
        answer, pipe = os.pipe()
    except OSError:
        return 0, 0
    try:
        with undisturbed():
            child = os.fork()
            if not child:
                _work(there, pipe)
    except OSError:
        os.close(answer)
        os.close(pipe)
        return 0, 0
    os.close(pipe)
    return child, answer


def _ended(child: int) -> int:
    """How it ended, waited for; 0 is well, which is not said where nobody knows."""
    try:
        return os.waitpid(child, 0)[1]
    except ChildProcessError:  # who started this process has the system forget children
        return 1


def _work(there: Callable[[], object], pipe: int) -> NoReturn:
    """It ends here in any case: what stands behind this call is its parent's to do."""
    try:
        with contextlib.suppress(BaseException):
            import pickle

            told = pickle.dumps(there(), pickle.HIGHEST_PROTOCOL)
            with open(pipe, "wb") as answer:
                answer.write(told)
            os._exit(0)
    finally:
        os._exit(1)
