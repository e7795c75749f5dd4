"""What `make bench` runs, and each part in a process and an environment of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_RASA = Path(".venv/bin/python")
_LAST_WORDS = 45  # seconds that a part gets to drop its databases and virtual hosts


@dataclass(frozen=True)
class Part:
    """`python -m benchmarks.MODULE`, with fewer of everything when it shall be quick."""

    name: str
    module: str
    arguments: tuple[str, ...]
    quick: tuple[str, ...]
    minutes: float  # after which it is stopped: several times what it takes on two quiet cores
    rasa: bool = False  # needs Rasa's environment

    @property
    def python(self) -> str:
        # As it stands: resolving the link would leave the virtual environment.
        return str(_RASA) if self.rasa else sys.executable


def _words(arguments: str) -> tuple[str, ...]:
    return tuple(arguments.split())


_BEST_PEERS = "aio-pika,2 processes of 8"  # the slow ones would take minutes for 50,000
PARTS = (
    Part("actions", "actions", ("3000",), ("100",), 3),
    Part("turn", "turn", ("20",), ("2",), 8, rasa=True),
    Part("publish", "publish", (), _words("--rounds 1 --publishes 100 --forwarded 2000"), 5),
    Part("latency", "latency", (), _words("--seconds 2 --rounds 1 --flood 5000"), 5),
    Part(
        "drain", "drain", _words("--messages 10000 --peer-rounds 2"), _words("--messages 4000 --rounds 1"), 12
    ),
    Part(
        "drain",
        "drain",
        (*_words("--messages 50000 --peer-rounds 1 --peers"), _BEST_PEERS),
        (*_words("--messages 8000 --rounds 1 --peers"), _BEST_PEERS),
        8,
    ),
    Part("growth", "growth", (), _words("--messages 4000 --rounds 1 --sizes 1000 10000"), 8),
    Part("metrics", "metrics", (), _words("--messages 8000 --rounds 2"), 8),
    Part("replay", "replay", (), _words("--letters 1000"), 8),
    Part("kills", "kills", (), _words("--messages 3000 --kills 3"), 8),
)
NAMES = tuple(dict.fromkeys(part.name for part in PARTS))


def run(part: Part, results: Path, quick: bool) -> str:
    """Puts its figures into `results`. Gives the reason why there are none, or an empty text."""
    if part.rasa and not _RASA.exists():
        return f"there is no {_RASA}: make install"
    command = [part.python, "-m", f"benchmarks.{part.module}", *(part.quick if quick else part.arguments)]
    # In a group of its own, so that Ctrl-C reaches it through us, once.
    process = subprocess.Popen(
        command, env=_environ(results), process_group=0, preexec_fn=_listen_to_interrupts
    )
    try:
        code = process.wait(part.minutes * 60)
    except subprocess.TimeoutExpired:
        return f"stopped after {part.minutes:g} minutes"
    finally:
        _end(process)
    return f"ended with code {code}" if code else ""


def _environ(results: Path) -> Mapping[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    return {**os.environ, **quiet, "TF_CPP_MIN_LOG_LEVEL": "2", "BENCHMARK_RESULTS": str(results)}


def _listen_to_interrupts() -> None:
    # A program started in the background ignores them, and its children would too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """An interrupt, so that it cleans up after itself; SIGKILL for one that does not."""
    for number, seconds in ((signal.SIGINT, _LAST_WORDS), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
