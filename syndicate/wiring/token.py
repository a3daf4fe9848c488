"""The token of the operator's pages: as it is set, else one of our own that is kept beside the state."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from syndicate.errors import StateError
from syndicate.project import Project

_LONGEST = 1000
"""Characters of the file that are looked at."""


def place(the: Project) -> Path:
    """The file of the token that was made, which its owner alone may read."""
    return Path(f"{the.state}.token")


def token(the: Project) -> str:
    """What the operator's password is; where none is set and none was made, it is made now.

    Raises:
        StateError: the file cannot be read or written, or there is no token in it.
    """
    if the.settings.serve.token:
        return the.settings.serve.token
    path = place(the)
    try:
        _make(path)
        with path.open(encoding="ascii") as file:
            found = file.read(_LONGEST).strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise StateError(f"{path}: the token of the dashboard cannot be kept here ({fault}); set serve.token") from None
    if not found:
        raise StateError(f"{path}: there is no token in this file; remove it, and another one is made")
    return found


def _make(path: Path) -> None:
    """Put a file with a token there, whole, unless one is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(24) + "\n")
    try:
        os.link(own, path)
    except FileExistsError:
        pass  # somebody else was quicker
    finally:
        own.unlink()
