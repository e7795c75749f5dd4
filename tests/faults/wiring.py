"""A publisher's objects, wired as a bot without a form would wire them."""

from registration.cache import StateStore
from registration.dialogue.changes import Understanding
from registration.dialogue.question import Questionnaire
from registration.messaging.forwarder import Forwarder
from registration.messaging.publisher import SpoolPublisher
from registration.messaging.spool import Spool
from registration.service import MessageQueueService
from registration.settings import Settings

_NO_QUESTIONS = Questionnaire(
    questions=(),
    understand=lambda text, *, question, preferences: Understanding(),
    apply=lambda preferences, _: dict(preferences),
    skip=lambda _: (),
    is_valid=lambda *_: False,
)


def start_service(settings: Settings) -> MessageQueueService:
    """A service whose forwarder runs, first with what a killed process has left in the spool."""
    spool = Spool(settings.spool)
    if settings.mode == "servers":
        Forwarder(spool, settings.rabbitmq).start()
    return MessageQueueService(StateStore(settings.redis), SpoolPublisher(spool), _NO_QUESTIONS)
