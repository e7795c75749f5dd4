"""`python -m benchmarks.review`: the review's pages with 50,000 and with 5,000,000 turns in MariaDB.

Prints milliseconds and their ratio, and writes results/review/pages.json. Each size has a database of its
own, which is dropped at the end; with `--keep` it stays, and a second run measures at once.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from benchmarks.figures import Sample, print_table
from benchmarks.review.filling import count_turns, fill, highest_id
from benchmarks.review.measuring import measure
from registration.storage.engine import open_engine
from registration.testing.mariadb_server import execute
from registration.testing.servers import Database, find_database

_GOAL = 200  # milliseconds, the median of a list and of one conversation
_NEAR = 0.9  # conversations are whole, so the number of turns is never met exactly
_GOALS_OF = ("list, newest", "one conversation")


def main() -> int:
    """0 where the goal is reached."""
    options = _parser().parse_args()
    database = find_database()
    measured: dict[int, list[Sample]] = {}
    turns: dict[int, int] = {}
    try:
        for rows in sorted(options.rows):
            with _filled(database, rows, options) as url:
                turns[rows] = count_turns(url)
                measured[rows] = measure(url, options.requests)
    finally:
        if database.server is not None:
            database.server.close()
    rows = _compared(measured)
    print_table(f"Pages of the review, milliseconds over HTTP, {options.requests} requests each", rows)
    print("\nCounted:", ", ".join(f"{count:,} turns" for count in turns.values()))
    _save(options.out, rows, turns, measured)
    return _report_goal(rows, max(measured))


@contextmanager
def _filled(database: Database, rows: int, options: argparse.Namespace) -> Iterator[str]:
    name = f"benchmark_review_{rows}"
    url = f"mysql+pymysql://root@127.0.0.1:{database.port}/{name}"
    try:
        execute(database.port, f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4")
        if not _is_full(url, rows):
            execute(database.port, f"DROP DATABASE {name}", f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            fill(url, rows, options.originals, _say)
        yield url
    finally:
        if not options.keep:
            execute(database.port, f"DROP DATABASE IF EXISTS {name}")


def _is_full(url: str, rows: int) -> bool:
    engine = open_engine(url)
    try:
        return highest_id(engine) >= rows * _NEAR
    except DBAPIError:  # no table yet
        return False
    finally:
        engine.dispose()


def _compared(measured: dict[int, list[Sample]]) -> list[dict[str, object]]:
    smallest, largest = min(measured), max(measured)
    return [
        {
            "page": few.name,
            f"median at {smallest:,}": round(few.median, 1),
            f"median at {largest:,}": round(many.median, 1),
            "largest": round(max(many.values), 1),
            "ratio": round(many.median / few.median, 2),
        }
        for few, many in zip(measured[smallest], measured[largest], strict=True)
    ]


def _save(
    folder: Path,
    rows: Sequence[dict[str, object]],
    turns: dict[int, int],
    measured: dict[int, list[Sample]],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    detail = {str(size): [sample.row() for sample in samples] for size, samples in measured.items()}
    document = {"goal ms": _GOAL, "turns": turns, "pages": rows, "measured": detail}
    (folder / "pages.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _report_goal(rows: Sequence[dict[str, object]], largest: int) -> int:
    column = f"median at {largest:,}"
    medians = {str(row["page"]): float(str(row[column])) for row in rows if row["page"] in _GOALS_OF}
    reached = all(median < _GOAL for median in medians.values())
    said = ", ".join(f"{page}: {median:g} ms" for page, median in medians.items())
    print(
        f"\nGoal, under {_GOAL} ms with {largest:,} rows: {'reached' if reached else 'NOT reached'} ({said})"
    )
    return 0 if reached else 1


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000, 5_000_000])
    parser.add_argument("--originals", type=int, default=50_000, help="turns that are no copies")
    parser.add_argument("--requests", type=int, default=25, help="for each kind of page")
    parser.add_argument("--keep", action="store_true", help="leave the databases for another run")
    parser.add_argument("--out", type=Path, default=Path("results/review"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
