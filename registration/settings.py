"""Settings from the environment, then `.env`; read once, frozen, and passed on as arguments."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values

from registration.errors import SettingsError

T = TypeVar("T")
ALLOWED_URLS = "mysql+pymysql:// or postgresql+psycopg2://USER:PASSWORD@HOST:PORT/DATABASE, or sqlite:///PATH"
_METRICS_PORTS = 20
_SECRET_NAMES = re.compile(r"PASS|SECRET|HASH|URL")  # a URL may carry a password


def _text(raw: str) -> str:
    return raw


def _port(raw: str) -> int:
    return _whole_number(1, 65535)(raw)


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", raw) or not low <= int(raw) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(raw)

    return parse


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(" or ".join(allowed))
        return raw

    return parse


def _host(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:\-\[\]%]+", raw):
        raise ValueError("a host name or an IP address")
    return raw


def _database_url(raw: str) -> str:
    if not re.match(r"(mysql\+pymysql|postgresql\+psycopg2|sqlite)://", raw):
        raise ValueError(ALLOWED_URLS)
    return raw


def _web_address(raw: str) -> str:
    if not re.match(r"https?://[^/\s]+", raw):
        raise ValueError("empty, or an address that begins with http:// or https://")
    return raw


def _secret(raw: str) -> str:
    if len(raw) < 32:
        raise ValueError("empty, or at least 32 characters that nobody can guess")
    return raw


def _origins(raw: str) -> tuple[str, ...]:
    origins = tuple(raw.split(","))
    if not all(re.fullmatch(r"https?://[^/\s]+", origin) for origin in origins):
        raise ValueError("addresses such as https://portal.example.org, without a path, between commas")
    return origins


def _argon2_hash(raw: str) -> str:
    if not re.fullmatch(r"\$argon2id?\$[A-Za-z0-9+/=,$]+", raw):
        raise ValueError("empty, or a hash that `python -m web hash-password` prints")
    return raw


def _module(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", raw):
        raise ValueError("empty, or the name of a Python module such as mybot.messages")
    return raw


def _addresses(raw: str) -> tuple[tuple[str, int], ...]:
    allowed = "HOST:PORT, several between commas"
    found = [
        re.fullmatch(r"([A-Za-z0-9._\-]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})", one) for one in raw.split(",")
    ]
    if not all(found):
        raise ValueError(allowed)
    return tuple((match[1].strip("[]"), _port(match[2])) for match in found if match)


def _hosts(raw: str) -> str:
    for host in raw.split(","):
        try:
            _host(host)
        except ValueError as error:
            raise ValueError(f"{error}, or several between commas") from None
    return raw


def _folder(raw: str) -> Path:
    if not raw or "\0" in raw:
        raise ValueError("a path to a folder")
    return Path(raw)


def _file_or_nothing(raw: str) -> Path | None:
    if raw and not Path(raw).is_file():
        raise ValueError("empty, or a path to a file that exists")
    return Path(raw) if raw else None


def _setting(name: str, default: Any, parse: Callable[[str], Any]) -> Any:
    return field(default=default, metadata={"name": name, "parse": parse})


@dataclass(frozen=True)
class RedisSettings:
    host: str = _setting("REDIS_HOST", "localhost", _host)
    port: int = _setting("REDIS_PORT", 6379, _port)
    password: str = _setting("REDIS_PASSWORD", "", _text)
    db: int = _setting("REDIS_DB", 0, _whole_number(0, 1_000_000))
    tls: str = _setting("REDIS_TLS", "off", _one_of("on", "off"))
    # Who signed the server's certificate; empty: one of those that the system trusts.
    tls_ca: Path | None = _setting("REDIS_TLS_CA_FILE", None, _file_or_nothing)
    # Where given, they say which server is the master now, and host and port above do not count.
    sentinels: tuple[tuple[str, int], ...] = _setting("REDIS_SENTINELS", (), _addresses)
    sentinel_master: str = _setting("REDIS_SENTINEL_MASTER", "mymaster", _text)
    # on: the server above is one of a cluster, which names the others.
    cluster: str = _setting("REDIS_CLUSTER", "off", _one_of("on", "off"))
    state_ttl: int = _setting("STATE_TTL", 3600, _whole_number(1, 10**9))

    def key(self, prefix: str, student: str) -> str:
        """The key `prefix:student`; in a cluster the student in braces, so that theirs lie together."""
        return f"{prefix}:{{{student}}}" if self.cluster == "on" else f"{prefix}:{student}"


@dataclass(frozen=True)
class RabbitMQSettings:
    # The nodes of a cluster between commas, such as one,two:5673; a node without a port has the one below.
    host: str = _setting("RABBITMQ_HOST", "localhost", _hosts)
    port: int = _setting("RABBITMQ_PORT", 5672, _port)
    user: str = _setting("RABBITMQ_USER", "guest", _text)
    password: str = _setting("RABBITMQ_PASS", "guest", _text)
    vhost: str = _setting("RABBITMQ_VHOST", "/", _text)
    queue_type: str = _setting("RABBITMQ_QUEUE_TYPE", "classic", _one_of("classic", "quorum"))
    tls: str = _setting("RABBITMQ_TLS", "off", _one_of("on", "off"))
    tls_ca: Path | None = _setting("RABBITMQ_TLS_CA_FILE", None, _file_or_nothing)

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each node."""
        return tuple(self._address(node) for node in self.host.split(","))

    def _address(self, node: str) -> tuple[str, int]:
        host, colon, port = node.rpartition(":")
        has_port = bool(colon) and port.isdigit() and ":" not in host
        return (host, int(port)) if has_port else (node.strip("[]"), self.port)


