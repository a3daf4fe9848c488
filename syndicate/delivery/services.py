"""Well-known services that are told of new posts: where each is, and by which rules. Pure.

None is pinged unless the settings name it. `docs/pings.md` says more of each; what changes here, changes there.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndicate.model.records import NamedTuple


class Service(NamedTuple):
    """What `preset = NAME` stands for. What is 0 is as the kind asks for.

    `interval` is the least time between two pings of one feed that the service puts up with, in seconds; `at_once` how
    many topics it takes in one request; `shares` says that it tells all others of its kind.
    """

    kind: str
    url: str
    method: str = "extendedPing"
    interval: int = 0
    at_once: int = 0
    shares: bool = False


def _index_now(url: str) -> Service:
    return Service("indexnow", url, shares=True)


SERVICES: Mapping[str, Service] = {
    "google": Service("websub", "https://pubsubhubbub.appspot.com/", at_once=20),
    "superfeedr": Service("websub", "https://pubsubhubbub.superfeedr.com/"),
    "switchboard": Service("websub", "https://switchboard.p3k.io/"),
    "websubhub": Service("websub", "https://websubhub.com/hub"),
    "pingomatic": Service("xmlrpc", "https://rpc.pingomatic.com/", interval=300),
    "twingly": Service("xmlrpc", "https://rpc.twingly.com/", interval=300),
    "blogs": Service("xmlrpc", "http://ping.blo.gs/", interval=300),
    "podcastmirror": Service("xmlrpc", "https://ping.podcastmirror.com/RPC2", interval=300),
    "rsscloud": Service("rsscloud", "http://rpc.rsscloud.io:5337/ping"),
    "indexnow": _index_now("https://api.indexnow.org/indexnow"),
    "bing": _index_now("https://www.bing.com/indexnow"),
    "naver": _index_now("https://searchadvisor.naver.com/indexnow"),
    "seznam": _index_now("https://search.seznam.cz/indexnow"),
    "yandex": _index_now("https://yandex.com/indexnow"),
    "yep": _index_now("https://indexnow.yep.com/indexnow"),
}
