"""Whether any timetable exists, for many variants of one problem."""

from registration.timetable.cells import cells_of
from registration.timetable.hard import allowed_options
from registration.timetable.options import Option, options_of
from registration.timetable.problem import Problem
from registration.timetable.wishes import Wishes


class Feasibility:
    """The options of a problem as bitmasks, whatever the wishes: bit i is option i, subjects side by side."""

    def __init__(self, problem: Problem) -> None:
        self._subjects = problem.subjects
        self._options = [options_of(subject) for subject in problem.subjects]
        self._begins = [sum(map(len, self._options[:place])) for place in range(len(self._options))]
        everything = [option for options in self._options for option in options]
        self._blocked = _blocked(everything)
        self._known: dict[tuple[int, Wishes], int] = {}

    def exists(self, wishes: Wishes, gone: frozenset[str] = frozenset()) -> bool:
        """Whether a timetable keeps the hard wishes, without the subjects `gone`; an empty one does not
        count."""
        places = [place for place, subject in enumerate(self._subjects) if subject.code not in gone]
        return bool(places) and self._fits([self._allowed(place, wishes) for place in places])

    def _allowed(self, place: int, wishes: Wishes) -> int:
        known = self._known.get((place, wishes))
        if known is None:
            options = self._options[place]
            kept = {id(option) for option in allowed_options(self._subjects[place], options, wishes)}
            known = sum(1 << i for i, option in enumerate(options) if id(option) in kept)
            self._known[place, wishes] = known = known << self._begins[place]
        return known

    def _fits(self, open_subjects: list[int]) -> bool:
        """Whether one option of each can be taken; the subject with the fewest left is decided first."""
        if not open_subjects:
            return True
        if not all(open_subjects):
            return False
        place = min(range(len(open_subjects)), key=lambda i: open_subjects[i].bit_count())
        left = open_subjects[place]
        others = open_subjects[:place] + open_subjects[place + 1 :]
        while left:
            blocked = self._blocked[(left & -left).bit_length() - 1]
            left &= left - 1
            if self._fits([mask & ~blocked for mask in others]):
                return True
        return False


def _blocked(options: list[Option]) -> list[int]:
    """For each option, those that share a cell of time with it (and itself)."""
    cells = cells_of([option.slots for option in options])
    users: dict[int, int] = {}
    for index, taken in enumerate(cells):
        for cell in taken:
            users[cell] = users.get(cell, 0) | 1 << index
    masks = []
    for taken in cells:
        mask = 0
        for cell in taken:
            mask |= users[cell]
        masks.append(mask)
    return masks