@dataclass(frozen=True)
class SpoolSettings:
    folder: Path = _setting("SPOOL_DIR", Path("var/spool"), _folder)
    max_bytes: int = _setting("SPOOL_MAX_BYTES", 1 << 30, _whole_number(1 << 20, 1 << 50))
    # "normal" survives a killed process, "full" also a power cut, at ten times the cost.
    synchronous: str = _setting("SPOOL_SYNCHRONOUS", "normal", _one_of("normal", "full"))


@dataclass(frozen=True)
class WebSettings:
    host: str = _setting("WEB_HOST", "127.0.0.1", _host)
    port: int = _setting("WEB_PORT", 8080, _port)
    # Where students reach the web process; empty: timetables are shown as text, without picture and file.
    public_url: str = _setting("PUBLIC_URL", "", _web_address)
    link_secret: str = _setting("LINK_SECRET", "", _secret)
    # Opens the review of conversations; empty: there is no review.
    review_password_hash: str = _setting("REVIEW_PASSWORD_HASH", "", _argon2_hash)


@dataclass(frozen=True)
class TokenSettings:
    """How a student's token is checked; by the secret or by the key file, never by both."""

    secret: str = _setting("STUDENT_TOKEN_SECRET", "", _secret)
    key_file: Path | None = _setting("STUDENT_TOKEN_KEY_FILE", None, _file_or_nothing)
    audience: str = _setting("STUDENT_TOKEN_AUDIENCE", "class-registration", _text)
    max_age: int = _setting("STUDENT_TOKEN_MAX_AGE", 12 * 3600, _whole_number(60, 31 * 24 * 3600))


@dataclass(frozen=True)
class ChatSettings:
    # Where a student's browser reaches Rasa; empty: at the address of the page itself.
    url: str = _setting("CHAT_URL", "", _web_address)
    # Pages of other addresses that may hold the chat.
    origins: tuple[str, ...] = _setting("CHAT_ORIGINS", (), _origins)
    messages_per_minute: int = _setting("CHAT_MESSAGES_PER_MINUTE", 30, _whole_number(1, 100_000))
    max_length: int = _setting("CHAT_MAX_LENGTH", 2000, _whole_number(10, 16_000))
    trial: str = _setting("CHAT_TRIAL", "off", _one_of("on", "off"))


