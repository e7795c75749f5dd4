"""How somebody ends `make run`, and how it speaks to whoever may be gone by then."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

_STDIN = 0


class Endings:
    """Hears Ctrl-C, Ctrl-\\, `kill` and the closing of the terminal; the main thread's, once in a process."""

    def __init__(self) -> None:
        self._has_signal = False
        self._has_terminal = _is_in_foreground()
        self._handle(self._hear)

    def is_asked(self) -> bool:
        # A terminal tells only its first process that it is closed: a shell passes that on, make does not.
        return self._has_signal or (self._has_terminal and not os.isatty(_STDIN))

    def ignore(self) -> None:
        """Signals change nothing any more, not even the exit code."""
        self._handle(signal.SIG_IGN)

    def _hear(self, number: int, frame: object) -> None:
        self._has_signal = True

    def _handle(self, handler: Callable[[int, object], None] | signal.Handlers) -> None:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(number, handler)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # it is where `nohup` started us
            signal.signal(signal.SIGHUP, handler)


def _is_in_foreground() -> bool:
    """Whether we hold the terminal; whoever put us into the background may want us to outlive it."""
    with suppress(OSError):
        return os.tcgetpgrp(_STDIN) == os.getpgrp()
    return False


def say(text: str, stream: TextIO | None = None) -> None:
    """Write to the terminal; one that is gone hears nothing, and is no reason to leave work undone."""
    stream = stream or sys.stdout
    try:
        print(text, end="", file=stream, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # takes what Python would flush at its end
