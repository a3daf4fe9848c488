"""What the `User-Agent` of a reader says: its name, and for how many subscribers it asks. Pure.

There is no standard for it. Services that ask once for many people have told for how many since 2004, in words such as
`Feedly/1.0 (+http://www.feedly.com/fetcher.html; 124 subscribers)`; some add by which number they know the feed
(`feed-id`), since one service may know it several times. A name is never more than the name of a program: no address,
nothing that is one person's.
"""

from __future__ import annotations

import re

from syndicate.model.numbers import Kind
from syndicate.model.records import NamedTuple

UNNAMED = "(unnamed)"
BROWSERS = "(browsers)"

MOST = 10_000_000
"""Subscribers that anybody is believed."""

_READ = 400
"""Characters that are looked at."""

_COUNT = re.compile(
    r"(?<![\w.,:/])(\d{1,9})\+?[ \t]{1,3}(?:active )?(?:subscriber|reader)(?:s|\(s\))?(?!\w)", re.IGNORECASE
)
_COUNTED = re.compile(r"(?<!\w)(?:subscribers|users)[:=][ \t]?(\d{1,9})(?![\w.])", re.IGNORECASE)
_IDENT = re.compile(r"(?<!\w)feed[-_ ]?id[:= ][ \t]?([\w-]{1,64})(?![\w.:@])", re.IGNORECASE)
_COMPATIBLE = re.compile(r"(?i)Mozilla/\d\.\d \(compatible; ([^;)]{1,60})")
_NAME = re.compile(r"([^\W\d_][\w .+!'-]{0,39}?)(?=/|[ \t]+v?\d|[ \t]*[(;,]|[ \t]+-[ \t]|[ \t]+\+?https?|[ \t]*$)")
_ROBOT = re.compile(
    r"bot(?![a-z])|crawler|spider|slurp|archiver|monitor|uptime|pingdom|externalhit|validator|headless|scanner"
    r"|prometheus|blackbox|lighthouse|wordpress\.com; pingback"
)
_BROWSER = re.compile(r"(?:mozilla|opera)/\d|lynx/|w3m/|links \(|elinks/|dillo/")
_OLD_BROWSER = ("msie", "konqueror", "googletoolbar")

_SERVICE, _PROGRAM = Kind.AGGREGATOR, Kind.READER

_KNOWN: tuple[tuple[str, str, Kind], ...] = (
    ("akregator", "Akregator", _PROGRAM),
    ("antennapod", "AntennaPod", _PROGRAM),
    ("aolreader", "AOL Reader", _SERVICE),
    ("bazqux", "BazQux", _SERVICE),
    ("bloglines", "Bloglines", _SERVICE),
    ("bloglovin", "Bloglovin", _SERVICE),
    ("blogtrottr", "Blogtrottr", _SERVICE),
    ("commafeed", "CommaFeed", _PROGRAM),
    ("digg feed fetcher", "Digg", _SERVICE),
    ("feedbin", "Feedbin", _SERVICE),
    ("feedburner", "FeedBurner", _SERVICE),
    ("feedfetcher-google", "Google", _SERVICE),
    ("feedhq", "FeedHQ", _SERVICE),
    ("feedly", "Feedly", _SERVICE),
    ("feedspot", "Feedspot", _SERVICE),
    ("feedwrangler", "Feed Wrangler", _SERVICE),
    ("flipboardrss", "Flipboard", _SERVICE),
    ("freshrss", "FreshRSS", _PROGRAM),
    ("gpodder", "gPodder", _PROGRAM),
    ("inoreader", "Inoreader", _SERVICE),
    ("itms", "Apple Podcasts", _SERVICE),
    ("kill-the-newsletter", "Kill the Newsletter!", _SERVICE),
    ("liferea", "Liferea", _PROGRAM),
    ("livedoor feedfetcher", "livedoor Reader", _SERVICE),
    ("miniflux", "Miniflux", _PROGRAM),
    ("netnewswire", "NetNewsWire", _PROGRAM),
    ("netvibes", "Netvibes", _SERVICE),
    ("newsblur", "NewsBlur", _SERVICE),
    ("newsboat", "Newsboat", _PROGRAM),
    ("newsify", "Newsify", _SERVICE),
    ("nextcloud-news", "Nextcloud News", _PROGRAM),
    ("overcast", "Overcast", _SERVICE),
    ("playerfm", "Player FM", _SERVICE),
    ("pocket casts", "Pocket Casts", _SERVICE),
    ("pocketcasts", "Pocket Casts", _SERVICE),
    ("quiterss", "QuiteRSS", _PROGRAM),
    ("reeder", "Reeder", _PROGRAM),
    ("rss2email", "rss2email", _PROGRAM),
    ("rssguard", "RSS Guard", _PROGRAM),
    ("rssowl", "RSSOwl", _PROGRAM),
    ("superfeedr", "Superfeedr", _SERVICE),
    ("theoldreader", "The Old Reader", _SERVICE),
    ("thunderbird", "Thunderbird", _PROGRAM),
    ("tiny tiny rss", "Tiny Tiny RSS", _PROGRAM),
    ("universalfeedparser", "feedparser", _PROGRAM),
    ("yandex.blogs", "Yandex", _SERVICE),
    ("yarr", "Yarr", _PROGRAM),
)
"""What stands in the text, in small letters → name, and what it is where it states no number."""

