"""What of a batch is stored, and what is refused with which reason."""

from collections.abc import Sequence

from registration.messaging.messages import ChatMessage, Message, encode
from tests.worker.running import chat
from worker.batch import store_batch
from worker.source import Delivery


class Faulty(ChatMessage, frozen=True, kw_only=True, tag="faulty"):
    """A message type of a bot's own, with a mistake in it."""

    def __post_init__(self) -> None:
        if self.student_id == 13:
            raise KeyError(self.message)


def test_a_message_that_cannot_be_read_for_whatever_reason_is_refused_alone() -> None:
    stored: list[Message] = []

    def store(messages: Sequence[Message]) -> None:
        stored.extend(messages)

    batch = [Delivery(tag, _body(student)) for tag, student in enumerate((12, 13, 14))]
    (refused,) = store_batch(Faulty, batch, store)

    assert [message.student_id for message in stored] == [12, 14]
    assert refused.delivery is batch[1]
    assert refused.reason == "reading fails with KeyError"
    assert not refused.hopeless, "its program may be mended before the last try"


def _body(student_id: int) -> bytes:
    return encode(chat(student_id)).replace(b'"chat_message"', b'"faulty"')
