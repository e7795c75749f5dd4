"""`python -m worker --type all|chat|preference|notification`."""

import argparse
import logging
import sys

from registration.errors import DeclarationError, SettingsError
from registration.logs import configure_logs
from registration.messaging.registering import load_message_types
from registration.settings import load_settings

from .program import run, worker_types


def main(arguments: list[str] | None = None) -> int:
    """0 after a signal; 2, with one line on stderr, for what only an operator can mend."""
    try:
        settings = load_settings()
        load_message_types(settings.message_types)
        options = _parser().parse_args(arguments)
        configure_logs(settings.log_format, options.log_level)
        logging.getLogger("pika").setLevel(logging.CRITICAL)  # every one of its errors reaches us as ours
        return run(settings, options.type)
    except (SettingsError, DeclarationError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m worker", description="Stores messages in the database.")
    parser.add_argument("--type", choices=worker_types(), default="all", help="which messages (default: all)")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="info")
    return parser


if __name__ == "__main__":
    sys.exit(main())
