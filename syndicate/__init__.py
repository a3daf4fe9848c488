"""Syndicate: the feed layer for any folder of posts.

    folder ─scan→ Stamps ─(changed only)→ Sources ─split→ FrontMatter ─dialect→ Posts
          ─index→ touched Feeds ─select→ the newest N Posts of each ─write→ Entries
          ─format→ Fragments ─assemble→ Documents ─compare→ Release
          ─publish→ the output folder ─record→ what is published

`syndicate.build(...)` runs it once, as the command `syndicate build` does; everything else is
found through the modules named in docs/architecture.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syndicate.wiring import build

__version__ = "0.1.0"
__all__ = ["__version__", "build"]


def __getattr__(name: str) -> Any:
    # lazily: importing the package must not import the libraries of a whole run
    if name == "build":
        from syndicate.wiring import build

        return build
    raise AttributeError(f"module 'syndicate' has no attribute {name!r}")
