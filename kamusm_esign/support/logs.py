"""The log file: what happened, for those who repair it.

Nothing secret and nothing personal may be handed to a logger in the first place. The guard here is
the second line of defence: what looks like a number of a person, a code, a token or a key does not
reach the file even by mistake.
"""

import contextlib
import io
import logging
import os
import re
import sys
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from kamusm_esign.support.paths import private_folder

ROOT = "kamusm_esign"
FILE_NAME = "kamusm-esign.log"
MAX_BYTES = 512 * 1024
BACKUPS = 2
"""Older files kept: the log never takes more than three times `MAX_BYTES`."""

_LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"
_BEARER = re.compile(r"(?i)\b(bearer)\s+[^\s'\"]+")
_GROUPED = re.compile(r"(?<!\d)\d{3}(?:[ \u00a0-]\d{3}){3,}(?!\d)")
_DIGITS = re.compile(r"\d{6,}")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


def guarded(text: str) -> str:
    """The text without bearer tokens, long base64 runs and runs of six or more digits."""
    text = _BEARER.sub(r"\1 ***", text)
    text = _LONG_RUN.sub(lambda run: run.group() if _is_path(run.group()) else "***", text)
    return _DIGITS.sub("***", _GROUPED.sub("***", text))


def _is_path(run: str) -> bool:
    """`/usr/lib/x86_64-linux-gnu/…` is no base64: it begins with a slash, its parts are short."""
    parts = run.split("/")
    return run.startswith("/") and len(parts) > 2 and all(len(part) < 24 for part in parts)


class GuardFormatter(logging.Formatter):
    """One line of time (UTC), level, name and message; tracebacks below it; all of it guarded."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(_LINE, "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The record as guarded text."""
        return guarded(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner can read."""

    def _open(self) -> io.TextIOWrapper:
        return open(  # type: ignore[return-value]  # typeshed forgets it with an opener
            self.baseFilename,
            self.mode,
            encoding="utf-8",
            errors="backslashreplace",
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )

    def rotate(self, source: str, dest: str) -> None:
        """Rename; on Windows another process of ours may hold the file, then it is not renamed."""
        with contextlib.suppress(OSError):
            super().rotate(source, dest)


def setup_logs(folder: Path, *, verbose: bool = False) -> Path | None:
    """Log into `folder`, and with `verbose` more, and to standard error too.

    Calling it again replaces what the call before had set up. A folder that cannot be written to
    is no reason not to work: then there is no log file.

    Returns:
        The log file, or None where there is none.
    """
    logger = logging.getLogger(ROOT)
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        with contextlib.suppress(OSError):
            handler.close()
    # A log that cannot be written (a full disk) is no reason to print a traceback.
    logging.raiseExceptions = False
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    # Other packages have their own ideas of what may be logged: theirs is neither kept nor shown.
    logging.getLogger().addHandler(logging.NullHandler())
    handlers: list[logging.Handler] = [logging.NullHandler()]
    path: Path | None = folder / FILE_NAME
    try:
        private_folder(folder)
        handlers.append(_PrivateFile(folder / FILE_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS))
    except OSError:
        path = None
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(GuardFormatter())
        logger.addHandler(handler)
    return path
