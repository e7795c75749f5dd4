"""Pages from templates: whatever is put into them is text, never markup."""

from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from sanic import HTTPResponse
from sanic.response import html

_ENVIRONMENT = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}"


def _spoken(message: str) -> str:
    """What a button sends is no words of the student's."""
    return f"button: {message[1:]}" if message.startswith("/") else message


_ENVIRONMENT.filters["moment"] = _moment
_ENVIRONMENT.filters["spoken"] = _spoken


def page(template: str, status: int = 200, **values: Any) -> HTTPResponse:
    """A page that no cache keeps."""
    text = _ENVIRONMENT.get_template(template).render(**values)
    return html(text, status=status, headers={"Cache-Control": "no-store"})
