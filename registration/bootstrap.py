"""The one place that wires the objects of a process that publishes.

Each is made by the first call that wants it, and once; none of them connects before it is used.
"""

import atexit
from functools import lru_cache, partial
from typing import Any

from registration.assistant import Assistant
from registration.cache import StateStore
from registration.dialogue.question import Questionnaire
from registration.dialogue.wording import Wording
from registration.errors import SettingsError
from registration.logs import configure_logs
from registration.messaging.publisher import Publisher
from registration.messaging.rabbitmq import get_rabbitmq_manager
from registration.metrics.health import Pulse
from registration.metrics.publisher import MeteredPublisher
from registration.metrics.publishing import Monitoring
from registration.metrics.requests import action_of, keep_pulse
from registration.metrics.store import MeteredStore
from registration.offering import Offering
from registration.planning import CurrentCatalogue, Planner
from registration.preferences.questionnaire import class_registration
from registration.preferences.subjects import understander
from registration.preferences.wordings import DEFAULT_LANGUAGE, naming_subjects, texts_by_language
from registration.service import MessageQueueService
from registration.settings import get_settings
from registration.signed_links import links_or_none
from registration.tracing.publisher import TracedPublisher
from registration.tracing.requests import trace_requests
from registration.tracing.spans import Tracing

_SECONDS_AN_HOUR = 3600


@lru_cache(maxsize=1)
def get_message_queue_service() -> MessageQueueService:
    """The service of this process, on the servers that the settings name."""
    return MessageQueueService(_store(), _publisher(), get_questionnaire())


@lru_cache(maxsize=1)
def get_assistant() -> Assistant:
    """The class-registration assistant of this process."""
    return Assistant(
        _store(), get_message_queue_service(), get_questionnaire(), _wordings(), DEFAULT_LANGUAGE
    )


@lru_cache(maxsize=1)
def get_offering() -> Offering:
    """The offering of timetables of this process."""
    web = get_settings().web
    links = links_or_none(web.public_url, web.link_secret)
    return Offering(get_message_queue_service(), get_planner(), _wordings(), DEFAULT_LANGUAGE, links)


@lru_cache(maxsize=1)
def get_planner() -> Planner:
    """The planner of this process. Raises SettingsError where the settings name no catalogue."""
    path = get_settings().catalogue_path
    if path is None:
        raise SettingsError("CATALOGUE_PATH is empty; timetables need the path to a catalogue")
    return Planner(path)


@lru_cache(maxsize=1)
def get_questionnaire() -> Questionnaire:
    """The questions of this process: that for subjects only where the settings name a catalogue."""
    catalogue = _catalogue()
    return class_registration(understander(catalogue.subjects) if catalogue else None)


def observe(app: Any) -> None:
    """See whether the action server stands still, and trace its requests; `app` is its Sanic application."""
    keep_pulse(app, _pulse())
    if get_settings().tracing.is_on:
        trace_requests(app, _tracing, action_of)


def start() -> None:
    """Begin to carry messages on, first those that a killed process has left in the spool."""
    if get_settings().log_format == "json":  # else as rasa-sdk writes them
        configure_logs("json")
    get_rabbitmq_manager().start()
    _monitoring().start()
    if get_settings().catalogue_path is not None:
        get_planner().warm_up()


def stop() -> None:
    """End this process's part in the pipeline; what is not confirmed by then stays in the spool."""
    _monitoring().stop()
    get_rabbitmq_manager().close()
    if get_settings().catalogue_path is not None:
        get_planner().close()


@lru_cache(maxsize=1)
def _wordings() -> dict[str, Wording]:
    hours = f"{get_settings().redis.state_ttl / _SECONDS_AN_HOUR:.2g}"
    texts = texts_by_language()
    if catalogue := _catalogue():
        texts = {
            language: naming_subjects(of_language, partial(catalogue.titles, language))
            for language, of_language in texts.items()
        }
    return {
        language: Wording(of_language, get_questionnaire(), hours) for language, of_language in texts.items()
    }


@lru_cache(maxsize=1)
def _catalogue() -> CurrentCatalogue | None:
    """The catalogue that the settings name; None where they name none."""
    path = get_settings().catalogue_path
    return CurrentCatalogue(path) if path else None


@lru_cache(maxsize=1)
def _store() -> StateStore:
    kind = MeteredStore if get_settings().metrics.is_on else StateStore
    return kind(get_settings().redis)


def _publisher() -> Publisher:
    """With what is asked for: counting and tracing cost a turn as much as Redis does."""
    publisher: Publisher = get_rabbitmq_manager().publisher
    if get_settings().metrics.is_on:
        publisher = MeteredPublisher(publisher)
    return TracedPublisher(publisher) if get_settings().tracing.is_on else publisher


@lru_cache(maxsize=1)
def _tracing() -> Tracing:
    tracing = Tracing(get_settings().tracing, "actions")
    atexit.register(tracing.close)
    return tracing


@lru_cache(maxsize=1)
def _pulse() -> Pulse:
    return Pulse()


@lru_cache(maxsize=1)
def _monitoring() -> Monitoring:
    return Monitoring(get_settings(), get_rabbitmq_manager(), lambda: _store().answers, _pulse())
