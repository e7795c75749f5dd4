"""Logs of every process in one shape, for people or as JSON; never a stack trace, never a message's text."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

from registration.errors import place_of
from registration.messaging.trace import current_trace, trace_id
from registration.quiet_logs import NoTraces

# A log line of ours names its arguments, such as "refused queue=%s attempts=%d".
_ARGUMENT = re.compile(r"(?:(\w+)=)?%[-+ #0-9.]*[sdrfx]")
_Event = MutableMapping[str, Any]


def configure_logs(log_format: str, level: str = "info", stream: TextIO = sys.stderr) -> None:
    """All logs of this process go to `stream`; `log_format` is "console" or "json"."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(log_format))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def formatter(log_format: str) -> logging.Formatter:
    """What turns the records of the standard library's loggers into lines."""
    return _json() if log_format == "json" else _Plain("%(asctime)s %(levelname)s %(name)s %(message)s")


class _Plain(logging.Formatter):
    """A line for people, with the trace id at its end where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(_bare(record))
        known = trace_id(current_trace.get())
        return f"{line} trace_id={known}" if known else line


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """The same without its stack trace."""
    bare = logging.makeLogRecord(record.__dict__)
    NoTraces().filter(bare)
    return bare


def _json() -> logging.Formatter:
    import structlog  # here, because those who write for people need not hold it in memory

    known: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_traces,
        _with_trace_id,
        _with_fields,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=known,
        pass_foreign_args=True,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _without_traces(_logger: Any, _method: str, event: _Event) -> _Event:
    """A stack trace, and an error's own text, may hold what a student wrote."""
    found = event.pop("exc_info", None) or (record.exc_info if (record := event.get("_record")) else None)
    if isinstance(found, tuple) and found[1] is not None:
        event["event"] = f"{type(found[1]).__name__} at {place_of(found[1])}"
    if record := event.get("_record"):
        record.exc_info = record.exc_text = None
    return event


def _with_trace_id(_logger: Any, _method: str, event: _Event) -> _Event:
    if known := trace_id(current_trace.get()):
        event["trace_id"] = known
    return event


def _with_fields(_logger: Any, _method: str, event: _Event) -> _Event:
    """The arguments that a line names become fields of their own."""
    arguments = event.pop("positional_args", None)
    record = event.get("_record")
    if record is None or not isinstance(arguments, tuple):
        return event
    names = _ARGUMENT.findall(str(record.msg))
    if len(names) == len(arguments):
        for name, value in zip(names, arguments, strict=True):
            if name:
                event.setdefault(name, value if isinstance(value, (int, float)) else str(value))
    return event
