"""Starts the whole bot: `python -m deploy.local` (in Rasa's environment, from the project's folder)."""

import os
import secrets
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.local.embedded import answers, redis_program
from deploy.local.endings import Endings, say
from deploy.local.processes import EndAsked, Processes, Program, StartError
from deploy.local.reviewer import review_password, review_settings
from deploy.local.training import is_trained, model_path, train
from deploy.local.trial import trial_settings
from registration.errors import SettingsError
from registration.settings import Settings, load_settings

RASA_PORT, ACTIONS_PORT, REDIS_PORT, WEB_PORT = 5005, 5055, 6390, 8080
VAR = Path("var")
CREDENTIALS = Path("deploy/local/credentials.yml")
SAMPLE_CATALOGUE = Path("registration/timetable/sample/sample.json")
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",  # Rasa's own use of SQLAlchemy 1.4
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONWARNINGS": "ignore",
    "SANIC_HOST": "127.0.0.1",  # where the action server listens
}


def main() -> int:
    endings = Endings()
    processes = Processes(VAR / "log", endings.is_asked)
    try:
        _run(processes)
    except EndAsked:
        say("\nStopping …\n")
    except (StartError, SettingsError) as error:
        say(f"\n{error}\n", sys.stderr)
        return 1
    finally:
        processes.stop()
        endings.ignore()
    say("All stopped.\n")
    return 0


def _run(processes: Processes) -> None:
    began = time.monotonic()
    is_embedded = not Path(".env").exists()
    environ = dict(QUIET) | (_embedded_settings() if is_embedded else {})
    environ |= trial_settings(load_settings({**os.environ, **environ}), RASA_PORT)
    password = review_password(load_settings({**os.environ, **environ}))
    environ |= review_settings(password)
    settings = load_settings({**os.environ, **environ})
    _check_ports({"Rasa": RASA_PORT, "the action server": ACTIONS_PORT, "the web process": settings.web.port})
    if is_embedded:
        _step("Redis", lambda: _start(processes, redis_program(settings.redis.port, VAR / "redis")))
    programs = _programs(environ, settings)
    for program in programs[1:]:
        processes.launch(program)
    if not is_trained():
        _step("Training the model", lambda: train(environ, processes))
    processes.launch(programs[0])
    for program in reversed(programs):
        _step(program.name, lambda program=program: processes.wait_ready(program))  # type: ignore[misc]
    say(_welcome(settings, is_embedded, password, time.monotonic() - began) + "\n")
    while True:
        processes.check()
        time.sleep(0.5)


def _embedded_settings() -> dict[str, str]:
    port = REDIS_PORT
    while answers(port):
        port += 1
    VAR.mkdir(exist_ok=True)
    return {
        "MODE": "embedded",
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(port),
        "REDIS_PASSWORD": "",
        "REDIS_DB": "0",
        "DATABASE_URL": f"sqlite:///{VAR / 'registration.db'}",
        "SPOOL_DIR": str(VAR / "spool"),
        "CATALOGUE_PATH": str(SAMPLE_CATALOGUE),
        "WEB_HOST": "127.0.0.1",
        "WEB_PORT": str(WEB_PORT),
        "PUBLIC_URL": f"http://127.0.0.1:{WEB_PORT}",
        "LINK_SECRET": secrets.token_hex(32),  # the addresses of timetables last as long as this run
    }


def _programs(environ: dict[str, str], settings: Settings) -> list[Program]:
    python = sys.executable
    rasa = [python, "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(RASA_PORT), "-m", str(model_path())]
    rasa += ["--credentials", str(CREDENTIALS)]
    actions = [python, "-m", "rasa_sdk", "--actions", "actions", "-p", str(ACTIONS_PORT)]
    worker = [python, "-m", "worker", "--type", "all"]
    web = [python, "-m", "web"]
    web_is_up = f"http://127.0.0.1:{settings.web.port}/live"
    return [
        Program("rasa", rasa, environ, lambda: _is_up(f"http://127.0.0.1:{RASA_PORT}/"), 240.0),
        Program("actions", actions, environ, lambda: _is_up(f"http://127.0.0.1:{ACTIONS_PORT}/health")),
        Program("worker", worker, environ, lambda: True),
        Program("web", web, environ, lambda: _is_up(web_is_up)),
    ]


def _start(processes: Processes, program: Program) -> None:
    processes.launch(program)
    processes.wait_ready(program)


def _step(title: str, work: Callable[[], None]) -> None:
    say(f"  {title:<20} …")
    began = time.monotonic()
    work()
    say(f" ready after {time.monotonic() - began:.1f} s\n")


def _check_ports(ports: dict[str, int]) -> None:
    for name, port in ports.items():
        if answers(port):
            raise StartError(
                f"port {port}, which {name} needs, is in use: stop the program that holds it "
                f"(`lsof -i :{port}` names it) and start again"
            )


def _is_up(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as reply:
        return bool(reply.status == 200)
    return False


def _welcome(settings: Settings, is_embedded: bool, password: str, seconds: float) -> str:
    curl = (
        f"curl -s http://127.0.0.1:{RASA_PORT}/webhooks/rest/webhook -H 'Content-Type: application/json' "
        """-d '{"sender": "1", "message": "tôi muốn đăng ký lớp"}'"""
    )
    stores = (
        f"state in Redis on port {settings.redis.port}, tables in {VAR / 'registration.db'}"
        if is_embedded
        else "servers as .env names them"
    )
    opened_by = f"password of this run: {password}" if password else "password of REVIEW_PASSWORD_HASH"
    return f"""
Ready after {seconds:.0f} s ({stores}). Talk to the bot:

  http://127.0.0.1:{settings.web.port}/        under any student number, as a trial, or

  make shell        in another terminal, or

  {curl}

What was said is at http://127.0.0.1:{settings.web.port}/review/ ({opened_by}).
Logs are in {VAR / "log"}. Ctrl-C stops all."""


if __name__ == "__main__":
    sys.exit(main())
