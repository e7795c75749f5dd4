"""Figures as a table for people and as JSON for programs."""

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(os.environ.get("BENCHMARK_RESULTS", "results"))


@dataclass(frozen=True)
class Sample:
    """Measurements of one thing in one unit."""

    name: str
    values: Sequence[float]
    unit: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def row(self) -> dict[str, object]:
        return {
            "name": self.name,
            "median": round(self.median, 3),
            "min": round(min(self.values), 3),
            "max": round(max(self.values), 3),
            "unit": self.unit,
            "n": len(self.values),
        }


def print_table(title: str, rows: Sequence[dict[str, object]]) -> None:
    print(table(title, rows), flush=True)


def table(title: str, rows: Sequence[dict[str, object]]) -> str:
    """Text of rows that share their columns, which are the first row's keys."""
    columns = list(rows[0])
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    body = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join(["", title, "", *body])


def save(name: str, figures: object) -> Path:
    """Write figures as JSON into the results folder; gives the file's path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return path
