"""Who writes: a student by number, or an anonymous conversation."""

from msgspec import Struct

from registration.folding import well_formed
from registration.student_id import student_id

ANONYMOUS = 0


class Sender(Struct, frozen=True):
    """`student_id` for tables and messages (0: anonymous), `key` for Redis."""

    student_id: int
    key: str

    @classmethod
    def of(cls, sender_id: str) -> "Sender":
        """The student whose number `sender_id` is, from 1 to 2,147,483,647; else an anonymous sender."""
        key = well_formed(sender_id)
        return cls(student_id(key) or ANONYMOUS, key)
