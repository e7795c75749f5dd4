"""A language is a file: one that is added speaks, with no code touched."""

import shutil
from pathlib import Path

import pytest

from registration import preferences
from registration.assistant import Assistant
from registration.cache import StateStore
from registration.dialogue.wording import Wording
from registration.preferences.questionnaire import class_registration
from registration.preferences.wordings import read_texts
from registration.service import MessageQueueService
from registration.settings import RedisSettings
from registration.testing.driver import Driver
from registration.testing.fakes import FakePublisher


@pytest.fixture
def wording_folder(tmp_path: Path) -> Path:
    """The product's languages, and French, which says its first question in French."""
    folder = tmp_path / "wording"
    shutil.copytree(Path(preferences.__file__).parent / "wording", folder)
    french = (folder / "en.yml").read_text().replace("language: en", "language: fr")
    question = "When would you like your classes?"
    assert question in french
    (folder / "fr.yml").write_text(french.replace(question, "Quand voulez-vous vos cours ?"))
    return folder


async def test_the_bot_speaks_a_language_that_was_added_as_a_file(
    wording_folder: Path, redis_settings: RedisSettings
) -> None:
    questionnaire, store = class_registration(), StateStore(redis_settings)
    wordings = {
        language: Wording(texts, questionnaire, "1") for language, texts in read_texts(wording_folder).items()
    }
    service = MessageQueueService(store, FakePublisher(), questionnaire)
    assistant = Assistant(store, service, questionnaire, wordings, default_language="fr")
    student = Driver(assistant)
    said = await student.say("bonjour", "class_registration_suggestion")
    assert said[-1] == "Quand voulez-vous vos cours ?"
    said = await student.say("buổi sáng")
    assert "tránh tiết đầu" in said[-1]
    await store.close()
