"""`rasa test core` on the stories of tests/core: prints its figures, and writes its report to results/core.

`python -m benchmarks.core` in Rasa's environment; the bot's model is trained first where it is not.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local.processes import Processes
from deploy.local.training import is_trained, model_path, train

STORIES = Path("tests/core/test_stories.yml")
REPORTS = Path("results/core")


def run(model: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Run Rasa's test of the policies; it fails where a story is predicted wrongly."""
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    arguments = [
        "-m",
        str(model),
        "--stories",
        str(STORIES),
        "--out",
        str(out),
        "--fail-on-prediction-errors",
    ]
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "test", "core", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)


def main() -> None:
    if not is_trained():
        with tempfile.TemporaryDirectory() as folder, Processes(Path(folder)) as processes:
            train({"RASA_TELEMETRY_ENABLED": "false"}, processes)
    done = run(model_path(), REPORTS)
    for unused in REPORTS.glob("TEDPolicy*"):  # Rasa writes them though that policy is not in use
        unused.unlink()
    report = json.loads((REPORTS / "story_report.json").read_text("utf-8"))
    print("conversations:", json.dumps(report["conversation_accuracy"]))
    print("actions:", json.dumps(report["weighted avg"]))
    if done.returncode:
        sys.exit(done.stderr[-2000:])


if __name__ == "__main__":
    main()
