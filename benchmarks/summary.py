"""The goals and what was measured, as text, as `summary.json` and as a page with every table and picture."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.figures import table
from benchmarks.goals import figures

_PACKAGES = (
    "pika",
    "sqlalchemy",
    "pymysql",
    "dramatiq",
    "celery",
    "aio-pika",
    "faststream",
    "asyncmy",
    "rasa-sdk",
)
_TABLES = {
    "drain-*": "Drain: rows/s, from the first visible row to the last",
    "publish": "Publish and forward",
    "actions": "The action server",
    "turn": "A turn through Rasa",
    "latency": "From publish to row, milliseconds",
    "growth": "What a message costs as the table grows, microseconds",
    "metrics": "What metrics cost the worker",
    "replay": "Replaying dead letters",
    "kills": "Lost and double under the same worker kills",
}


def write(folder: Path) -> str:
    """Writes `summary.json` and `README.md` into `folder`; gives the table of goals as text."""
    reached = figures(folder)
    summary = {"machine": machine(), "figures": [figure.as_json() for figure in reached]}
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    rows = [figure.row() for figure in reached]
    (folder / "README.md").write_text("\n".join(_page(folder, rows)) + "\n")
    return table("Reached", rows) if rows else "no figures"


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _page(folder: Path, goals: Sequence[dict[str, object]]) -> Iterator[str]:
    yield "# Measurements\n"
    yield "Written by `make bench`: side by side in one run, rows counted after each. Medians, with the range"
    yield "where there were several rounds; every ratio is one of medians of the same run.\n"
    here = machine()
    yield f"{here['cores']} cores, {here['system']}, Python {here['python']}; {_versions(here)}.\n"
    yield from _markdown(goals)
    for pattern, title in _TABLES.items():
        for path in sorted(folder.glob(f"{pattern}.json"), key=lambda path: (len(path.stem), path.stem)):
            yield from _section(path, title)


def _versions(here: dict[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in here["packages"].items())


def _section(path: Path, title: str) -> Iterator[str]:
    count = f" ({int(path.stem.split('-')[1]):,} messages)" if "-" in path.stem else ""
    yield f"\n## {title}{count}\n"
    for name, rows in _tables(json.loads(path.read_text())).items():
        if name not in ("", "rows"):
            yield f"\n### {name[0].upper()}{name[1:]}\n"
        yield from _markdown(rows)
    for picture in sorted(path.parent.glob(f"{path.stem}*.svg")):
        yield f"\n![{title}{count}]({picture.name})"


def _tables(figures: Any) -> dict[str, list[dict[str, object]]]:
    if isinstance(figures, list):
        return {"": figures}
    return {name: value for name, value in figures.items() if isinstance(value, list)}


def _markdown(rows: Sequence[dict[str, object]]) -> Iterator[str]:
    if not rows:
        return
    yield _line(list(rows[0]))
    yield _line(["---"] * len(rows[0]))
    for row in rows:
        yield _line([_cell(row.get(column)) for column in rows[0]])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
