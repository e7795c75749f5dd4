"""`python -m benchmarks`: every benchmark, one after the other, then what was to be reached and what was.

Tables go to the terminal; JSON, plots and the summary to `results/`, or with `--quick` to `var/bench/`, for
figures of a quick run are no figures.
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import plots, summary
from benchmarks.parts import NAMES, PARTS, Part, run

_RESULTS = Path("results")
_QUICK_RESULTS = Path("var/bench")


def main() -> int:
    """0 when every part gave its figures, reached or not; 1 else."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is open is closed
    results = _prepared(options.quick, options.only)
    parts = [part for part in PARTS if part.name in options.only]
    failed = [(part, reason) for part in parts if (reason := _timed(part, results, options.quick))]
    plots.draw_all(results)
    print(summary.write(results))
    for part, reason in failed:
        print(f"no figures from {part.name}: {reason}", file=sys.stderr)
    return 1 if failed else 0


def _timed(part: Part, results: Path, quick: bool) -> str:
    print(f"\n== {part.name}", flush=True)
    begun = time.monotonic()
    reason = run(part, results, quick)
    print(f"({part.name} took {time.monotonic() - begun:.0f} s)", flush=True)
    return reason


def _prepared(quick: bool, names: Sequence[str]) -> Path:
    """The folder for the results, without those of an earlier run that could be taken for this one's."""
    folder = _QUICK_RESULTS if quick else _RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.suffix in (".json", ".svg") and path.stem.split("-")[0] in names:
            path.unlink()
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers: does everything run?")
    parser.add_argument("--only", type=_names, default=NAMES, help=f"some of {','.join(NAMES)}")
    return parser


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - set(NAMES):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(NAMES)}")
    return names


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
