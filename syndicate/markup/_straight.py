"""HTML in which elements stand in each other as its tags say: sanitised tag by tag, without a tree.

A parser is for HTML that means another tree than its tags say: elements that end by themselves, move, or overlap. Most
posts have none of that, since programs wrote their tags. Then each start tag becomes what the sanitiser makes of it,
which is asked once for each that is another (of addresses, once for each host), and text stays as it is: in half the
time. Where a tag, its place, or a character is anything but ordinary, nothing is done here.

So nothing is judged here that lets anything pass: what stands for a tag is the sanitiser's, and no text has a `<`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from functools import reduce
from operator import getitem

from syndicate.markup import _in_place
from syndicate.markup._restored import has_sign, waits
from syndicate.markup._urls import Base
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

_MOST_TAGS = 1_000
_DEEPEST = 16
_MOST_PLACES = 2_000  # that are remembered, as are so many
_MOST_KNOWN = 4_000  # tags and hosts
_MOST_HOSTS = 16  # of pages, each of which has its own reading of addresses
_SHORT = 300  # characters of a tag that is remembered

_NAME = regex("<([a-z0-9/!]++)[^<>]*+>")
# The others stay as they are. What is in it, or the name alone where there is but an id, which no feed shows.
_ODD = regex(
    '<(?!(?!(?:a|img|input|span)>)/?[a-z0-9]++>)([a-z][a-z0-9]*+(?= id="[^"<>]*+">)|[^<>]*+)(?: id="[^"<>]*+")?+>'
)
_START = regex(r'<([a-z][a-z0-9]*+)((?: [a-z-]++="[^"<>]*+")*+) ?+(/?+)>')
_ATTRIBUTE = regex(r'( ([a-z-]++)="[^"]*+")')
_COMMENT = regex("<!--[^<>-]*+-->")
_ODD_REFERENCE = regex("&(?!(?:amp|gt|lt|nbsp|quot);|[A-Za-z0-9]++=[^<>]{0,500}+>)")
_LINE_BREAK_FIRST = regex("<pre[ >](?:[^<>]*+>)?+\n")
# Text in a table that is in no cell, which a parser moves before it.
_BESIDE_CELLS = regex(
    r"<(?:/(?:caption|t(?:body|foot|head|[dhr]))|t(?:able|body|foot|head|r)(?: [^<>]*+)?+)>(?![ \t\n]*+<)"
)
# An address that the sanitiser takes over letter by letter, but for ampersands: if it is absolute, and its host sound.
_CHARACTERS = r"(?:[A-Za-z0-9._~/?@!$'()*+,;=%:-]++|&(?:amp;|[A-Za-z0-9]++=))*+"
_ADDRESSED = regex(
    r'<(a href|img src)="'
    rf"((?:(https?://[A-Za-z0-9.-]++(?::[0-9]++)?+)(?=[/?#\"])|(?![^/?#\"]*:)){_CHARACTERS}(?:#{_CHARACTERS})?+)"
    r'"((?: [a-z-]++="[^"<>]*+")*+) ?+(/?+)>'
)
_WITH_ONE_ATTRIBUTE = regex(r'<([a-z][a-z0-9]*+) ([a-z-]++)="[^"<>]*+">')

_INLINE = frozenset(
    "a abbr acronym b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup time tt u"
    " var".split()
)
_FLOW = frozenset(
    "address article aside blockquote center details div figcaption figure footer header main nav section".split()
)
_WITH_INLINE = frozenset("caption h1 h2 h3 h4 h5 h6 p pre summary".split())  # and nothing else in them
_VOID_INLINE = frozenset(("br", "img", "input", "wbr"))
_VOID = _VOID_INLINE | {"hr"}
_IN_INLINE = _INLINE | _VOID_INLINE
_IN_FLOW = _IN_INLINE | _FLOW | (_WITH_INLINE - {"caption", "summary"}) | {"hr", "ol", "table", "ul"}
_ROWS = frozenset(("tbody", "tfoot", "thead"))
_STRUCTURES = _ROWS | {"table", "tr"}
_WITHIN: dict[str, frozenset[str]] = {
    **dict.fromkeys(_FLOW | {"li", "td", "th"}, _IN_FLOW),
    **dict.fromkeys(_WITH_INLINE | _INLINE, _IN_INLINE),
    "details": _IN_FLOW | {"summary"},
    **dict.fromkeys(("ol", "ul"), frozenset(("li",))),
    "table": _ROWS | {"caption"},
    **dict.fromkeys(_ROWS, frozenset(("tr",))),
    "tr": frozenset(("td", "th")),
}
"""What may stand in an element so that no parser reads another tree. (Around all is what may stand in a `div`.)"""

# What has to stand around a tag so that it is not left out.
_AROUND = {
    **dict.fromkeys(("td", "th"), ("<table><tbody><tr>", "</tr></tbody></table>")),
    "tr": ("<table><tbody>", "</tbody></table>"),
    **dict.fromkeys(_ROWS | {"caption"}, ("<table>", "</table>")),
}


def _is_odd(html: str, names: Set[str]) -> bool:
    """Whether a parser reads more into HTML with these tags than they say, or a sign stands beside a heading in it."""
    return bool(
        ("&" in html and _ODD_REFERENCE.search(html))
        or ("pre" in names and _LINE_BREAK_FIRST.search(html))
        or ("table" in names and _BESIDE_CELLS.search(html))
        or ("/a" in names and has_sign(html))
    )


class _CrookedError(Exception):
    """There is something in the HTML that is not ordinary."""


class _Place(dict[str, "_Place"]):
    """A place within some elements; each tag that may come leads to another. Made as far as somebody gets."""

    def __init__(self, name: str, around: _Place | None) -> None:
        super().__init__()
        self.name = name
        self.elements: tuple[str, ...] = (*around.elements, name) if around else ()
        self.others: list[_Place] = around.others if around else []
        if name not in _STRUCTURES:
            self["!"] = self  # a comment
        if around:
            self[f"/{name}"] = around

    def __missing__(self, tag: str) -> _Place:
        if tag.endswith("/"):  # `<br/>`, without a blank
            tag = tag[:-1] if tag[:-1] in _VOID else tag
        if tag not in _WITHIN.get(self.name, _IN_FLOW) or len(self.elements) > _DEEPEST:
            raise _CrookedError
        if tag in _VOID:
            self[tag] = self
            return self
        if tag in _INLINE and tag in self.elements:
            raise _CrookedError
        self[tag] = place = _Place(tag, self)
        self.others.append(place)
        return place


class _Tag(NamedTuple):
    """What stands for a tag; None where it has an address, to be read against a Base.

    `address` stands in an attribute between `before` and `behind`, as the sanitiser writes them.
    """

    name: str
    done: str | None
    before: str = ""
    address: str = ""
    behind: str = ""


class Straight:
    """What becomes of tags, as far as they have been met."""

    def __init__(self, sanitised: Callable[[str], str], attributes: Collection[str], full: bool) -> None:
        """`sanitised` leaves out all attributes but these; `full` as `in_place` has it."""
        self._sanitised, self._attributes, self._full = sanitised, attributes, full
        self._known: dict[str, _Tag] = {}
        self._done: dict[tuple[str, str], dict[str, str]] = {}
        self._sound: dict[str, bool] = {}
        self._start = _Place("", None)

    def clean(self, html: str, base: Base) -> str | None:
        """Legal HTML → what `in_place` makes of it once it is sanitised; None where that takes a parser.

        None as well where something in it waits for a script (`_restored`).
        """
        names = _NAME.findall(html)
        if not html.count("<") == html.count(">") == len(names) <= _MOST_TAGS or _is_odd(html, kinds := set(names)):
            return None
        try:
            start = self._start
            return self._written(html, names, kinds, base) if reduce(getitem, names, start) is start else None
        except (_CrookedError, _in_place.NeedsStepsError):
            return None
        finally:
            self._forget()

    def _written(self, html: str, names: list[str], kinds: Set[str], base: Base) -> str | None:
        """The HTML with tags of these names and kinds, which nest, as they are to be."""
        known = self._done.setdefault((base.scheme, base.origin), {})
        pieces: list[str] = _ODD.split(html.replace("\xa0", "&nbsp;"))
        tags = pieces[1::2]
        done = [known[tag] if tag in known else self._met(tag, base, known) for tag in tags]
        pieces[1::2] = done
        html = "".join(pieces)
        # a line break comes first where what stood before it has gone
        preformatted = "" in done and "pre" in kinds
        if "" in done:
            gone = [tag.partition(" ")[0] for tag, text in zip(tags, done, strict=True) if not text]
            for name in {"a", "span"}.intersection(gone):
                if gone.count(name) != names.count(name):
                    return None
                html = html.replace(f"</{name}>", "")
        return _in_place.tidy(html.replace("&quot;", '"') if "&" in html else html, preformatted=preformatted)

    def _forget(self) -> None:
        if len(self._start.others) > _MOST_PLACES:
            self._start = _Place("", None)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        if len(self._done) > _MOST_HOSTS:
            self._done.clear()

    def _met(self, tag: str, base: Base, known: dict[str, str]) -> str:
        """What stands for a tag that is not `known` on pages of the host of the Base."""
        found = self._tag(f"<{tag}>")
        text = found.done
        if text is None:
            text = self._read(found, base)
        if "&quot;" in text:  # which in text becomes a character
            raise _CrookedError
        everywhere = found.done is not None or (found.address.startswith("/") and found.behind == '">')
        if len(known) > _MOST_KNOWN:
            known.clear()
        if everywhere and len(tag) < _SHORT:
            known[tag] = text
        return text

    def _read(self, tag: _Tag, base: Base) -> str:
        """What stands for a tag whose address is read against a Base."""
        name, _, before, address, behind = tag
        if name == "a" and behind == '">':
            return _in_place.link_to(address, base)
        if name == "img" and (image := _in_place.image(address, behind[1:-1], base, self._full)):
            return image
        return _in_place.start_tag(f"{before}{address}{behind}", base, self._full)

    def _tag(self, written: str) -> _Tag:
        """A tag as it is written, whatever the Base."""
        if waits(written):
            raise _CrookedError
        if tag := self._at_its_address(written):
            return tag
        found = _WITH_ONE_ATTRIBUTE.fullmatch(written)
        if found and found[2] not in self._attributes:
            return self._by_itself(f"<{found[1]}>")
        if _COMMENT.fullmatch(written):
            return _Tag("!", "")
        if not (found := _START.fullmatch(written)):
            raise _CrookedError
        name, attributes, closed = found.groups()
        if closed and name not in _VOID:
            raise _CrookedError
        return self._by_itself(f"<{name}{self._kept(attributes)}>")

    def _by_itself(self, written: str) -> _Tag:
        """A tag with no other attributes than those that may stay."""
        return self._known.get(written) or self._learnt(written)

    def _kept(self, attributes: str) -> str:
        """The attributes of a tag without those that the sanitiser leaves out of any."""
        return "".join([whole for whole, name in _ATTRIBUTE.findall(attributes) if name in self._attributes])

    def _at_its_address(self, written: str) -> _Tag | None:
        """The tag as it is known without its address; None where the sanitiser might do something to the address."""
        found = _ADDRESSED.fullmatch(written)
        if not found:
            return None
        start, address, origin, attributes, closed = found.groups()
        if not address or not (origin is None or self._is_sound(origin)) or (closed and start == "a href"):
            return None
        name, _, before, _, behind = self._without_address(start, attributes)
        if not behind:
            return None
        if "&" in address:
            address = address.replace("&amp;", "&").replace("&", "&amp;")
        tag = _Tag(name, None, before, address, behind)
        if origin is None or " srcset=" in behind or " longdesc=" in behind:  # further addresses may be relative
            return tag
        return _Tag(name, self._read(tag, _in_place.NO_BASE))

    def _without_address(self, start: str, attributes: str) -> _Tag:
        """The same tag without an address, for any attributes behind it."""
        written = f'<{start}=""{attributes}>'
        if tag := self._known.get(written):
            return tag
        tag = self._by_itself(f'<{start}=""{self._kept(attributes)}>')
        if len(written) < _SHORT:
            self._known[written] = tag
        return tag

    def _learnt(self, tag: str) -> _Tag:
        """A start tag of which the sanitiser has not been asked."""
        name = tag[1:-1].partition(" ")[0]
        safe = self._asked(name, tag)
        if safe.startswith(('<a href=""', '<img src=""')):
            before, _, behind = safe.partition('""')
            made = _Tag(name, None, f'{before}"', "", f'"{behind}')
        elif name in _in_place.REFERRING and " " in safe:
            made = _Tag(name, None, safe)
        else:
            made = _Tag(name, _in_place.start_tag(safe, _in_place.NO_BASE, self._full))
        if len(tag) < _SHORT:
            self._known[tag] = made
        return made

    def _asked(self, name: str, tag: str) -> str:
        """What the sanitiser makes of a start tag."""
        before, behind = _AROUND.get(name, ("", ""))
        behind = behind if name in _VOID else f"</{name}>{behind}"
        safe = self._sanitised(f"{before}{tag}{behind}")
        made = safe[len(before) : len(safe) - len(behind)]
        if safe != f"{before}{made}{behind}" or not _START.fullmatch(made):
            raise _CrookedError
        return made

    def _is_sound(self, origin: str) -> bool:
        """Whether the sanitiser takes the host of an address for one."""
        if origin not in self._sound:
            if len(self._sound) > _MOST_KNOWN:
                self._sound.clear()
            kept = f'<a href="{origin}/"></a>'
            self._sound[origin] = self._sanitised(kept) == kept
        return self._sound[origin]
