"""What was to be reached, and how each figure follows from the JSON of its benchmark.

Every ratio is one of medians measured in the same run of the same benchmark.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_LIMITS = ("consume only", "store only")
_OURS = "worker (1 process)"
_OUR_PARTS = (_OURS, "store only, the worker's writer")


@dataclass(frozen=True)
class Figure:
    """`at_least` tells whether `goal` is a floor or a ceiling."""

    name: str
    value: float
    goal: float
    at_least: bool
    unit: str
    how: str  # what was divided by what

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def row(self) -> dict[str, object]:
        sign = "≥" if self.at_least else "≤"
        return {
            "figure": self.name,
            "measured": f"{self.value:,g}{self.unit}",
            "to reach": f"{sign} {self.goal:,g}{self.unit}",
            "reached": "yes" if self.reached else "NO",
            "from": self.how,
        }

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "reached": self.reached}


def figures(folder: Path) -> list[Figure]:
    """The figures that the JSON files in `folder` give."""
    return [figure for path in _in_order(folder) for figure in _read(path)]


def _in_order(folder: Path) -> list[Path]:
    """By kind as in the table of goals, then by number of messages."""

    def place(path: Path) -> tuple[int, int]:
        return list(_FIGURES).index(_kind(path)), int((re.findall(r"\d+", path.stem) or [0])[0])

    return sorted((path for path in folder.glob("*.json") if _kind(path) in _FIGURES), key=place)


def _kind(path: Path) -> str:
    return path.stem.split("-")[0]


def _read(path: Path) -> Iterator[Figure]:
    yield from _FIGURES[_kind(path)](json.loads(path.read_text()), path.stem)


def _drain(rows: list[dict[str, Any]], stem: str) -> Iterator[Figure]:
    medians = {row["name"]: row["median"] for row in rows}
    ours = medians[_OURS]
    peers = {name: rate for name, rate in medians.items() if name not in (*_LIMITS, *_OUR_PARTS)}
    what = f"drain of {int(stem.split('-')[1]):,}"
    limit = min(_LIMITS, key=lambda name: medians[name])
    if peers:
        best = max(peers, key=lambda name: peers[name])
        reachable = f"the lower limit, {limit}, is {medians[limit] / peers[best]:.1f} times that"
        yield Figure(
            f"{what}, times the best peer",
            round(ours / peers[best], 1),
            10,
            True,
            "",
            f"{ours:,.0f} rows/s against {peers[best]:,.0f} of {best}; {reachable}",
        )
    yield Figure(
        f"{what}, of the lower limit",
        round(ours / medians[limit], 2),
        0.7,
        True,
        "",
        f"{ours:,.0f} rows/s against {medians[limit]:,.0f} ({limit})",
    )


def _publish(parts: dict[str, list[dict[str, Any]]], _stem: str) -> Iterator[Figure]:
    medians = {row["name"]: row["median"] for row in parts["publish"]}
    pika, ours, full = (
        medians[name] for name in ("pika with confirms", "ours, synchronous=normal", "ours, synchronous=full")
    )
    how = f"{ours:,.0f} µs (with FULL {full:,.0f}) against {pika:,.0f}"
    yield Figure("publish p50, of pika with confirms", round(ours / pika, 3), 0.1, False, "", how)
    rates = {row["name"]: row["median"] for row in parts["forward"]}
    if aio_pika := rates.get("aio-pika, 100 at once"):
        ours = rates["our forwarder"]
        how = f"{ours:,.0f} confirmed messages/s against {aio_pika:,.0f}"
        yield Figure(
            "forwarder, times aio-pika with 100 at once", round(ours / aio_pika, 1), 2, True, "", how
        )


def _actions(parts: dict[str, Any], _stem: str) -> Iterator[Figure]:
    alone = {row["name"]: row["median"] for row in parts["one by one"]}
    ours, asking = alone["ours"], alone["empty, and asks redis twice"]
    how = f"{ours:.2f} ms against {asking:.2f}"
    ratio = parts["ratio to an action that asks twice"]
    name = "a turn in the action server, of an empty one that asks Redis twice"
    yield Figure(name, ratio, 2, False, "", how)
    for name, ratio in parts["ratio to the sum with"].items():
        how = f"against {alone['empty']:.2f} ms and {alone[name]:.2f}"
        yield Figure(f"the same, of an empty one and {name}, measured apart", ratio, 2, False, "", how)
    crowd = {row["name"]: row["median"] for row in parts["at once"]}
    how = f"{crowd['ours']:,.0f} turns/s against {crowd['empty']:,.0f}"
    rate = parts["rate to an empty action"]
    yield Figure("sixteen turns at once, of an empty action's rate", rate, 0.5, True, "", how)


def _latency(parts: dict[str, Any], _stem: str) -> Iterator[Figure]:
    half = next(row for row in parts["rows"] if row["load"] == "half load")
    how = f"at {half['messages/s']:,} messages/s; idle {parts['rows'][0]['p99']:g} ms"
    yield Figure("publish to row, p99 at half load", half["p99"], 150, False, " ms", how)


def _growth(rows: list[dict[str, Any]], _stem: str) -> Iterator[Figure]:
    sizes = [row["at most"] for row in rows if row["at most"] is not None]
    if sizes:
        how = f"the largest of {len(sizes)} settings of table and workers"
        yield Figure("unshared memory of a worker", max(sizes), 60, False, " MiB", how)


def _kills(parts: dict[str, Any], _stem: str) -> Iterator[Figure]:
    ours = next(row for row in parts["rows"] if row["name"] == _OURS)
    if not ours["kills"]:  # it was done before anybody could kill it: no figure
        return
    worst = max(parts["rows"], key=lambda row: row["lost"] + row["double"])
    how = f"{ours['kills']} kills; {worst['name']}: {worst['lost']} lost, {worst['double']} double"
    yield Figure("lost and double rows under kills", ours["lost"] + ours["double"], 0, False, "", how)


def _metrics(parts: dict[str, Any], _stem: str) -> Iterator[Figure]:
    rates = {row["name"]: row["median"] for row in parts["rows"]}
    how = " against ".join(f"{rate:,.0f} rows/s {name}" for name, rate in reversed(rates.items()))
    yield Figure("metrics, of the worker's rate without", parts["ratio"], 0.98, True, "", how)


def _replay(rows: list[dict[str, Any]], _stem: str) -> Iterator[Figure]:
    for row in rows:
        how = f"{row['letters']:,} dead letters, {row['kills']} kills, {row['seconds']:g} s ({row['name']})"
        yield Figure("replayed letters lost or double", row["lost"] + row["double"], 0, False, "", how)


_FIGURES: dict[str, Callable[[Any, str], Iterator[Figure]]] = {
    "drain": _drain,
    "publish": _publish,
    "actions": _actions,
    "latency": _latency,
    "growth": _growth,
    "metrics": _metrics,
    "replay": _replay,
    "kills": _kills,
}
