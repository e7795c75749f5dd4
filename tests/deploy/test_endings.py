"""However `make run` is ended, it leaves no process behind."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.processes import EndAsked, Processes, Program
from registration.testing.processes import free_port
from registration.testing.waiting import wait_until
from tests.deploy.small_bot import NAMES
from tests.deploy.test_local import is_alive
from tests.docs.blocks import ROOT

ENDINGS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
COMMAND = [sys.executable, "-m", "tests.deploy.small_bot"]
NOWHERE = subprocess.DEVNULL
PATIENCE = 60.0  # seconds, on a busy machine


class SmallBot:
    """`make run` in a folder of its own, with programs that have children."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".env").write_text(f"WEB_PORT={free_port()}\n")

    def start(self, command: Sequence[str] = COMMAND, stdin: int = NOWHERE, output: int = NOWHERE) -> None:
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=environ, stdin=stdin, stdout=output, stderr=output
        )
        wait_until(lambda: self.has_files("pids"), PATIENCE, "the start of all programs")

    def start_in_window(self, command: Sequence[str]) -> int:
        """Start as the first process of a terminal; what closes that, as one closes a window."""
        window, terminal = os.openpty()
        self.start(["setsid", "--ctty", *command], terminal, terminal)
        os.close(terminal)
        return window

    def has_files(self, kind: str) -> bool:
        return all((self.folder / f"{name}.{kind}").exists() for name in NAMES)

    def signal_again_and_again(self) -> None:
        for number in ENDINGS * 3:
            self.process.send_signal(number)

    def let_go(self) -> None:
        (self.folder / "go").touch()

    @property
    def alive(self) -> list[int]:
        pids = [int(pid) for file in self.folder.glob("*.pids") for pid in file.read_text().split()]
        return [pid for pid in pids if is_alive(pid)]

    def is_gone(self) -> bool:
        """Whether it ended in order, and all its programs with it."""
        assert self.process.wait(PATIENCE) == 0
        return self.has_none_alive()

    def has_none_alive(self) -> bool:
        return wait_until(lambda: not self.alive, PATIENCE, "the end of all")

    def close(self) -> None:
        for pid in [self.process.pid, *self.alive]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[SmallBot]:
    small = SmallBot(tmp_path)
    yield small
    small.close()


@pytest.mark.parametrize("number", ENDINGS)
def test_any_signal_ends_all_and_others_while_it_stops_change_nothing(
    bot: SmallBot, number: signal.Signals
) -> None:
    bot.start()
    bot.process.send_signal(number)
    wait_until(lambda: bot.has_files("ending"), PATIENCE, "the stopping")
    bot.signal_again_and_again()
    assert bot.process.poll() is None
    bot.let_go()
    assert bot.is_gone()


def test_signals_that_never_cease_change_nothing_either(bot: SmallBot) -> None:
    bot.start()
    bot.let_go()
    while bot.process.poll() is None:
        bot.signal_again_and_again()
    assert bot.is_gone()


def test_a_terminal_that_is_closed_ends_all(bot: SmallBot) -> None:
    window = bot.start_in_window(COMMAND)
    bot.let_go()
    os.close(window)
    assert bot.is_gone()


def test_a_terminal_that_held_nothing_but_make_ends_all(bot: SmallBot) -> None:
    (bot.folder / "Makefile").write_text(f"run:\n\t@{shlex.join(COMMAND)}\n")
    window = bot.start_in_window(["make", "run"])
    bot.let_go()
    os.close(window)
    assert bot.has_none_alive()
    assert bot.process.wait(PATIENCE) == -signal.SIGHUP


def test_nobody_who_reads_what_it_says_is_no_hindrance(bot: SmallBot) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    bot.start(output=writer)
    os.close(writer)
    bot.let_go()
    bot.process.terminate()
    assert bot.is_gone()


def test_under_nohup_it_outlives_its_terminal(bot: SmallBot) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    bot.start()
    signal.signal(signal.SIGHUP, before)
    bot.let_go()
    bot.process.send_signal(signal.SIGHUP)
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    assert ignored & 1 << (signal.SIGHUP - 1)
    assert not bot.has_files("ending")
    bot.process.terminate()
    assert bot.is_gone()


def test_a_program_that_runs_to_its_end_tells_its_code(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        ends = Program("ends", [sys.executable, "-c", "raise SystemExit(3)"], {}, lambda: True)
        assert processes.run(ends) == 3
        processes.check()


def test_whoever_asks_for_the_end_does_not_wait_for_such_a_program(tmp_path: Path) -> None:
    with Processes(tmp_path, is_end_asked=lambda: True) as processes:
        with pytest.raises(EndAsked):
            processes.run(Program("sleeps", ["sleep", "600"], {}, lambda: True))
        ((_, process),) = processes._running
    assert process.returncode == -signal.SIGTERM
