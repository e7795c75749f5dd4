"""Throws random messages at the understanding: none may raise, take 50 ms, or store what the table forbids.

`python -m tests.understanding.fuzz [count] [seed]`
"""

import gc
import sys
import time
from typing import Any

from registration.dialogue.changes import Understanding
from registration.preferences.rules import apply, is_valid
from registration.preferences.understanding import understand

from .messages import messages

LIMIT = 0.05  # seconds


def run(count: int, seed: int) -> float:
    """The longest time that a message took, in seconds of CPU; an AssertionError names one that failed."""
    longest = 0.0
    state: dict[str, Any] = {}
    for text, question in messages(seed, count):
        result, taken = _timed(text, question, state)
        longest = max(longest, taken)
        state = apply(state, result.changes)
        assert longest < LIMIT, text
        assert all(is_valid(key, value) for key, value in state.items()), (text, state)
        if len(state) > 8:
            state = {}
    return longest


def _timed(text: str, question: str | None, state: dict[str, Any]) -> tuple[Understanding, float]:
    """What the message says, and the CPU time of that; without collecting the program's garbage."""
    gc.disable()
    began = time.thread_time()
    result = understand(text, question=question, preferences=state)
    taken = time.thread_time() - began
    gc.enable()
    return result, taken


def main(arguments: list[str]) -> None:
    count, seed = (int(value) for value in [*arguments, *["100000", "1"][len(arguments) :]])
    began = time.perf_counter()
    longest = run(count, seed)
    taken = time.perf_counter() - began
    print(f"{count} messages, seed {seed}: {taken:.0f} s, the longest {longest * 1000:.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
