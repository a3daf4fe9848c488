"""How often one and the same is asked: hosts by their names, and by where they are found. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

SPACE = 1.0
"""Seconds between two questions to one host."""

_MANY = 1000


class Spacing:
    """When each was asked last, as far as that matters. `now` is a clock that never goes back."""

    def __init__(self, space: float = SPACE) -> None:
        self._space = space
        self._free_at: dict[str, float] = {}

    def left(self, name: str, now: float) -> float:
        """Seconds until this one may be asked; 0 where that is now."""
        return max(self._free_at.get(name, now) - now, 0.0)

    def take(self, name: str, now: float) -> None:
        """It is asked now."""
        if len(self._free_at) > _MANY:
            self._free_at = {each: at for each, at in self._free_at.items() if at > now}
        self._free_at[name] = now + self._space


def network_of(address: str) -> str:
    """Who counts as one at an address: of IPv6 the 64 bits that a subscriber has for himself. Raises ValueError."""
    found = ip_address(address.partition("%")[0])
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))
