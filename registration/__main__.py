"""The operator's command: `python -m registration`, see `registration.operating`."""

import sys
from importlib.util import find_spec

from registration import domain_command, new_command
from registration.errors import RegistrationError
from registration.messaging.registering import load_message_types
from registration.operating import dead_letters
from registration.operating.erase import erase, export
from registration.operating.purge import purge
from registration.operating.reread import reread
from registration.operating.retention import retention
from registration.operating.status import status
from registration.operating.terminal import code_of, new_app, settings, tell

_HELP = "Look after the class registration: health, queues, dead letters, students' data, catalogues."
app = new_app(_HELP)


@app.callback(help=_HELP)
def prepare() -> None:
    """Know the queues of a bot's own message types, too."""
    load_message_types(settings().message_types)


app.command()(status)
app.command()(purge)
app.command()(export)
app.command()(erase)
app.command()(retention)
app.command()(reread)
app.add_typer(dead_letters.app, name="dead-letters")
if find_spec("icalendar"):  # comes with the extra `web`; without it there are no timetables
    from registration import catalogue_command

    app.add_typer(catalogue_command.app, name="catalogue")
app.command()(new_command.new)
app.add_typer(domain_command.app, name="domain")


def main(arguments: list[str] | None = None) -> int:
    """The exit code; `registration.operating.terminal` lists them."""
    try:
        app(arguments, prog_name="python -m registration")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except RegistrationError as error:
        tell(str(error))
        return code_of(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
