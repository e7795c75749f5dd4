"""`make shell`: a chat in the terminal, beside a bot that runs."""

import os
import socket
import sys
import warnings

from deploy.local.__main__ import ACTIONS_PORT, QUIET
from deploy.local.embedded import answers
from deploy.local.training import is_trained, model_path


def main() -> int:
    if not answers(ACTIONS_PORT) or not is_trained():
        print("The bot is not running: start it with `make run` in another terminal first.", file=sys.stderr)
        return 1
    sys.argv = ["rasa", "shell", "-m", str(model_path()), "-i", "127.0.0.1", "-p", str(_free_port())]
    os.environ.update(QUIET)
    # PYTHONWARNINGS does not suffice: Sanic and pyparsing put filters of their own before it.
    warnings.showwarning = _show_nothing
    from rasa.__main__ import main as rasa

    rasa()
    return 0


def _show_nothing(*warning: object, **place: object) -> None:
    """In place of lines on what libraries will have to change one day."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
