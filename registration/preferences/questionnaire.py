"""The class registration as a questionnaire: its questions, and the functions that know their answers."""

from registration.dialogue.changes import Understander
from registration.dialogue.question import Questionnaire
from registration.preferences.questions import CHOSEN, QUESTIONS, SUBJECTS
from registration.preferences.rules import apply, is_valid, skip
from registration.preferences.understanding import understand

CHOICE = "choice"  # which of the timetables that are shown after the confirmation


def class_registration(understand_subjects: Understander | None = None) -> Questionnaire:
    """The questionnaire; with an understander of subjects (there is a catalogue) it asks for them first, and
    offers timetables at the end.
    """
    with_subjects = understand_subjects is not None
    return Questionnaire(
        questions=(SUBJECTS, *QUESTIONS) if with_subjects else QUESTIONS,
        understand=understand_subjects or understand,
        apply=apply,
        skip=skip,
        is_valid=is_valid,
        further_keys=tuple(CHOSEN) if with_subjects else (*SUBJECTS.keys, *CHOSEN),
        choice=CHOICE if with_subjects else None,
        choice_key="chosen_class_ids",
        offers=lambda preferences: bool(preferences.get("subjects")),
    )
