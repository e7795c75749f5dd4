"""Settings: the environment before `.env`, defaults, and a clear word for every wrong value."""

import dataclasses
import re
from pathlib import Path

import pytest

from registration.errors import SettingsError
from registration.settings import (
    ChatSettings,
    MetricsSettings,
    RabbitMQSettings,
    RedisSettings,
    Settings,
    SpoolSettings,
    TokenSettings,
    TracingSettings,
    WebSettings,
    load_settings,
)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env") == Settings()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("REDIS_PORT=7000\nRABBITMQ_HOST=broker.example.org\n")
    settings = load_settings({"REDIS_PORT": "7001"}, dotenv)
    assert (settings.redis.port, settings.rabbitmq.host) == (7001, "broker.example.org")


def test_an_empty_value_is_the_default_and_an_empty_password_is_empty(tmp_path: Path) -> None:
    settings = load_settings({"REDIS_PORT": "", "REDIS_PASSWORD": "", "MODE": ""}, tmp_path / ".env")
    assert (settings.redis.port, settings.redis.password, settings.mode) == (6379, "", "servers")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("MODE", "both", "servers or embedded"),
        ("REDIS_PORT", "abc", "a whole number from 1 to 65535"),
        ("REDIS_PORT", "0", "a whole number from 1 to 65535"),
        ("REDIS_PORT", "٣", "a whole number from 1 to 65535"),
        ("RABBITMQ_PORT", "70000", "a whole number from 1 to 65535"),
        ("REDIS_DB", "-1", "a whole number from 0"),
        ("STATE_TTL", "0", "a whole number from 1"),
        ("STATE_TTL", "1h", "a whole number from 1"),
        ("REDIS_HOST", "http://host", "a host name"),
        ("RABBITMQ_QUEUE_TYPE", "stream", "classic or quorum"),
        ("SPOOL_SYNCHRONOUS", "off", "normal or full"),
        ("SPOOL_MAX_BYTES", "10", "a whole number from 1048576"),
        ("DATABASE_URL", "oracle://x", "mysql+pymysql://"),
        ("PUBLIC_URL", "example.org", "http://"),
        ("LINK_SECRET", "short", "at least 32"),
        ("STUDENT_TOKEN_SECRET", "short", "at least 32"),
        ("STUDENT_TOKEN_MAX_AGE", "5", "a whole number from 60"),
        ("CHAT_ORIGINS", "https://a.example/path", "without a path"),
        ("CHAT_TRIAL", "yes", "on or off"),
        ("REVIEW_PASSWORD_HASH", "my password", "python -m web hash-password"),
        ("CATALOGUE_PATH", "/no/such/file", "a path to a file that exists"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    tmp_path: Path, name: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value}, tmp_path / ".env")
    assert str(caught.value).startswith(f"{name} is ")
    assert allowed in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"DATABASE_URL": "postgres://root:hunter2@db"}, tmp_path / ".env")
    assert "hunter2" not in str(caught.value)


def test_the_example_file_names_every_setting_and_holds_the_defaults(tmp_path: Path) -> None:
    example = Path(".env.example")
    named = set(re.findall(r"^([A-Z_]+)=", example.read_text(), re.MULTILINE))
    groups = (
        Settings,
        RedisSettings,
        RabbitMQSettings,
        SpoolSettings,
        WebSettings,
        TokenSettings,
        ChatSettings,
        MetricsSettings,
        TracingSettings,
    )
    known = {item.metadata["name"] for group in groups for item in dataclasses.fields(group) if item.metadata}
    assert named == known
    assert load_settings({}, example) == Settings()
