"""The review as a blueprint: the door first, then what is behind it."""

from collections.abc import Sequence

from sanic import Blueprint

from registration.dialogue.question import Questionnaire
from registration.settings import Settings
from registration.storage.engine import open_engine

from ..review.desk import Desk
from ..review.guard import Door
from ..review.pages import Pages
from ..review.routes import Routes
from ..review.writing import Writing


def review(settings: Settings, questionnaire: Questionnaire, languages: Sequence[str]) -> Blueprint:
    """The pages under /review on the database that the settings name; connects with the first request."""
    blueprint = Blueprint("review", url_prefix="/review")
    engine = open_engine(settings.database_url)
    desk = Desk(engine, questionnaire, tuple(languages), settings.web.public_url)
    is_https = settings.web.public_url.startswith("https:")
    door = Door(settings.web.review_password_hash, secure=is_https)
    routes = Routes(blueprint, door.check)
    for room in (door, Pages(desk), Writing(desk)):
        room.add_to(routes)

    async def close(*_: object) -> None:
        desk.engine.dispose()

    blueprint.listener("after_server_stop")(close)
    return blueprint
