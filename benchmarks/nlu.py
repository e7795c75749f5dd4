"""Pipelines for reading intents side by side: held-out accuracy, training time, size; the fallback's bars.

`python -m benchmarks.nlu` in Rasa's environment; `--reports` also runs `rasa test nlu`, cross-validation too.
"""

import asyncio
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import yaml

from benchmarks.figures import print_table, save
from benchmarks.nlu_pipelines import CHOSEN, Pipeline, pipelines

HELD_OUT = Path("tests/nlu/test_nlu.yml")
UNKNOWN = Path("tests/nlu/unknown.txt")
REPORTS = Path("results/nlu")
COMMANDS = ("cancel", "start_over", "go_back", "skip", "undo", "ask_summary", "ask_help")
COMMAND_BAR = 0.85  # as in registration/assistant.py
BARS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


@dataclass(frozen=True)
class Message:
    text: str
    intent: str
    group: str


@dataclass(frozen=True)
class Reading:
    """What the model made of a message; `lead` is how far the first intent is ahead of the second."""

    message: Message
    intent: str
    confidence: float
    lead: float

    @property
    def right(self) -> bool:
        return self.intent == self.message.intent


def held_out() -> list[Message]:
    blocks = yaml.safe_load(HELD_OUT.read_text("utf-8"))["nlu"]
    return [
        Message(line.removeprefix("- "), block["intent"], block["metadata"]["group"])
        for block in blocks
        for line in block["examples"].splitlines()
    ]


def unknown() -> list[Message]:
    return [Message(line, "nlu_fallback", "unknown") for line in UNKNOWN.read_text("utf-8").splitlines()]


def read_all(model: Path, messages: Sequence[Message]) -> list[Reading]:
    """What the trained model makes of each message, before any fallback."""
    from rasa.core.agent import Agent

    agent = Agent.load(model)

    async def read(message: Message) -> Reading:
        parsed = await agent.parse_message(message.text)
        ranking = [
            intent
            for intent in parsed["intent_ranking"]
            if intent["name"] != "nlu_fallback"  # put before the rest by the fallback
        ]
        first, second = ranking[0], ranking[1]
        lead = first["confidence"] - second["confidence"]
        return Reading(message, first["name"], float(first["confidence"]), float(lead))

    async def read_each() -> list[Reading]:
        return [await read(message) for message in messages]

    return asyncio.run(read_each())


def share(readings: Sequence[Reading]) -> float:
    """The share that is right, in percent."""
    return round(100 * sum(reading.right for reading in readings) / max(len(readings), 1), 1)


def compare(folder: Path) -> tuple[list[dict[str, Any]], Path]:
    """A row for each pipeline, and the model of the chosen one."""
    rows, models = [], {}
    for number, (name, pipeline) in enumerate(pipelines().items()):
        models[name], wall, processor = _train(pipeline, folder / str(number))
        readings = read_all(models[name], held_out())
        rows.append(_row(name, readings, models[name], wall, processor))
        print(rows[-1], flush=True)
    return rows, models[CHOSEN]


def _row(name: str, readings: list[Reading], model: Path, wall: float, processor: float) -> dict[str, Any]:
    groups = {group: share([r for r in readings if r.message.group == group]) for group in _groups(readings)}
    size = round(model.stat().st_size / 1e6, 2)
    figures = {"training s": round(wall, 1), "of it CPU s": round(processor, 1), "model MB": size}
    return {"pipeline": name, "held-out %": share(readings), **groups, **figures}


def _groups(readings: Sequence[Reading]) -> list[str]:
    return list(dict.fromkeys(reading.message.group for reading in readings))


def _train(pipeline: Pipeline, folder: Path) -> tuple[Path, float, float]:
    """Train in a process of its own, without Rasa's cache; the model, seconds of the clock and of the CPU."""
    folder.mkdir()
    config = folder / "config.yml"
    whole = {"recipe": "default.v1", "assistant_id": "benchmark", "language": "vi", "pipeline": pipeline}
    config.write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _rasa("train", "nlu", "--config", str(config), "--out", str(folder), cache=folder / "cache")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return next(folder.glob("*.tar.gz")), wall, processor


def _rasa(*arguments: str, cache: Path) -> None:
    environ = {**os.environ, "RASA_CACHE_DIRECTORY": str(cache), "RASA_TELEMETRY_ENABLED": "false"}
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fallback_bars(known: Sequence[Reading], strange: Sequence[Reading], lead: float) -> list[dict[str, Any]]:
    """For each bar, the share of messages that would be answered: rightly, wrongly, and though unknown."""

    def answered(readings: Sequence[Reading], bar: float) -> float:
        passed = [r for r in readings if r.confidence >= bar and r.lead >= lead]
        return round(100 * len(passed) / max(len(readings), 1), 1)

    right, wrong = [r for r in known if r.right], [r for r in known if not r.right]
    return [
        {
            "threshold": bar,
            "right ones answered %": answered(right, bar),
            "wrong ones answered %": answered(wrong, bar),
            "unknown ones answered %": answered(strange, bar),
        }
        for bar in BARS
    ]


def false_commands(readings: Sequence[Reading]) -> list[str]:
    """Messages that the assistant would take for a command that nobody gave."""
    return [
        f"{reading.message.text} -> {reading.intent} {reading.confidence:.2f}"
        for reading in readings
        if reading.intent in COMMANDS and not reading.right and reading.confidence >= COMMAND_BAR
    ]


def write_reports(model: Path, folder: Path) -> None:
    """Rasa's own reports and matrices: on the held-out messages, and of the training data in folds."""
    cache = folder / "cache"
    held, folds = str(REPORTS / "held_out"), str(REPORTS / "cross_validation")
    _rasa("test", "nlu", "-m", str(model), "--nlu", str(HELD_OUT), "--out", held, cache=cache)
    _rasa("test", "nlu", "--cross-validation", "--folds", "3", "--nlu", "data", "--out", folds, cache=cache)


def main(reports: bool) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, model = compare(folder)
        known, strange = read_all(model, held_out()), read_all(model, unknown())
        bars = fallback_bars(known, strange, lead=0.05)
        commands = false_commands([*known, *strange])
        print_table(f"Pipelines, on {len(known)} messages never seen", rows)
        print_table("The fallback's threshold, for the pipeline of config.yml", bars)
        print(
            f"\ncommands that nobody gave, at {COMMAND_BAR} or more: {len(commands)}", *commands, sep="\n  "
        )
        path = save("nlu", {"pipelines": rows, "fallback": bars, "false_commands": commands})
        print(f"written to {path}")
        if reports:
            write_reports(model, folder)
            print(f"reports written to {REPORTS}")


if __name__ == "__main__":
    main("--reports" in sys.argv[1:])
