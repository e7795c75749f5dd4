"""The number that names a student."""

import re

MAX_STUDENT_ID = 2_147_483_647
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


def student_id(text: str) -> int | None:
    """The number that `text` is, from 1 to 2,147,483,647 in plain digits; None for anything else."""
    if _NUMBER.fullmatch(text) and (number := int(text)) <= MAX_STUDENT_ID:
        return number
    return None
