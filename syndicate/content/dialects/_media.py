"""Images and enclosures from the keys people use for them. Fields in, Image and Enclosure out.

Keys count in any case, with `-`, `_` or neither between their words. `absolute` turns what an author wrote into
an absolute URL ("" where that cannot be): the dialects differ in what a relative one is relative to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line, shortened
from syndicate.content.dialects._media_values import (
    bytes_of,
    is_address,
    is_playable,
    media_type,
    of_wordpress,
    seconds_of,
)
from syndicate.content.dialects._names import Named, by_plain_name, only_with, plain
from syndicate.model import Enclosure, Image, Value
from syndicate.model.records import NamedTuple

Absolute = Callable[[str], str]
_MOST = 100  # files of one key: whoever has more lists something else
_FORMATS = ("mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "mp4", "m4v", "webm", "ogv")

# The likeliest first. All hold an address, a list of them, or a mapping around one.
_IMAGES = tuple(
    "image img images cover coverimage coverimg featured featuredimage featureimage imagefeature featuredimg feature "
    "thumbnail thumbnailimage thumb postimage leadimage headerimage header heroimage hero banner bannerimage "
    "resources photos photo picture teaserimage teaser previewimage preview ogimage opengraph socialimage shareimage "
    "cardimage seo".split()
)
# What may as well be a text: without the ending of a picture it is one.
_TEXTS = frozenset("featured feature header hero banner teaser preview photo picture seo opengraph".split())
_PICTURES = tuple(
    "url src path file href image feature featured img ogimage socialimage teaser overlayimage thumbnail".split()
)
_ALTS = ("alt", "alttext", "imagealt", "caption")
_RESOURCES = ("cover", "feature", "featured", "featuredimage", "thumbnail", "header")  # names in Hugo's `resources`

_ADDRESSES = ("url", "src", "path", "file", "href", "uri", "link", "audio", "audiofile", "audiourl", "mp3", "media")
_LENGTHS = ("length", "size", "bytes", "filesize", "audiofilesize")
_TYPES = ("type", "mime", "mimetype", "contenttype")


class _Style(NamedTuple):
    """Keys that together say one enclosure; `type` stands in where neither key nor ending has one.

    Without a `type`, what has no ending of a media file is none: `video` is a page, `file` anything, as often as not.
    `sounding` takes no other files than those that can be played: `link` may lead anywhere.
    """

    urls: tuple[str, ...]
    lengths: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    durations: tuple[str, ...] = ("duration",)
    type: str = ""
    sounding: bool = False


_STYLES = (
    _Style(
        ("enclosure", "enclosures", "enclosureurl"),
        ("enclosurelength", "enclosuresize", "enclosurebytes"),
        ("enclosuretype",),
        ("enclosureduration", "duration"),
        "application/octet-stream",
    ),
    _Style(
        ("podcastfile", "podcasturl", "podcastaudio", "podcastlink", "podcastaudiourl", "podcastmp3"),
        ("podcastbytes", "podcastlength", "podcastsize"),
        ("podcasttype",),
        ("podcastduration", "duration"),
        "audio/mpeg",
    ),
    _Style(("podcastaltfile",)),
    _Style(("podcastoggfile", "podcastlinkogg"), ("podcastlengthogg",)),
    _Style(
        (
            "audio",
            "audiourl",
            "audiofile",
            "audiofilepath",
            "audiosrc",
            "audiolink",
            "episodeaudio",
            "episodeaudiourl",
            "episodefile",
        ),
        (
            "audiolength",
            "audiosize",
            "audiobytes",
            "audiofilesize",
            "podcastbytes",
            "podcastlength",
            "length",
            "filesize",
        ),
        ("audiotype",),
        ("audioduration", "episodeduration", "podcastduration", "duration"),
        "audio/mpeg",
    ),
    *(
        _Style((name, f"{name}url", f"{name}file"), (f"{name}length", f"{name}size", f"{name}bytes"))
        for name in _FORMATS
    ),
    *(_Style((name,), ("length", "filesize")) for name in ("podcast", "episode", "media")),
    _Style(("file", "video", "videourl", "videofile"), ("length", "filesize")),
    _Style(("link", "mediaurl", "mediafile", "recording"), ("length", "filesize"), sounding=True),
)


@only_with(*_IMAGES, otherwise=None)
def image(fields: Fields, absolute: Absolute) -> Image | None:
    """The picture that stands for the post, from the usual keys; a blank one is none, and so is a mere name."""
    named = fields.named
    for name in _IMAGES:
        if name in named and (found := _picture(fields, absolute, named, name)):
            return found
    return None


@only_with(*(name for style in _STYLES for name in style.urls), otherwise=())
def enclosures(fields: Fields, absolute: Absolute) -> tuple[Enclosure, ...]:
    """The media files of the post, in the order of the keys above, each URL once."""
    named = fields.named
    unique: dict[str, Enclosure] = {}
    for style in _STYLES:
        for item in _styled(fields, absolute, named, style):
            unique.setdefault(item.url, item)
    return tuple(unique.values())


# -- pictures


def _picture(fields: Fields, absolute: Absolute, named: Named, name: str) -> Image | None:
    key, value = named[name]
    written, alt = _resource(value) if name == "resources" else _depicted(value)
    if not written or not is_address(written):
        return None  # a flag, or an id of the generator's own
    if name in _TEXTS and not media_type("", written).startswith("image/"):
        return None
    url = _address(fields, absolute, key, written)
    alt = alt or _text(named, (f"{name}alt", f"{name}alttext"))
    return Image(url, one_line(decoded(alt))) if url else None


def _depicted(value: Value) -> tuple[str, str]:
    """The address and the description in an address, the first of a list, or a mapping; "" for none."""
    alt = ""
    for _level in range(3):  # `images: [{image: {src: …}}]` is as deep as it gets
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            inner = by_plain_name(value)
            alt = alt or _text(inner, _ALTS)
            value = next((inner[name][1] for name in _PICTURES if name in inner), None)
    return _written(value), alt


def _resource(value: Value) -> tuple[str, str]:
    """The file that Hugo's `resources` name as the picture of a page."""
    for item in islice(value, _MOST) if isinstance(value, list) else ():
        inner = by_plain_name(item) if isinstance(item, dict) else {}
        written = _text(inner, ("src",))
        if plain(_text(inner, ("name",))) in _RESOURCES and "*" not in written:
            return written, _text(inner, ("title",))
    return "", ""


