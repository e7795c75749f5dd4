"""The state of dialogues in Redis, for the event loop: bounded waits, and updates that lose nothing.

`class_preferences:{student}`  the state as JSON        `conversation:{student}`  the last turn
`cleared:{student}`            when the state was cleared, so that older copies stay cleared
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec import Struct, field
from redis import RedisError
from redis.asyncio import Redis

from registration.cache.breaker import Breaker
from registration.cache.client import close_async_client, open_async_client
from registration.cache.limits import DEFAULT_LIMITS, Limits
from registration.cache.pipelining import Meanwhile, Pipelining, Routing
from registration.dialogue.state import NOTHING, State, newest, parse_time
from registration.errors import CacheUnavailable
from registration.settings import RedisSettings

NAMES = ("class_preferences", "cleared", "conversation")
_ATTEMPTS = 20  # an update that others keep overtaking; each loss means that another one went through

# Compares the text, not its meaning: Redis's own JSON turns an empty list into an object. A mark later than
# the state that was expected has cleared it; dates of one form compare as text.
_WRITE = """
local old, dated, new, mark, conversation, ttl = unpack(ARGV)
if (redis.call('GET', KEYS[1]) or '') ~= old then return 0 end
if (redis.call('GET', KEYS[2]) or '') > dated then return 0 end
if new ~= '' then
    redis.call('SET', KEYS[1], new, 'EX', ttl)
elseif mark ~= '' then
    redis.call('DEL', KEYS[1])
    redis.call('SET', KEYS[2], mark, 'EX', ttl)
end
if conversation ~= '' then redis.call('SET', KEYS[3], conversation, 'EX', ttl) end
return 1
"""

# From the state before a change to the state after it, and the last turn as JSON where it is to be kept too.
Change = Callable[[State], tuple[State, bytes | None]]


class Stored(Struct, frozen=True):
    """What Redis holds on one student, as read in one round trip."""

    state: State = NOTHING
    raw: str = ""
    conversation: dict[str, Any] = field(default_factory=dict)


class Store(Protocol):
    """What keeps dialogues' state: `StateStore`, or a fake. Every method raises CacheUnavailable."""

    async def load(self, key: str) -> Stored:
        """What is known of one student."""
        ...

    async def update(
        self, key: str, change: Change, mirror: State = NOTHING, meanwhile: Meanwhile | None = None
    ) -> State:
        """The state after `change`, made on the newer of what is kept and `mirror`.

        `meanwhile` is called after `change`, while its outcome is being kept, where that takes a while.
        """
        ...

    async def save_conversation(self, key: str, conversation: bytes) -> None:
        """Keep the last turn, as JSON."""
        ...


class StateStore:
    """Reads and writes dialogues' state. Every method raises CacheUnavailable where Redis does not answer.

    The connection opens with the first command and belongs to the event loop that gave it.
    """

    def __init__(
        self, settings: RedisSettings, limits: Limits = DEFAULT_LIMITS, names: tuple[str, str, str] = NAMES
    ) -> None:
        """`names`: what the keys of state, mark and conversation begin with; another bot has its own."""
        self._prefixes = names
        self._settings = settings
        self._limits = limits
        self._loop: asyncio.AbstractEventLoop | None = None
        self._redis: Redis
        self._pipelining: Pipelining | Routing
        self._breaker: Breaker

    async def load(self, key: str) -> Stored:
        raw, cleared, conversation = await self._ask("MGET", *self._names(key))
        state = newest(State.from_json(raw), State(last_updated=parse_time(cleared)))
        return Stored(state, raw or "", _object(conversation))

    async def update(
        self, key: str, change: Change, mirror: State | None = None, meanwhile: Meanwhile | None = None
    ) -> State:
        """The state after `change`, made on the newer of what Redis holds and `mirror`.

        One round trip where Redis holds what `mirror` says, as it mostly does; else one to read and one to
        write. `change` is called again where it was made on what turns out not to be the latest. What
        `meanwhile` does costs no time: it is called while Redis is at it.
        """
        known = mirror or NOTHING
        stored = await self.load(key) if mirror is None else _as_mirrored(mirror)
        is_guess = mirror is not None
        for _ in range(_ATTEMPTS):
            after, conversation = change(known if is_guess else newest(stored.state, known))
            if await self._write(key, stored, after, conversation or b"", is_guess, meanwhile):
                return after
            stored, is_guess = await self.load(key), False
        raise CacheUnavailable(f"an update was overtaken {_ATTEMPTS} times")

    async def save_conversation(self, key: str, conversation: bytes) -> None:
        name = self._names(key)[2]
        await self._ask("SET", name, conversation, "EX", self._settings.state_ttl)

    async def _write(
        self,
        key: str,
        stored: Stored,
        after: State,
        conversation: bytes,
        is_guess: bool,
        meanwhile: Meanwhile | None,
    ) -> bool:
        """Whether Redis still held `stored`, and now holds what is new."""
        is_changed = after != stored.state
        new = after.to_json() if is_changed and after.preferences else ""
        mark = after.dated if is_changed and not after.preferences else ""
        if not (new or mark or conversation or is_guess):
            return True
        arguments = (stored.raw, stored.state.dated, new, mark, conversation, self._settings.state_ttl)
        return bool(await self._ask("EVAL", _WRITE, 3, *self._names(key), *arguments, meanwhile=meanwhile))

    @property
    def answers(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return self._loop is None or not self._breaker.is_open

    async def wait_until_it_answers(self) -> None:
        """Wait out an outage that a command has run into."""
        if self._loop is not None:
            await self._breaker.wait_until_closed()

    async def close(self) -> None:
        if self._loop is not None:
            await self._breaker.close()
            await self._pipelining.close()
            await close_async_client(self._redis)
            self._loop = None

    async def _ask(self, *command: Any, meanwhile: Meanwhile | None = None) -> Any:
        self._open()
        if self._breaker.is_open:
            raise CacheUnavailable("redis did not answer a moment ago")
        try:
            return await self._pipelining.ask(*command, meanwhile=meanwhile)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._breaker.trip(error)
            raise CacheUnavailable(f"redis does not answer: {type(error).__name__}") from error

    def _names(self, key: str) -> list[str]:
        return [self._settings.key(prefix, key) for prefix in self._prefixes]

    def _open(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self._redis = open_async_client(self._settings, self._limits)
        self._pipelining = (
            Routing(self._redis, self._limits.opening)
            if self._settings.cluster == "on"
            else Pipelining(self._redis.connection_pool.make_connection, self._limits)
        )
        self._breaker = Breaker(self._redis.ping, self._limits.probe_interval)


def _as_mirrored(mirror: State) -> Stored:
    """What Redis holds if the slots are its mirror."""
    return Stored(mirror, mirror.to_json() if mirror.preferences else "")


def _object(text: str | None) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}
