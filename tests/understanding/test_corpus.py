"""The corpus is understood as well as promised, in every group and fast enough."""

from collections import Counter

import pytest

from .cases import PARTS, load
from .report import accuracy, durations

OVERALL, GROUP = 0.95, 0.90
SMALLEST_GROUP = 10  # below that one message is more than the tenth that may fail


@pytest.mark.parametrize("part", PARTS)
def test_messages_are_understood_exactly(part: str) -> None:
    shares = {
        group: right / total
        for group, (right, total) in accuracy(load(part)).items()
        if total >= SMALLEST_GROUP
    }
    assert shares["all"] >= OVERALL
    assert {group: share for group, share in shares.items() if share < GROUP} == {}


def test_the_corpus_is_large_and_no_message_stands_in_it_twice() -> None:
    cases = [case for part in PARTS for case in load(part)]
    assert len(cases) >= 2300
    counts = Counter((case.text, case.question, str(case.before)) for case in cases)
    assert [key for key, count in counts.items() if count > 1] == []


def test_a_message_takes_at_most_two_milliseconds() -> None:
    taken = durations(load("held_out") + load("fifth"), rounds=3)
    assert taken[int(len(taken) * 0.99)] <= 2.0
