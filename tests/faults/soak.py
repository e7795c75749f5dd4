"""`python -m tests.faults.soak --minutes 20 --seed 1`: faults, then the ledger, as JSON and as a picture."""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.faults.report import Report
from tests.faults.run import run
from tests.faults.scene import Size

RESULTS = Path("results/soak")


def main(arguments: list[str] | None = None) -> int:
    """0 when the ledger is exact and nothing ended that nobody had ended, else 1."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of every `finally`
    size = Size(
        publishers=options.publishers,
        workers=options.workers,
        rate=options.rate,
        queue_type=options.queue_type,
        embedded=options.embedded,
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        report = run(
            Path(folder),
            seconds=options.minutes * 60,
            faults=options.faults or max(1, round(options.minutes * 3.2)),
            seed=options.seed,
            size=size,
            only=options.only.split(",") if options.only else None,
            say=lambda line: print(line, flush=True),
            keep_logs=options.keep_logs,
        )
    write(report)
    return 0 if report.exact else 1


def write(report: Report) -> None:
    """The report on the screen, and beside it a JSON file and a picture in `results/soak/`."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = f"seed-{report.seed}-{report.queue_type}"
    (RESULTS / f"{name}.json").write_text(json.dumps(report.as_dict(), indent=1) + "\n")
    report.draw(RESULTS / f"{name}.svg")
    print("\n".join(report.lines()))
    print(f"written: {RESULTS / name}.json and .svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queue-type", choices=["classic", "quorum"], default="classic")
    parser.add_argument("--embedded", action="store_true", help="no broker: the worker reads the spool")
    parser.add_argument("--rate", type=int, default=100, help="messages a second of all publishers (100)")
    parser.add_argument("--faults", type=int, help="how many (3.2 a minute)")
    parser.add_argument("--publishers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="kinds of faults, or experiments, separated by commas")
    parser.add_argument("--keep-logs", type=Path, help="a folder to copy all logs to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
