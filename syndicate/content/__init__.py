"""From a file on disk to a Post: scan, read, split, and the site's dialect."""

from __future__ import annotations

READING = "read/7"
"""Raised by hand whenever the same file would be understood otherwise: then all are read anew."""

LOST = "lost"
"""A fact: the posts that killed those who read or showed them (see `quarantine`)."""

HELD = "missing"
"""A fact: since when a run is held because many posts are gone, and which (see `brakes`). Until then every look is a
whole one."""