_WHICH = re.compile("|".join(re.escape(needle) for needle, _, _ in _KNOWN))
_BY_NEEDLE = {needle: (name, kind) for needle, name, kind in _KNOWN}
_OWN = frozenset(name for _, name, kind in _KNOWN if kind is _PROGRAM)


class Agent(NamedTuple):
    """Who asks. `subscribers` is for how many it says that it asks, None where it says nothing; `ident` is the number
    by which it knows the feed, "" where it does not tell. A program that people run for themselves is a reader also
    where it asks for several: others run it, too."""

    name: str
    kind: Kind
    subscribers: int | None = None
    ident: str = ""


def agent(text: str) -> Agent:
    """What a `User-Agent` says; any text is one."""
    text = text[:_READ]
    people = subscribers(text)
    name, kind = _called(text)
    if people is None:
        return Agent(name, kind)
    ident = _IDENT.search(text)
    if not (kind is Kind.READER and name in _OWN):
        name, kind = UNNAMED if name == BROWSERS else name, Kind.AGGREGATOR
    return Agent(name, kind, people, ident[1] if ident else "")


def subscribers(text: str) -> int | None:
    """For how many people somebody says that he asks; None where he says nothing of it."""
    found = _COUNT.search(text, 0, _READ) or _COUNTED.search(text, 0, _READ)
    return min(int(found[1]), MOST) if found else None


def _called(text: str) -> tuple[str, Kind]:
    """Name and kind by the name alone."""
    small = text.lower()
    known = _WHICH.search(small)
    if known:
        return _BY_NEEDLE[known[0]]
    own = _COMPATIBLE.match(text)
    if own and not own[1].lower().startswith(_OLD_BROWSER):
        name = _named(own[1])
    elif _BROWSER.match(small):
        return (_robot(small), Kind.ROBOT) if _ROBOT.search(small) else (BROWSERS, Kind.BROWSER)
    else:
        name = _named(text)
    return name, Kind.ROBOT if _ROBOT.search(small) else Kind.READER


def _named(text: str) -> str:
    """The name that a text begins with."""
    found = _NAME.match(text.strip())
    return found[1].strip(" .-") or UNNAMED if found else UNNAMED


def _robot(small: str) -> str:
    """The name of what says in the middle of a browser's text that it is none."""
    found = re.search(r"([a-z][a-z.-]{0,30}(?:bot|crawler|spider))(?![a-z])", small)
    return found[1] if found else UNNAMED
