"""The bot: its questions. Change them, then run `python -m registration domain write`."""

from pathlib import Path

from registration import Bot
from registration.forms import Is, Number, SingleChoice, YesNoAny, ask

QUESTIONS = (
    ask("colour", SingleChoice(("red", "green", "blue"))),
    ask("is_glossy", YesNoAny(), Is("colour", "red", "blue")),
    ask("litres", Number(1, 50)),
)

BOT = Bot("NAME", QUESTIONS, Path(__file__).parent / "wording", default_language="en")
