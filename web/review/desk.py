"""What the pages of the review work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.engine import Engine

from registration.dialogue.question import CONFIRM, Questionnaire
from registration.storage.conversation import CANCELLED, NONE
from registration.storage.logged_turn import CHOSEN, COMPLETE
from registration.storage.overview import Overviews
from registration.storage.reviewing import Reviewing
from registration.storage.searching import Conversations
from registration.storage.transcripts import Transcripts

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """One database, seen through the storage, and the questionnaire whose answers are looked at."""

    engine: Engine
    questionnaire: Questionnaire
    languages: tuple[str, ...]
    public_url: str

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.engine)

    @property
    def transcripts(self) -> Transcripts:
        return Transcripts(self.engine)

    @property
    def overviews(self) -> Overviews:
        return Overviews(self.engine)

    @property
    def reviewing(self) -> Reviewing:
        return Reviewing(self.engine)

    @property
    def stages(self) -> tuple[str, ...]:
        """How far a conversation may have come, from not at all to the end."""
        questions = [question.name for question in self.questionnaire.questions]
        return (NONE, *questions, CONFIRM, CANCELLED, COMPLETE, CHOSEN)


async def apart(work: Callable[..., T], *arguments: object) -> T:
    """What `work` gives, on a thread: the database's answer must not hold up other visitors."""
    return await asyncio.to_thread(work, *arguments)
