"""`python -m benchmarks.metrics`: what metrics cost the worker, side by side.

The same worker drains the same queue with METRICS_PORT unset and set, turn by turn; with it, somebody scrapes
once a second. Beside the rate stands the worker's processor time a message, which a busy machine moves less.
"""

import argparse
import statistics
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread

from benchmarks.drain import Drained, drain
from benchmarks.drain_ours import OURS
from benchmarks.drain_queue import sample_messages
from benchmarks.figures import Sample, print_table, save
from benchmarks.rooms import open_rooms
from registration.testing.processes import free_port

_EVERY = 1.0  # seconds between two scrapes
_WITHOUT, _WITH = "without metrics", "with metrics"


def main() -> None:
    options = _parser().parse_args()
    port = free_port()
    contenders = {
        _WITHOUT: replace(OURS, environ={"METRICS_PORT": "0"}),
        _WITH: replace(OURS, environ={"METRICS_PORT": str(port)}),
    }
    measured: dict[str, list[Drained]] = defaultdict(list)
    with open_rooms() as rooms, _scraped(port) as scrapes:
        for number in range(options.rounds):
            # The second of a pair may find a warmer machine, so they take turns.
            for name in sorted(contenders, reverse=bool(number % 2)):
                with rooms.room() as bench:
                    drained = drain(contenders[name], bench, sample_messages(options.messages))
                measured[name].append(drained)
                print(f"{name}: {drained.rate:,.0f}/s", file=sys.stderr)
    if not scrapes:
        raise RuntimeError("nobody scraped: the figures would be those of idle metrics")
    _report(options.messages, measured, len(scrapes))


@contextmanager
def _scraped(port: int) -> Iterator[list[int]]:
    """Scrapes as Prometheus does while there is somebody to scrape; the sizes of the answers."""
    sizes: list[int] = []
    stop = Event()

    def scrape() -> None:
        while not stop.wait(_EVERY):
            address = f"http://127.0.0.1:{port}/metrics"
            with suppress(OSError), urllib.request.urlopen(address, timeout=2) as reply:
                sizes.append(len(reply.read()))

    thread = Thread(target=scrape)
    thread.start()
    try:
        yield sizes
    finally:
        stop.set()
        thread.join()


def _report(messages: int, measured: dict[str, list[Drained]], scrapes: int) -> None:
    rows = [
        {
            **Sample(name, [one.rate for one in measured[name]], "rows/s").row(),
            "processor µs a message": round(_cpu(measured[name]) / messages * 1e6, 1),
        }
        for name in (_WITHOUT, _WITH)
    ]
    pairs = zip(measured[_WITH], measured[_WITHOUT], strict=True)
    ratio = round(statistics.median(metered.rate / bare.rate for metered, bare in pairs), 3)
    cpu = round(_cpu(measured[_WITH]) / _cpu(measured[_WITHOUT]), 3)
    print_table(f"Draining {messages} messages, {scrapes} scrapes", rows)
    print(f"rate with metrics, of the rate without (median of pairs): {ratio}; processor time: {cpu}")
    save("metrics", {"rows": rows, "ratio": ratio, "processor time": cpu, "scrapes": scrapes})


def _cpu(drained: list[Drained]) -> float:
    return statistics.median(one.cpu or 0.0 for one in drained)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metrics", description=__doc__)
    parser.add_argument("--messages", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=9)
    return parser


if __name__ == "__main__":
    main()
