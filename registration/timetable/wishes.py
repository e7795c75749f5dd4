"""What a student wishes, read from the preferences; each wish can be named, shown and given up by itself.

Hard wishes, which every timetable keeps: `specific_class_ids` and `specific_times`. All others are soft: they
cost points where they are not kept (see `scoring`). A key that is absent, null, "any", an empty list, or
false (the student does not ask for it) is no wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.timetable.clock import DAYS, PERIODS, parse_time

Preferences = Mapping[str, Any]

FLAGS = ("avoid_early_start", "avoid_late_end", "prefer_continuous", "prefer_free_days")
LISTS = (
    "avoid_time_periods",
    "prefer_days",
    "avoid_days",
    "preferred_teachers",
    "specific_class_ids",
    "subjects",
)
HARD = ("specific_class_ids", "specific_times")


@dataclass(frozen=True)
class Wish:
    """One wish: its key among the preferences and, where that holds several, the value meant.

    `Wish("avoid_days", "Saturday")`, `Wish("specific_times", "start")`, `Wish("prefer_continuous")`.
    """

    key: str
    value: str = ""


@dataclass(frozen=True)
class Wishes:
    """The wishes as the search uses them. Days 0 to 6, `earliest` and `latest` in minutes after midnight."""

    period: str = ""
    avoided_periods: frozenset[str] = frozenset()
    no_early_start: bool = False
    no_late_end: bool = False
    preferred_days: frozenset[int] = frozenset()
    avoided_days: frozenset[int] = frozenset()
    continuous: bool = False
    few_days: bool = False
    teachers: tuple[str, ...] = ()
    class_ids: tuple[str, ...] = ()
    earliest: int | None = None
    latest: int | None = None


def read_wishes(preferences: Preferences) -> Wishes:
    """The wishes of a preference state (the table of keys in the design). Unusable values are no wish."""
    period = preferences.get("time_period")
    times = preferences.get("specific_times")
    times = times if isinstance(times, Mapping) else {}
    return Wishes(
        period=period if period in PERIODS else "",
        avoided_periods=frozenset(texts(preferences, "avoid_time_periods")) & frozenset(PERIODS),
        no_early_start=preferences.get("avoid_early_start") is True,
        no_late_end=preferences.get("avoid_late_end") is True,
        preferred_days=_days(preferences, "prefer_days"),
        avoided_days=_days(preferences, "avoid_days"),
        continuous=preferences.get("prefer_continuous") is True,
        few_days=preferences.get("prefer_free_days") is True,
        teachers=texts(preferences, "preferred_teachers"),
        class_ids=texts(preferences, "specific_class_ids"),
        earliest=_time(times.get("start")),
        latest=_time(times.get("end")),
    )


def texts(preferences: Preferences, key: str) -> tuple[str, ...]:
    """A list of the preferences as distinct texts, in its order; "any" and the like are empty."""
    value = preferences.get(key)
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(dict.fromkeys(str(item).strip() for item in value if str(item).strip()))


def _days(preferences: Preferences, key: str) -> frozenset[int]:
    return frozenset(DAYS.index(day) for day in texts(preferences, key) if day in DAYS)


def _time(value: object) -> int | None:
    try:
        return parse_time(value) if isinstance(value, str) else None
    except ValueError:
        return None


def list_wishes(preferences: Preferences) -> tuple[Wish, ...]:
    """Every single wish in the preferences, hard ones first; subjects are not among them."""
    wishes = [Wish("specific_class_ids", value) for value in texts(preferences, "specific_class_ids")]
    times = preferences.get("specific_times")
    if isinstance(times, Mapping):
        wishes += [
            Wish("specific_times", end) for end in ("start", "end") if _time(times.get(end)) is not None
        ]
    if preferences.get("time_period") in PERIODS:
        wishes.append(Wish("time_period"))
    wishes += [Wish(key) for key in FLAGS if preferences.get(key) is True]
    for key in LISTS[:4]:
        wishes += [Wish(key, value) for value in texts(preferences, key)]
    return tuple(wishes)


def without(preferences: Preferences, *given_up: Wish) -> dict[str, Any]:
    """A copy of the preferences in which these wishes (or subjects) are given up: "any", or out of the
    list."""
    changed = dict(preferences)
    for wish in given_up:
        changed[wish.key] = _reduced(changed.get(wish.key), wish)
    return changed


def _reduced(value: Any, wish: Wish) -> Any:
    if wish.key == "specific_times" and isinstance(value, Mapping):
        return {**value, wish.value: None}
    if wish.key in LISTS and isinstance(value, (list, tuple)):
        return [item for item in value if str(item).strip() != wish.value]
    return "any"
