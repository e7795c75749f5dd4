"""Reads a catalogue file: by its ending and its content, never more than the size limit."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from registration.timetable.builder import Reading
from registration.timetable.college_json import looks_like_college, read_college_json
from registration.timetable.faults import BadCatalogue, Fault
from registration.timetable.json_file import read_own_json
from registration.timetable.model import Catalogue
from registration.timetable.sheets import UnreadableSheet, csv_rows, excel_rows
from registration.timetable.table_file import read_table

MAX_BYTES = 32 * 1024 * 1024  # a university's whole term is 1 to 5 MB


def load_catalogue(path: str | Path, *, first_monday: date | None = None) -> Catalogue:
    """The catalogue in a file, all or nothing. Raises BadCatalogue with every fault of the file.

    `first_monday`, the Monday of week 1, is for the formats that do not say it (CSV, Excel).
    """
    return read_catalogue(path, first_monday=first_monday).strict(Path(path).name)


def read_catalogue(path: str | Path, *, first_monday: date | None = None) -> Reading:
    """What is good in a file beside its faults. Raises BadCatalogue where nothing can be read at all."""
    path = Path(path)
    _check_size(path)
    ending = path.suffix.lower()
    if ending == ".json":
        return _read_json(path)
    if ending in (".csv", ".xlsx"):
        return _read_table(path, ending, first_monday)
    raise _unreadable(path, f"is none of .json, .csv, .xlsx (it ends in {ending or 'nothing'})")


def _read_table(path: Path, ending: str, first_monday: date | None) -> Reading:
    try:
        rows = csv_rows(_read_text(path)) if ending == ".csv" else excel_rows(path)
        return read_table(rows, first_monday)
    except UnreadableSheet as error:
        raise _unreadable(path, str(error)) from error


def _unreadable(path: Path, message: str, row: str = "") -> BadCatalogue:
    return BadCatalogue(path.name, (Fault(row, "", message),))


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, f"cannot be opened ({error.strerror})") from error
    if size > MAX_BYTES:
        raise _unreadable(path, f"is {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read")


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        message = f"is not UTF-8 (byte 0x{byte:02X}); save the file as UTF-8"
        raise _unreadable(path, message, f"line {line}") from error


def _read_json(path: Path) -> Reading:
    document = _decode(path, _read_text(path))
    if not isinstance(document, dict):
        raise _unreadable(path, "must hold a JSON object")
    return read_college_json(document) if looks_like_college(document) else read_own_json(document)


def _decode(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _unreadable(path, f"is not JSON: {error.msg}", f"line {error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise _unreadable(path, "is nested too deeply, or holds a number of thousands of digits") from error
