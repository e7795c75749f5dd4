"""The judge itself: each kind of error is seen, and nothing else is."""

from pathlib import Path

import pytest

from tests.faults import traffic
from tests.faults.ledger import DeadLetter, Judgement, LedgerFile, judge, read_ledger

GOOD = {"tok-a-0-end", "tok-a-1-end"}
BAD = {"tok-poison-0-end"}
BURIED = [DeadLetter("tok-poison-0-end", "chat_messages.dead", "no JSON")]


def test_an_exact_ledger() -> None:
    judgement = judge(GOOD, GOOD, sorted(GOOD), BURIED * 2, BAD, BAD)
    assert judgement == Judgement([], [], [], [], [], [], [])
    assert judgement.exact


def test_a_message_whose_answer_a_kill_cut_off_may_arrive_or_not() -> None:
    unsure = {"tok-a-2-end"}
    assert judge(GOOD, GOOD | unsure, sorted(GOOD), BURIED, BAD, BAD).exact
    assert judge(GOOD, GOOD | unsure, sorted(GOOD | unsure), BURIED, BAD, BAD).exact


@pytest.mark.parametrize(
    ("rows", "dead", "wrong"),
    [
        (["tok-a-0-end"], BURIED, {"lost": ["tok-a-1-end"]}),
        (["tok-a-0-end", "tok-a-0-end", "tok-a-1-end"], BURIED, {"double": ["tok-a-0-end"]}),
        (
            ["tok-a-0-end"],
            [*BURIED, DeadLetter("tok-a-1-end", "q", "expired")],
            {"wrongly_dead": ["tok-a-1-end"]},
        ),
        (sorted(GOOD), [], {"poison_lost": ["tok-poison-0-end"]}),
        (sorted(GOOD | BAD), BURIED, {"poison_stored": ["tok-poison-0-end"]}),
        ([*sorted(GOOD), "tok-b-9-end"], BURIED, {"invented": ["tok-b-9-end"]}),
        (sorted(GOOD), [*BURIED, DeadLetter("", "q", "")], {"invented": [""]}),
    ],
)
def test_an_error_is_seen(rows: list[str], dead: list[DeadLetter], wrong: dict[str, list[str]]) -> None:
    judgement = judge(GOOD, GOOD, rows, dead, BAD, BAD)
    assert {name: tokens for name, tokens in vars(judgement).items() if tokens} == wrong


def test_an_altered_row_is_an_error() -> None:
    assert not judge(GOOD, GOOD, sorted(GOOD), BURIED, BAD, BAD, altered=["tok-a-0-end"]).exact


def test_a_ledger_file_survives_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    assert read_ledger(path).next_number == 0
    for first in (0, 3):  # the second writer is the first one's successor
        with LedgerFile(path) as ledger:
            ledger.tries(first)
            ledger.ends(first, True, 20)
            ledger.tries(first + 1)
            ledger.ends(first + 1, False, 30)
            ledger.tries(first + 2)
        with path.open("a") as torn:
            torn.write("took 2 1")
    handed_in = read_ledger(path)
    assert (handed_in.taken, handed_in.refused) == ({0, 3}, {1, 4})
    assert handed_in.tried == {0, 1, 2, 3, 4, 5}
    assert handed_in.next_number == 6


def test_a_token_rebuilds_its_message_and_is_found_in_its_body() -> None:
    for number in range(200):
        assert traffic.message("pub0", number) == traffic.message("pub0", number)
        assert traffic.tokens_in(traffic.body("pub0", number)) == traffic.token("pub0", number)
