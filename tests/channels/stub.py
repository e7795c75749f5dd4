"""`python -m tests.channels.stub PORT CREDENTIALS`: channels registered as by Rasa, before a bot that echoes.

The channels are those of the credentials file; only Rasa's agent is a stand-in, so that no model is needed.
"""

import asyncio
import sys

from rasa.core.channels.channel import UserMessage, register
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_yaml_file
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text


class Echo:
    """Says what it was told, by whom, and how often it was told so; a few words make it do more."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], int] = {}

    async def handle_message(self, message: UserMessage) -> None:
        text, sender = message.text or "", message.sender_id
        times = self._times[sender, text] = self._times.get((sender, text), 0) + 1
        if text == "fail":
            raise RuntimeError(f"secret of {sender}: {text}")
        if text.startswith("slow"):
            await asyncio.sleep(0.5)
        if text != "silent":
            await message.output_channel.send_response(sender, _response(text, sender, times))


def _response(text: str, sender: str, times: int) -> dict[str, object]:
    buttons = [{"title": "Sáng", "payload": '/inform{"time_period": "morning"}'}]
    more = {"buttons": buttons, "image": "/picture.png"} if text == "more" else {}
    return {"text": f"{sender} said {text}, time {times}\n\nand that is all", **more}


def main() -> None:
    port, credentials = int(sys.argv[1]), sys.argv[2]
    app = Sanic("stub", configure_logging=False)
    app.ctx.agent = Echo()
    named = read_yaml_file(credentials).items()
    found = [class_from_module_path(path).from_credentials(options) for path, options in named]
    register(found, app, "/webhooks/")
    app.add_route(_live, "/")
    app.run("127.0.0.1", port, access_log=False, motd=False)


async def _live(_: Request) -> HTTPResponse:
    return text("ok")


if __name__ == "__main__":
    main()
