"""Which dead letters are meant: by reason, age and student, all of them to be met."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated

import typer

from registration.messaging.glance import glance
from registration.operating.carrier import Letter
from registration.sender import Sender

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def parse_age(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if not found:
        raise typer.BadParameter(f"{text!r}; allowed: a whole number and s, m, h or d, such as 90m or 2d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


Reason = Annotated[str, typer.Option(help="Only those whose reason holds this text.")]
Student = Annotated[str, typer.Option(help="Only those of this student or anonymous sender.")]
_Age = timedelta | None
OlderThan = Annotated[
    _Age, typer.Option(parser=parse_age, metavar="AGE", help="Only those that failed so long ago: 90m, 2d.")
]
NewerThan = Annotated[
    _Age, typer.Option(parser=parse_age, metavar="AGE", help="Only those that failed since: 90m, 2d.")
]


@dataclass(frozen=True)
class Selection:
    reason: str = ""
    student: str = ""
    older_than: timedelta | None = None
    newer_than: timedelta | None = None
    message_id: str = ""

    def takes(self, letter: Letter) -> bool:
        return (
            self.reason.casefold() in letter.reason.casefold()
            and (not self.message_id or letter.message_id == self.message_id)
            and self._takes_age(letter.failed_at)
            and (not self.student or self._takes_student(letter))
        )

    def _takes_student(self, letter: Letter) -> bool:
        who = Sender.of(self.student)
        return glance(letter.body).belongs_to(who.student_id, who.key)

    def _takes_age(self, failed_at: datetime | None) -> bool:
        if self.older_than is None and self.newer_than is None:
            return True
        if failed_at is None:
            return False
        age = datetime.now(timezone.utc) - failed_at
        return (self.older_than is None or age >= self.older_than) and (
            self.newer_than is None or age <= self.newer_than
        )
