"""`make run`: clear words where it cannot start, and nothing left behind where it ends."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.__main__ import _check_ports
from deploy.local.processes import Processes, Program, StartError
from deploy.local.reviewer import review_password, review_settings
from deploy.local.training import model_name
from registration.settings import Settings, load_settings
from registration.testing.waiting import wait_until
from web.review.entrance import is_right


def program(code: str, is_ready: bool = True, timeout: float = 10.0) -> Program:
    return Program("child", [sys.executable, "-c", code], {}, lambda: is_ready, timeout)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port}, which Rasa needs, is in use: stop the program"):
            _check_ports({"Rasa": port})


def test_a_program_that_ends_too_soon_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    ends = program("import sys; print('no room'); sys.exit(3)", is_ready=False)
    processes.launch(ends)
    with pytest.raises(StartError, match=r"child ended with exit code 3(.|\n)*no room"):
        processes.wait_ready(ends)
    processes.stop()


def test_a_program_that_never_is_ready_is_told(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    sleeps = program("import time; time.sleep(60)", is_ready=False, timeout=0.3)
    processes.launch(sleeps)
    with pytest.raises(StartError, match="child is not ready after"):
        processes.wait_ready(sleeps)
    processes.stop()


def test_stopping_takes_the_children_of_a_program_along(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    child = (
        "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    )
    processes.launch(program(child))
    grandchild = int(wait_until(lambda: processes.log("child").read_text().strip(), what="the pid"))
    assert is_alive(grandchild)
    processes.stop()
    wait_until(lambda: not is_alive(grandchild), what="the end of the grandchild")


def test_a_model_is_named_after_all_that_it_is_trained_from(tmp_path: Path) -> None:
    for name in ("config.yml", "domain.yml"):
        shutil.copy(name, tmp_path / name)
    (tmp_path / "data").mkdir()
    first = model_name(tmp_path)
    assert model_name(tmp_path) == first
    (tmp_path / "data" / "rules.yml").write_text("rules: []")
    second = model_name(tmp_path)
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "featurizer.py").write_text("pass")
    assert len({first, second, model_name(tmp_path)}) == 3


def test_the_review_has_a_password_of_this_run_unless_the_operator_set_one() -> None:
    password = review_password(Settings())
    opened = load_settings(review_settings(password), Path("no .env"))
    assert is_right(password, opened.web.review_password_hash)
    assert password != review_password(Settings())
    assert (review_password(opened), review_settings("")) == ("", {})


def test_wrong_settings_stop_the_start_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local"],
        env={**os.environ, "REDIS_DB": "x", "STATE_TTL": "soon"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "STATE_TTL is 'soon'; allowed: a whole number from 1 to 1000000000"


def test_the_action_server_refuses_wrong_settings_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions"],
        env={**os.environ, "RABBITMQ_PORT": "x"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "RABBITMQ_PORT is 'x'; allowed: a whole number from 1 to 65535" in done.stderr
    assert "Traceback" not in done.stderr
