"""What one process costs is counted with all that it starts, also with what outlives it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")

CHILD = "import time; held = b'x' * 60_000_000; time.sleep(1.5)"
BURN = "import time\\nwhile time.process_time() < 0.4: pass"


def measured(code: str, *, memory: bool = False) -> tuple[float, float, int, int, str]:
    """Measured in a process of its own, because measuring adopts orphans."""
    script = (
        "import sys; from bench.measure import run; "
        f"taken = run([sys.executable, '-c', sys.argv[1]], {{}}, memory={memory}); "
        "print(taken.wall, taken.cpu, taken.peak, taken.code, taken.out)"
    )
    done = subprocess.run([sys.executable, "-c", script, code], capture_output=True, text=True, cwd=ROOT, check=True)
    wall, cpu, peak, code_, *out = done.stdout.split()
    return float(wall), float(cpu), int(peak), int(code_), " ".join(out)


def test_output_and_exit_code_are_told() -> None:
    _, _, peak, code, out = measured("print('hello'); raise SystemExit(3)")
    assert (peak, code, out) == (0, 3, "hello")


def test_memory_of_all_processes_is_added_up() -> None:
    code = f"import subprocess, sys; held = b'x' * 60_000_000; subprocess.run([sys.executable, '-c', {CHILD!r}])"
    assert 120e6 < measured(code, memory=True)[2] < 200e6


def test_memory_that_was_held_for_a_moment_only_is_counted() -> None:
    code = "import time; held = b'x' * 150_000_000; del held; time.sleep(0.5)"
    assert measured(code, memory=True)[2] > 150e6


@pytest.mark.parametrize("how", ["run", "Popen"])
def test_time_of_children_is_counted_whether_they_are_waited_for_or_not(how: str) -> None:
    wall, cpu, *_ = measured(f'import subprocess, sys; subprocess.{how}([sys.executable, "-c", "{BURN}"])')
    assert cpu >= 0.4
    assert wall > 0
