"""Logging that holds no personal data and no line breaks from outside."""

import logging
import sys
import traceback


class OneLine(logging.Formatter):
    """One line a record, without control characters: what comes from outside cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "".join(char if char.isprintable() else " " for char in text)


def set_up_logging() -> None:
    """Send the log to standard error; the SDKs speak up from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("azure", "httpx", "httpcore", "aiohttp.access", "msal", "msrest", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def where_it_failed(fault: BaseException) -> str:
    """The kind of a fault and where it arose. Its message stays out: it may hold what a person typed."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    places = " < ".join(
        f"{frame.name} {frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[::-1]
    )
    return f"{type(fault).__name__} at {places or 'an unknown place'}"
