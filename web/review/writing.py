"""What a reviewer sends: marks on turns, a note and tags on a conversation."""

from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import redirect

from registration.storage.reviewing import RIGHT

from ..review.desk import Desk, apart
from ..review.forms import BadForm, field_of, preferences_of
from ..review.guard import HOME
from ..review.intents import known_intents
from ..review.routes import Routes

_NO_MARK = "none"


class Writing:
    """What a reviewer sends, and where the browser goes after it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, routes: Routes) -> None:
        routes.add(self.mark, "/turns/<log_id:int>/mark", "mark", "POST")
        routes.add(self.describe, "/conversations/<number:int>/description", "describe", "POST")

    async def mark(self, request: Request, log_id: int) -> HTTPResponse:
        """One turn as right or wrong, or as not marked."""
        reviewing, verdict = self._desk.reviewing, field_of(request.form, "verdict")
        if verdict == _NO_MARK:
            await apart(reviewing.unmark, log_id)
        elif not await apart(reviewing.mark, log_id, verdict, *_correction(request, self._desk, verdict)):
            raise NotFound("no such turn")
        return _back(request, f"#turn-{log_id}")

    async def describe(self, request: Request, number: int) -> HTTPResponse:
        """The note and the tags of one conversation."""
        note, tags = field_of(request.form, "note"), field_of(request.form, "tags").split(",")
        if not await apart(self._desk.reviewing.describe, number, note, tags):
            raise NotFound("no such conversation")
        return _back(request, "#description")


def _correction(request: Request, desk: Desk, verdict: str) -> tuple[object, ...]:
    """The right intent, the right preferences and the note of a form. Raises BadForm."""
    note = field_of(request.form, "note")
    if verdict == RIGHT:
        return None, None, note
    intent = field_of(request.form, "intent") or None
    if intent and known_intents() and intent not in known_intents():
        raise BadForm(f"the bot has no intent of that name; allowed: {', '.join(known_intents())}")
    preferences = preferences_of(field_of(request.form, "preferences"), desk.questionnaire)
    return intent, preferences, note


def _back(request: Request, place: str) -> HTTPResponse:
    """To the conversation whose page sent the form."""
    number, after = field_of(request.form, "conversation"), field_of(request.form, "after")
    if not number.isascii() or not number.isdigit():
        return redirect(HOME, status=303)
    rest = f"?after={after}" if after.isascii() and after.isdigit() and after != "0" else ""
    return redirect(f"{HOME}conversations/{number}{rest}{place}", status=303)
