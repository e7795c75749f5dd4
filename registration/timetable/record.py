"""One row of a catalogue file, read field by field; every fault is noted and reading goes on."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import TypeVar

from registration.timetable.faults import Fault

T = TypeVar("T")
LONGEST = 300  # characters in one field; more is a broken file, and would break the picture


class Record:
    """The fields of one row. After a fault, `ok` is False and a harmless default was given."""

    def __init__(self, values: Mapping[str, object], row: str, faults: list[Fault]) -> None:
        self.values = values
        self.row = row
        self.ok = True
        self._faults = faults

    def fault(self, column: str, message: str) -> None:
        self.ok = False
        self._faults.append(Fault(self.row, column, message))

    def text(self, key: str, *, needed: bool = False) -> str:
        """The field as trimmed text; a number is written without ".0"."""
        text = self._as_text(key)
        if needed and not text:
            self.fault(key, "is missing")
        return text

    def read(self, key: str, parse: Callable[[str], T], default: T, *, needed: bool = False) -> T:
        """The field through `parse`, which raises ValueError for what it does not take."""
        text = self.text(key, needed=needed)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.fault(key, str(error))
            return default

    def children(self, key: str) -> list[object]:
        """The field as a list (JSON only); an absent one is empty."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, "must be a list")
            return []
        return value

    def _as_text(self, key: str) -> str:
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, (date, time)):
            # Excel makes dates and times of "2-9" and "6:45" by itself; guessing back can be wrong.
            self.fault(key, "is a date or time of Excel's; format the column as text and enter it anew")
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.fault(key, "must be text or a number")
            return ""
        return self._checked(key, value)

    def _checked(self, key: str, value: str | int | float) -> str:
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        text = " ".join(text.split())
        if text.startswith("="):
            self.fault(key, "holds a formula; save the sheet with values instead of formulas")
            return ""
        if len(text) > LONGEST:
            self.fault(key, f"is longer than {LONGEST} characters")
            return ""
        return text


def whole_number(text: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise ValueError(f"{text!r} is not a whole number of at most 6 digits")
    return int(text)


def credits_of(text: str) -> float:
    """Credits from "3" or "3(2-1-1-6)", as Vietnamese timetables write them."""
    head = text.split("(")[0].strip()
    if not head.replace(".", "", 1).isdecimal() or float(head) > 60:
        raise ValueError(f"{text!r} is not a number of credits such as 3 or 3(2-1-1-6)")
    return float(head)


def subject_code(text: str) -> str:
    return "".join(text.split()).upper()
