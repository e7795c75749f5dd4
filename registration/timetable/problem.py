"""What is to be solved: the subjects, the wishes, and what they are worth. Picklable, for a process pool."""

from dataclasses import dataclass, field

from registration.timetable.model import ClassCatalogue, Subject, Term
from registration.timetable.record import subject_code
from registration.timetable.scoring import Weights
from registration.timetable.wishes import Preferences, Wishes, read_wishes, texts


@dataclass(frozen=True)
class Problem:
    """One student's search. `unknown_subjects` and `foreign_class_ids` were asked for but are not in it."""

    subjects: tuple[Subject, ...]
    wishes: Wishes
    term: Term
    weights: Weights = field(default_factory=Weights)
    unknown_subjects: tuple[str, ...] = ()
    foreign_class_ids: tuple[str, ...] = ()


def make_problem(
    catalogue: ClassCatalogue, preferences: Preferences, weights: Weights | None = None
) -> Problem:
    """The problem that a preference state poses; its subjects are those of the key `subjects`."""
    codes = tuple(dict.fromkeys(subject_code(code) for code in texts(preferences, "subjects")))
    found = {code: catalogue.subject(code) for code in codes}
    subjects = tuple(subject for subject in found.values() if subject is not None)
    wishes = read_wishes(preferences)
    known = {section.class_id for subject in subjects for section in subject.sections}
    return Problem(
        subjects=subjects,
        wishes=wishes,
        term=catalogue.term,
        weights=weights or Weights(),
        unknown_subjects=tuple(code for code, subject in found.items() if subject is None),
        foreign_class_ids=tuple(class_id for class_id in wishes.class_ids if class_id not in known),
    )
