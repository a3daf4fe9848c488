"""What the files of pictures and media say of themselves: size, type, duration, measures.

In: a folder and paths in it. Out: what was found, never an exception: a file that is damaged, hostile or no file
says less. Only a bounded piece of each is read, whatever its size; nothing outside the folder is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, cast
from urllib.parse import quote, unquote

from syndicate.content import _signatures as signatures
from syndicate.content import files
from syndicate.content.dialects import Dialect
from syndicate.content.dialects._media_values import BY_ENDING
from syndicate.content.read import Completed
from syndicate.index import Needed
from syndicate.model import Enclosure, Episode, FrontMatter, Image, Post, Problem, Severity, Visibility, shown_path
from syndicate.model.patterns import regex
from syndicate.model.podcast import Rendition
from syndicate.model.records import NamedTuple

MOST_READ = 2 * 1024 * 1024
"""Bytes that are read of one file: the headers of pictures and media, hardly ever more than some kilobytes."""

ENDINGS = frozenset(BY_ENDING)
"""How the names of pictures and media end, without the dot, in small letters."""

_MOST_READS = 20_000
_TAIL = 64 * 1024  # the last page of an Ogg file is at most that long
_LONGEST = 1_000_000  # seconds, and pixels
_MOST_CANDIDATES = 8


class Found(NamedTuple):
    """A file: `needed` is what a later run looks at, `type` its media type ("" if unknown).

    `duration` is in seconds, `width` and `height` in pixels; None where the file does not say. `colours` of a PNG or
    JPEG are `rgb`, `grey` or `cmyk`, "" where the file does not say.
    """

    needed: Needed
    type: str
    duration: int | None = None
    width: int | None = None
    height: int | None = None
    colours: str = ""

    @property
    def bitrate(self) -> int | None:
        """Bits a second of a medium, as its length and its duration have it."""
        return round(self.size * 8 / self.duration) if self.duration else None

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.needed.size


def probe(root: bytes, candidates: Sequence[str]) -> Found | None:
    """The first of the candidates (paths within `root`) that is a regular file inside it; None where none is."""
    for path in _paths(candidates):
        descriptor = files.descriptor(root, path)
        if descriptor is not None:
            try:
                return _looked_into(descriptor, path)
            except OSError:  # a disk at its end, a network share that went away
                continue
            finally:
                os.close(descriptor)
    return None


class Opened(NamedTuple):
    """A file that is open, and its media type ("" if unknown). Who asked for it closes `descriptor`."""

    descriptor: int
    type: str


def opened(root: bytes, candidates: Sequence[str]) -> Opened | None:
    """The file that `probe` would find, open."""
    for path in _paths(candidates):
        descriptor = files.descriptor(root, path)
        if descriptor is not None:
            try:
                return Opened(
                    descriptor, signatures.media_type(os.pread(descriptor, signatures.HEAD, 0), os.fsdecode(path))
                )
            except OSError:
                os.close(descriptor)
    return None


def completed(post: Post, root: bytes, dialect: Dialect, path: str, matter: FrontMatter | None = None) -> Completed:
    """The Post with what the local files of its picture and its media say and the author does not.

    `path` is the post's within `root`, `matter` its front matter, for the lines of problems. An author's numbers
    stand, but for a wrong length: RSS wants the real one. A file that is elsewhere on the web leaves everything as it
    is; so does a medium that should be here and is not, but where nobody says its length, it is told.
    """
    beside = _Bundle(root, path) if post.image is None and "/index." in path and post.url.endswith("/") else None
    if beside and beside.picture:
        post = replace(post, image=Image(post.url + quote(beside.picture)))
    elif post.image is None and not post.enclosures and not (post.episode and post.episode.renditions):
        return Completed(post, beside.needs if beside else ())
    looked = _Looked(post, root, dialect, path, matter)
    picture = post.image and looked.picture(post.image)
    media = tuple(looked.medium(each) for each in post.enclosures)
    episode = post.episode and looked.episode(post.episode)
    done = post
    if (picture, media, episode) != (post.image, post.enclosures, post.episode):
        done = replace(post, image=picture, enclosures=media, episode=episode)
    needs = (*looked.needs, *beside.needs) if beside else looked.needs
    return Completed(done, tuple(dict.fromkeys(needs)), tuple(looked.problems))


class _Bundle:
    """The folder of a bundle (`my-post/index.md`).

    `picture` is the name of the one that stands for the whole post, "" where there is none; `needs` is the
    folder itself: a picture that comes later changes it.
    """

    def __init__(self, root: bytes, path: str) -> None:
        self.picture, self.needs = "", tuple[Needed, ...]()
        folder = path.rpartition("/")[0].encode("utf-8", "surrogateescape")
        try:
            status = os.stat(os.path.join(root, folder))
            names = os.listdir(os.path.join(root, folder))
        except (OSError, ValueError):
            return
        self.needs = (files.stamped(folder, status),)
        self.picture = min(
            (each for name in names if _FOR_ALL.search(each := name.decode("utf-8", "replace"))), default=""
        )


_FOR_ALL = regex(r"(?:cover|feature|thumbnail)[^/]*\.(?:avif|gif|jpe?g|png|webp)\Z", re.IGNORECASE)
"""Names by which themes of Hugo and Zola find the picture of a bundle."""


class _Looked:
    """One post's files, as they are looked at one after the other."""

    def __init__(self, post: Post, root: bytes, dialect: Dialect, path: str, matter: FrontMatter | None) -> None:
        self._post, self._root, self._dialect, self._path, self._matter = post, root, dialect, path, matter
        self.needs: list[Needed] = []
        self.problems: list[Problem] = []

    def picture(self, image: Image) -> Image:
        found = self._found(image.url)
        if not found:
            return image
        measured = image.width is None and image.height is None
        return replace(
            image,
            type=image.type or found.type,
            length=found.size,
            width=found.width if measured else image.width,
            height=found.height if measured else image.height,
        )

    def medium(self, enclosure: Enclosure) -> Enclosure:
        found = self._found(enclosure.url)
        if not found or not found.size:
            if enclosure.length is None and self._is_ours(enclosure.url):
                self._misses(enclosure.url, "is empty" if found else "is not in the site's folder")
            return enclosure
        if enclosure.length not in (None, found.size):
            self._differs(enclosure, found)
        unknown = enclosure.type in ("", "application/octet-stream")
        return replace(
            enclosure,
            type=found.type if unknown and found.type else enclosure.type,
            length=found.size,
            duration=found.duration if enclosure.duration is None else enclosure.duration,
        )

    def episode(self, episode: Episode) -> Episode:
        """The other forms of an episode, of which each first source is looked at."""
        return replace(episode, renditions=tuple(self._rendition(each) for each in episode.renditions))

    def _rendition(self, form: Rendition) -> Rendition:
        found = self._found(form.sources[0])
        if not found or not found.size:
            return form
        return replace(form, length=found.size, bitrate=form.bitrate or found.bitrate)

    def _is_ours(self, url: str) -> bool:
        """Whether the file behind an address should lie in the site's folder; a draft's may still be missing."""
        return self._post.visibility is Visibility.PUBLIC and bool(
            _paths(self._dialect.assets(self._path, self._post.url, url))
        )

    def _found(self, url: str) -> Found | None:
        candidates = self._dialect.assets(self._path, self._post.url, url)
        # also where there is nothing: it may come later, and then stand before what is found now
        there = {path: files.needed(self._root, path) for path in _paths(candidates)}
        found = probe(self._root, candidates)
        for path, needed in there.items():
            if found and path == found.needed.path:
                self.needs.append(found.needed)
                break
            self.needs.append(needed)
        return found

    def _differs(self, enclosure: Enclosure, found: Found) -> None:
        message = (
            f"the length of {enclosure.url} is given as {enclosure.length}, but the file has {found.size} bytes; "
            "the real length is used: correct it, or leave it out"
        )
        self._remark("enclosure-length", message, enclosure.url)

    def _misses(self, url: str, what: str) -> None:
        message = (
            f"the file behind {url} {what}, and nothing says how long it is; put it there, "
            "correct the address, or write its length in bytes"
        )
        self._remark("enclosure-missing", message, url)

    def _remark(self, code: str, message: str, url: str) -> None:
        path, line = shown_path(self._post.path), self._line_of(url)
        self.problems.append(Problem(path, Severity.WARNING, code, message, line))

    def _line_of(self, url: str) -> int | None:
        """The line of the front matter that names the file behind an address."""
        name = unquote(url.partition("?")[0].partition("#")[0].rpartition("/")[2])
        if self._matter is None or not name:
            return None
        lines = enumerate(self._matter.head.splitlines(), self._matter.head_line)
        return next((number for number, line in lines if name in line or quote(name) in line), None)


