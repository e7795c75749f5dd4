"""Reading and writing of the review on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from registration.errors import InvalidMessage, StorageUnavailable
from registration.messaging.messages import ChatMessage
from registration.storage.engine import open_engine
from registration.storage.following import Follower
from registration.storage.listing import Filters, Listed, Place
from registration.storage.overview import Missed, Overviews
from registration.storage.rereading import begin_again
from registration.storage.reviewing import Correction, Reviewing
from registration.storage.searching import Conversations
from registration.storage.transcripts import TURNS, Transcript, Transcripts
from registration.storage.writer import Writer
from registration.testing.processes import free_port
from registration.testing.rooms import new_database, new_postgresql_database
from tests.review.turns import MONDAY, dialogue, turn

HOSTILE = (
    "' OR 1=1 --",
    '"; DROP TABLE conversation_terms; --',
    "%",
    "_",
    "\\",
    "%s",
    ":name",
    "\0",
    "🎓",
    "x" * 999,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def store(engine: Engine, messages: Sequence[ChatMessage]) -> None:
    Writer(engine).store(messages)
    follower = Follower(engine)
    while follower.step():
        pass


def found(engine: Engine, **filters: Any) -> list[int]:
    """The students of the conversations that fit, the newest conversation first."""
    return [row.student_id for row in Conversations(engine).page(Filters(**filters)).rows]


FIVE = [
    *dialogue(1, ["sáng thứ hai", "không"]),
    turn(2, 60, message="Em muốn học BUỔI SÁNG", intent="greet", language="en"),
    turn(3, 120, message="asdf qwer", understood=False, confidence=0.2, step="days"),
    turn(4, 180, message="chiều", step="time_period"),
    turn(4, 181, message="huỷ", intent="cancel", step=None, state=None),
    turn(5, 24 * 60, message="tối thứ hai", step="days", confidence=None),
]


@pytest.fixture
def five(engine: Engine) -> Engine:
    """Five conversations, an hour apart by their student's number; the fifth is on the next day."""
    store(engine, FIVE)
    return engine


