"""A conversation as the sum of its turns, and what each turn adds to the counts of the overview."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from registration.storage.logged_turn import CHOSEN, COMPLETE, LoggedTurn, term

NONE, CANCELLED = "none", "cancelled"
_FINISHED = (COMPLETE, CHOSEN)
_MAX_QUESTIONS = 25  # in `reached`; its column is long enough for as many names
_MAX_NAME = 100

STARTED, COMPLETED, REACHED, PREFERENCE = "started", "completed", "reached", "preference"

# How often by kind, day and name.
Counts = Counter[tuple[str, date, str]]


@dataclass(frozen=True)
class Summary:
    """A conversation so far. `stage`: chosen, complete, cancelled, the question that waits, or none."""

    key: str
    student_id: int
    sender: str
    started_at: datetime
    last_at: datetime
    turns: int = 0
    not_understood: int = 0
    lowest_confidence: float | None = None
    language: str = ""
    stage: str = NONE
    reached: tuple[str, ...] = ()

    @classmethod
    def begun_by(cls, turn: LoggedTurn) -> "Summary":
        """The conversation before its first turn."""
        return cls(turn.key, turn.student_id, turn.sender, started_at=turn.at, last_at=turn.at)

    @property
    def stage_term(self) -> str:
        return term("stage", self.stage)

    def after(self, turn: LoggedTurn) -> "Summary":
        return replace(
            self,
            last_at=max(self.last_at, turn.at),
            turns=self.turns + 1,
            not_understood=self.not_understood + (not turn.understood),
            lowest_confidence=_lowest(self.lowest_confidence, turn.confidence),
            language=turn.language or self.language,
            stage=_stage(self, turn),
            reached=_reached(self.reached, turn.question),
        )


def counted(before: Summary, turn: LoggedTurn, after: Summary) -> Counts:
    """What a turn adds. The funnel counts on the day on which its conversation began."""
    counts: Counts = Counter()
    began = after.started_at.date()
    if before.turns == 0:
        counts[STARTED, began, ""] += 1
    for question in after.reached[len(before.reached) :]:
        counts[REACHED, began, question] += 1
    if after.stage in _FINISHED and before.stage not in _FINISHED:
        counts[REACHED, began, COMPLETE] += 1
        counts[COMPLETED, turn.at.date(), ""] += 1
        for name in _kinds(turn):
            counts[PREFERENCE, turn.at.date(), name] += 1
    if after.stage == CHOSEN != before.stage:
        counts[REACHED, began, CHOSEN] += 1
    return counts


def _stage(before: Summary, turn: LoggedTurn) -> str:
    """Finished stays finished; else the latest turn says."""
    if turn.state in _FINISHED:
        return CHOSEN if CHOSEN in (turn.state, before.stage) else COMPLETE
    if before.stage in _FINISHED or turn.at < before.last_at:
        return before.stage
    if turn.question:
        return turn.question
    if turn.state is None and before.reached:
        return CANCELLED
    return before.stage


def _reached(reached: tuple[str, ...], question: str | None) -> tuple[str, ...]:
    if question is None or question in reached or len(reached) >= _MAX_QUESTIONS:
        return reached
    return (*reached, question)


def _lowest(one: float | None, other: float | None) -> float | None:
    known = [value for value in (one, other) if value is not None]
    return min(known, default=None)


def _kinds(turn: LoggedTurn) -> Iterator[str]:
    """The confirmed preferences as names to count: `time_period=morning`, `prefer_days=Monday` …"""
    for key, value in turn.preferences.items():
        for kind in _kinds_of(value):
            name = f"{key}={kind}"
            if len(name) <= _MAX_NAME:
                yield name


def _kinds_of(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {str(value).lower()}
    if isinstance(value, str):
        return {_kind(value)}
    if isinstance(value, list):
        return {_kind(item) for item in value} or {"none"}
    return {"given"}


def _kind(value: Any) -> str:
    """A word of a table such as `morning` counts as itself; a name or a number only as given."""
    is_word = isinstance(value, str) and value.isascii() and value.isalpha() and len(value) <= 16
    return value if is_word else "given"
