"""Secrets and codes from standard input: one a line, read when needed and never further.

A byte at a time, because everything that is buffered here is missing for the next reader of the
same standard input, and stays in memory that nobody wipes.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.secret import Secret

_LINE = 64
"""Longest secret that is read; what is longer is cut and then refused for its length."""
_STDIN = 0


class SecretInput:
    """Reads the secrets of one command."""

    def __init__(self, *, from_pipe: bool, prompt: Callable[[str], None]) -> None:
        """Nothing is read yet.

        Args:
            from_pipe: `--secrets-stdin`: lines come without being asked for.
            prompt: shows a question to the person at a terminal.
        """
        self._from_pipe = from_pipe
        self._prompt = prompt

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked (again)."""
        return not self._from_pipe and sys.stdin is not None and os.isatty(_STDIN)

    def secret(self, question: str) -> Secret:
        """Read one secret; hidden at a terminal.

        Raises:
            FailedError: `SECRET_MISSING`, when the input ended, or when there is neither a
                terminal nor `--secrets-stdin`.
        """
        if self._from_pipe:
            return _read_line(_LINE)
        if not self.interactive:
            raise FailedError.of(FailureCode.SECRET_MISSING)
        self._prompt(question)
        try:
            with _hidden():
                return _read_line(_LINE)
        finally:
            self._prompt("\n")

    def line(self, question: str) -> str:
        """Read one line that is not a secret by itself (a verification code).

        Raises:
            FailedError: `SECRET_MISSING`.
        """
        if self.interactive:
            self._prompt(question)
        read = _read_line(256)
        try:
            return read.view().tobytes().decode("utf-8", "replace")
        finally:
            read.wipe()


def _read_line(capacity: int) -> Secret:
    """One line without its end."""
    secret = Secret(capacity)
    got_any = False
    while (byte := _read_byte()) not in (b"", b"\n"):
        got_any = True
        secret.push(byte[0])
    if not byte and not got_any:
        raise FailedError.of(FailureCode.SECRET_MISSING)
    if len(secret) and secret.view()[-1] == ord("\r"):
        secret.pop()
    return secret


def _read_byte() -> bytes:
    """The next byte, b"" at the end of the input."""
    if sys.stdin is None:
        # Started without a standard input: by now its number may stand for some other file.
        return b""
    try:
        return os.read(_STDIN, 1)
    except OSError:
        return b""


if sys.platform == "win32":

    @contextmanager
    def _hidden() -> Iterator[None]:
        """Switch the console's echo off (SetConsoleMode, ENABLE_ECHO_INPUT)."""
        import ctypes

        kernel = ctypes.windll.kernel32
        console, mode = kernel.GetStdHandle(-10), ctypes.c_ulong()
        kernel.GetConsoleMode(console, ctypes.byref(mode))
        kernel.SetConsoleMode(console, mode.value & ~0x4)
        try:
            yield
        finally:
            kernel.SetConsoleMode(console, mode)

else:

    @contextmanager
    def _hidden() -> Iterator[None]:
        """Switch the terminal's echo off."""
        import termios

        before = termios.tcgetattr(_STDIN)
        hidden = [*before]
        hidden[3] &= ~termios.ECHO
        termios.tcsetattr(_STDIN, termios.TCSAFLUSH, hidden)
        try:
            yield
        finally:
            termios.tcsetattr(_STDIN, termios.TCSADRAIN, before)
