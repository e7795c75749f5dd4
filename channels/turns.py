"""One turn: what Rasa does with a message, with a word for the student when it fails."""

import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from registration.errors import place_of
from registration.settings import get_settings
from registration.student_tokens import BadToken, Student, StudentTokens, TokenExpired

from .refusals import bad_token, token_expired

Handler = Callable[[UserMessage], Awaitable[Any]]
APOLOGY = (
    "Xin lỗi, mình đang trục trặc, bạn thử lại sau nhé. / Sorry, I am in trouble; please try again soon."
)
_MAX_MESSAGE_ID = 64
_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def get_tokens() -> StudentTokens:
    """What reads the tokens in this process. Raises SettingsError."""
    return StudentTokens.of(get_settings().token)


def student_of(token: object) -> Student:
    """The student whom a token names. Raises Refusal."""
    try:
        return get_tokens().read(token)
    except TokenExpired:
        raise token_expired() from None
    except BadToken as error:
        raise bad_token(str(error)) from None


def user_message(
    text: str, output: OutputChannel, student: Student, channel: str, message_id: str | None = None
) -> UserMessage:
    """What Rasa is handed: the sender is the token's student, whatever the client said."""
    return UserMessage(
        text,
        output,
        student.sender_id,
        input_channel=channel,
        # By sender too: nobody else's message can have the same id.
        message_id=f"{student.sender_id}-{message_id[:_MAX_MESSAGE_ID]}" if message_id else None,
        metadata={"trial": True} if student.is_trial else None,
    )


async def run_turn(handle: Handler, message: UserMessage) -> None:
    """Let Rasa answer; the log of a failure names the student and the place, never the message."""
    try:
        await handle(message)
    except Exception as error:
        _log.error(
            "a turn of student %s failed: %s at %s", message.sender_id, type(error).__name__, place_of(error)
        )
        await message.output_channel.send_text_message(message.sender_id, APOLOGY)
