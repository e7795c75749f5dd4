"""A run as one SVG picture: what was taken and stored, what waited, and when it was hurt."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 1100, 260, 70, 50, 60
_COLOURS = ("#1b6ca8", "#d1495b", "#66a182", "#edae49")
_HURT = {
    "broker": "#f4a261",
    "database": "#a8c5da",
    "worker": "#c9b6e4",
    "publisher": "#b7d7a8",
    "spool": "#f7d794",
    "redis": "#f5b7b1",
    "clock": "#d9d9d9",
}

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Band:
    """A fault's time, drawn behind the lines."""

    begins: float
    ends: float
    hurts: str
    name: str


@dataclass(frozen=True)
class Panel:
    title: str
    lines: dict[str, Points]


def draw(path: Path, title: str, panels: Sequence[Panel], bands: Sequence[Band], seconds: float) -> None:
    """Write the picture; x is seconds since the start."""
    height = _TOP + len(panels) * (_HEIGHT + _GAP) + 30
    body = [_text(_LEFT, 20, title, 15)]
    for place, (name, colour) in enumerate(_HURT.items()):
        left = _LEFT + 110 * place
        body.append(f'<rect x="{left}" y="29" width="14" height="10" fill="{colour}"/>')
        body.append(_text(left + 18, 38, name, 12))
    for number, panel in enumerate(panels):
        body += _panel(panel, bands, seconds, _TOP + number * (_HEIGHT + _GAP) + 20)
    size = f'width="{_LEFT + _WIDTH + 20}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    path.write_text("\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>\n"]))


def _panel(panel: Panel, bands: Sequence[Band], seconds: float, top: float) -> list[str]:
    highest = max((value for line in panel.lines.values() for _, value in line), default=0) or 1
    across = _WIDTH / max(seconds, 1)
    drawn = [_text(_LEFT, top - 6, panel.title, 13)]
    drawn += [_band(band, across, top) for band in bands]
    drawn.append(
        f'<rect x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#999"/>'
    )
    drawn += _axes(highest, seconds, across, top)
    for place, (name, points) in enumerate(panel.lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        where = " ".join(
            f"{_LEFT + at * across:.1f},{top + _HEIGHT - value / highest * _HEIGHT:.1f}"
            for at, value in points
        )
        drawn.append(f'<polyline points="{where}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        drawn.append(_text(_LEFT + 10 + 150 * place, top + 16, name, 12, colour))
    return drawn


def _axes(highest: float, seconds: float, across: float, top: float) -> list[str]:
    marks = [_text(5, top + _HEIGHT * (1 - part) + 4, f"{highest * part:,.0f}", 11) for part in (0, 0.5, 1)]
    step = next(step for step in (5, 10, 30, 60, 120, 300, 600, 10**9) if seconds / step <= 12)
    marks += [
        _text(_LEFT + at * across - 8, top + _HEIGHT + 16, f"{at} s", 11)
        for at in range(0, int(seconds) + 1, step)
    ]
    return marks


def _band(band: Band, across: float, top: float) -> str:
    width = max((band.ends - band.begins) * across, 1)
    colour = _HURT.get(band.hurts, "#ddd")
    return (
        f'<rect x="{_LEFT + band.begins * across:.1f}" y="{top}" width="{width:.1f}" height="{_HEIGHT}" '
        f'fill="{colour}" fill-opacity="0.5"><title>{escape(band.name)}</title></rect>'
    )


def _text(x: float, y: float, words: str, size: int, colour: str = "#333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{colour}">{escape(words)}</text>'