def _paths(candidates: Sequence[str]) -> list[bytes]:
    """The candidates that can be paths within a folder."""
    found = []
    for each in candidates[:_MOST_CANDIDATES]:
        path = each.strip("/")
        if path and "\0" not in path and ".." not in path.split("/"):
            found.append(path.encode("utf-8", "surrogateescape" if _escaped(path) else "replace"))
    return found


def _escaped(path: str) -> bool:
    """Whether the half surrogates in a path stand for bytes that are no UTF-8, as in names of files."""
    return all("\udc80" <= each <= "\udcff" for each in path if "\ud800" <= each <= "\udfff")


def _looked_into(descriptor: int, path: bytes) -> Found:
    status = os.fstat(descriptor)
    window = _Window(descriptor, status.st_size)
    name = os.fsdecode(path)
    kind = signatures.media_type(window.piece(0, signatures.HEAD), name)
    found = Found(files.stamped(path, status), kind)
    if kind.startswith("image/"):
        width, height = _measures(window, kind)
        return found._replace(width=width, height=height, colours=_colours(window, kind))
    if kind.startswith(("audio/", "video/")):
        return found._replace(duration=_duration(window, kind))
    return found


def _measures(window: _Window, kind: str) -> tuple[int | None, int | None]:
    """Width and height as shown, in pixels."""
    if kind not in signatures.MEASURED:
        return None, None
    import imagesize

    measures = imagesize.get(cast(BinaryIO, window))  # it catches what goes wrong
    width, height = (round(side) if 0.5 <= side <= _LONGEST else None for side in measures)
    return (width, height) if width and height else (None, None)


