"""Values as text, as Ruby prints them. Each value looked at costs a step, since aliases may multiply them."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from syndicate.markup.templates._liquid_dates import Moment


class Shower:
    """Makes text of values; `charge` is told what it costs, and may raise."""

    def __init__(self, charge: Callable[[int], None]) -> None:
        self._charge = charge

    def text(self, value: Any) -> str:
        """What `{{ value }}` prints."""
        self._charge(1)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list | tuple):
            return "".join([self.text(item) for item in value])
        if isinstance(value, range):
            return f"{value.start}..{value.stop - 1}"
        if isinstance(value, Mapping):
            return str(value) if not value or hasattr(value, "poke") else self.inspected(value)
        return self._number(value)

    def _number(self, value: Any) -> str:
        if isinstance(value, datetime):
            return str(Moment.of(value))
        return str(value)

    def inspected(self, value: Any) -> str:
        """Ruby's `inspect`."""
        self._charge(1)
        if isinstance(value, Mapping):
            if hasattr(value, "poke"):
                return "nil"
            pairs = (f"{self.inspected(str(key))}=>{self.inspected(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, list | tuple):
            return "[" + ", ".join([self.inspected(item) for item in value]) + "]"
        if isinstance(value, str):
            self._charge(len(value) // 50)
            return json.dumps(str(value), ensure_ascii=False)
        return "nil" if value is None else self.text(value)

    def as_json(self, value: Any) -> str:
        """The value as JSON, without white space."""
        return json.dumps(self._plain(value), ensure_ascii=False, separators=(",", ":"))

    def _plain(self, value: Any) -> Any:
        self._charge(1)
        if isinstance(value, Mapping):
            if hasattr(value, "poke"):
                return None
            return {str(key): self._plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple | range):
            return [self._plain(item) for item in value]
        if isinstance(value, str | int | float) or value is None:
            return value
        return self.text(value)


def escaped(text: str) -> str:
    """Text for HTML, as Ruby escapes it."""
    return html.escape(text).replace("&#x27;", "&#39;")
