"""The rows of a CSV or an Excel file."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from registration.timetable.table_file import Row

MAX_UNPACKED = 200_000_000  # bytes; a small .xlsx can unpack to gigabytes
MAX_ROWS = 100_000
MAX_COLUMNS = 200


class UnreadableSheet(ValueError):
    """The file is no table at all; the text says why."""


def csv_rows(text: str) -> Iterator[Row]:
    """The rows of a CSV; comma, semicolon or tab, whichever its first lines hold most."""
    head = text[:4000]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, list(cells)
    except csv.Error as error:
        raise UnreadableSheet(f"line {reader.line_num} is not CSV: {error}") from error


def excel_rows(path: Path) -> Iterator[Row]:
    """The rows of the first sheet of an .xlsx. Formulas come as their text, beginning with "="."""
    _check_archive(path)
    try:
        yield from _sheet_rows(path)
    except UnreadableSheet:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a broken file
        raise UnreadableSheet(f"is not an Excel workbook (.xlsx): {error}") from error


def _sheet_rows(path: Path) -> Iterator[Row]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if number > MAX_ROWS:
                raise UnreadableSheet(f"has more than {MAX_ROWS} rows")
            yield number, list(cells)
    finally:
        book.close()


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableSheet(
            "is not an Excel workbook (.xlsx); old .xls files must be saved anew"
        ) from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableSheet(
            f"unpacks to {unpacked / 1e6:.0f} MB; at most {MAX_UNPACKED / 1e6:.0f} MB are read"
        )
