"""The wheel, and the two fresh environments that it is installed into: Rasa 3.6's and rasa-sdk 3.21's."""

import subprocess
from pathlib import Path

import pytest

from tests.sdk.environments import ROOT, Environment, make_environment


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip wheel .` makes of this repository."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [
        str(ROOT / ".tools/bin/python"),
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(pip, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def rasa_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Rasa 3.6 as a user has it, who adds our package."""
    folder = tmp_path_factory.mktemp("environments") / "rasa"
    return make_environment(folder, ".venv", "rasa.txt", f"{wheel}[rasa,actions,worker,testing]")


@pytest.fixture(scope="session")
def small_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """rasa-sdk 3.21 on a current Python, without Rasa."""
    folder = tmp_path_factory.mktemp("environments") / "small"
    return make_environment(folder, ".venv-services", "services.txt", f"{wheel}[actions,worker,web,testing]")
