"""What every engine promises; that killers cost only themselves is asked of those that have workers.

The functions are handed to other processes, so they stand here by name, and their items say what to do.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any

import pytest

from syndicate import plugins
from syndicate.engines import Engine
from syndicate.engines.processes import Processes
from syndicate.engines.serial import Serial
from tests.apart import apart

PATIENT = 600.0
"""Seconds: no machine is so slow that an honest batch takes as long."""


def engine(name: str) -> Engine:
    made: Engine = plugins.find("engines", name)() if name == "serial" else plugins.find("engines", name)(2, PATIENT)
    return made


@pytest.fixture(params=plugins.names("engines"))
def running(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with engine(request.param) as made:
        yield made


def act(item: str) -> str:
    """What an item says: `exit`, `segfault`, `hang` or `raise`; any other is answered."""
    if item == "exit":
        os._exit(0)
    if item == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if item == "hang":
        threading.Event().wait()
    if item == "raise":
        raise ZeroDivisionError("of the function's own")
    if item == "time out":
        raise TimeoutError("of the function's own")
    return f"did {item}"


def work(batch: Sequence[str]) -> list[str]:
    return [act(item) for item in batch]


def where(batch: Sequence[str]) -> list[int]:
    return [os.getpid() for _ in batch]


def together(folder: Path, batch: Sequence[str]) -> list[int]:
    """The same, once a second process is at it, too. Waits for it as long as it takes."""
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.001)
    return where(batch)


def lost(item: str) -> str:
    return f"lost {item}"


def errand(done: list[str], steps: int) -> Iterator[None]:
    for number in range(steps):
        done.append(f"step {number}")
        yield


def ran(engine: Engine, *batches: str) -> str:
    """Batches of words in, batches of answers out."""
    return "; ".join(" ".join(result) for result in engine.run(work, [batch.split() for batch in batches], lost))


def is_over(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def gone(pid: int) -> bool:
    """Is the process no more? Waits for it as long as it takes."""
    while not is_over(pid):
        time.sleep(0.001)
    return True


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look into")


def workers() -> set[int]:
    """Who works for this process, also those that a server started for it."""
    others = {forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid}  # type: ignore[attr-defined]
    status = [each.read_text() for each in Path("/proc/self/task").glob("*/children")]
    forked = {int(pid) for each in status for pid in each.split()} - others
    served = {each.pid for each in multiprocessing.active_children() if each.pid}
    return served | {pid for pid in forked if not is_over(pid)}


# Every engine


def test_results_are_in_the_order_of_the_batches(running: Engine) -> None:
    batches = [[f"{n}.{m}" for m in range(n % 5)] for n in range(40)]
    assert list(running.run(work, batches, lost)) == [[f"did {item}" for item in batch] for batch in batches]


def test_nothing_to_do(running: Engine) -> None:
    assert list(running.run(work, [], lost)) == []
    assert list(running.run(work, [[]], lost)) == [[]]


def test_it_may_run_again(running: Engine) -> None:
    assert ran(running, "a", "b") == ran(running, "a", "b") == "did a; did b"


def test_batches_are_taken_as_they_are_needed(running: Engine) -> None:
    """A million files are never all in memory."""
    taken = 0

    def batches() -> Iterator[list[str]]:
        nonlocal taken
        for taken in range(1, 1001):
            yield [str(taken)]

    results = running.run(work, batches(), lost)
    assert next(results) == ["did 1"]
    assert taken < 40, "sixteen a worker"


@pytest.mark.parametrize(("word", "fault"), [("raise", ZeroDivisionError), ("time out", TimeoutError)])
def test_exceptions_come_through(running: Engine, word: str, fault: type[Exception]) -> None:
    results = running.run(work, [["a"], ["b", word], ["c"]], lost)
    assert next(results) == ["did a"]
    with pytest.raises(fault, match="of the function's own"):
        list(results)


def test_a_source_that_fails_comes_through(running: Engine) -> None:
    def batches() -> Iterator[list[str]]:
        yield ["a"]
        raise KeyError

    with pytest.raises(KeyError):
        list(running.run(work, batches(), lost))


def test_where_nothing_is_handed_out_nothing_is_done_meanwhile(running: Engine) -> None:
    done: list[str] = []
    assert list(running.run(work, [], lost, errand(done, 3))) == []
    assert done == []


# Engines with workers


@pytest.mark.parametrize("steps", [0, 1, 30])
@pytest.mark.parametrize("batches", [1, 2, 3, 40])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_is_to_be_done_meanwhile_is_done_once(workers: int, batches: int, steps: int) -> None:
    taken, done = 0, list[str]()

    def coming() -> Iterator[list[str]]:
        nonlocal taken
        for taken in range(1, batches + 1):
            yield [str(taken)]

    with Processes(workers, PATIENT) as running:
        results = list(running.run(work, coming(), lost, errand(done, steps)))
        assert results == [[f"did {number}"] for number in range(1, batches + 1)]
        assert done == [f"step {number}" for number in range(steps)]
        assert list(running.run(work, [["again"]], lost)) == [["did again"]]


@needs_proc
def test_who_has_something_to_do_is_one_of_the_workers(tmp_path: Path) -> None:
    """Meanwhile there is one other; as soon as it is done there are two."""
    seen: list[int] = []

    def busy() -> Iterator[None]:
        for _ in range(20):
            seen.append(len(workers()))
            yield

    with Processes(2, PATIENT) as running:
        function = partial(together, tmp_path)
        pids = {pid for result in running.run(function, [["x"]] * 40, lost, busy()) for pid in result}
        assert set(seen) == {1} and len(workers()) == 2
    assert len(pids) == 2


def test_what_fails_meanwhile_comes_through() -> None:
    def failing() -> Iterator[None]:
        yield
        raise KeyError

    with Processes(2, PATIENT) as running, pytest.raises(KeyError):
        list(running.run(work, [["a"]], lost, failing()))


def test_who_has_no_workers_does_nothing_meanwhile() -> None:
    done: list[str] = []
    with Serial() as here:
        assert list(here.run(work, [["a"]], lost, errand(done, 3))) == [["did a"]]
    assert done == []


def test_the_work_is_done_elsewhere() -> None:
    with Processes(2, PATIENT) as running:
        pids = {pid for result in running.run(where, [["x"]] * 20, lost) for pid in result}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2
    with Serial() as here:
        assert list(here.run(where, [["x"]], lost)) == [[os.getpid()]]


@pytest.mark.parametrize("killer", ["exit", "segfault"])
def test_an_item_that_kills_its_worker_costs_itself_alone(killer: str) -> None:
    with Processes(2, PATIENT) as running:
        answer = ran(running, "a b", f"c {killer} d e", "f", "g h i")
    assert answer == f"did a did b; did c lost {killer} did d did e; did f; did g did h did i"


def test_several_killers() -> None:
    with Processes(2, PATIENT) as running:
        answer = ran(running, "segfault", "a exit b exit segfault", "c exit", "d")
    assert answer == "lost segfault; did a lost exit did b lost exit lost segfault; did c lost exit; did d"


@pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="workers are not forked by a server here"
)
def test_the_server_that_forks_workers_is_killed() -> None:
    """As by a machine that is out of memory: another one is started."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    with Processes(2, PATIENT) as running:
        assert ran(running, "a", "b") == "did a; did b"
    server: Any = forkserver
    os.kill(server._forkserver._forkserver_pid, signal.SIGKILL)
    with Processes(2, PATIENT) as running:
        assert ran(running, "a", "b") == "did a; did b"


