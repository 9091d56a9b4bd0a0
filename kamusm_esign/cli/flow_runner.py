"""Runs one flow to its end on the main thread, with signals as the person's Cancel."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType

from kamusm_esign.cli.interrupts import SIGNALS, InterruptedInputError, refuse_if_noted
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.flows.protocol import CancelPressed, Done, Event, GivenUp, State, Step
from kamusm_esign.runtime.driver import FlowDriver, Handlers

_log = logging.getLogger(__name__)
_LONGEST_WAIT = 0.5
"""Seconds until a signal is noticed at the latest."""


class FlowRunner:
    """One flow on the command line.

    `react` plays the person: for each new state it may return the event to go on with.
    """

    def __init__(
        self,
        box: SecretBox,
        no_return: tuple[type[State], ...] = (),
        cannot_cancel: Callable[[], None] = lambda: None,
    ) -> None:
        """Make a runner.

        Args:
            box: where the secrets wait.
            no_return: states in which a Cancel changes nothing.
            cannot_cancel: called when the person wants to cancel in one of them.
        """
        self.box = box
        self._no_return = no_return
        self._cannot_cancel = cannot_cancel
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._asking = False
        self._driver: FlowDriver | None = None

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as Cancel while this is entered."""
        before = {number: signal.signal(number, self._interrupted) for number in SIGNALS}
        try:
            refuse_if_noted()
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a question is open, an interrupt raises `InterruptedInputError`; so it does before
        the flow runs."""
        self._asking = True
        try:
            yield
        finally:
            self._asking = False

    def post(self, event: Event) -> None:
        """Hand in an event from any thread; before the flow runs it is lost."""
        if self._driver is not None:
            self._driver.post(event)

    def run(
        self,
        step: Callable[[State, Event], Step],
        initial: State,
        handlers: Handlers,
        react: Callable[[State], Event | None],
        first: Event,
    ) -> Done:
        """Run a flow from its first event to its end."""

        def reacted(state: State) -> None:
            try:
                event = react(state)
            except InterruptedInputError:
                event = CancelPressed()
            except Exception as error:
                # Given up where the flow can be; a card that is being written to is waited for.
                _log.error("%s raised %s", type(state).__name__, type(error).__name__)
                raw = type(error).__name__
                event = GivenUp(Failure.of(FailureCode.UNEXPECTED, raw=raw))
            if event is not None:
                self.post(event)

        driver = FlowDriver(step, initial, handlers, self.box, self._calls.put, reacted)
        self._driver = driver
        driver.dispatch(first)
        while not isinstance(driver.state, Done):
            # A signal that comes right before the wait does not end it: so no wait is long.
            with suppress(Empty):
                self._calls.get(timeout=_LONGEST_WAIT)()
        return driver.state

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if self._asking or self._driver is None:
            raise InterruptedInputError
        self._calls.put(self._cancel)

    def _cancel(self) -> None:
        if self._driver is None:
            return
        if isinstance(self._driver.state, self._no_return):
            self._cannot_cancel()
        self._driver.dispatch(CancelPressed())
