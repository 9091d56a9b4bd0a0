"""Ctrl-C and SIGTERM, from the first moment to the last: a cancelled command says so, in its form.

Outside of `raising` (and of a flow, which has its own way) a signal is only noted: what has
happened is printed, whatever is pressed meanwhile.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_noted: list[int] = []


class InterruptedInputError(Exception):
    """The person wants to stop, and nothing has begun that could not be."""


@contextmanager
def held() -> Iterator[None]:
    """Inside, a signal is noted and nothing more."""
    _noted.clear()
    try:
        with _handled_by(_note):
            yield
    finally:
        _noted.clear()  # of this command: it concerns no other


@contextmanager
def raising() -> Iterator[None]:
    """Inside, a signal raises `InterruptedInputError`; so does one that was noted before."""
    with _handled_by(_interrupt):
        refuse_if_noted()
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def refuse_if_noted() -> None:
    """Raise `InterruptedInputError` if a signal came before anybody listened."""
    if _noted:
        raise InterruptedInputError


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise InterruptedInputError


def _note(number: int, _frame: FrameType | None) -> None:
    _noted.append(number)
