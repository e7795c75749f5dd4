"""The question about subjects: names and codes of a catalogue, read beside all other answers."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from registration.dialogue.changes import Change, Operation, Suggestion, Understander, Understanding
from registration.preferences.folding import fold
from registration.preferences.understanding import understand
from registration.timetable import SubjectIndex, Unknown

_MOST_SUGGESTIONS = 6


def understander(index: Callable[[], SubjectIndex]) -> Understander:
    """`understand` with the subjects of a catalogue; `index` gives the names as they are now."""

    def find(text: str) -> list[str]:
        return [subject.code for subject in index().find(text).found]

    def understand_with_subjects(
        text: str, *, question: str | None, preferences: dict[str, Any]
    ) -> Understanding:
        said = understand(text, question=question, preferences=preferences, find_subjects=find)
        if said.command and find(text):  # "giải tích" is no "giải thích"
            said = replace(said, command=None, changes=(Change(Operation.ADD, "subjects", find(text)),))
        said = _offered_only(said, find)
        if question != "subjects" or said.command:
            return said
        return _with_suggestions(said, text, index(), preferences)

    return understand_with_subjects


def _offered_only(said: Understanding, find: Callable[[str], list[str]]) -> Understanding:
    """Without the course codes that the catalogue does not hold; those are rejected."""
    changes, rejected = [], list(said.rejected)
    for change in said.changes:
        if change.key != "subjects" or change.operation is Operation.REMOVE or not change.value:
            changes.append(change)
            continue
        offered = [code for code in change.value if find(code) == [code]]
        rejected += [code for code in change.value if code not in offered]
        changes += [replace(change, value=offered)] if offered else []
    return replace(said, changes=tuple(changes), rejected=tuple(rejected))


def _with_suggestions(
    said: Understanding, text: str, index: SubjectIndex, preferences: dict[str, Any]
) -> Understanding:
    """Add what names could mean: those of several subjects, and the nearest to those of none."""
    matches = index.find(text)
    unknown = [one for one in matches.unknown if not said.changes or _names_a_subject(one, text)]
    if said.changes and not matches.ambiguous and not unknown:
        return said
    found = [subject.code for subject in matches.found]
    known = list(dict.fromkeys([*preferences.get("subjects", []), *found]))
    meant = [subject for one in matches.ambiguous for subject in one.candidates]
    meant += [subject for one in unknown for subject in one.nearest]
    suggestions = tuple(
        Suggestion(f"{subject.code} {subject.name}", {"subjects": [*known, subject.code]})
        for subject in dict.fromkeys(meant)
    )
    rejected = dict.fromkeys([*said.rejected, *(one.text for one in unknown)])
    return replace(said, suggestions=suggestions[:_MOST_SUGGESTIONS], rejected=tuple(rejected))


def _names_a_subject(unknown: Unknown, text: str) -> bool:
    """Whether words beside subjects that were found name another, and are no chatter or other answer."""
    if understand(unknown.text, question=None, preferences={}):
        return False
    named = f"mon {fold(unknown.text)}" in fold(text)
    return named or bool(unknown.nearest)
