"""`python -m benchmarks.chat`: prints the figures of page and channel, and writes them to results/web/."""

import argparse
import json
from pathlib import Path

from benchmarks.chat import load, page

_RESULTS = Path("results/web")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chat", description=__doc__)
    parser.add_argument("--only", choices=("page", "load"), help="one of the two")
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between a student's turns")
    options = parser.parse_args()
    if options.only != "load":
        _keep("page", page.measure())
    if options.only != "page":
        _keep("load", load.measure(options.students, options.minutes, options.pause))


def _keep(name: str, figures: dict[str, object]) -> None:
    text = json.dumps(figures, indent=2)
    print(f"{name}: {text}", flush=True)
    _RESULTS.mkdir(parents=True, exist_ok=True)
    (_RESULTS / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
