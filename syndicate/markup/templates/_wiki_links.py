"""One wiki link (`[[folder/Note#Heading|shown]]`): its parts, which note is meant, and its form in Markdown or HTML."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from syndicate.markup.links import joined
from syndicate.model.records import NamedTuple

TARGET = r"[^\[\]|\n]*+"
SHOWN = r"[^\[\]\n]*+(?:\[[^\[\]\n]*+\][^\[\]\n]*+)*+"
LINK = (
    # not `[[1]](https://…)` nor `[[1]][ref]`, which are links whose text is in brackets
    rf"(?<!\\)(?P<embed>!?)\[\[(?P<target>{TARGET})(?:\|(?P<shown>{SHOWN}))?\]\]"
    r"(?!\((?:[A-Za-z]++:|[./#<])|\[[^\[])"
)

_PICTURES = frozenset("apng avif bmp gif jpeg jpg png svg webp".split())
_OTHER_FILES = frozenset("3gp base canvas flac m4a mkv mov mp3 mp4 ogg ogv pdf wav webm".split())
_SIZE = re.compile(r"([0-9]{1,5})(?:x([0-9]{1,5}))?")
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~#+=|!%^$-]|(?<=[0-9])[.)]")


class Wiki(NamedTuple):
    """A wiki link in its parts. `note` is the path or name as written without `.md`, "" for the page itself."""

    note: str
    heading: str
    shown: str
    embedded: bool

    @property
    def ending(self) -> str:
        """The ending of a file that is no note, in lower case, else ""."""
        ending = self.note.rpartition(".")[2].lower() if "." in self.note else ""
        return ending if ending in _PICTURES or ending in _OTHER_FILES else ""

    @property
    def is_picture(self) -> bool:
        """Whether the link leads to a picture."""
        return self.ending in _PICTURES

    @property
    def text(self) -> str:
        """What a reader is shown, as plain text."""
        if self.shown:
            return self.shown
        name = self.note.rpartition("/")[2]
        return " > ".join(part for part in (name, self.heading) if part)


def parsed(match: re.Match[str]) -> Wiki:
    """A match of LINK → its parts."""
    # in a table the separator is written `\|`
    target = match["target"].rstrip("\\") if match["shown"] is not None else match["target"]
    note, _mark, rest = target.partition("#")
    heading = rest.rpartition("#")[2].strip()
    note = note.strip()
    note = note[:-3] if note.lower().endswith(".md") else note
    shown = (match["shown"] or "").replace("\\|", "|").strip()
    return Wiki(note, "" if heading.startswith("^") else heading, shown, bool(match["embed"]))


def candidates(note: str, path: str) -> tuple[str, ...]:
    """Which note is meant in the file `path`: from the top, from its folder, else the one of that name."""
    folder = path.rpartition("/")[0]
    relative = note.startswith(("./", "../"))
    places = ("",) if note.startswith("/") else (folder,) if relative else ("", folder)
    paths = (joined(place, f"{note}.md") for place in places)
    name = note.rpartition("/")[2].strip().lower()
    return tuple(dict.fromkeys([*(each for each in paths if each), *([f"name:{name}"] if name else [])]))


def file_url(note: str, site: str, attachments: str | None) -> str:
    """The address of a file that is no note: beside the page, or below the site's root `site` where that is known.

    `attachments` is where the vault keeps its files (`/` the top, `./` beside the note), None where there is no vault.
    """
    if "/" in note and not note.startswith(("./", "../")):
        return f"{site}/{quote(note.lstrip('/'))}"
    if attachments is None or note.startswith(("./", "../")):
        return quote(note)
    if attachments.startswith("./"):
        return quote(f"{attachments[2:].strip('/')}/{note}".lstrip("/"))
    below = f"{attachments.strip('/')}/{note}".lstrip("/")
    return f"{site}/{quote(below)}"


def plain(text: str) -> str:
    """Text as Markdown that shows just that text."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def anchor(text: str, url: str, markup: str) -> str:
    """A link, or the text alone where there is no URL, in `markdown`, `html` or another markup (which has no links)."""
    if markup == "markdown":
        return f"[{plain(text)}](<{_angled(url)}>)" if url else plain(text)
    if markup == "html":
        return f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)
    return text


def picture(link: Wiki, url: str, markup: str) -> str:
    """An embedded picture; of what is shown the last part may be its size (`a cat|100x80`)."""
    alt, _bar, last = link.shown.rpartition("|")
    size = _SIZE.fullmatch(last.strip())
    alt = alt.strip() if size else link.shown
    alt = alt or link.note.rpartition("/")[2].rpartition(".")[0]
    if markup not in ("markdown", "html"):
        return alt
    if markup == "markdown" and not size:
        return f"![{plain(alt)}](<{_angled(url)}>)"
    width = f' width="{size[1]}"' if size else ""
    height = f' height="{size[2]}"' if size and size[2] else ""
    return f'<img src="{escape(url)}" alt="{escape(alt)}"{width}{height}>'


def _angled(url: str) -> str:
    return escape(url, quote=False)
