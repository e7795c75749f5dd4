"""Geometry of the plots: numbers in, rectangles out; the templates draw them as SVG."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 180  # the days' plot, in units of its view box
_GAP = 0.15  # of a day's width


@dataclass(frozen=True)
class Bar:
    """A rectangle, and the words that it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class DaysPlot:
    """One bar a day for all conversations, one inside it for the completed; `top` is the scale's end."""

    started: tuple[Bar, ...]
    completed: tuple[Bar, ...]
    top: int
    first: date
    last: date
    all_started: int
    all_completed: int


@dataclass(frozen=True)
class Share:
    """One line of a horizontal plot; `part` is its length from 0 to 1."""

    name: str
    times: int
    part: float


def days_plot(
    started: Mapping[date, int], completed: Mapping[date, int], since: date, until: date
) -> DaysPlot:
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    top = max([1, *started.values(), *completed.values()])
    return DaysPlot(
        started=_bars(days, started, top, "conversations"),
        completed=_bars(days, completed, top, "completed"),
        top=top,
        first=since,
        last=until,
        all_started=sum(started.values()),
        all_completed=sum(completed.values()),
    )


def shares(times: Mapping[str, int], whole: int | None = None) -> tuple[Share, ...]:
    """Lines in the given order, as parts of `whole`, or of the largest where none is given."""
    longest = max([whole or 0, *times.values()], default=0) or 1
    return tuple(Share(name, count, count / longest) for name, count in times.items())


def _bars(days: list[date], times: Mapping[date, int], top: int, what: str) -> tuple[Bar, ...]:
    step = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        height = HEIGHT * times.get(day, 0) / top
        label = f"{day}: {times.get(day, 0)} {what}"
        x, y = (place + _GAP / 2) * step, HEIGHT - height
        bars.append(Bar(round(x, 2), round(y, 2), round(step * (1 - _GAP), 2), round(height, 2), label))
    return tuple(bars)
