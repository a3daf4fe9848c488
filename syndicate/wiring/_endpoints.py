"""`[endpoints.NAME]` and `[ping]` → the receivers of pings. Loaded only where somebody named one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_network
from urllib.parse import urlsplit

from syndicate import plugins
from syndicate.delivery.guard import NOT_PUBLIC, Guard, literal
from syndicate.delivery.services import SERVICES, Service
from syndicate.errors import ConfigurationError
from syndicate.model.delivery import Endpoint
from syndicate.settings import EndpointOptions, Settings, references, seconds

_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
_NO_SERVICE = Service("", "")


@lru_cache(maxsize=4)  # asked for again and again in a run; a daemon sees many settings in its life
def endpoints(settings: Settings, site_url: str, base_url: str) -> tuple[Endpoint, ...]:
    """Everybody who is to be told, in the order of the settings; the addresses of the site, and of the output folder.

    Raises:
        ConfigurationError: with all that is wrong with them.
    """
    declared = {name: said for name, said in settings.endpoints.items() if said.on}
    if mistakes := [
        *(f"endpoints.{name}.{fault}" for name, said in declared.items() for fault in _faults(said, settings)),
        *_doubles(declared),
    ]:
        raise ConfigurationError(mistakes)
    return tuple(_endpoint(name, said, _key_root(site_url, base_url)) for name, said in declared.items())


def _endpoint(name: str, said: EndpointOptions, key_root: str) -> Endpoint:
    service = SERVICES.get(said.preset, _NO_SERVICE)
    kind = said.kind or service.kind
    notifier = plugins.find("notifiers", kind)
    given = seconds(said.every) if said.every else None
    return Endpoint(
        name=name,
        kind=kind,
        url=said.url or service.url,
        feeds=said.feeds,
        interval=max(notifier.interval, service.interval) if given is None else given,
        pace=notifier.pace,
        at_once=service.at_once or notifier.at_once,
        secret=said.secret,
        key=said.key,
        key_url=f"{key_root}{said.key}.txt" if kind == "indexnow" else "",
        method=said.method if "method" in said.given() else service.method,
    )


def _key_root(site_url: str, base_url: str) -> str:
    """Where files with keys belong: at the site's address, or above it, where we publish to there."""
    home = f"{site_url}/"
    return base_url if home.startswith(base_url) else home


# -- what may be wrong


def _faults(said: EndpointOptions, settings: Settings) -> Iterator[str]:
    """What is wrong with one, each behind the name of its setting."""
    if said.preset and said.preset not in SERVICES:
        yield f"preset: {_unknown(said.preset)}"
        return
    service = SERVICES.get(said.preset, _NO_SERVICE)
    kind, url = said.kind or service.kind, said.url or service.url
    if service.kind and kind != service.kind:
        yield f'kind: "{said.preset}" is of the kind "{service.kind}"; leave kind out'
        return
    if not kind:
        yield "kind: it is not said how it is spoken to; set kind and url, or a preset"
        return
    if not url:
        yield "url: it is not said where it is; set url, or a preset"
        return
    yield from _misplaced(said, kind)
    yield from _of_its_kind(said, kind, settings)
    if said.every and (given := seconds(said.every)) is not None and given < service.interval:
        yield f"every: {said.preset} is to be told of a feed once in {service.interval // 60}m; write that or more"
    yield from _inside(url, settings.ping.private)


def _unknown(preset: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(preset.lower(), SERVICES, 1)
    advice = f'did you mean "{close[0]}"?' if close else f"write one of {', '.join(SERVICES)}"
    return f'"{preset[:40]}" is no preset; {advice}'


def _misplaced(said: EndpointOptions, kind: str) -> Iterator[str]:
    """What is said to a kind that knows nothing of it: most likely another was meant."""
    for name, owner in (("secret", "webhook"), ("key", "indexnow"), ("method", "xmlrpc")):
        if name in said.given() and kind != owner and getattr(said, name):
            yield f'{name}: is for the kind "{owner}", this is of the kind "{kind}"; leave it out'


def _of_its_kind(said: EndpointOptions, kind: str, settings: Settings) -> Iterator[str]:
    if kind == "webhook" and said.secret and not references.is_reference(said.secret):
        from syndicate.delivery import signing

        if fault := signing.fault(said.secret):
            yield f"secret: {fault}"
    if kind == "indexnow" and (fault := references.fault(said.key)):
        yield f"key: {fault}"
    elif kind == "indexnow" and not said.key:
        yield "key: IndexNow needs one; write 8 to 128 letters, digits and - of your own, as of `openssl rand -hex 16`"
    elif kind == "indexnow" and not _KEY.fullmatch(said.key):
        yield "key: is none of IndexNow; write 8 to 128 letters (a to z, A to Z), digits and -"
    wanted = plugins.find("notifiers", kind).formats
    if wanted and not set(wanted) & set(settings.feed.formats):
        yield f'kind: "{kind}" is told of {" or ".join(wanted)}, and feed.formats has none of it; add one there'


def _inside(url: str, allowed: tuple[str, ...]) -> Iterator[str]:
    """An address of this machine, or of a network like one's own, is told of at the start rather than at night."""
    refusal = Guard(listed=tuple(ip_network(each) for each in allowed)).refusal(url)
    if refusal:
        address = literal(urlsplit(url).hostname or "")
        inside = address is not None and NOT_PUBLIC in refusal
        yield (
            f'url: {address} is no public address; if it is meant: ping.private = ["{address}"]'
            if inside
            else (f"url: {refusal}")
        )


def _doubles(declared: dict[str, EndpointOptions]) -> Iterator[str]:
    """Whoever would be told twice."""
    known: dict[tuple[str, str], str] = {}
    shared = ""
    for name, said in declared.items():
        service = SERVICES.get(said.preset, _NO_SERVICE)
        place = (said.kind or service.kind, said.url or service.url)
        if all(place) and known.setdefault(place, name) != name:
            yield f"endpoints.{name}.url: is that of endpoints.{known[place]}, too; keep one of them"
        elif service.shares and shared:
            yield (
                f"endpoints.{name}.preset: search engines of IndexNow tell each other, and endpoints.{shared} is one; "
                "keep one of them"
            )
        shared = shared or (name if service.shares else "")
