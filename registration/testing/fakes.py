"""Fakes at our own seams: what keeps the state, and what carries messages on."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from registration.cache import Stored
from registration.cache.pipelining import Meanwhile
from registration.cache.state_store import Change
from registration.dialogue.state import NOTHING, State, newest
from registration.errors import CacheUnavailable
from registration.messaging.messages import Message, decode, encode
from registration.messaging.topology import queue_of


@dataclass
class FakeStore:
    """The cache: keeps states in memory, as JSON and back as the real one does; `is_away` is an outage."""

    states: dict[str, State] = field(default_factory=dict)
    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_away: bool = False

    async def load(self, key: str) -> Stored:
        """What is kept under a key. Raises CacheUnavailable while it `is_away`, as the other methods do."""
        if self.is_away:
            raise CacheUnavailable("the fake store is away")
        return Stored(self.states.get(key, NOTHING), conversation=self.conversations.get(key, {}))

    async def update(
        self, key: str, change: Change, mirror: State = NOTHING, meanwhile: Meanwhile | None = None
    ) -> State:
        """The state after a change, made on the newer of what is kept and `mirror`."""
        state, conversation = change(newest((await self.load(key)).state, mirror))
        if meanwhile is not None:
            meanwhile()
        # A cleared state says nothing in JSON but its date, and that must stay.
        self.states[key] = State.from_json(state.to_json()) if state.preferences else state
        if conversation is not None:
            await self.save_conversation(key, conversation)
        return state

    async def save_conversation(self, key: str, conversation: bytes) -> None:
        """Keep the last turn, given as JSON."""
        if self.is_away:
            raise CacheUnavailable("the fake store is away")
        self.conversations[key] = msgspec.json.decode(conversation)


@dataclass
class FakePublisher:
    """The broker: keeps what it is given, checked as the real one checks it; `is_full` refuses."""

    published: list[Message] = field(default_factory=list)
    is_full: bool = False

    def publish(self, message: Message) -> bool:
        """Whether it was taken. Raises InvalidMessage and BrokerError as the real one does."""
        if self.is_full:
            return False
        queue_of(message)  # raises BrokerError for a type that no queue carries
        self.published.append(decode(type(message), encode(message)))
        return True

    async def publish_soon(self, message: Message) -> bool:
        """The same for an event loop."""
        return self.publish(message)

    def of(self, kind: type[Message]) -> list[Message]:
        """The messages of one kind, each id once, as the tables hold them."""
        by_id = {message.message_id: message for message in self.published if isinstance(message, kind)}
        return list(by_id.values())
