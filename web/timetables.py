"""Pictures and calendar files of timetables, at signed addresses."""

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from registration.planning import Planner
from registration.signed_links import SignedLinks

_CACHE = {"Cache-Control": "private, max-age=3600"}


def timetables(planner: Planner, links: SignedLinks) -> Blueprint:
    """`planner` draws, `links` says what an address shows."""
    page = Blueprint("timetables", url_prefix="/timetables")

    @page.get("/<token>/week.png")
    async def picture(_: Request, token: str) -> HTTPResponse:
        shown = links.read(token)
        body = await planner.picture(shown.class_ids, shown.language)
        return raw(body, content_type="image/png", headers=_CACHE)

    @page.get("/<token>/week.ics")
    async def calendar(_: Request, token: str) -> HTTPResponse:
        shown = links.read(token)
        body = await planner.calendar(shown.class_ids, shown.language)
        named = {"Content-Disposition": "attachment; filename=timetable.ics"}
        return raw(body, content_type="text/calendar; charset=utf-8", headers=_CACHE | named)

    async def warm_up(*_: object) -> None:
        planner.warm_up()  # or the first picture would wait for the catalogue and the fonts

    async def close(*_: object) -> None:
        planner.close()

    page.listener("after_server_start")(warm_up)
    page.listener("after_server_stop")(close)
    return page