@dataclass(frozen=True)
class MetricsSettings:
    host: str = _setting("METRICS_HOST", "127.0.0.1", _host)
    # Each process serves its metrics and its health at the first free port from this one on; 0: at none.
    port: int = _setting("METRICS_PORT", 0, _whole_number(0, 65_535))

    @property
    def is_on(self) -> bool:
        """Whether anybody can read what is counted."""
        return self.port != 0

    @property
    def ports(self) -> range:
        """Where the processes of one machine may be."""
        return range(self.port, min(self.port + _METRICS_PORTS, 65_536)) if self.is_on else range(0)


@dataclass(frozen=True)
class TracingSettings:
    tracing: str = _setting("TRACING", "off", _one_of("on", "off"))
    # Where a collector takes spans by OTLP over HTTP; empty: trace ids without spans.
    endpoint: str = _setting("OTEL_EXPORTER_OTLP_ENDPOINT", "", _web_address)

    @property
    def is_on(self) -> bool:
        return self.tracing == "on"


@dataclass(frozen=True)
class Settings:
    """All settings of all programs; each program is handed the part that it needs."""

    mode: str = _setting("MODE", "servers", _one_of("servers", "embedded"))
    redis: RedisSettings = field(default_factory=RedisSettings)
    rabbitmq: RabbitMQSettings = field(default_factory=RabbitMQSettings)
    spool: SpoolSettings = field(default_factory=SpoolSettings)
    web: WebSettings = field(default_factory=WebSettings)
    token: TokenSettings = field(default_factory=TokenSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
    tracing: TracingSettings = field(default_factory=TracingSettings)
    log_format: str = _setting("LOG_FORMAT", "console", _one_of("console", "json"))
    action_secret: str = _setting("ACTION_SERVER_SECRET", "", _secret)
    database_url: str = _setting("DATABASE_URL", "sqlite:///var/registration.db", _database_url)
    catalogue_path: Path | None = _setting("CATALOGUE_PATH", None, _file_or_nothing)
    # The module of a bot that declares message types of its own.
    message_types: str = _setting("MESSAGE_TYPES", "", _module)


def load_settings(environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """Settings from `environ` (default: the process's own), then from the file `dotenv`.

    Raises SettingsError naming the variable, what it holds (secrets hidden) and what is allowed.
    """
    from_file = {name: value or "" for name, value in dotenv_values(dotenv).items()}
    values = {**from_file, **(os.environ if environ is None else environ)}
    return Settings(
        **_read(Settings, values),
        redis=RedisSettings(**_read(RedisSettings, values)),
        rabbitmq=RabbitMQSettings(**_read(RabbitMQSettings, values)),
        spool=SpoolSettings(**_read(SpoolSettings, values)),
        web=WebSettings(**_read(WebSettings, values)),
        token=TokenSettings(**_read(TokenSettings, values)),
        chat=ChatSettings(**_read(ChatSettings, values)),
        metrics=MetricsSettings(**_read(MetricsSettings, values)),
        tracing=TracingSettings(**_read(TracingSettings, values)),
    )


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """This process's settings, read once."""
    return load_settings()


def _read(group: type, values: Mapping[str, str]) -> dict[str, Any]:
    named = (item for item in fields(group) if "name" in item.metadata)
    return {
        item.name: _parse(item.metadata["name"], values[item.metadata["name"]], item.metadata["parse"])
        for item in named
        if item.metadata["name"] in values
        and _is_given(item.metadata["parse"], values[item.metadata["name"]])
    }


def _is_given(parse: Callable[[str], Any], raw: str) -> bool:
    # An empty line in .env means "the default", except for text, where empty is a value (no password).
    return raw != "" or parse is _text


def _parse(name: str, raw: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(raw)
    except ValueError as error:
        shown = "a hidden value" if _SECRET_NAMES.search(name) else repr(raw)
        raise SettingsError(f"{name} is {shown}; allowed: {error}") from None
