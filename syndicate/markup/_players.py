"""The address of a player → the page on which a person can watch or hear the same, and its picture where that is known.

In: an absolute http(s) URL, as an `iframe` has it. Out: a Player, or None for what is no content (counters, buttons).
Everything is told from the address alone; nobody is asked.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

LONGEST_ADDRESS = 8_192  # characters; a longer one is linked as it is


class Player(NamedTuple):
    """`page` to link to, `picture` to show ("" when not known), `name` of the service (or its host)."""

    page: str
    picture: str
    name: str


class _Rule(NamedTuple):
    """Where `pattern` matches the path and query, `page` and `picture` are filled in with its groups."""

    pattern: re.Pattern[str]
    page: str
    picture: str = ""


def _rule(pattern: str, page: str, picture: str = "") -> _Rule:
    return _Rule(regex(pattern.replace("ID", r"(?P<id>[A-Za-z0-9_-]{1,64})"), re.ASCII), page, picture)


_TUBE = ("https://www.youtube.com/watch?v={id}{start}", "https://i.ytimg.com/vi/{id}/hqdefault.jpg")
_TUBE_LIST = "https://www.youtube.com/playlist?list={id}"
_MOTION = ("https://www.dailymotion.com/video/{id}", "https://www.dailymotion.com/thumbnail/video/{id}")
_QQ = "https://v.qq.com/x/page/{id}.html"

# Service: its hosts (without `www.` and `m.`), and how its addresses are read, the first that fits.
_SERVICES: dict[str, tuple[str, tuple[_Rule, ...]]] = {
    "YouTube": (
        "youtube.com youtube-nocookie.com youtu.be",
        (
            _rule(r"/embed/live_stream\?(?:.*&)?channel=ID", "https://www.youtube.com/channel/{id}/live"),
            _rule(r"/(?:embed/?(?:videoseries)?|playlist)\?(?:.*&)?list=ID", _TUBE_LIST),
            _rule(r"/(?:embed|v|e|shorts|live)/ID", *_TUBE),
            _rule(r"/watch\?(?:.*&)?v=ID", *_TUBE),
            _rule(r"/ID(?:$|\?)", *_TUBE),
        ),
    ),
    "Vimeo": (
        "player.vimeo.com vimeo.com",
        (
            _rule(r"/(?:video/)?(?P<id>[0-9]+)\?(?:.*&)?h=(?P<key>\w{1,40})", "https://vimeo.com/{id}/{key}"),
            _rule(r"/(?:video/)?(?P<id>[0-9]+)/(?P<key>\w{1,40})", "https://vimeo.com/{id}/{key}"),
            _rule(r"/(?:video/)?(?P<id>[0-9]+)", "https://vimeo.com/{id}"),
        ),
    ),
    "Dailymotion": (
        "dailymotion.com geo.dailymotion.com dai.ly",
        (
            _rule(r"/(?:embed/|swf/)?video/ID", *_MOTION),
            _rule(r"/player[^?]*\?(?:.*&)?video=ID", *_MOTION),
            _rule(r"/ID$", *_MOTION),
        ),
    ),
    "Bilibili": (
        "player.bilibili.com bilibili.com",
        (
            _rule(r"/[^?]*\?(?:.*&)?bvid=ID", "https://www.bilibili.com/video/{id}"),
            _rule(r"/[^?]*\?(?:.*&)?aid=(?P<id>[0-9]+)", "https://www.bilibili.com/video/av{id}"),
        ),
    ),
    "Youku": (
        "player.youku.com",
        (_rule(r"/embed/(?P<id>[A-Za-z0-9_=-]{1,64})", "https://v.youku.com/v_show/id_{id}.html"),),
    ),
    "Tencent Video": (
        "v.qq.com",
        (_rule(r"/(?:txp/)?iframe/(?:player|preview)\.html\?(?:.*&)?vid=ID", _QQ),),
    ),
    "Spotify": (
        "open.spotify.com",
        (
            _rule(r"/embed(?:-podcast)?/(?P<kind>[a-z]{1,20})/ID", "https://open.spotify.com/{kind}/{id}"),
            _rule(r"/(?P<kind>[a-z]{1,20})/ID", "https://open.spotify.com/{kind}/{id}"),
        ),
    ),
    "Apple Podcasts": (
        "embed.podcasts.apple.com",
        (_rule(r"(?P<path>/[\w.~%/-]{1,500}(?:\?i=[0-9]+)?)", "https://podcasts.apple.com{path}"),),
    ),
    "Apple Music": (
        "embed.music.apple.com",
        (_rule(r"(?P<path>/[\w.~%/-]{1,500}(?:\?i=[0-9]+)?)", "https://music.apple.com{path}"),),
    ),
    "CodePen": (
        "codepen.io",
        (_rule(r"/(?P<user>[\w-]{1,64})/embed/(?:preview/)?ID", "https://codepen.io/{user}/pen/{id}"),),
    ),
    "JSFiddle": (
        "jsfiddle.net",
        (
            _rule(r"/(?P<user>[\w-]{1,64})/ID/(?:\d+/)?embed", "https://jsfiddle.net/{user}/{id}/"),
            _rule(r"/ID/(?:\d+/)?embed", "https://jsfiddle.net/{id}/"),
        ),
    ),
    "X": (
        "platform.twitter.com",
        (_rule(r"/embed/Tweet\.html\?(?:.*&)?id=(?P<id>[0-9]+)", "https://twitter.com/i/status/{id}"),),
    ),
    "Instagram": ("instagram.com", (_rule(r"/(?P<kind>p|reel|tv)/ID", "https://www.instagram.com/{kind}/{id}/"),)),
    "Twitch": (
        "player.twitch.tv clips.twitch.tv",
        (
            _rule(r"/\?(?:.*&)?video=v?(?P<id>[0-9]+)", "https://www.twitch.tv/videos/{id}"),
            _rule(r"/\?(?:.*&)?channel=ID", "https://www.twitch.tv/{id}"),
            _rule(r"/embed\?(?:.*&)?clip=ID", "https://clips.twitch.tv/{id}"),
        ),
    ),
    "Niconico": ("embed.nicovideo.jp", (_rule(r"/watch/ID", "https://www.nicovideo.jp/watch/{id}"),)),
    "GitHub Gist": (
        "gist.github.com",
        (_rule(r"/(?P<user>[\w-]{1,64})/ID", "https://gist.github.com/{user}/{id}"), _rule(r"/ID", "https://gist.github.com/{id}")),
    ),
    "asciinema": ("asciinema.org", (_rule(r"/a/ID", "https://asciinema.org/a/{id}"),)),
    "Loom": ("loom.com", (_rule(r"/embed/ID", "https://www.loom.com/share/{id}"),)),
    "Internet Archive": ("archive.org", (_rule(r"/embed/(?P<id>[\w.-]{1,100})", "https://archive.org/details/{id}"),)),
}  # fmt: skip
_BY_HOST = {host: (name, rules) for name, (hosts, rules) in _SERVICES.items() for host in hosts.split()}

# On any host: PeerTube has its own paths, Mastodon a page of each post below which its player is.
_ANYWHERE = (
    ("PeerTube", regex(r"/videos/embed/(?P<id>[A-Za-z0-9-]{8,64})"), "/videos/watch/{id}"),
    ("Mastodon", regex(r"(?P<path>/@[\w.@-]{1,100}/[0-9]{5,30})/embed"), "{path}"),
)
_NO_CONTENT = regex(
    r"(?:[\w.-]+\.)?(?:googletagmanager\.com|doubleclick\.net|googlesyndication\.com|ghbtns\.com)/"
    r"|(?:[\w.-]+\.)?facebook\.com/(?:v[0-9.]+/)?plugins/(?:like|share_button|page|follow)"
    r"|platform\.twitter\.com/widgets/|disqus\.com/embed/comments"
)
_START = regex(r"[?&](?:start|t)=([0-9]{1,6})")


def player_of(url: str) -> Player | None:
    """The Player at an absolute http(s) URL; one that is not known is its own page, named by its host."""
    split = urlsplit(url)
    host = re.sub(r"^(?:www|m)\.", "", split.netloc.rpartition("@")[2].partition(":")[0])
    if len(url) > LONGEST_ADDRESS:
        return Player(url, "", host)
    address = split.path + (f"?{split.query}" if split.query else "")
    if _NO_CONTENT.match(host + split.path):
        return None
    return _of_service(host, address) or _of_query(host, split.path, split.query) or _of_software(url, address, host)


def _of_service(host: str, address: str) -> Player | None:
    name, rules = _BY_HOST.get(host, ("", ()))
    start = _START.search(address)
    for rule in rules:
        if found := rule.pattern.match(address):
            parts = {**found.groupdict(), "start": f"&t={start[1]}s" if start else ""}
            return Player(rule.page.format(**parts), rule.picture.format(**parts), name)
    return None


def _of_software(url: str, address: str, host: str) -> Player:
    for name, pattern, page in _ANYWHERE:
        if found := pattern.match(address):
            return Player(
                url.partition("://")[0] + "://" + urlsplit(url).netloc + page.format(**found.groupdict()), "", name
            )
    return Player(url, "", host)


def _of_query(host: str, path: str, query: str) -> Player | None:
    """Services whose page is in a parameter: the address of a song, of a post, of a place."""
    if host == "w.soundcloud.com":
        return _within(query, "url", "soundcloud.com", "SoundCloud")
    if host == "facebook.com" and path.endswith(("/plugins/video.php", "/plugins/post.php")):
        return _within(query, "href", "facebook.com", "Facebook")
    if re.fullmatch(r"(?:maps\.)?google\.[a-z.]{2,6}", host) and "/maps" in f"/{host}{path}".replace(
        "/maps.", "/maps/"
    ):
        return _place(query)
    return None


def _within(query: str, key: str, host: str, name: str) -> Player | None:
    page = _value(query, key)
    found = re.fullmatch(rf"https?://(?:(?:www|m|on)\.)?{re.escape(host)}/[!-~]*", page)
    return Player(page.partition("#")[0], "", name) if found else None


_POSITION = regex(r"!2d(?P<east>-?[0-9]{1,3}(?:\.[0-9]{1,20})?)!3d(?P<north>-?[0-9]{1,3}(?:\.[0-9]{1,20})?)")


def _place(query: str) -> Player | None:
    """A map: what was looked for, or where its middle is."""
    wanted = _value(query, "q")
    if not wanted and (position := _POSITION.search(unquote(query))):
        wanted = f"{position['north']},{position['east']}"
    page = f"https://www.google.com/maps/search/?api=1&query={quote(wanted, safe=',')}"
    return Player(page, "", "Google Maps") if wanted else None


def _value(query: str, key: str) -> str:
    try:
        return parse_qs(query, max_num_fields=100).get(key, [""])[0].strip()
    except ValueError:  # far more parameters than a player has
        return ""
