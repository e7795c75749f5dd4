"""From "tôi muốn đăng ký lớp" to the rows in the database, through every real part."""

import json
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import redis

from registration.testing.waiting import wait_until
from tests.live.conftest import LiveBot

VIETNAMESE = [
    ("tôi muốn đăng ký lớp", "Bạn muốn học buổi nào?"),
    ("buổi sáng", "Bạn có muốn tránh tiết đầu buổi sáng không?"),
    ("có ạ", "Bạn muốn học hay muốn tránh ngày nào trong tuần?"),
    ("tránh thứ 7 và chủ nhật", "Bạn có muốn các lớp trong buổi học liền nhau không?"),
    ("cảm ơn bạn", "Bạn có muốn các lớp trong buổi học liền nhau không?"),
    ("ko", "Bạn có muốn dồn lịch vào ít ngày để có ngày nghỉ không?"),
    ("sao cũng được", "Bạn có yêu cầu riêng về giảng viên, mã lớp hay giờ học không?"),
    ("không", "Mình ghi lại nhé"),
    ("đúng rồi", "Đã xác nhận"),
]
ENGLISH = [
    ("I want to register for classes", "When would you like your classes?"),
    ("afternoon", "Would you like to avoid finishing late?"),
    ("no", "Which days would you like, or like to avoid?"),
    ("Monday and Wednesday", "Would you like your classes back to back?"),
    ("yes", "Would you like as few days as possible"),
    ("skip", "Any teacher, class id or hours you want?"),
    ("no", "This is what I have"),
    ("yes", "Confirmed"),
]


