"""The READMEs hold: each command is run, or known to be run elsewhere, and both languages say the same."""

import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa

from registration.messaging.rabbitmq import RabbitMQManager
from registration.preferences import questions
from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.storage.writer import Writer
from tests.docs.blocks import ROOT, Block, blocks_of

READMES = (ROOT / "README.md", ROOT / "README.vi.md", ROOT / "deploy/README.md")
# Lines that start what goes on, or that need what is not on this machine, and where they are tried.
ELSEWHERE = {
    r"\.venv/bin/rasa (train|run|shell)\b": "tests/live",
    r"\.venv/bin/python -m (worker|web)\b": "tests/worker, tests/web",
    r"curl -s http://127.0.0.1:5005/webhooks/": "tests/live, tests/channels",
    r"(redis-cli|rabbitmqctl) ": "tests/live asks the same of their Python clients",
    r"python3 -m venv \.venv-small|\.venv-small/bin/": "tests/deploy and tests/sdk make such environments",
    r"docker |kubectl |sudo |cp deploy/compose": "tests/deploy checks their files",
}
Line = str


def lines_of(block: Block) -> list[Line]:
    """The commands of a block: continued lines joined, comments left out."""
    joined = block.text.replace("\\\n", " ")
    return [line for raw in joined.splitlines() if (line := re.sub(r"(^|\s)#.*$", "", raw).strip())]


def commands(page: Path) -> list[Line]:
    return [line for block in blocks_of(page) if block.language == "bash" for line in lines_of(block)]


def blocks(language: str) -> list[str]:
    return [block.text for block in blocks_of(READMES[0]) if block.language == language]


def test_both_languages_show_the_same_commands_and_code() -> None:
    english, vietnamese = (
        [" ".join(" ".join(lines_of(block)).split()) for block in blocks_of(page) if block.language]
        for page in READMES[:2]
    )
    assert english == vietnamese


@pytest.mark.parametrize("page", READMES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_is_run_here_or_elsewhere(page: Path) -> None:
    ours = r"make |([A-Z_]+=\S+ )*\.venv/bin/python -m registration "
    unknown = [line for line in commands(page) if not re.match("|".join((ours, *ELSEWHERE)), line)]
    assert unknown == []


MAKE = sorted({line for line in commands(READMES[0]) if line.startswith("make ")})


@pytest.mark.parametrize("line", MAKE)
def test_make_knows_its_targets(line: Line) -> None:
    done = subprocess.run([*shlex.split(line), "-n"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", [line for line in commands(READMES[0]) if "-m registration " in line])
def test_the_operators_commands_are_taken(
    line: Line,
    rabbitmq_settings: RabbitMQSettings,
    redis_settings: RedisSettings,
    spool_settings: SpoolSettings,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    environ = environment(rabbitmq_settings, redis_settings, spool_settings, sqlite_url)
    manager = RabbitMQManager(rabbitmq_settings, spool_settings)
    manager.get_queue_size("chat_messages")
    manager.close()
    Writer.to(sqlite_url).prepare()
    arguments = shlex.split(line.partition("/python ")[2])
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        input="y\ny\n",
    )
    said = done.stdout + done.stderr
    assert "Usage:" not in said, said
    assert "Traceback" not in said, said


def test_the_queries_run(database_url: str) -> None:
    writer = Writer.to(database_url)
    writer.prepare()
    with writer.engine.connect() as connection:
        for block in blocks("sql"):
            for query in filter(str.strip, block.split(";")):
                if "JSON_EXTRACT" in query and writer.engine.dialect.name == "postgresql":
                    continue  # MySQL's and SQLite's word
                connection.execute(sa.text(query)).all()
    writer.close()


def test_the_python_runs(
    rabbitmq_settings: RabbitMQSettings,
    redis_settings: RedisSettings,
    spool_settings: SpoolSettings,
    sqlite_url: str,
) -> None:
    environ = environment(rabbitmq_settings, redis_settings, spool_settings, sqlite_url)
    for code in blocks("python"):
        if "import" not in code:
            continue
        wrapped = f"import asyncio\nasync def main():\n{textwrap.indent(code, '    ')}\nasyncio.run(main())"
        done = subprocess.run([sys.executable, "-c", wrapped], env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_row_of_a_question_is_one() -> None:
    (row,) = (code for code in blocks("python") if "import" not in code)
    question = eval(row.strip().rstrip(","), vars(questions).copy())
    assert question.name == "prefer_online"


def environment(
    rabbitmq: RabbitMQSettings, redis: RedisSettings, spool: SpoolSettings, database_url: str
) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "RABBITMQ_VHOST": rabbitmq.vhost,
        "REDIS_HOST": redis.host,
        "REDIS_PORT": str(redis.port),
        "REDIS_DB": str(redis.db),
        "SPOOL_DIR": str(spool.folder),
        "DATABASE_URL": database_url,
    }
