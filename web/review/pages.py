"""The pages that only show: list, conversation, overview, and the export of corrections."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import file, text

from registration.dialogue.question import CONFIRM
from registration.storage.logged_turn import CHOSEN, COMPLETE
from registration.storage.overview import MISSED_READ, Overview

from ..review import charts
from ..review.desk import Desk, apart
from ..review.forms import BadForm, address_of, filters_of, number_of, place_of
from ..review.guard import HOME
from ..review.intents import known_intents
from ..review.nlu_export import training_data
from ..review.rendering import page
from ..review.routes import Routes
from ..review.showing import shown

SPANS = (7, 30, 90, 365)  # days
_STYLE = Path(__file__).parent / "review.css"


class Pages:
    """What a reviewer looks at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_to(self, routes: Routes) -> None:
        routes.add(self.conversations, "/", "conversations")
        routes.add(self.conversation, "/conversations/<number:int>", "conversation")
        routes.add(self.overview, "/overview", "overview")
        routes.add(self.export, "/export/nlu.yml", "export")
        routes.add(self.style, "/review.css", "style", is_open=True)  # the login page has it too

    async def conversations(self, request: Request) -> HTTPResponse:
        """The list, by the filters in the address."""
        filters, after = filters_of(request), place_of(request)
        found = await apart(self._desk.conversations.page, filters, after)
        said = await apart(self._desk.conversations.last_messages, [row.id for row in found.rows])
        address = address_of(filters)
        following = {**address, "after": str(found.following)} if found.following else None
        return _page(
            "list.html",
            request,
            rows=[(row, said.get(row.id, "")) for row in found.rows],
            filters=filters,
            is_filtered=bool(address),
            following=following and urlencode(following),
            is_first=after is None,
            first_page=urlencode(address),
            stages=self._desk.stages,
            intents=known_intents(),
            languages=self._desk.languages,
        )

    async def conversation(self, request: Request, number: int) -> HTTPResponse:
        """One conversation, turn by turn."""
        after = number_of(request, "after", default=0)
        found = await apart(self._desk.transcripts.of, number, after)
        if found is None:
            raise NotFound("no such conversation")
        turns = list(shown(found.turns, self._desk.public_url))
        return _page(
            "conversation.html", request, of=found, turns=turns, after=after, intents=known_intents()
        )

    async def overview(self, request: Request) -> HTTPResponse:
        """Figures and plots of the last days."""
        days = number_of(request, "days", default=SPANS[1])
        if days not in SPANS:
            raise BadForm(f"days must be one of {', '.join(map(str, SPANS))}")
        until = datetime.now(timezone.utc).date()
        since = until - timedelta(days=days - 1)
        figures = await apart(self._desk.overviews.between, since, until)
        return _page(
            "overview.html",
            request,
            days=days,
            spans=SPANS,
            plot=charts.days_plot(figures.started, figures.completed, since, until),
            funnel=charts.shares(_funnel(self._desk, figures), sum(figures.started.values())),
            preferences=_preferences(figures),
            missed=figures.missed,
            missed_read=MISSED_READ,
        )

    async def export(self, _: Request) -> HTTPResponse:
        """The corrected messages as training data."""
        body = training_data(await apart(self._desk.reviewing.corrections))
        named = {"Content-Disposition": "attachment; filename=corrected.yml", "Cache-Control": "no-store"}
        return text(body, content_type="application/yaml; charset=utf-8", headers=named)

    async def style(self, _: Request) -> HTTPResponse:
        return await file(_STYLE, mime_type="text/css; charset=utf-8")


def _page(template: str, request: Request, **values: Any) -> HTTPResponse:
    return page(template, form_token=request.ctx.form_token, signed_in=True, home=HOME, **values)


def _funnel(desk: Desk, figures: Overview) -> dict[str, int]:
    """How many conversations came so far, in the order of the questions."""
    asked = [question.name for question in desk.questionnaire.questions]
    order = [*asked, CONFIRM, COMPLETE, desk.questionnaire.choice, CHOSEN]
    return {name: figures.reached.get(name, 0) for name in order if name}


def _preferences(figures: Overview) -> list[tuple[str, tuple[charts.Share, ...]]]:
    completed = sum(figures.completed.values())
    return [(key, charts.shares(values, completed)) for key, values in figures.preferences.items()]
