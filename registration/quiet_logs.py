"""Logs without stack traces, for what stands in them may be a student's."""

import logging

from registration.errors import place_of


class NoTraces(logging.Filter):
    """Takes stack traces out of log records, and leaves the error's kind and place."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            record.msg, record.args = f"{type(error).__name__} at {place_of(error)}", None
            record.exc_info = record.exc_text = None
        return True


def quiet(name: str) -> logging.Logger:
    """The logger of this name, from now on without stack traces, and silent below errors."""
    logger = logging.getLogger(name)
    logger.addFilter(NoTraces())
    logger.setLevel(logging.ERROR)
    return logger