# -- enclosures


def _styled(fields: Fields, absolute: Absolute, named: Named, style: _Style) -> Iterator[Enclosure]:
    name = next((name for name in style.urls if name in named), "")
    if not name:
        return
    key, value = named[name]
    for item in islice(value, _MOST) if isinstance(value, list) else [value]:
        for parts, kind in _each(named, style, item):
            found = _enclosure(fields, absolute, key, parts, kind)
            if found and (is_playable(found.type) or not style.sounding):
                yield found


def _each(named: Named, style: _Style, item: Value) -> Iterator[tuple[dict[str, Value], str]]:
    """What one item says of each file, by plain names, and the type that stands in."""
    if not isinstance(item, dict):
        yield _gathered(named, style, item), style.type
        return
    inner = by_plain_name(item)
    parts = {name: value for name, (_key, value) in inner.items()}
    if not _text(inner, _ADDRESSES[:7]) and (formats := [name for name in _FORMATS if name in inner]):
        for each in formats:  # as Podlove has it: `audio: {mp3: …, ogg: …}`
            own = parts[each] if isinstance(parts[each], dict) else {"url": parts[each]}
            yield {**_shared(parts, len(formats)), **{plain(key): value for key, value in own.items()}}, style.type
    elif isinstance(within := next((parts[name] for name in ("enclosure", "audio") if name in parts), None), dict):
        yield {**_shared(parts, 1), **{plain(key): value for key, value in within.items()}}, style.type
    else:
        yield parts, style.type


def _shared(parts: Mapping[str, Value], files: int) -> dict[str, Value]:
    """What a mapping says of all its files: a length only where there is but one."""
    return {name: parts[name] for name in ("duration", "title", *(_LENGTHS if files == 1 else ())) if name in parts}


def _gathered(named: Named, style: _Style, url: Value) -> dict[str, Value]:
    """The keys beside a plain address, as the mapping they stand for."""
    if (lines := of_wordpress(_written(url))) is not None:
        return dict(lines)
    said = {"length": style.lengths, "type": style.types, "duration": style.durations}
    parts = {what: next((named[name][1] for name in names if name in named), None) for what, names in said.items()}
    return {"url": url, **parts}


def _enclosure(
    fields: Fields, absolute: Absolute, key: str, parts: Mapping[str, Value], stand_in: str
) -> Enclosure | None:
    written = _first(parts, _ADDRESSES)
    kind = media_type(_first(parts, _TYPES), written) or stand_in
    if not written or not kind or not is_address(written):
        # `audio: episode` without path or ending is a name that only the site's own template understands
        return None
    if not (url := _address(fields, absolute, key, written)):
        return None
    length, duration = _sizes(parts)
    return Enclosure(
        url,
        kind,
        _number(fields, key, "length", length, bytes_of(length)),
        _number(fields, key, "duration", duration, seconds_of(duration)),
        one_line(decoded(_first(parts, ("title",)))),
    )


def _sizes(parts: Mapping[str, Value]) -> tuple[str, str]:
    """The length and the duration as written; a `length` with a colon is a duration."""
    length, duration = _first(parts, _LENGTHS), _first(parts, ("duration", "audioduration"))
    if ":" in length and not duration:
        return _first({**parts, "length": None}, _LENGTHS), length
    return length, duration


# -- texts


def _address(fields: Fields, absolute: Absolute, key: str, written: str) -> str:
    url = absolute(written)
    if not url:
        fields.report(
            "url-unreadable",
            f"`{key}: {shortened(written)}` is no web address; write a path or one with http(s)",
            key,
        )
    return url


def _number(fields: Fields, key: str, what: str, written: str, number: int | None) -> int | None:
    if number is None and written:
        fields.report(
            "enclosure-unreadable",
            f"the {what} `{shortened(written)}` of `{key}` cannot be read; write bytes as `143907840`, "
            "a duration as `1:02:03` or in seconds",
            key,
        )
    return number or None


def _written(value: Value) -> str:
    return (as_text(value) or "").strip()


def _text(named: Named, names: tuple[str, ...]) -> str:
    return next((text for name in names if name in named and (text := _written(named[name][1]))), "")


def _first(parts: Mapping[str, Value], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _written(parts.get(name)))), "")
