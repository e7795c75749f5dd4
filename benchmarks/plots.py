"""A picture for each table: `python -m benchmarks.plots [FOLDER]` draws those whose JSON is there.

Bars are medians, the thin lines reach from the smallest to the largest measurement.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # no screen
from matplotlib import pyplot

OURS_COLOUR, COLOUR, LIMIT_COLOUR = "#1b6ca8", "#c8ccd2", "#e3b23c"
_LIMITS = ("consume only", "store only", "empty, and asks redis twice", "two redis round trips, blocking")
_WIDTH = 9.0  # inches
Row = dict[str, Any]


def draw_all(folder: Path) -> list[Path]:
    """SVG files beside the JSON files they show."""
    drawn = []
    for path in sorted(folder.glob("*.json")):
        if drawing := _DRAWINGS.get(path.stem.split("-")[0]):
            drawing(json.loads(path.read_text()), path)
            drawn += sorted(folder.glob(f"{path.stem}*.svg"))
    return drawn


def _drain(rows: Sequence[Row], path: Path) -> None:
    count = int(path.stem.split("-")[1])
    _bars(path, f"Draining {count:,} waiting messages into MariaDB", "rows/s, more is better", rows)


def _publish(figures: dict[str, list[Row]], path: Path) -> None:
    title = "One publish, as its caller sees it (p50)"
    _bars(path, title, "microseconds, less is better", figures["publish"])
    forward = path.with_stem(f"{path.stem}-forward")
    _bars(forward, "From disk to the broker's confirmation", "messages/s, more is better", figures["forward"])


def _actions(figures: dict[str, Any], path: Path) -> None:
    _bars(path, "One turn in the action server", "milliseconds, less is better", figures["one by one"])
    crowd = path.with_stem(f"{path.stem}-at-once")
    _bars(crowd, "Sixteen turns at once", "turns/s, more is better", figures["at once"])


def _turn(figures: dict[str, Any], path: Path) -> None:
    title = "One turn through Rasa's REST channel, by the action server behind it"
    _bars(path, title, "milliseconds, less is better", figures["rows"])


def _latency(figures: dict[str, Any], path: Path) -> None:
    rows = figures["rows"]
    names = [f"{row['load']}, {row['messages/s']:,}/s" for row in rows]
    groups = {part: [row[part] for row in rows] for part in ("p50", "p99")}
    _grouped(path, "From publish to the visible row", "milliseconds, less is better", names, groups)


def _kills(figures: dict[str, Any], path: Path) -> None:
    rows = figures["rows"]
    names = [f"{row['name']}: {row['kills']} kills" for row in rows]
    groups = {part: [row[part] for row in rows] for part in ("lost", "double")}
    title = f"{rows[0]['messages']:,} messages, the worker killed (-9) and restarted"
    _grouped(path, title, "messages, less is better", names, groups)


def _growth(rows: Sequence[Row], path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(_WIDTH, 4.5))
    for workers in sorted({row["workers"] for row in rows}):
        line = [row for row in rows if row["workers"] == workers]
        label = f"{workers} worker{'s' if workers > 1 else ''}"
        axes.errorbar(
            [row["rows"] for row in line],
            [row["median"] for row in line],
            yerr=_ranges(line),
            marker="o",
            capsize=3,
            label=label,
        )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("rows in the table (logarithmic)")
    axes.set_ylabel("microseconds a message, less is better")
    axes.set_title("What a message costs as the table grows")
    axes.legend(frameon=False)
    _finish(figure, axes, path)


def _bars(path: Path, title: str, unit: str, rows: Sequence[Row]) -> None:
    figure, axes = pyplot.subplots(figsize=(_WIDTH, 1.2 + 0.42 * len(rows)))
    names, medians = [row["name"] for row in rows], [row["median"] for row in rows]
    bars = axes.barh(names, medians, xerr=_ranges(rows), color=_colours(names), ecolor="#555", capsize=2)
    labels = [f"{value:,.0f}" if value >= 100 else f"{value:,.2f}" for value in medians]
    axes.bar_label(bars, labels, padding=6, fontsize=9)
    axes.margins(x=0.15)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.set_title(title)
    _finish(figure, axes, path)


def _grouped(path: Path, title: str, unit: str, names: Sequence[str], groups: dict[str, list[float]]) -> None:
    figure, axes = pyplot.subplots(figsize=(_WIDTH, 1.2 + 0.6 * len(names)))
    height = 0.8 / len(groups)
    for place, (group, values) in enumerate(groups.items()):
        where = [number + (place - (len(groups) - 1) / 2) * height for number in range(len(names))]
        bars = axes.barh(where, values, height * 0.9, label=group, color=("#8fb8d8", "#1b6ca8")[place % 2])
        axes.bar_label(bars, [f"{value:,g}" for value in values], padding=4, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.margins(x=0.15)
    axes.set_xlim(left=0)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.set_title(title)
    axes.legend(frameon=False, loc="best")
    _finish(figure, axes, path)


def _ranges(rows: Sequence[Row]) -> list[list[float]]:
    return [
        [row["median"] - row["min"] for row in rows],
        [row["max"] - row["median"] for row in rows],
    ]


def _colours(names: Iterable[str]) -> list[str]:
    return [_colour(name) for name in names]


def _colour(name: str) -> str:
    if name.startswith(("our", "worker")):
        return OURS_COLOUR
    return LIMIT_COLOUR if name in _LIMITS else COLOUR


def _finish(figure: Any, axes: Any, path: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})  # the same figures, the same file
    pyplot.close(figure)


_DRAWINGS: dict[str, Callable[[Any, Path], None]] = {
    "actions": _actions,
    "drain": _drain,
    "growth": _growth,
    "kills": _kills,
    "latency": _latency,
    "publish": _publish,
    "turn": _turn,
}

if __name__ == "__main__":
    for picture in draw_all(Path(sys.argv[1] if len(sys.argv) > 1 else "results")):
        print(picture)