def test_an_item_that_never_ends_costs_itself_alone() -> None:
    """On a slow machine others may lose patience with the start of a worker, too; nothing else may happen."""
    with Processes(2, patience=1) as running:
        (result,) = running.run(work, [["a", "hang", "b"]], lost)
    assert result[1] == "lost hang"
    assert result[0] in ("did a", "lost a")
    assert result[2] in ("did b", "lost b")


@needs_proc
def test_no_worker_outlives_the_engine() -> None:
    with Processes(2, PATIENT) as running:
        pids = {pid for result in running.run(where, [["x"]] * 20, lost) for pid in result}
    assert pids
    assert all(gone(pid) for pid in pids)
    assert workers() == set()


def give_up(running: Engine) -> None:
    results = running.run(work, [["a"], ["hang"], ["hang"]], lost)
    assert next(results) == ["did a"]
    raise ZeroDivisionError


@needs_proc
def test_no_worker_outlives_work_that_is_given_up() -> None:
    """One worker hangs, and something else goes wrong: leaving waits for nobody."""
    with pytest.raises(ZeroDivisionError), Processes(1, PATIENT) as running:
        give_up(running)
    assert workers() == set()


@needs_proc
def test_left_without_having_worked() -> None:
    with Processes(2, PATIENT):
        pass
    assert workers() == set()