def _colours(window: _Window, kind: str) -> str:
    """How the pixels of a picture are made; what stands before that in a JPEG (profiles, previews) is skipped."""
    if kind == "image/png":
        return signatures.png_colours(window.piece(0, signatures.HEAD))
    return signatures.jpeg_colours(window.piece) if kind == "image/jpeg" else ""


def _duration(window: _Window, kind: str) -> int | None:
    """Whole seconds; less than one is none."""
    if kind.endswith("/ogg"):
        tail = window.piece(max(0, window.size - _TAIL), _TAIL)
        seconds = signatures.ogg_seconds(window.piece(0, signatures.HEAD), tail)
    else:
        seconds = _timed(window)
    return round(seconds) if seconds is not None and 0.5 <= seconds <= _LONGEST else None


def _timed(window: _Window) -> float | None:
    import tinytag

    try:
        # without tags: they are of no use here, and their number has no bound
        return tinytag.TinyTag.get(file_obj=cast(BinaryIO, window), tags=False).duration
    except (tinytag.TinyTagException, OSError, ValueError):
        return None


class _Window:
    """A file as the libraries read it, until they have read enough: then OSError."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.size = size
        self._descriptor, self._at = descriptor, 0
        self._bytes, self._reads = MOST_READ, _MOST_READS

    def piece(self, at: int, size: int) -> bytes:
        return os.pread(self._descriptor, size, at)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self.size - self._at)
        wanted = left if size < 0 else min(size, left)
        self._bytes, self._reads = self._bytes - wanted, self._reads - 1
        if self._bytes < 0 or self._reads < 0:
            raise OSError("enough was read of this file")
        data = self.piece(self._at, wanted)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._reads -= 1
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if at < 0 or self._reads < 0:
            raise OSError("there is nothing to read")
        self._at = at
        return at

    def tell(self) -> int:
        return self._at
