"""`python -m benchmarks.timetable [--catalogue FILE] [--students 1000]`: prints the tables, writes
results/."""

import argparse
import json
import platform
import sys
from pathlib import Path

from benchmarks.timetable.measuring import as_rows, run_growth, run_students
from benchmarks.timetable.report import plot_growth, print_equality, print_growth, print_times
from benchmarks.timetable.students import generated
from registration.timetable import read_catalogue


def main() -> None:
    arguments = _parse()
    catalogue = read_catalogue(arguments.catalogue).catalogue if arguments.catalogue else generated()
    share = arguments.solver_share if _has_solver() else 0
    if not share:
        print("Without OR-Tools (pip install ortools): CP-SAT is left out.", file=sys.stderr)
    cases = run_students(catalogue, arguments.students, share, _progress)
    growth = run_growth(arguments.repeats)
    name = Path(arguments.catalogue).stem if arguments.catalogue else "generated"
    print(f"\nCatalogue: {name}; Python {platform.python_version()}")
    print_times(cases)
    print_equality(cases)
    print_growth(growth)
    arguments.out.mkdir(parents=True, exist_ok=True)
    document = {
        "catalogue": name,
        "python": platform.python_version(),
        "students": as_rows(cases),
        "growth": growth,
    }
    (arguments.out / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    plot_growth(growth, arguments.out / "growth.png")
    if any(case.equal is False for case in cases):
        sys.exit("the top 3 was not the best somewhere")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timetable", description=__doc__)
    parser.add_argument("--catalogue", help="a catalogue file; without it one of the same shape is generated")
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument(
        "--solver-share", type=int, default=10, help="CP-SAT for every n-th small case too; 0: never"
    )
    parser.add_argument("--repeats", type=int, default=20, help="students for each point of the growth")
    parser.add_argument("--out", type=Path, default=Path("results/timetable"))
    return parser.parse_args()


def _has_solver() -> bool:
    try:
        import ortools.sat.python.cp_model  # noqa: F401
    except ImportError:
        return False
    return True


def _progress(done: int) -> None:
    if done % 100 == 0:
        print(f"{done} students", file=sys.stderr)


if __name__ == "__main__":
    main()