def converse(
    bot: LiveBot, student: int, turns: list[tuple[str, str]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    chat = bot.chat(str(student))
    for message, expected in turns:
        said = "\n".join(reply["text"] for reply in chat.say(message))
        assert expected in said, (message, said)
    return chat.turns


def stored(bot: LiveBot, table: str, student: int, count: int) -> list[dict[str, Any]]:
    query = f"SELECT * FROM {table} WHERE student_id = :student ORDER BY id"
    wait_until(lambda: _table_exists(bot, table), timeout=20, what=f"the table {table}")
    wait_until(lambda: len(bot.rows(query, student=student)) >= count, timeout=20, what=f"{count} rows")
    return bot.rows(query, student=student)


def _table_exists(bot: LiveBot, table: str) -> bool:
    try:
        bot.rows(f"SELECT 1 FROM {table} LIMIT 1")
    except Exception:
        return False
    return True


def as_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=timezone.utc)


def is_recent(value: Any) -> bool:
    return abs(datetime.now(timezone.utc) - moment(value)) < timedelta(minutes=10)


def test_a_conversation_in_vietnamese_leaves_one_row_a_turn_and_the_confirmed_preferences(
    bot: LiveBot,
) -> None:
    turns = converse(bot, 4721, VIETNAMESE)
    rows = stored(bot, "chat_message_logs", 4721, len(turns))
    assert [row["message"] for row in rows] == [message for message, _ in turns]
    assert [row["response"] for row in rows] == [
        "\n".join(reply["text"] for reply in replies) for _, replies in turns
    ]
    assert rows[0]["intent"] == "class_registration_suggestion"
    assert rows[4]["intent"] == "thanks"
    for row in rows:
        assert uuid.UUID(row["message_id"])
        assert is_recent(row["timestamp"])
        assert is_recent(row["created_at"])
    metadata = as_json(rows[3]["metadata"])
    assert metadata["sender_id"] == "4721"
    assert metadata["channel"] == "rest"
    assert metadata["language"] == "vi"
    assert metadata["step"] == "prefer_continuous"
    assert metadata["understood"] is True
    assert metadata["preferences"]["avoid_days"] == ["Saturday", "Sunday"]
    assert 0 < metadata["latency_ms"] < 60_000
    assert [button["title"] for button in metadata["replies"][-1]["buttons"]] == [
        "Có",
        "Không",
        "Sao cũng được",
    ]
    assert len({as_json(row["metadata"])["session"] for row in rows}) == 1

    [confirmed] = stored(bot, "class_preference_logs", 4721, 1)
    preferences = as_json(confirmed["preferences"])
    assert preferences["time_period"] == "morning"
    assert preferences["avoid_early_start"] is True
    assert preferences["avoid_days"] == ["Saturday", "Sunday"]
    assert preferences["prefer_continuous"] is False
    assert preferences["prefer_free_days"] == "any"
    assert preferences["preferred_teachers"] == []
    assert preferences == as_json(rows[-1]["metadata"])["preferences"]
    assert confirmed["step"] == "complete"


def test_a_conversation_in_english(bot: LiveBot) -> None:
    turns = converse(bot, 4712, ENGLISH)
    rows = stored(bot, "chat_message_logs", 4712, len(turns))
    assert len(rows) == len(turns)
    assert {as_json(row["metadata"])["language"] for row in rows} == {"en"}
    [confirmed] = stored(bot, "class_preference_logs", 4712, 1)
    preferences = as_json(confirmed["preferences"])
    assert preferences["time_period"] == "afternoon"
    assert "avoid_early_start" not in preferences
    assert preferences["prefer_days"] == ["Monday", "Wednesday"]
    assert preferences["prefer_continuous"] is True


def test_redis_shows_the_state_while_the_dialogue_goes_on(bot: LiveBot) -> None:
    converse(bot, 4713, VIETNAMESE[:3])
    with redis.Redis(host=bot.redis.host, port=bot.redis.port, db=bot.redis.db) as client:
        state = json.loads(client.get("class_preferences:4713"))
        conversation = json.loads(client.get("conversation:4713"))
        assert 3500 < client.ttl("class_preferences:4713") <= 3600
    assert state["time_period"] == "morning"
    assert state["avoid_early_start"] is True
    assert state["step"] == "in_progress"
    assert conversation["step"] == "days"
    assert conversation["last_message"] == "có ạ"
    assert conversation["last_response"].startswith("Bạn muốn học hay muốn tránh ngày nào")


def test_buttons_answer_their_question_and_forged_ones_do_not(bot: LiveBot) -> None:
    chat = bot.chat("4714")
    chat.say("đăng ký lớp")
    said = chat.say('/inform{"time_period": "midnight"}')
    assert "không nhận được" in said[0]["text"]
    assert list(chat.buttons()) == ["Buổi sáng", "Buổi chiều", "Buổi tối", "Buổi nào cũng được"]
    chat.press("Buổi chiều")
    assert "tan học muộn" in chat.turns[-1][1][0]["text"]


def test_cancelling_clears_and_undo_brings_back(bot: LiveBot) -> None:
    chat = bot.chat("4715")
    chat.say("đăng ký lớp")
    chat.say("chiều")
    assert "Đã hủy" in chat.say("hủy")[0]["text"]
    with redis.Redis(host=bot.redis.host, port=bot.redis.port, db=bot.redis.db) as client:
        assert client.get("class_preferences:4715") is None
    assert "Học buổi chiều" in chat.say("hoàn tác")[0]["text"]


def test_text_goes_through_unchanged(bot: LiveBot) -> None:
    hostile = "<script>alert(1)</script> '; DROP TABLE chat_message_logs; -- 😀 zero\u200bwidth"
    bot.chat("4716").say(hostile)
    [row] = stored(bot, "chat_message_logs", 4716, 1)
    assert row["message"] == hostile


def test_an_anonymous_conversation_is_student_zero_with_its_sender_in_the_metadata(bot: LiveBot) -> None:
    sender = f"visitor-{uuid.uuid4()}"
    bot.chat(sender).say("đăng ký lớp")
    wait_until(
        lambda: [
            row
            for row in stored(bot, "chat_message_logs", 0, 1)
            if as_json(row["metadata"])["sender_id"] == sender
        ],
        timeout=20,
        what="the row of the anonymous sender",
    )


def test_the_specs_queries_answer(bot: LiveBot) -> None:
    converse(bot, 4717, VIETNAMESE[:2])
    stored(bot, "chat_message_logs", 4717, 2)
    assert bot.rows("SELECT COUNT(*) AS n FROM chat_message_logs")[0]["n"] >= 2
    recent = bot.rows("SELECT * FROM chat_message_logs ORDER BY created_at DESC LIMIT 10")
    assert 2 <= len(recent) <= 10
    by_intent = bot.rows("SELECT intent, COUNT(*) as count FROM chat_message_logs GROUP BY intent")
    assert "class_registration_suggestion" in {row["intent"] for row in by_intent}