@pytest.fixture(scope="module", params=["mariadb", "postgresql", "sqlite"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same five, for tests that only read."""
    with ExitStack() as rooms:
        if request.param == "mariadb":
            url = rooms.enter_context(new_database(request.getfixturevalue("mariadb_database")))
        elif request.param == "postgresql":
            database = request.getfixturevalue("postgresql_database")
            url = rooms.enter_context(new_postgresql_database(database))
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('shared') / 'registration.db'}"
        engine = open_engine(url)
        rooms.callback(engine.dispose)
        store(engine, FIVE)
        yield engine


@pytest.mark.parametrize(
    ("filters", "students"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"text": "sang"}, [2, 1]),
        ({"text": "SÁNG hai"}, [1]),
        ({"text": "thứ hai"}, [5, 1]),
        ({"text": "sang qwer"}, []),
        ({"text": "nowhere"}, []),
        ({"text": "  "}, [5, 4, 3, 2, 1]),
        ({"student_id": 3}, [3]),
        ({"student_id": 3, "text": "sang"}, []),
        ({"student_id": 1, "text": "sang"}, [1]),
        ({"intent": "greet"}, [2]),
        ({"intent": "inform"}, [5, 4, 3, 1]),
        ({"language": "en"}, [2]),
        ({"not_understood": True}, [3]),
        ({"unsure": True}, [3]),
        ({"stage": "complete"}, [1]),
        ({"stage": "cancelled"}, [4]),
        ({"stage": "days"}, [5, 3]),
        ({"stage": "days", "not_understood": True, "language": "vi", "intent": "inform"}, [3]),
        ({"since": date(2026, 3, 3)}, [5]),
        ({"until": date(2026, 3, 2)}, [4, 3, 2, 1]),
        ({"until": date(2026, 3, 2), "intent": "inform"}, [4, 3, 1]),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 2), "student_id": 2}, [2]),
        ({"since": date(2026, 3, 3), "until": date(2026, 3, 2)}, []),
        ({"tag": "nobody has it"}, []),
        ({"verdict": "wrong"}, []),
    ],
)
def test_filters(shared: Engine, filters: dict[str, Any], students: list[int]) -> None:
    assert found(shared, **filters) == students


@pytest.mark.parametrize("name", ["text", "intent", "language", "stage", "tag", "verdict"])
def test_a_filter_is_data_and_never_sql(shared: Engine, name: str) -> None:
    for value in HOSTILE:
        assert set(found(shared, **{name: value})) in (set(), {1, 2, 3, 4, 5} if name == "text" else set())
    assert len(found(shared)) == 5


@pytest.mark.parametrize("filters", [{}, {"intent": "inform"}, {"text": "toi"}, {"student_id": 7}])
def test_pages_give_each_conversation_once_while_others_come_in(
    engine: Engine, filters: dict[str, Any]
) -> None:
    store(engine, [turn(7, minute // 3, session=f"{minute}") for minute in range(25)])
    conversations = Conversations(engine)
    whole = conversations.page(Filters(**filters), size=100).rows
    seen: list[Listed] = []
    after: Place | None = None
    while True:
        page = conversations.page(Filters(**filters), after, size=10)
        seen += page.rows
        store(engine, [turn(7, 100 + len(seen), session=f"new {len(seen)}")])
        if page.following is None:
            break
        after = Place.read(str(page.following))
    assert seen == list(whole)
    assert [row.place for row in seen] == sorted((row.place for row in seen), key=_order, reverse=True)


def _order(place: Place) -> tuple[Any, int]:
    return place.started_at, place.id


@pytest.mark.parametrize(
    "shown", ["", "x", "20260302080000", "20261399000000-1", "20260302080000-99999999999", "٣-1"]
)
def test_a_place_that_is_none_is_none(shown: str) -> None:
    assert Place.read(shown) is None


def only(engine: Engine, student_id: int) -> Transcript:
    (row,) = Conversations(engine).page(Filters(student_id=student_id)).rows
    transcript = Transcripts(engine).of(row.id)
    assert transcript is not None
    return transcript


def test_a_transcript_holds_the_turns_in_order(shared: Engine) -> None:
    turns = only(shared, 1).turns
    assert [each.message for each in turns] == ["sáng thứ hai", "không", "đúng"]
    assert turns[0].metadata["replies"] == [{"text": "Bạn muốn học buổi nào?"}]
    assert (turns[0].intent, turns[0].at, turns[0].mark) == ("inform", MONDAY, None)
    assert Transcripts(shared).of(999) is None


def test_a_long_conversation_comes_in_pages(engine: Engine) -> None:
    store(engine, [turn(1, minute, message=str(minute)) for minute in range(TURNS + 20)])
    first = only(engine, 1)
    rest = Transcripts(engine).of(first.listed.id, first.following or 0)
    assert rest is not None
    assert [each.message for each in (*first.turns, *rest.turns)] == [str(n) for n in range(TURNS + 20)]
    assert (len(first.turns), rest.following) == (TURNS, None)


def test_the_latest_mark_of_a_turn_counts(five: Engine) -> None:
    reviewing = Reviewing(five)
    first, second, _ = only(five, 1).turns
    assert reviewing.mark(first.log_id, "wrong", "greet", {"time_period": "any"}, "odd")
    assert reviewing.mark(first.log_id, "wrong", "deny", None, "")
    assert reviewing.mark(second.log_id, "right", "deny", {"a": 1})
    marks = [each.mark for each in only(five, 1).turns]
    assert [mark and (mark.verdict, mark.intent, mark.preferences, mark.note) for mark in marks] == [
        ("wrong", "deny", None, ""),
        ("right", None, None, ""),
        None,
    ]
    assert reviewing.corrections() == [Correction("sáng thứ hai", "deny")]
    assert (found(five, verdict="wrong"), found(five, verdict="right", text="sang")) == ([1], [1])

    assert reviewing.unmark(first.log_id)
    assert not reviewing.unmark(first.log_id)
    assert not reviewing.mark(999, "right")
    assert (reviewing.corrections(), found(five, verdict="wrong")) == ([], [])


def test_right_preferences_are_kept(five: Engine) -> None:
    wished = {"prefer_days": ["Monday"], "avoid_early_start": True}
    Reviewing(five).mark(only(five, 1).turns[0].log_id, "wrong", None, wished, "thứ hai")
    mark = only(five, 1).turns[0].mark
    assert mark is not None
    assert (mark.intent, mark.preferences, mark.note) == (None, wished, "thứ hai")


def test_notes_and_tags_are_replaced_and_outlive_a_new_reading(five: Engine) -> None:
    reviewing = Reviewing(five)
    conversation_id = only(five, 1).listed.id
    assert reviewing.describe(conversation_id, "first", ["a", "b"])
    assert reviewing.describe(conversation_id, "lần hai", ["b", " cần xem ", "", "b"])
    assert not reviewing.describe(999, "", [])
    begin_again(five)
    follower = Follower(five)
    while follower.step():
        pass
    assert (only(five, 1).note, only(five, 1).tags) == ("lần hai", ("b", "cần xem"))
    assert (found(five, tag="b"), found(five, tag="a"), found(five, tag="B")) == ([1], [], [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "perhaps"},
        {"verdict": "wrong", "intent": "a b"},
        {"verdict": "wrong", "intent": "x" * 102},
        {"verdict": "right", "note": "x" * 10_001},
    ],
)
def test_a_wrong_mark_is_refused(shared: Engine, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        Reviewing(shared).mark(only(shared, 1).turns[0].log_id, **wrong)


@pytest.mark.parametrize("tags", [["<b>"], ["x" * 51], [str(number) for number in range(21)]])
def test_wrong_tags_are_refused(shared: Engine, tags: list[str]) -> None:
    with pytest.raises(InvalidMessage):
        Reviewing(shared).describe(only(shared, 1).listed.id, "", tags)


def test_the_overview_of_some_days(five: Engine) -> None:
    store(
        five,
        [
            turn(9, 24 * 60 + 1, message="ASDF, qwer!", understood=False),
            turn(9, 24 * 60 + 2, understood=False),
        ],
    )
    overview = Overviews(five).between(date(2026, 3, 2), date(2026, 3, 3))
    assert overview.started == {date(2026, 3, 2): 4, date(2026, 3, 3): 2}
    assert overview.completed == {date(2026, 3, 2): 1}
    assert overview.reached["time_period"] == 4
    assert overview.preferences["avoid_days"] == {"Saturday": 1, "Sunday": 1}
    nine = only(five, 9).listed.id
    assert overview.missed == (Missed("ASDF, qwer!", 2, nine), Missed("tôi muốn đăng ký lớp", 1, nine))
    assert Overviews(five).between(date(2026, 3, 3), date(2026, 3, 3)).reached == {
        "days": 1,
        "time_period": 1,
    }


@pytest.mark.parametrize(
    "filters", [{}, {"text": "toi muon"}, {"intent": "inform", "language": "vi"}, {"student_id": 7}]
)
def test_sqlite_walks_an_index_and_sorts_nothing(sqlite_url: str, filters: dict[str, Any]) -> None:
    engine = open_engine(sqlite_url)
    store(engine, [turn(7, session=str(number)) for number in range(200)])
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    Conversations(engine).page(Filters(**filters))
    statement, values = asked[-1]
    with engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    engine.dispose()
    assert "SCAN" not in plan.replace("SCAN conversation_summaries USING INDEX", "")
    assert "TEMP B-TREE" not in plan


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    engine = open_engine(f"mysql+pymysql://root:hidden-password@127.0.0.1:{free_port()}/db")
    for ask in (
        lambda: Conversations(engine).page(Filters()),
        lambda: Transcripts(engine).of(1),
        lambda: Overviews(engine).between(date(2026, 1, 1), date(2026, 1, 2)),
        lambda: Reviewing(engine).unmark(1),
        Follower(engine).step,
    ):
        with pytest.raises(StorageUnavailable) as caught:
            ask()
        assert "hidden-password" not in str(caught.value)
    engine.dispose()
