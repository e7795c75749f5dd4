"""What may be stored, and what one change does to the rest: the rules of the preference table."""

from collections.abc import Iterable, Mapping
from typing import Any

from registration.dialogue.changes import ANY, Change, Operation
from registration.dialogue.kinds import Kind, ListOf, SeveralChoices, YesNoAny
from registration.preferences.questions import CHOSEN, DAYS, PERIODS, QUESTIONS, SUBJECTS

from .folding import fold

# The type of each key, as the table of questions has it.
_KINDS: dict[str, Kind] = dict(CHOSEN)
for _question in (SUBJECTS, *QUESTIONS):
    _KINDS.update(_question.kinds)
CHOICES = tuple(key for key, kind in _KINDS.items() if isinstance(kind, YesNoAny))

# The order in which a list is kept; lists of names keep the order in which they were said.
_ORDERS: dict[str, tuple[str, ...]] = {"prefer_days": DAYS, "avoid_days": DAYS, "avoid_time_periods": PERIODS}
_OPPOSITE = {"prefer_days": "avoid_days", "avoid_days": "prefer_days"}


def is_valid(key: str, value: Any) -> bool:
    """Whether the table allows this value under this key."""
    kind = _KINDS.get(key)
    return kind is not None and kind.is_valid(value)


def apply(preferences: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The preferences after the changes; one that the table does not allow changes nothing."""
    state = dict(preferences)
    for change in changes:
        value = _new_value(state, change)
        if value is not None and is_valid(change.key, value):
            _store(state, change.key, value)
        elif change == Change(Operation.REMOVE, "specific_times", None):
            state.pop("specific_times", None)
    return _without_pointless(state)


def skip(question: str | None) -> tuple[Change, ...]:
    """The answer of a student who does not mind: "any", or empty lists where the answer is a list."""
    if question == "time_period" or question in CHOICES:
        return (Change(Operation.SET, question, ANY),)
    return tuple(Change(Operation.SET, key, []) for key in _SKIPPED_LISTS.get(question or "", ()))


_SKIPPED_LISTS = {
    "subjects": ("subjects",),
    "days": ("prefer_days", "avoid_days"),
    "specific": ("preferred_teachers", "specific_class_ids"),
}


def same_name(one: str, other: str) -> bool:
    """Whether two names mean one teacher: 'nam' is 'Nguyễn Văn Nam'."""
    short, long = sorted((fold(one).split(), fold(other).split()), key=len)
    return bool(short) and long[-len(short) :] == short


def _new_value(state: Mapping[str, Any], change: Change) -> Any:
    if change.operation is Operation.SET:
        return (
            _in_order(change.key, change.value) if isinstance(change.value, (list, tuple)) else change.value
        )
    if change.key == "specific_times":
        return _merged_times(state.get(change.key), change) if change.operation is Operation.ADD else None
    if not isinstance(change.value, (list, tuple)) or change.key not in _LISTS:
        return None
    old = _list(state.get(change.key))
    if change.operation is Operation.ADD:
        return _in_order(change.key, [*old, *change.value])
    if change.key not in state:
        return None  # nothing to take away, and not asked yet
    return [item for item in old if not any(_same(change.key, item, gone) for gone in change.value)]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _same(key: str, item: Any, gone: Any) -> bool:
    if key == "preferred_teachers" and isinstance(item, str) and isinstance(gone, str):
        return same_name(item, gone)
    return bool(item == gone)


def _in_order(key: str, items: Iterable[Any]) -> list[Any]:
    unique: list[Any] = []
    for item in items:
        if item not in unique:
            unique.append(item)
    order = _ORDERS.get(key)
    if order and all(item in order for item in unique):
        unique.sort(key=order.index)
    return unique


def _merged_times(old: Any, change: Change) -> Any:
    """The new bounds over the old ones; an old bound that no longer fits goes."""
    new = change.value
    if not isinstance(new, Mapping) or not is_valid("specific_times", new):
        return None
    merged = {
        end: new[end] or (old[end] if is_valid("specific_times", old) else None) for end in ("start", "end")
    }
    return merged if is_valid("specific_times", merged) else dict(new)


def _store(state: dict[str, Any], key: str, value: Any) -> None:
    state[key] = value
    opposite = _OPPOSITE.get(key)
    if opposite and value and opposite in state:
        state[opposite] = [day for day in state[opposite] if day not in value]
    if key == "time_period" and "avoid_time_periods" in state:
        state["avoid_time_periods"] = [period for period in state["avoid_time_periods"] if period != value]
    if key == "avoid_time_periods" and value and state.get("time_period", value[0]) in value:
        state["time_period"] = ANY


def _without_pointless(state: dict[str, Any]) -> dict[str, Any]:
    """Drops the answers to questions that the period makes pointless."""
    period = state.get("time_period")
    if period in ("afternoon", "evening"):
        state.pop("avoid_early_start", None)
    if period == "morning":
        state.pop("avoid_late_end", None)
    return state


_LISTS = frozenset(key for key, kind in _KINDS.items() if isinstance(kind, (ListOf, SeveralChoices)))
