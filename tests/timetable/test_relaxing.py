"""What must be given up where no timetable exists."""

from itertools import chain, combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registration.timetable import Catalogue, Wish, make_problem, relax, without
from tests.timetable.building import catalogue, catalogues, preferences, section, subject
from tests.timetable.oracle import best_points


def test_the_wish_that_stands_in_the_way() -> None:
    held = catalogue(
        subject("A", section("1", "Mon 08:00-09:00")), subject("B", section("2", "Mon 13:00-14:00"))
    )
    preferences = {"subjects": ["A", "B"], "specific_times": {"start": "07:00", "end": "12:00"}}
    relaxation = relax(make_problem(held, preferences), budget=30)
    assert relaxation.ways == ((Wish("specific_times", "end"),), (Wish("subjects", "B"),))
    assert relaxation.complete


def test_one_of_two_subjects_that_exclude_each_other() -> None:
    held = catalogue(
        subject("A", section("1", "Mon 08:00-09:00")), subject("B", section("2", "Mon 08:00-09:00"))
    )
    relaxation = relax(make_problem(held, {"subjects": ["A", "B"]}), budget=30)
    assert relaxation.ways == ((Wish("subjects", "A"),), (Wish("subjects", "B"),))


def test_nothing_to_give_up_and_nothing_that_helps() -> None:
    held = catalogue(subject("A", section("1", "Mon 08:00-09:00")), subject("B"))
    assert relax(make_problem(held, {"subjects": ["A"]})).ways == ((),)
    assert relax(make_problem(held, {"subjects": ["B"]})).ways == ()
    assert relax(make_problem(held, {"subjects": ["A", "B"]})).ways == ((Wish("subjects", "B"),),)


def test_without_time_nothing_is_claimed() -> None:
    held = catalogue(subject("A", section("1", "Mon 08:00-09:00")), subject("B"))
    relaxation = relax(make_problem(held, {"subjects": ["A", "B"]}), budget=-1)
    assert (relaxation.ways, relaxation.complete) == ((), False)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Catalogue, dict[str, Any]]:
    held = draw(catalogues(max_subjects=3, max_sections=2))
    return held, draw(preferences(list(held.by_code)))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_no_smaller_set_would_do(case: tuple[Catalogue, dict[str, Any]]) -> None:
    held, wanted = case
    relaxation = relax(make_problem(held, wanted), budget=60, most=99)
    items = [Wish("subjects", code) for code in wanted["subjects"]]
    items += [Wish("specific_class_ids", one) for one in wanted.get("specific_class_ids", [])]
    times = wanted.get("specific_times") or {}
    items += [Wish("specific_times", end) for end in times if times[end]]

    def helps(given_up: tuple[Wish, ...]) -> bool:
        problem = make_problem(held, without(wanted, *given_up))
        return bool(problem.subjects) and bool(best_points(problem, 1))

    sets = chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
    smallest = next((len(some) for some in sets if helps(some)), None)
    assert relaxation.complete
    assert {len(way) for way in relaxation.ways} == (set() if smallest is None else {smallest})
    assert all(helps(way) for way in relaxation.ways)
    if smallest is not None:
        foreign = [
            i
            for i in items
            if i.key == "specific_class_ids"
            and i.value not in {s.class_id for sub in held.subjects() for s in sub.sections}
        ]
        useful = [i for i in items if i not in foreign]
        ways = {frozenset(some) for some in combinations(useful, smallest) if helps(some)}
        assert {frozenset(way) for way in relaxation.ways} == ways
