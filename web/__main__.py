"""`python -m web`: serves the pages; `python -m web hash-password`: a hash for REVIEW_PASSWORD_HASH."""

import argparse
import getpass
import sys
from typing import Any

from sanic import __version__ as sanic_version

from registration.errors import SettingsError
from registration.logs import configure_logs
from registration.settings import get_settings

from .app import create_app
from .review.entrance import hash_password

# Sanic 21, which Rasa wants, knows no other way; later ones start a manager with processes unless told so.
_SINGLE_PROCESS: dict[str, Any] = {"single_process": True} if int(sanic_version.split(".")[0]) >= 22 else {}


_SHORTEST_PASSWORD = 8  # characters


def main(arguments: list[str] | None = None) -> int:
    """0 after a signal; 2, with one line on stderr, for what only an operator can mend."""
    options = _parser().parse_args(arguments)
    return _hash_password() if options.command == "hash-password" else _serve()


def _serve() -> int:
    try:
        settings = get_settings()
        configure_logs(settings.log_format)
        app = create_app(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    app.run(host=settings.web.host, port=settings.web.port, access_log=False, motd=False, **_SINGLE_PROCESS)
    return 0


def _hash_password() -> int:
    """Prints the hash of a password that is asked for, or that stands in the first line of a pipe."""
    is_asked = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if is_asked else sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST_PASSWORD:
        print(f"the password is too short; at least {_SHORTEST_PASSWORD} characters", file=sys.stderr)
        return 2
    print(hash_password(password))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve", "hash-password"], default="serve")
    return parser


if __name__ == "__main__":
    sys.exit(main())
