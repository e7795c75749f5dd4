"""Prints how much of the corpus is understood exactly, by group, and how long a message takes.

`python -m tests.understanding.report [--failures] [part …]`
"""

import statistics
import sys
import time
from collections import defaultdict

from registration.preferences.understanding import understand
from registration.preferences.understanding.reading import forget

from .cases import PARTS, Case, actual, expected, first_sight, load


def accuracy(cases: list[Case]) -> dict[str, tuple[int, int]]:
    """Group -> (understood exactly, messages); the group "all" holds every message."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        right = actual(case) == expected(case)
        for group in ("all", *case.tags):
            counts[group][0] += right
            counts[group][1] += 1
    return {group: (right, total) for group, (right, total) in counts.items()}


def durations(cases: list[Case], rounds: int = 5) -> list[float]:
    """Milliseconds of CPU that the first reading of each message takes, the median of several rounds, sorted.

    CPU time, because what else runs on the machine is not what is measured.
    """
    return sorted(statistics.median(_taken(case) for _ in range(rounds)) for case in cases)


def _taken(case: Case) -> float:
    forget()
    began = time.thread_time()
    understand(case.text, question=case.question, preferences=case.before)
    return (time.thread_time() - began) * 1000


def _print_part(part: str, show_failures: bool) -> list[Case]:
    cases = load(part)
    print(f"\n{part}: {len(cases)} messages")
    if seen := first_sight(part):
        print(f"  at first sight  {seen[0]:>5} of {seen[1]:<5}{100 * seen[0] / seen[1]:>7.1f} %")
    for group, (right, total) in sorted(accuracy(cases).items(), key=lambda item: -item[1][1]):
        print(f"  {group:<16}{right:>5} of {total:<5}{100 * right / total:>7.1f} %")
    for case in cases if show_failures else ():
        if actual(case) != expected(case):
            print(f"  {case.text!r} [{case.question}] {case.before or ''}")
            print(f"    expected {_brief(expected(case))}\n    actual   {_brief(actual(case))}")
    return cases


def _brief(outcome: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in outcome.items() if value or value is False}


def main(arguments: list[str]) -> None:
    parts = [argument for argument in arguments if not argument.startswith("-")] or list(PARTS)
    cases = [case for part in parts for case in _print_part(part, "--failures" in arguments)]
    taken = durations(cases)
    print(f"\nCPU time: median {statistics.median(taken):.2f} ms, p99 {taken[int(len(taken) * 0.99)]:.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
