"""`make run` with two small programs in place of Rasa and its kin: `python -m tests.deploy.small_bot`.

Each program has a child that does not end when asked to; it writes both their numbers to `NAME.pids`. Asked
to end itself, it makes `NAME.ending` and waits for the file `go`.
"""

import sys
from pathlib import Path

from deploy.local import __main__ as local
from deploy.local.processes import Program
from registration.testing.processes import free_port

NAMES = ("first", "second")
_TREE = """
import os, signal, subprocess, sys, time
from pathlib import Path

def end(number, frame):
    Path(f"{name}.ending").touch()
    while not Path("go").exists():
        time.sleep(0.01)
    sys.exit(0)

name = sys.argv[1]
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the child inherits that
child = subprocess.Popen(["sleep", "600"])
signal.signal(signal.SIGTERM, end)
Path(f"{name}.unfinished").write_text(f"{os.getpid()} {child.pid}")
Path(f"{name}.unfinished").rename(f"{name}.pids")
while True:
    time.sleep(60)
"""


def program(name: str) -> Program:
    return Program(name, [sys.executable, "-c", _TREE, name], {}, Path(f"{name}.pids").exists)


def main() -> int:
    local.RASA_PORT, local.ACTIONS_PORT = free_port(), free_port()
    local.is_trained = lambda: True
    local._programs = lambda environ, settings: [program(name) for name in NAMES]
    return local.main()


if __name__ == "__main__":
    sys.exit(main())
