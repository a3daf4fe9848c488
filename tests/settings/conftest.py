"""What is said of wrong settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from syndicate.errors import ConfigurationError
from syndicate.settings import (
    Layer,
    load,
)


@pytest.fixture
def mistakes() -> Callable[..., list[str]]:
    """The lines about the values of one layer."""

    def said(values: dict[str, Any], origin: str = "file") -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            load([Layer(origin, values)])
        return caught.value.mistakes

    return said


@pytest.fixture
def mistake(mistakes: Callable[..., list[str]]) -> Callable[[str, Any], str]:
    """The line about one value at a dotted path, without origin and path."""

    def said(path: str, value: Any) -> str:
        values = value
        for key in reversed(path.split(".")):
            values = {key: values}
        (line,) = mistakes(values)
        assert line.startswith(f"file: {path}: ")
        return line.removeprefix(f"file: {path}: ")

    return said
