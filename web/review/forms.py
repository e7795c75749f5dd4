"""What a reviewer fills in, read and checked. Every error names the field and what is allowed."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sanic import Request
from sanic.exceptions import SanicException

from registration.dialogue.question import Questionnaire
from registration.errors import InvalidMessage
from registration.storage.listing import Filters, Place
from registration.student_id import MAX_STUDENT_ID

from ..review.routes import MAX_ID

_MAX_TEXT = 200  # characters of one filter
_CHECKED = "1"
_YEARS = (1970, 2999)


class BadForm(SanicException):
    """A field of another shape than it must be."""

    status_code = 400
    quiet = True


def filters_of(request: Request) -> Filters:
    """The filters in the address. Raises BadForm."""
    given = {name: (request.args.get(name) or "").strip() for name in _NAMES}
    for name, value in given.items():
        if len(value) > _MAX_TEXT:
            raise BadForm(f"{name} is {len(value)} characters long; at most {_MAX_TEXT} are allowed")
    return Filters(
        text=given["text"],
        student_id=_number("student_id", given["student_id"], MAX_STUDENT_ID),
        intent=given["intent"],
        language=given["language"],
        stage=given["stage"],
        not_understood=given["not_understood"] == _CHECKED,
        unsure=given["unsure"] == _CHECKED,
        since=_day("since", given["since"]),
        until=_day("until", given["until"]),
        tag=given["tag"],
        verdict=given["verdict"],
    )


_NAMES = [item.name for item in fields(Filters)]


def address_of(filters: Filters) -> dict[str, str]:
    """The filters as the address holds them, without those that do not matter."""
    values = {name: getattr(filters, name) for name in _NAMES}
    return {
        name: _CHECKED if value is True else str(value)
        for name, value in values.items()
        if value not in ("", None, False) or (value == 0 and value is not False)
    }


def place_of(request: Request) -> Place | None:
    """Where the page begins. Raises BadForm."""
    shown = request.args.get("after")
    if not shown:
        return None
    place = Place.read(shown)
    if place is None:
        raise BadForm("after is no place in the list; go back to its first page")
    return place


def number_of(request: Request, name: str, default: int, most: int = MAX_ID) -> int:
    """A number in the address. Raises BadForm."""
    value = _number(name, request.args.get(name) or "", most)
    return default if value is None else value


def preferences_of(text: str, questionnaire: Questionnaire) -> dict[str, Any] | None:
    """The right preferences of a form; None where it names none. Raises BadForm."""
    if not text.strip():
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise BadForm('preferences are no JSON, such as {"time_period": "morning"}') from None
    if not isinstance(values, dict):
        raise BadForm('preferences must be a JSON object, such as {"time_period": "morning"}')
    _check_preferences(values, questionnaire)
    return values


def field_of(form: Mapping[str, Any] | None, name: str) -> str:
    """A field without the spaces around it; empty where there is none."""
    return raw_field_of(form, name).replace("\r\n", "\n").strip()


def raw_field_of(form: Mapping[str, Any] | None, name: str) -> str:
    value = (form or {}).get(name) or ""
    return str(value[0] if isinstance(value, list) else value)


def _check_preferences(values: Mapping[str, Any], questionnaire: Questionnaire) -> None:
    for key, value in values.items():
        if key not in questionnaire.keys:
            raise BadForm(f"preferences has no key of that name; allowed: {', '.join(questionnaire.keys)}")
        try:
            is_valid = questionnaire.is_valid(key, value)
        except (InvalidMessage, TypeError, ValueError):
            is_valid = False
        if not is_valid:
            raise BadForm(f"{key} cannot have that value; see the table of preferences")


def _number(name: str, text: str, most: int) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        raise BadForm(f"{name} must be a whole number from 0 to {most}")
    return int(text)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadForm(f"{name} must be a date such as 2026-03-31") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise BadForm(f"{name} must be in the years {_YEARS[0]} to {_YEARS[1]}")
    return day
