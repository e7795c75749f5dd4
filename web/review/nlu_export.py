"""Corrected messages as Rasa NLU training data."""

import re
import unicodedata
from collections.abc import Iterable

import yaml

from registration.storage.reviewing import Correction

# Rasa would read "[text](name)" and "[text]{...}" as an entity; a space between them ends that.
_ANNOTATION = re.compile(r"\](?=[({])")


class _Block(str):
    """Text that YAML writes as a block, as Rasa's own files do."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)


def training_data(corrections: Iterable[Correction]) -> str:
    """YAML that `rasa train` takes beside other files. Of two corrections of one text the later counts."""
    intents = {text: each.intent for each in corrections if (text := example(each.message))}
    by_intent: dict[str, list[str]] = {}
    for text, intent in intents.items():
        by_intent.setdefault(intent, []).append(text)
    nlu = [
        {"intent": intent, "examples": _Block("".join(f"- {text}\n" for text in sorted(texts)))}
        for intent, texts in sorted(by_intent.items())
    ]
    document = {"version": "3.1", "nlu": nlu}
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def example(message: str) -> str:
    """A message as one line of training data; empty for what nobody typed, such as a pressed button."""
    if message.startswith("/"):
        return ""
    printable = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in message)
    return _ANNOTATION.sub("] ", " ".join(printable.split()))
