"""A turn made ready to be shown: what the student saw, and what the bot made of it.

Metadata may come from any producer, so whatever has another shape than ours is passed over here; the page
shows it raw as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registration.storage.logged_turn import LOW_CONFIDENCE
from registration.storage.transcripts import Turn

_PICTURES = "/timetables/"


@dataclass(frozen=True)
class ShownReply:
    """One bubble of the bot. `picture` is an address on this very server."""

    text: str
    buttons: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True)
class Wish:
    """One preference after the turn, and whether this turn changed it."""

    key: str
    value: str
    changed: bool


@dataclass(frozen=True)
class ShownTurn:
    """`said` is the message, or the title of the button that was pressed."""

    turn: Turn
    said: str
    pressed: bool
    replies: tuple[ShownReply, ...]
    understood: bool
    confidence: float | None
    entities: tuple[str, ...]
    slots: tuple[tuple[str, str], ...]
    wishes: tuple[Wish, ...]
    dropped: tuple[str, ...]
    raw: str

    @property
    def unsure(self) -> bool:
        return self.confidence is not None and self.confidence < LOW_CONFIDENCE

    @property
    def right_preferences(self) -> str:
        """What the reviewer said the preferences should be, as JSON; empty where nothing was said."""
        mark = self.turn.mark
        return _json(mark.preferences) if mark and mark.preferences is not None else ""


def shown(turns: Iterable[Turn], public_url: str) -> Iterator[ShownTurn]:
    """The turns of one conversation, in order."""
    titles: dict[str, str] = {}
    before: Mapping[str, Any] = {}
    for turn in turns:
        replies = _dicts(turn.metadata.get("replies"))
        after = _dict(turn.metadata.get("preferences"))
        yield _shown(turn, titles, replies, before, after, public_url)
        titles.update(_titles(replies))
        before = after


def _shown(
    turn: Turn,
    titles: Mapping[str, str],
    replies: list[dict[str, Any]],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    public_url: str,
) -> ShownTurn:
    title = titles.get(turn.message)
    confidence = turn.metadata.get("confidence")
    is_number = isinstance(confidence, (int, float)) and not isinstance(confidence, bool)
    return ShownTurn(
        turn=turn,
        said=title or turn.message,
        pressed=title is not None,
        replies=tuple(_reply(reply, public_url) for reply in replies) or (ShownReply(turn.response),),
        understood=turn.metadata.get("understood") is not False,
        confidence=float(confidence) if is_number else None,  # type: ignore[arg-type]
        entities=tuple(_entity(entity) for entity in _dicts(turn.metadata.get("entities"))),
        slots=tuple(
            (name, _value(turn.metadata[key])) for key, name in _SLOTS if turn.metadata.get(key) is not None
        ),
        wishes=tuple(Wish(key, _value(value), before.get(key) != value) for key, value in after.items()),
        dropped=tuple(key for key in before if key not in after),
        raw=_json(turn.metadata, indent=2),
    )


_SLOTS = (
    ("step", "requested_slot"),
    ("state", "step"),
    ("language", "language"),
    ("channel", "channel"),
    ("latency_ms", "latency in ms"),
)


def _reply(reply: Mapping[str, Any], public_url: str) -> ShownReply:
    buttons = tuple(str(button.get("title", "")) for button in _dicts(reply.get("buttons")))
    return ShownReply(str(reply.get("text", "")), buttons, _picture(reply.get("image"), public_url))


def _picture(address: Any, public_url: str) -> str | None:
    """The path of a picture of ours; a reviewer's browser asks no other server for anything."""
    own = public_url.rstrip("/") + _PICTURES
    if not isinstance(address, str) or not public_url or not address.startswith(own):
        return None
    return address[len(own) - len(_PICTURES) :]


def _titles(replies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    buttons = [button for reply in replies for button in _dicts(reply.get("buttons"))]
    return {
        str(button["payload"]): str(button["title"])
        for button in buttons
        if {"payload", "title"} <= set(button)
    }


def _entity(entity: Mapping[str, Any]) -> str:
    return f"{entity.get('entity')}: {_value(entity.get('value'))}"


def _value(value: Any) -> str:
    if value == []:
        return "none in particular"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else _json(value)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
