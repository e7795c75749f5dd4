"""What is known of one student: the preferences, how far the dialogue is, and when that last changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

IN_PROGRESS, COMPLETE, CHOSEN = "in_progress", "complete", "chosen"
_META = ("step", "last_updated")


class State(Struct, frozen=True):
    """Preferences by key (absent: not asked yet), the step, and the time of the last change in UTC.

    A dated state without preferences is one that was cleared: it is newer than the copies that it cleared.
    """

    preferences: Mapping[str, Any] = field(default_factory=dict)
    step: str = IN_PROGRESS
    last_updated: datetime | None = None  # None: nothing was ever stored

    @property
    def is_complete(self) -> bool:
        return self.step in (COMPLETE, CHOSEN)

    @property
    def dated(self) -> str:
        """When it last changed, as `write_time` writes it; empty for never."""
        return "" if self.last_updated is None else write_time(self.last_updated)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that Redis holds, the same for equal states; empty: nothing was ever stored."""
        if self.last_updated is None:
            return {}
        values = dict(sorted(self.preferences.items()))
        values["step"], values["last_updated"] = self.step, self.dated
        return values

    def to_json(self) -> str:
        return msgspec.json.encode(self.to_dict()).decode()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], keys: Iterable[str] | None = None) -> "State":
        """The state that an object of `to_dict`'s shape holds; the empty state where it holds none.

        `keys`: those of its preferences, where it holds other things too.
        """
        dated = parse_time(values.get("last_updated"))
        if dated is None:
            return NOTHING
        wanted = (key for key in values if key not in _META) if keys is None else keys
        kept = {key: value for key in wanted if (value := values.get(key)) is not None}
        return cls(kept, str(values.get("step") or IN_PROGRESS), dated)

    @classmethod
    def from_json(cls, text: str | bytes | None) -> "State":
        try:
            return cls.from_dict(msgspec.json.decode(text or b"{}", type=dict[str, Any]))
        except (msgspec.DecodeError, RecursionError):
            return cls()

    def changed(self, preferences: Mapping[str, Any], step: str, now: datetime) -> "State":
        """The state after a change, later than this one whatever the clock; itself where nothing differs."""
        if dict(preferences) == dict(self.preferences) and step == self.step:
            return self
        return State(dict(preferences), step, self._after(now))

    def cleared(self, now: datetime) -> "State":
        return State(last_updated=self._after(now))

    def confirmed(self) -> "State":
        """The completed state, dated by the answers that it confirms.

        Not by the clock: a confirmation that arrives twice must give one and the same state.
        """
        if self.is_complete or self.last_updated is None:
            return self
        return replace(self, step=COMPLETE, last_updated=self.last_updated + _INSTANT)

    def _after(self, now: datetime) -> datetime:
        return now if self.last_updated is None else max(now, self.last_updated + _INSTANT)


NOTHING = State()
_INSTANT = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


def newest(*states: State) -> State:
    """The state changed last; the first of those changed at the same time."""
    return max(states, key=lambda state: state.last_updated or _NEVER)


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, so that later texts are greater."""
    text = msgspec.to_builtins(moment.astimezone(timezone.utc))[:-1]  # isoformat() costs three times as much
    return f"{text}+00:00" if "." in text else f"{text}.000000+00:00"


def parse_time(text: Any) -> datetime | None:
    """The moment that an ISO 8601 text names, in UTC where it names no zone; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
