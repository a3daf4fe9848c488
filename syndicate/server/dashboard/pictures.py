"""Pictures of numbers, as SVG that stands within a page. Pure.

Every picture is `role="img"` with a sentence that says what is seen; each mark in it says its own number. Colours come
from the style of the page, by classes: so the same picture serves light and dark, and a strict Content-Security-Policy
has nothing against it. What tells two marks apart is their form or their place as well, never colour alone.

All are drawn for a width of 360 (a phone), and grow with the place they are given. What cannot be drawn (a number below
zero, or without end) is drawn as 0. The time it takes grows with the number of marks alone; the caller bounds that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10

from syndicate.feeds.style import escaped
from syndicate.model.records import NamedTuple
from syndicate.server.dashboard import measures
from syndicate.server.dashboard.measures import sound

WIDTH, HEIGHT = 360, 168
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 354, 10, 146
"""Where the marks stand, in a picture with axes."""
_LETTER = 6.2
"""The width of a letter, about."""

Say = Callable[[float], str]


class Part(NamedTuple):
    """One of the numbers that a column is made of: `kind` is the class of its colour."""

    kind: str
    value: float


class Column(NamedTuple):
    """What stands at one place of the axis from left to right. `said` is shown where it is pointed at."""

    label: str
    parts: Sequence[Part]
    said: str = ""


class Dot(NamedTuple):
    """One number. `form` is `full`, `hollow` or `cross`."""

    label: str
    value: float
    form: str = "full"
    said: str = ""


def columns(shown: Sequence[Column], words: str, say: Say = measures.count) -> str:
    """Columns of stacked parts on a scale from 0; "" where there is nothing."""
    if not shown:
        return ""
    tops = [sum(sound(part.value) for part in each.parts) for each in shown]
    top, ticks = scale(max(tops))
    step = (_RIGHT - _LEFT) / len(shown)
    thick = max(step * 0.78, step - 4)
    marks = []
    for place, each in enumerate(shown):
        left, low = _LEFT + place * step + (step - thick) / 2, float(_BOTTOM)
        marks.append(f"<g>{_title(each.said)}")
        marks.append(_box("hit", _LEFT + place * step, _TOP, step, _BOTTOM - _TOP))
        for part in each.parts:
            high = sound(part.value) / top * (_BOTTOM - _TOP)
            if high > 0:
                low -= high
                marks.append(_box(part.kind, left, low, thick, high))
        marks.append("</g>")
    grid = _grid([(_BOTTOM - tick / top * (_BOTTOM - _TOP), say(tick)) for tick in ticks])
    return _picture(words, [*grid, *marks, *_feet([each.label for each in shown], step)])


def dots(shown: Sequence[Dot], words: str, say: Say = measures.length) -> str:
    """Numbers on a logarithmic scale, where the least and the greatest are worlds apart; "" where there is nothing."""
    if not shown:
        return ""
    low, high = decades([each.value for each in shown])
    step, spread = (_RIGHT - _LEFT) / len(shown), high - low

    def at(value: float) -> float:
        exponent = log10(sound(value)) if sound(value) else low
        return _BOTTOM - (min(max(exponent, low), high) - low) / spread * (_BOTTOM - _TOP)

    radius = min(3.5, max(1.5, step / 2.5))
    marks = []
    for place, each in enumerate(shown):
        x, y = _LEFT + (place + 0.5) * step, at(each.value)
        hit = _box("hit", _LEFT + place * step, _TOP, step, _BOTTOM - _TOP)
        marks.append(f"<g>{_title(each.said)}{hit}{_mark(each.form, x, y, radius)}</g>")
    grid = _grid([(at(10.0**each), say(10.0**each)) for each in range(low, high + 1)])
    return _picture(words, [*grid, *marks, *_feet([each.label for each in shown], step)])


def share(parts: Sequence[tuple[Part, str]], words: str) -> str:
    """What a whole is made of, in one bar; "" where it is made of nothing. With each part goes what it says."""
    whole = sum(sound(part.value) for part, _ in parts)
    if not whole:
        return ""
    left, marks = 0.0, []
    for part, said in parts:
        wide = sound(part.value) / whole * WIDTH
        if wide > 0:
            marks.append(f"<g>{_title(said)}{_box(part.kind, left, 0, max(wide - 1, 0.5), 16)}</g>")
            left += wide
    return _picture(words, marks, 16)


def scale(most: float) -> tuple[float, list[float]]:
    """The end of a scale from 0 on which `most` has its place, and the numbers to stand at it: even ones, few."""
    most = sound(most)
    if not most:
        return 1.0, [0.0, 1.0]
    power = 10.0 ** floor(log10(most))
    if not power:  # smaller than anything that is counted
        return 1.0, [0.0, 1.0]
    step = next(each for each in (0.25, 0.5, 1.0, 2.0, 2.5, 5.0) if most <= each * power * 4) * power
    if step < 1 <= most:
        step = 1.0
    top = ceil(most / step - 1e-9) * step
    return top, [number * step for number in range(round(top / step) + 1)]


def decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten between which all of these are, a hundredth at the least, five decades at the most."""
    found = [sound(each) for each in values if sound(each)]
    high = max(ceil(log10(max(found)) - 1e-9) if found else 0, 0)
    low = min(floor(log10(min(found)) + 1e-9) if found else -1, -1)
    high = min(high, 8)
    return max(low, -2, high - 6), high


def _grid(lines: Sequence[tuple[float, str]]) -> Iterator[str]:
    for y, said in lines:
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escaped(said)}</text>'


def _feet(labels: Sequence[str], step: float) -> Iterator[str]:
    """What stands below: each label where there is room, else the first and the last, and one in the middle."""
    y, last = _BOTTOM + 17, len(labels) - 1
    if max(map(len, labels)) * _LETTER <= step:
        for place, label in enumerate(labels):
            yield f'<text x="{_LEFT + (place + 0.5) * step:.1f}" y="{y}" text-anchor="middle">{escaped(label)}</text>'
        return
    places = [(0, "start" if last else "middle")]
    if last:
        places.append((last, "end"))
    if last >= 6:
        places.insert(1, (last // 2, "middle"))
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}
    for place, anchor in places:
        x = _LEFT + (place + shift[anchor]) * step
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escaped(labels[place])}</text>'


def _mark(form: str, x: float, y: float, radius: float) -> str:
    if form == "cross":
        r, d = radius + 0.5, f"{2 * radius + 1:.1f}"
        return f'<path class="cross" d="M{x - r:.1f} {y - r:.1f}l{d} {d}m0 -{d}l-{d} {d}"/>'
    return f'<circle class="{"hollow" if form == "hollow" else "full"}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _box(kind: str, x: float, y: float, wide: float, high: float) -> str:
    return f'<rect class="{escaped(kind)}" x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}"/>'


def _title(said: str) -> str:
    return f"<title>{escaped(said)}</title>" if said else ""


def _picture(words: str, marks: Sequence[str], high: int = HEIGHT) -> str:
    return (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escaped(words)}">'
        f"{''.join(marks)}</svg>"
    )
