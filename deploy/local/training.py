"""Training only when something that the model is made of has changed."""

import hashlib
import subprocess
import sys
from pathlib import Path

from deploy.local.processes import StartError

MODELS = Path("models")
_SOURCES = ("config.yml", "domain.yml", "data/**/*.yml", "nlu/*.py")


def model_name(folder: Path = Path()) -> str:
    """A model's name, derived from all that it is trained from."""
    digest = hashlib.sha256()
    for source in sorted(path for pattern in _SOURCES for path in folder.glob(pattern)):
        digest.update(source.relative_to(folder).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return f"bot-{digest.hexdigest()[:16]}"


def is_trained() -> bool:
    return model_path().is_file()


def model_path() -> Path:
    return MODELS / f"{model_name()}.tar.gz"


def train(environ: dict[str, str], log: Path) -> None:
    """Train the model. Raises StartError with the place of the log where that fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--out",
        str(MODELS),
        "--fixed-model-name",
        model_name(),
    ]
    with log.open("wb") as output:
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    if done.returncode or not is_trained():
        raise StartError(f"training failed; see {log}")
