"""Secrets that stand elsewhere: a setting names the place, and what is found there takes its place.

    secret = "env:HOOK_SECRET"          a variable of the environment
    secret = "file:/run/secrets/hook"   a file, of which the white space around its text is no part
    secret = "credential:hook"          a file in $CREDENTIALS_DIRECTORY, as systemd hands them over

What is not found stays as it is written: most commands have no use for it, so only who needs it complains (`fault`).
Nothing here reads a file or the environment: both are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syndicate.settings import Settings
from syndicate.settings import _checks as check
from syndicate.settings._section import Named, Section

_ADVICE = {
    "env": "set this variable for whoever needs it, and see that it is not empty",
    "file": "see that the file is there, is not empty, and may be read by whoever needs it",
    "credential": "it is for a service of systemd: LoadCredential= has to name it",
}
_SECRETS = ("secret", "key", "token")

Read = Callable[[str], str | None]
"""Path of a file → its text; None where it cannot be read."""


def is_reference(text: str) -> bool:
    """Whether a secret is not this, but the name of its place."""
    scheme, colon, rest = text.partition(":")
    return bool(colon and rest and scheme in _ADVICE)


def fault(text: str) -> str:
    """What to say of a secret that was not found where it should be; "" where it was. A place is no secret."""
    return f"{text} gives nothing here; {_ADVICE[text.partition(':')[0]]}" if is_reference(text) else ""


def weakness(password: str) -> str:
    """What to say of a password, wherever it was found, that can be guessed; "" of any other."""
    try:
        check.password(password)
    except ValueError as fault:
        return str(fault)
    return ""


def followed(settings: Settings, environ: Mapping[str, str], read: Read) -> Settings:
    """The settings with the secrets that are named in them; relative paths are `read`'s to understand."""
    alarm = _followed(settings.alarm, environ, read)
    serve = _followed(settings.serve, environ, read)
    named = {name: _followed(each, environ, read) for name, each in settings.endpoints.items()}
    if (
        alarm is settings.alarm
        and serve is settings.serve
        and all(each is settings.endpoints[name] for name, each in named.items())
    ):
        return settings
    return settings.but(alarm=alarm, serve=serve, endpoints=Named(named))


def _followed(table: Section, environ: Mapping[str, str], read: Read) -> Section:
    there = {name: getattr(table, name) for name in _SECRETS if name in table.given()}
    found = {name: _found(text, environ, read) for name, text in there.items() if is_reference(text)}
    return table.but(**found) if found else table


def _found(text: str, environ: Mapping[str, str], read: Read) -> str:
    scheme, _, rest = text.partition(":")
    match scheme:
        case "env":
            got = environ.get(rest)
        case "file":
            got = read(rest)
        case _:
            folder = environ.get("CREDENTIALS_DIRECTORY")
            got = read(f"{folder}/{rest}") if folder and "/" not in rest else None
    return (got or "").strip() or text
