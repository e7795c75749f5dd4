"""The question about subjects: names and codes of a catalogue, read beside all other answers."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from registration.dialogue.changes import Change, Operation, Suggestion, Understander, Understanding
from registration.preferences.folding import MAX_LENGTH, clean, fold
from registration.preferences.rules import apply
from registration.preferences.understanding import Name, understand
from registration.timetable import Named, Subject, SubjectIndex, SubjectMatches, Unknown

_MOST_SUGGESTIONS = 6
_LONG_WORD = 5  # letters from which one English word of a name is no chatter

_Say = Callable[[Sequence[Named]], Understanding]


def understander(index: Callable[[], SubjectIndex]) -> Understander:
    """`understand` with the subjects of a catalogue; `index` gives the names as they are now."""

    def understand_with_subjects(
        text: str, *, question: str | None, preferences: dict[str, Any]
    ) -> Understanding:
        subjects = index()
        matches = subjects.find(clean(text)) if len(text) <= MAX_LENGTH else SubjectMatches()

        def say(named: Sequence[Named]) -> Understanding:
            names = tuple(Name(one.start, one.end, _codes(one.subjects), one.is_whole) for one in named)
            said = understand(text, question=question, preferences=preferences, names=names)
            return _offered_only(_with_subjects_of_classes(said, subjects), subjects)

        said = say(matches.named)
        if said.command or "contradiction" in said.remarks:
            return said
        if question == "subjects":
            return _with_suggestions(said, text, matches, preferences, say)
        clear = [one for one in matches.named if _is_clear(one, matches)]
        if not clear or any(change.key != "subjects" for change in said.changes):
            return said  # what was understood goes on to the next question
        return replace(said, suggestions=_ambiguous(said, matches, clear, preferences, say))

    return understand_with_subjects


def _codes(subjects: Sequence[Subject]) -> tuple[str, ...]:
    return tuple(subject.code for subject in subjects)


def _with_subjects_of_classes(said: Understanding, index: SubjectIndex) -> Understanding:
    """A class that is wished for tells its subject: 'lớp IT3080-01'."""
    codes = [
        subject.code
        for change in said.changes
        if change.key == "specific_class_ids" and change.operation is not Operation.REMOVE
        for class_id in change.value
        for subject in index.find(class_id).found
    ]
    added = (Change(Operation.ADD, "subjects", list(dict.fromkeys(codes))),) if codes else ()
    return replace(said, changes=(*said.changes, *added))


def _offered_only(said: Understanding, index: SubjectIndex) -> Understanding:
    """Without the course codes that the catalogue does not hold; those are rejected."""
    changes, rejected = [], list(said.rejected)
    for change in said.changes:
        if change.key != "subjects" or change.operation is Operation.REMOVE or not change.value:
            changes.append(change)
            continue
        offered = [code for code in change.value if code in index]
        rejected += [code for code in change.value if code not in offered]
        changes += [replace(change, value=offered)] if offered else []
    return replace(said, changes=tuple(changes), rejected=tuple(rejected))


def _with_suggestions(
    said: Understanding, text: str, matches: SubjectMatches, preferences: dict[str, Any], say: _Say
) -> Understanding:
    """Add what names could mean: those of several subjects, and the nearest to those of none."""
    known = _subjects_after(said, preferences)
    unknown = [one for one in matches.unknown if not said.changes or _names_a_subject(one, text)]
    nearest = [
        Suggestion(_title(subject, one.text, said.language), {"subjects": [*known, subject.code]})
        for one in unknown
        for subject in one.nearest
        if subject.code not in known
    ]
    meant: dict[str, Suggestion] = {}
    for suggestion in (*_ambiguous(said, matches, matches.named, preferences, say), *nearest):
        meant.setdefault(suggestion.title, suggestion)
    rejected = dict.fromkeys([*said.rejected, *(one.text for one in unknown)])
    suggestions = tuple(meant.values())[:_MOST_SUGGESTIONS]
    return replace(said, suggestions=suggestions, rejected=tuple(rejected))


def _ambiguous(
    said: Understanding,
    matches: SubjectMatches,
    named: Sequence[Named],
    preferences: dict[str, Any],
    say: _Say,
) -> tuple[Suggestion, ...]:
    """For each name of several subjects, what the message would have done had it named one of them.

    A name that was refused, or that was no name where it stands ("cô Mai"), suggests nothing.
    """
    before = _subjects_after(said, preferences)
    found: list[Suggestion] = []
    for one in named:
        after = {}
        for subject in one.subjects if len(one.subjects) > 1 else ():
            alone = dataclasses.replace(one, subjects=(subject,))
            chosen = say([alone if other is one else other for other in matches.named])
            after[subject] = _subjects_after(chosen, preferences)
        if any(subjects != before for subjects in after.values()):
            found += [
                Suggestion(
                    _title(subject, one.text, said.language),
                    {"subjects": sorted(subjects, key=lambda code: code not in before)},  # the new one last
                )
                for subject, subjects in after.items()
                if subject.code in subjects
            ]
    return tuple(found[:_MOST_SUGGESTIONS])


def _subjects_after(said: Understanding, preferences: dict[str, Any]) -> list[str]:
    return list(apply(preferences, said.changes).get("subjects", []))


def _title(subject: Subject, written: str, language: str | None) -> str:
    """The code and the name, in English where the message is."""
    name_en = subject.name_en or subject.name
    in_english = language == "en" or (language is None and fold(written).split()[0] in fold(name_en).split())
    return f"{subject.code} {name_en if in_english else subject.name}"


def _is_clear(one: Named, matches: SubjectMatches) -> bool:
    """Whether words name a subject also where no subject is asked for: a part of a name may be chatter."""
    if one.is_whole:
        return True
    if matches.unknown:
        return False
    words = fold(one.text).split()
    in_english = all(words[0] in fold(subject.name_en or "").split() for subject in one.subjects)
    return len(words) > 1 or (in_english and len(words[0]) >= _LONG_WORD)


def _names_a_subject(unknown: Unknown, text: str) -> bool:
    """Whether words beside subjects that were found name another, and are no chatter or other answer."""
    if understand(unknown.text, question=None, preferences={}):
        return False
    named = f"mon {fold(unknown.text)}" in fold(text)
    return named or bool(unknown.nearest)
