"""`[hub]` → the addresses that feeds name: of the hub that is built in, and of the cloud."""

from __future__ import annotations

from syndicate.errors import ConfigurationError
from syndicate.feeds.plan import Plan
from syndicate.settings import Settings


def hub(settings: Settings, plan: Plan) -> str:
    """Public address where readers subscribe (WebSub, 5); "" where our hub is off."""
    return (settings.hub.address or plan.url("hub")) if settings.hub.on else ""


def cloud(settings: Settings, plan: Plan) -> str:
    """Public address where readers of RSS register, ours or another's; "" where there is none.

    Raises:
        ConfigurationError: ours has an address that `<cloud>` cannot say.
    """
    if settings.feed.cloud or not settings.hub.rsscloud:
        return settings.feed.cloud
    address = plan.url("rsscloud")
    if address.startswith("https:"):
        raise ConfigurationError(
            [
                f"hub.rsscloud: <cloud> has no place for https, and ours would be {address}; set feed.cloud to an "
                "http:// address that leads to `rsscloud` of this server, or take hub.rsscloud out"
            ]
        )
    return address
