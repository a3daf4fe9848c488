"""Time zones by name. Text in, a tzinfo out."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo


def zone_named(name: str) -> tzinfo | None:
    """The time zone of that IANA name, UTC for ""; None where there is no such zone."""
    try:
        return UTC if name in ("", "UTC") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, the name of a folder of zones
        return None
