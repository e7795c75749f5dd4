"""From the log to the tables of the review: every row once, whatever it holds and whoever is at it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.engine import Engine

from registration.messaging.messages import Message
from registration.storage.conversation import Summary, counted
from registration.storage.conversation_tables import (
    conversation_counts,
    conversation_progress,
    conversation_summaries,
    conversation_terms,
    conversation_turns,
)
from registration.storage.following import Follower
from registration.storage.logged_turn import NOT_UNDERSTOOD, UNSURE, LoggedTurn, term, words
from registration.storage.rereading import begin_again
from registration.storage.writer import Writer
from registration.testing.waiting import wait_until
from tests.review.turns import MONDAY, dialogue, turn

DERIVED = (conversation_summaries, conversation_turns, conversation_terms, conversation_counts)


@pytest.fixture
def writer(database_url: str) -> Iterator[Writer]:
    writer = Writer.to(database_url)
    yield writer
    writer.close()


def follow(writer: Writer, messages: Sequence[Message] = (), batch: int = 500) -> Engine:
    """The database after these messages were stored and read."""
    if messages:
        writer.store(messages)
    follower = Follower(writer.engine, batch)
    while follower.step() or follower.look_back():
        pass
    return writer.engine


def rows_of(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def contents(engine: Engine) -> list[list[str]]:
    """All that follows from the log, without the numbers that depend on when it was read."""
    keys = {row["id"]: row["conversation_key"] for row in rows_of(engine, conversation_summaries)}

    def lasting(row: dict[str, Any]) -> str:
        own = {name: value for name, value in row.items() if name not in ("id", "conversation_id")}
        return str((keys.get(row.get("conversation_id", 0)), sorted(own.items())))

    return [sorted(lasting(row) for row in rows_of(engine, table)) for table in DERIVED]


def test_a_conversation_is_the_sum_of_its_turns(writer: Writer) -> None:
    begun = turn(8, 5, understood=False)
    engine = follow(writer, [*dialogue(7, ["sáng ạ", "xyz"], confidence=0.4), begun])
    first, second = rows_of(engine, conversation_summaries)
    assert (first["student_id"], first["turns"], first["stage"], first["language"]) == (
        7,
        3,
        "complete",
        "vi",
    )
    assert (first["started_at"], first["lowest_confidence"]) == (MONDAY, 0.4)
    assert first["reached"] == "time_period,avoid_early_start"
    assert (second["stage"], second["not_understood"]) == ("time_period", 1)

    by_term: dict[str, set[int]] = {}
    for row in rows_of(engine, conversation_terms):
        by_term.setdefault(row["term"], set()).add(row["conversation_id"])
    assert by_term[term("word", "sang")] == by_term[UNSURE] == by_term["stage:complete"] == {first["id"]}
    assert by_term[NOT_UNDERSTOOD] == by_term["stage:time_period"] == {second["id"]}
    assert by_term["intent:inform"] == {first["id"], second["id"]}


def test_the_overview_counts_each_conversation_once(writer: Writer) -> None:
    engine = follow(writer, [*dialogue(7, ["sáng", "không"]), *dialogue(8, ["chiều"], state="chosen")])
    follow(writer, [turn(7, 30, message="cảm ơn", step=None, state="complete")])
    counts = {(row["kind"], row["name"]): row["times"] for row in rows_of(engine, conversation_counts)}
    assert counts == {
        ("started", ""): 2,
        ("completed", ""): 2,
        ("reached", "time_period"): 2,
        ("reached", "avoid_early_start"): 1,
        ("reached", "complete"): 2,
        ("reached", "chosen"): 1,
        ("preference", "time_period=morning"): 2,
        ("preference", "avoid_days=Saturday"): 2,
        ("preference", "avoid_days=Sunday"): 2,
        ("preference", "prefer_free_days=true"): 2,
    }
    assert {row["day"] for row in rows_of(engine, conversation_counts)} == {date(2026, 3, 2)}


def test_row_by_row_gives_what_one_batch_gives_and_so_does_beginning_again(writer: Writer) -> None:
    messages = [
        *dialogue(7, ["a", "b", "c", "d"]),
        *dialogue(8, ["a"]),
        turn(9, 1),
        turn(9, 2, understood=False),
    ]
    engine = follow(writer, messages, batch=1)
    one_by_one = contents(engine)
    begin_again(engine)
    assert contents(engine) == [[], [], [], []]
    assert contents(follow(writer, batch=500)) == one_by_one


def test_followers_at_once_read_each_row_once(writer: Writer) -> None:
    messages = [each for student in range(1, 41) for each in dialogue(student, ["sáng", "không", "chiều"])]
    writer.store(messages)
    followers = [Follower(writer.engine, batch=7) for _ in range(4)]

    def all_of(follower: Follower) -> int:
        return sum(iter(follower.step, 0))

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(all_of, followers)) == len(messages)
    together = contents(writer.engine)
    begin_again(writer.engine)
    assert contents(follow(writer)) == together


def test_a_row_that_becomes_visible_late_is_read_too(writer: Writer) -> None:
    engine = follow(writer, dialogue(7, ["sáng"]))
    whole = contents(engine)
    with engine.begin() as connection:  # as if the last had been read while the first was not committed yet
        latest = connection.execute(select(func.max(conversation_progress.c.log_id))).scalar_one()
    begin_again(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE conversation_progress SET log_id = :log_id"), {"log_id": latest})
    assert Follower(engine).step() == 0
    assert Follower(engine).look_back() == 2
    assert (contents(engine), Follower(engine).look_back()) == (whole, 0)


def somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        waits = connection.execute(text("SELECT COUNT(*) FROM information_schema.innodb_lock_waits"))
        return bool(waits.scalar())


def test_a_row_that_is_not_committed_yet_is_waited_for(mariadb_url: str) -> None:
    """With a plain read the later row alone would be seen, and the earlier one passed over."""
    writer = Writer.to(mariadb_url)
    writer.store([turn(1)])
    columns = "student_id, message, response, intent, timestamp, created_at"
    copy = (
        f"INSERT INTO chat_message_logs ({columns}, message_id)"
        f" SELECT {columns}, '{{}}' FROM chat_message_logs WHERE id = 1"
    )
    with writer.engine.connect() as slow, ThreadPoolExecutor(1) as thread:
        slow.execute(text(copy.format("slow")))
        with writer.engine.begin() as fast:
            fast.execute(text(copy.format("fast")))
        read = thread.submit(Follower(writer.engine).step)
        wait_until(lambda: read.done() or somebody_waits(writer.engine), 60)
        slow.commit()
        assert read.result(timeout=60) == 3
    writer.close()


def test_a_row_that_postgresql_shows_late_is_read_once_it_is_there(postgresql_url: str) -> None:
    writer = Writer.to(postgresql_url)
    writer.store([turn(1)])
    columns = "student_id, message, response, intent, timestamp, created_at"
    copy = (
        f"INSERT INTO chat_message_logs ({columns}, message_id)"
        f" SELECT {columns}, '{{}}' FROM chat_message_logs WHERE id = 1"
    )
    follower = Follower(writer.engine)
    with writer.engine.connect() as slow:
        slow.execute(text(copy.format("slow")))
        with writer.engine.begin() as fast:
            fast.execute(text(copy.format("fast")))
        assert follower.step() == 2
        assert follower.look_back() == 0
        slow.commit()
    assert follower.look_back() == 1
    assert (follower.step(), follower.look_back()) == (0, 0)
    writer.close()


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("session", "sender_id", "language", "confidence", "understood", "step", "state", "preferences")


@given(
    metadata=st.dictionaries(st.sampled_from(KEYS), ODD) | ODD,
    message=st.text(max_size=3_000),
    intent=st.text(max_size=255),
    student_id=st.integers(0, 2_147_483_647),
)
def test_whatever_a_row_holds_fits_the_tables(
    metadata: Any, message: str, intent: str, student_id: int
) -> None:
    row = {"id": 1, "student_id": student_id, "message": message, "intent": intent, "metadata": metadata}
    one = LoggedTurn.of({**row, "timestamp": MONDAY})
    before = Summary.begun_by(one)
    after = before.after(one)
    assert (len(after.key), after.turns, len(one.missed_text() or "." * 32)) == (36, 1, 32)
    texts = (after.sender, after.language, after.stage, ",".join(after.reached))
    assert all(len(value) <= most for value, most in zip(texts, (255, 16, 32, 1000), strict=True))
    assert all(found.isascii() and 0 < len(found) <= 72 for found in one.terms() | {after.stage_term})
    counts = counted(before, one, after)
    assert all(len(name) <= 100 and times == 1 for (_, _, name), times in counts.items())
    assert not any("\0" in each for each in (*texts, *(name for _, _, name in counts)))


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Em MUỐN học buổi sáng, thứ 2!", ["em", "muon", "hoc", "buoi", "sang", "thu", "2"]),
        ("đăng ký đăng ký", ["dang", "ky"]),
        ("🎓 <b>'; --", ["b"]),
        ("x" * 100, ["x" * 40]),
        ("", []),
    ],
)
def test_words_are_found_without_accents(message: str, found: list[str]) -> None:
    assert words(message) == found


def test_two_senders_of_one_session_name_are_two_conversations(writer: Writer) -> None:
    engine = follow(
        writer, [turn(1, session="s"), turn(2, session="s"), turn(0, session="s", sender_id="web")]
    )
    assert len(rows_of(engine, conversation_summaries)) == 3


def test_without_a_session_a_day_is_a_conversation(writer: Writer) -> None:
    days = [turn(1, 0, session=None), turn(1, 60, session=7), turn(1, 24 * 60, session="")]
    assert len(rows_of(follow(writer, days), conversation_summaries)) == 2
