"""What all tests share: how hard Hypothesis searches.

`CI=true` makes the search the same on every run, so that a red run is red again; elsewhere each run looks
in new places.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# No deadline: the machine may be busy, and time is measured elsewhere.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes and has a target of its own, unless it is asked for by its mark."""
    long = [mark for mark in ("outage", "soak") if mark not in config.getoption("-m")]
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in long)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