SCRIPT = """
    import os, sys, threading
    from syndicate.engines.processes import Processes

    def pids(batch):
        return [os.getpid() for _ in batch]

    {guard}
        {before}
        with Processes(2) as running:
            for result in running.run(pids, [["x"]] * 8, str):
                print(*result, flush=True)
            {then}
"""


def script(path: Path, guard: str, then: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    path.write_text(textwrap.dedent(SCRIPT).format(guard=guard, then=then, before=before))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    return subprocess.run([sys.executable, path], env=environment, capture_output=True, text=True)


THREADED = "threading.Thread(target=threading.Event().wait, daemon=True).start()"
"""Beside another thread, workers come from a server; alone, a process is forked."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux")
def test_a_process_that_is_alone_is_forked(tmp_path: Path) -> None:
    """So not even a script without `if __name__` runs again in its workers."""
    done = script(tmp_path / "unguarded.py", "if True:", "pass")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 8


@needs_proc
@pytest.mark.parametrize("before", ["pass", THREADED], ids=["forked", "of a server"])
def test_no_worker_outlives_a_killed_parent(tmp_path: Path, before: str) -> None:
    done = script(tmp_path / "killed.py", 'if __name__ == "__main__":', "os.kill(os.getpid(), 9)", before)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split(), done.stderr
    assert all(gone(int(pid)) for pid in done.stdout.split())


def test_workers_that_cannot_start_are_no_fault_of_the_items(tmp_path: Path) -> None:
    """A script without `if __name__` runs again in each worker, which dies of it: nothing is called lost for that."""
    done = script(tmp_path / "unguarded.py", "if True:", "pass", THREADED)
    assert done.returncode != 0
    assert "x" not in done.stdout
    assert "SyndicateError: worker processes cannot be started" in done.stderr


LONG = 10_000_000
"""Letters of an answer that does not fit into a pipe."""


def long_answer(batch: Sequence[str]) -> list[str]:
    """A long answer. The first who gives it, as the file shows that an item names, dies when half of it is out."""
    for item in batch:
        with contextlib.suppress(FileExistsError), Path(item).open("x"):
            threading.Timer(0.3, os._exit, [1]).start()
    return ["x" * LONG for _ in batch]


@needs_proc
def test_a_worker_that_dies_in_the_middle_of_a_result_holds_nobody_up(tmp_path: Path) -> None:
    """Half a result stands in the pipe, and no worker is left to write the rest."""
    mark = tmp_path / "died"
    with Processes(1, PATIENT) as running:
        results = running.run(long_answer, [[], [str(mark)], []], lost)
        assert next(results) == []
        assert all(gone(pid) for pid in workers())
        assert [len(each) for (each,) in filter(None, results)] == [LONG]
    assert mark.exists()


@pytest.mark.parametrize(("times", "number"), [(500_000, 20), (20_000, 400)])
def test_batches_and_results_larger_than_any_pipe(times: int, number: int) -> None:
    """Neither end may wait for the other to read while it writes, also when workers have many in hand."""
    batches = [[f"{n}" * times] for n in range(100, 100 + number)]
    with Processes(2, PATIENT) as running:
        results = list(running.run(work, batches, lost))
    assert results == [[f"did {item}" for item in batch] for batch in batches]


def test_two_runs_at_once() -> None:
    """Each gets what is its own, also where they are for different work."""
    with Processes(2, PATIENT) as running:
        ones = running.run(work, [[f"a{n}"] for n in range(20)], lost)
        others = running.run(work, [[f"b{n}"] for n in range(20)], lost)
        assert [(x, y) for (x,), (y,) in zip(ones, others, strict=True)] == [
            (f"did a{n}", f"did b{n}") for n in range(20)
        ]
        ones = running.run(work, [[f"a{n}"] for n in range(20)], lost)
        assert next(ones) == ["did a0"]
        assert len(list(running.run(where, [["x"], ["y"]], lost))) == 2
        assert list(ones) == [[f"did a{n}"] for n in range(1, 20)]


def test_work_that_is_given_up_does_not_hinder_the_next() -> None:
    with Processes(2, PATIENT) as running:
        assert next(running.run(work, [[f"a{n}"] for n in range(100)], lost)) == ["did a0"]
        assert ran(running, "b", "c") == "did b; did c"


class Unfit(Exception):
    """A fault that cannot be unpacked where it was not made."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def unfit(batch: Sequence[str]) -> list[object]:
    if batch == ["fault"]:
        raise Unfit("cannot", "travel")
    return [threading.Lock() for _ in batch]


def test_what_cannot_travel_is_told() -> None:
    with Processes(1, PATIENT) as running:
        with pytest.raises(RuntimeError, match="cannot travel"):
            list(running.run(unfit, [["fault"]], lost))
        with pytest.raises(TypeError, match="lock"):
            list(running.run(unfit, [["lock"]], lost))


def test_a_fault_says_where_it_was() -> None:
    with Processes(1, PATIENT) as running, pytest.raises(ZeroDivisionError) as fault:
        list(running.run(work, [["raise"]], lost))
    assert "in act" in "".join(fault.value.__notes__)


def test_an_interrupt_at_the_terminal_is_for_the_one_who_asked() -> None:
    with Processes(1, PATIENT) as running:
        (pids,) = running.run(where, [["x"]], lost)
        os.kill(pids[0], signal.SIGINT)
        assert list(running.run(where, [["x"]], lost)) == [pids]


def in_forked_workers(mark: Path) -> list[object]:
    said: list[object] = []
    with Processes(2, PATIENT) as running:
        pids = {pid for result in running.run(where, [["x"]] * 20, lost) for pid in result}
        said += [ran(running, "a b", "c segfault d exit e", "f"), workers().isdisjoint(pids)]
        said.append([len(item) for (item,) in running.run(work, [["x" * LONG]] * 5, lost)])
    with Processes(1, PATIENT) as running:
        results = running.run(long_answer, [[], [str(mark)], []], lost)
        said += [next(results), all(gone(pid) for pid in workers()), [len(each) for (each,) in filter(None, results)]]
        with contextlib.suppress(ZeroDivisionError):
            ran(running, "raise")
    return [*said, multiprocessing.active_children(), workers()]


@needs_proc
def test_all_of_it_in_workers_that_are_forked(tmp_path: Path) -> None:
    """Other tests have workers that a server starts: tests run among threads."""
    killers = "did a did b; did c lost segfault did d lost exit did e; did f"
    did = [LONG + len("did ")] * 5
    assert apart(in_forked_workers, tmp_path / "died") == [killers, True, did, [], True, [LONG], [], set()]
