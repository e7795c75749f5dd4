"""The package: one typed name, nothing heavy at import, and it works where it is installed."""

import json
import statistics
import sys
import zipfile
from pathlib import Path

import pytest

from tests.sdk.environments import ROOT, Environment

pytestmark = pytest.mark.timeout(900)  # an environment of 2.5 GB, and training, on a busy machine

_HEAVY = ("sqlalchemy", "pika", "rasa", "rasa_sdk", "tensorflow", "redis", "msgspec")
_IMPORT = """
import sys, time
began = time.perf_counter()
import registration
took = time.perf_counter() - began
import json
print(json.dumps([took, sorted(set(sys.modules) & set(sys.argv[1:]))]))
"""


def test_it_holds_one_typed_package_and_no_room_of_a_users_bot(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"registration"}
    assert {
        "registration/py.typed",
        "registration/worker/__main__.py",
        "registration/web/__main__.py",
    } <= set(names)
    assert "registration/scaffold/template/bot.py" in names


def test_importing_it_is_quick_and_loads_nothing_heavy() -> None:
    measured = [_import() for _ in range(5)]
    assert all(loaded == [] for _, loaded in measured)
    print(f"import registration: {statistics.median(took for took, _ in measured) * 1000:.0f} ms")


def _import() -> tuple[float, list[str]]:
    took, loaded = json.loads(
        Environment(Path(sys.prefix)).run([sys.executable, "-c", _IMPORT, *_HEAVY], ROOT)
    )
    return took, loaded


def test_a_scaffold_passes_its_own_tests_in_a_fresh_environment_without_rasa(
    small_environment: Environment, tmp_path: Path
) -> None:
    assert "15 files" in small_environment.run("registration new paint-shop", tmp_path)
    folder = tmp_path / "paint-shop"
    assert "2 passed" in small_environment.run("python -m pytest -q", folder)
    assert "holds what bot:BOT asks for" in small_environment.run(
        "python -m registration domain check", folder
    )
    assert "--type {all,chat" in small_environment.run("python -m registration.worker --help", folder)


def test_its_version_is_that_of_the_change_log(small_environment: Environment, tmp_path: Path) -> None:
    code = "from importlib.metadata import version; print(version('class-registration-bot'))"
    version = small_environment.run(["python", "-c", code], tmp_path).strip()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
