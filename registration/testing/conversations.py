"""Made-up conversations of class registration, as the bot leaves them: the same for the same seed.

For pictures, and for tables large enough to measure.
"""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from registration.messaging.messages import ChatMessage, derived_id

_Buttons = tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class _Question:
    name: str
    text: str
    buttons: _Buttons
    answers: tuple[tuple[str, dict[str, Any]], ...]


def _yes_no(key: str) -> _Buttons:
    return (("Có", {key: True}), ("Không", {key: False}), ("Sao cũng được", {key: "any"}))


_QUESTIONS = (
    _Question(
        "time_period",
        "Bạn muốn học buổi nào?",
        (
            ("Buổi sáng", {"time_period": "morning"}),
            ("Buổi chiều", {"time_period": "afternoon"}),
            ("Buổi tối", {"time_period": "evening"}),
            ("Sao cũng được", {"time_period": "any"}),
        ),
        (
            ("em thích học sáng ạ", {"time_period": "morning"}),
            ("buoi chieu nhe", {"time_period": "afternoon"}),
            ("tối đi làm về mới học được", {"time_period": "evening"}),
        ),
    ),
    _Question(
        "days",
        "Bạn muốn học hoặc tránh những ngày nào?",
        (
            ("Tránh thứ 7", {"avoid_days": ["Saturday"]}),
            ("Ngày nào cũng được", {"prefer_days": [], "avoid_days": []}),
        ),
        (
            ("t2 t4 t6", {"prefer_days": ["Monday", "Wednesday", "Friday"]}),
            ("em bận thứ 4 hàng tuần", {"avoid_days": ["Wednesday"]}),
            ("đừng xếp cuối tuần", {"avoid_days": ["Saturday", "Sunday"]}),
        ),
    ),
    _Question(
        "prefer_continuous",
        "Bạn có muốn học các lớp liền nhau không?",
        _yes_no("prefer_continuous"),
        (("co a", {"prefer_continuous": True}), ("không cần đâu", {"prefer_continuous": False})),
    ),
    _Question(
        "prefer_free_days",
        "Bạn có muốn dồn lịch để được nghỉ nhiều ngày hơn không?",
        _yes_no("prefer_free_days"),
        (("được thế thì tốt quá", {"prefer_free_days": True}), ("thôi", {"prefer_free_days": False})),
    ),
    _Question(
        "specific",
        "Bạn có thầy cô, lớp hay giờ nào mong muốn không?",
        (("Không", {"preferred_teachers": [], "specific_class_ids": []}),),
        (
            ("em thích học cô Lan", {"preferred_teachers": ["Lan"], "specific_class_ids": []}),
            ("lớp 149215 nhé", {"preferred_teachers": [], "specific_class_ids": ["149215"]}),
        ),
    ),
)
_BEGINNINGS = ("tôi muốn đăng ký lớp", "dang ky mon hoc", "em muốn đăng ký học phần kì này", "đk lớp")
_MISSED = (
    *("asdf", "hả", "là sao bạn", "??", "thứ mấy nhỉ"),
    *("cái gì cơ", "mai tính", "huhu", "không hiểu", "wifi yếu quá"),
)
_CONFIRM = "Mình ghi lại như vậy, đúng chưa?"


def conversations(count: int, first: datetime, days: int, seed: int = 1) -> Iterator[list[ChatMessage]]:
    """`count` conversations, begun in order of time over `days` days from `first` on."""
    chance = random.Random(seed)
    step = timedelta(days=days) / count
    for number in range(count):
        yield _Talk(chance, first + step * number, number, seed).turns()


@dataclass
class _Talk:
    chance: random.Random
    at: datetime
    number: int
    seed: int
    preferences: dict[str, Any] = field(default_factory=dict)
    made: list[ChatMessage] = field(default_factory=list)

    def turns(self) -> list[ChatMessage]:
        self._add(self.chance.choice(_BEGINNINGS), "class_registration_suggestion", ask=_QUESTIONS[0])
        for place, question in enumerate(_QUESTIONS):
            if self.chance.random() < 0.12:
                self._add(self.chance.choice(_MISSED), "out_of_scope", ask=question, understood=False)
            if self.chance.random() < 0.07:
                return self.made  # gives up
            self._answer(question, _QUESTIONS[place + 1] if place + 1 < len(_QUESTIONS) else None)
        self._add("đúng rồi ạ", "affirm", ask=None, state="complete")
        return self.made

    def _answer(self, question: _Question, following: _Question | None) -> None:
        if self.chance.random() < 0.5:
            _, values = self.chance.choice(question.buttons)
            text = _payload(values)
        else:
            text, values = self.chance.choice(question.answers)
        self.preferences = {**self.preferences, **values}
        self._add(text, "inform", ask=following, confirm=following is None)

    def _add(
        self,
        text: str,
        intent: str,
        ask: _Question | None,
        confirm: bool = False,
        understood: bool = True,
        state: str | None = None,
    ) -> None:
        said = ask.text if ask else _CONFIRM if confirm else "Xong rồi, cảm ơn bạn!"
        if not understood:
            said = f"Mình chưa hiểu ý bạn. {said}"
        offered = ask.buttons if ask else ()
        buttons = [{"title": title, "payload": _payload(values)} for title, values in offered]
        confidence = self.chance.uniform(0.2, 0.6) if not understood else self.chance.uniform(0.5, 1.0)
        student = self.number % 50_000 + 1
        self.made.append(
            ChatMessage(
                student_id=student,
                timestamp=self.at + timedelta(seconds=20 * len(self.made)),
                message_id=str(uuid.UUID(int=self.chance.getrandbits(128))),
                message=text,
                response=said,
                intent=intent,
                metadata={
                    "sender_id": str(student),
                    "channel": "socketio",
                    "session": derived_id("made-up", str(self.seed), str(self.number)),
                    "language": "en" if self.number % 12 == 0 else "vi",
                    "confidence": 1.0 if text.startswith("/") else round(confidence, 4),
                    "entities": [],
                    "step": ask.name if ask else "confirm" if confirm else None,
                    "state": state or ("in_progress" if self.preferences else None),
                    "understood": understood,
                    "preferences": dict(self.preferences),
                    "replies": [{"text": said, "buttons": buttons} if buttons else {"text": said}],
                    "latency_ms": round(self.chance.uniform(3, 30), 1),
                },
            )
        )


def _payload(values: dict[str, Any]) -> str:
    return f"/inform{json.dumps(values)}"
