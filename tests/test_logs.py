"""Logs in one shape: JSON with fields, no stack trace, the trace id where there is one."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from registration.logs import formatter
from registration.messaging.trace import current_trace

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Written:
    """What one logger wrote, line by line."""

    def __init__(self, log_format: str) -> None:
        self._stream = io.StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setFormatter(formatter(log_format))
        self.logger = logging.getLogger(f"test.{log_format}")
        self.logger.setLevel(logging.INFO)
        self.logger.propagate = False
        self.logger.handlers[:] = [self._handler]

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def json(self) -> dict[str, Any]:
        (line,) = self.text.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    written = Written(request.param)
    yield written
    written.logger.handlers.clear()


def test_the_arguments_that_a_line_names_are_fields() -> None:
    written = Written("json")
    written.logger.warning(
        "refused queue=%s attempts=%d reason=%s after %s", "chat_messages", 2, "too long", "all"
    )
    found = written.json()
    assert {key: found[key] for key in ("queue", "attempts", "reason", "level", "logger")} == {
        "queue": "chat_messages",
        "attempts": 2,
        "reason": "too long",
        "level": "warning",
        "logger": "test.json",
    }
    assert found["event"] == "refused queue=chat_messages attempts=2 reason=too long after all"
    assert found["timestamp"].endswith("Z")


def test_no_stack_trace_and_no_text_of_an_error_is_written(written: Written) -> None:
    try:
        raise KeyError("what a student wrote")
    except KeyError:
        written.logger.exception("failed")
    assert "what a student wrote" not in written.text
    assert "Traceback" not in written.text
    assert "KeyError at test_logs.py" in written.text


def test_a_line_of_a_traced_turn_names_its_trace(written: Written) -> None:
    mark = current_trace.set(TRACE)
    written.logger.info("stored queue=%s", "chat_messages")
    current_trace.reset(mark)
    assert "0af7651916cd43dd8448eb211c80319c" in written.text


@pytest.mark.parametrize("arguments", [(), ("100 %",), ({"queue": "x"},)])
def test_odd_lines_are_written_all_the_same(arguments: tuple[Any, ...]) -> None:
    written = Written("json")
    written.logger.info("done 50%% of %s" if arguments else "done 50% queue=%s", *arguments)
    assert written.json()["event"].startswith("done 50%")
