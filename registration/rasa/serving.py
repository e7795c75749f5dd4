"""A bot's actions, made from its declaration: one line in `actions.py`."""

import sys
from typing import Any, Protocol

from registration.assistant import Assistant
from registration.errors import DeclarationError, SettingsError
from registration.rasa.actions import FormTurn, SessionStart, SmallTalk
from registration.rasa.guard import guard_server
from registration.rasa.server import follow_server
from registration.settings import get_settings


class Served(Protocol):
    """What is served: a `Bot`."""

    @property
    def form(self) -> str: ...

    @property
    def assistant(self) -> Assistant: ...

    def check(self) -> None: ...

    def observe(self, app: Any) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


def serve(bot: Served, module: str) -> None:
    """Define the bot's actions in `module` (its `__name__`), where `rasa run actions` finds them, and tie the
    bot's life to the server's.

    A wrong setting, question, text or message type ends the process with a line that names it.
    """
    try:
        bot.check()
        guard_server(get_settings().action_secret)
    except (DeclarationError, SettingsError) as error:
        sys.exit(str(error))
    follow_server(bot.start, bot.stop, bot.observe)
    for action in actions_of(bot):
        # Sanic sends actions to its processes by module and name.
        action.__module__, action.__qualname__ = module, action.__name__
        setattr(sys.modules[module], action.__name__, action)


def actions_of(bot: Served) -> tuple[type, ...]:
    """The bot's action classes."""

    class ValidateForm(FormTurn):
        def name(self) -> str:
            return f"validate_{bot.form}"

        def assistant(self) -> Assistant:
            return bot.assistant

    class ActionSmallTalk(SmallTalk):
        form = bot.form

        def name(self) -> str:
            return "action_small_talk"

        def assistant(self) -> Assistant:
            return bot.assistant

    class ActionSessionStart(SessionStart):
        def assistant(self) -> Assistant:
            return bot.assistant

    return ValidateForm, ActionSmallTalk, ActionSessionStart
