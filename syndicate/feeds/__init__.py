"""From Posts to Documents: terms, the plan of feeds, entries, formats, assembling. Pure."""

from __future__ import annotations

from syndicate import markup

ENTRIES = "entries/4"
"""Raised by hand whenever the same post would make another Entry; here, as every run asks for it."""


def fingerprint() -> str:
    """Changes whenever the same post would make another Entry: then every fragment is made anew."""
    return f"{ENTRIES} {markup.fingerprint()}"
