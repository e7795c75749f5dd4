"""Training only when something that the model is made of has changed."""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.processes import Processes, Program, StartError

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


def train(environ: Mapping[str, str], processes: Processes) -> None:
    """Train the model. Raises StartError with the place of the log where that fails."""
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
    failed = processes.run(Program("train", command, environ, is_trained))
    if failed or not is_trained():
        raise StartError(f"training failed; see {processes.log('train')}")
