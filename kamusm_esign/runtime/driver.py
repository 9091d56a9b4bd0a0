"""The flow driver: keeps the state, steps it, and has its effects run on the lanes.

The driver belongs to one thread (the window's, or the command line's main thread). Lanes and
watchers hand their events over with `post`, which any thread may call.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.secret import SecretBox, SecretGoneError
from kamusm_esign.flows.protocol import DropSecret, Effect, EffectFailed, Event, State, Step
from kamusm_esign.runtime.lanes import Job


class TakesJobs(Protocol):
    """A lane of any kind."""

    def submit(self, job: Job) -> None:
        """Queue a job; it must not raise."""
        ...


# A handler takes the very effect type that it is listed under.
Handler: TypeAlias = Callable[[Any], Event]
Handlers: TypeAlias = Mapping[type[Effect], tuple[TakesJobs, Handler]]
Deliver: TypeAlias = Callable[[Callable[[], None]], None]

_log = logging.getLogger(__name__)


class FlowDriver:
    """Runs one flow."""

    def __init__(
        self,
        step: Callable[[State, Event], Step],
        initial: State,
        handlers: Handlers,
        box: SecretBox,
        deliver: Deliver,
        on_state: Callable[[State], None],
    ) -> None:
        """Make a driver; nothing happens before the first event.

        Args:
            step: the flow.
            initial: its first state.
            handlers: which lane and function make each type of effect happen.
            box: where the secrets wait.
            deliver: runs a function on the driver's own thread, soon.
            on_state: told of every new state, on the driver's own thread.
        """
        self._step = step
        self._handlers = handlers
        self._box = box
        self._deliver = deliver
        self._on_state = on_state
        self.state = initial

    def post(self, event: Event) -> None:
        """Hand in an event from any thread."""
        self._deliver(lambda: self.dispatch(event))

    def dispatch(self, event: Event) -> None:
        """Take one step; on the driver's own thread only."""
        before = self.state
        self.state, effects = self._step(before, event)
        for effect in effects:
            self._start(effect)
        if self.state != before:
            self._on_state(self.state)

    def _start(self, effect: Effect) -> None:
        if isinstance(effect, DropSecret):
            self._box.drop(effect.handle)
            return
        lane, handler = self._handlers[type(effect)]
        lane.submit(lambda: self.post(_answer(handler, effect)))


def _answer(handler: Handler, effect: Effect) -> Event:
    """Run a handler; whatever happens, there is exactly one answer."""
    try:
        return handler(effect)
    except FailedError as error:
        return EffectFailed(effect.ticket, error.failure)
    except SecretGoneError:
        # The person left before the lane came to it. Nothing was done, and nobody waits.
        return EffectFailed(effect.ticket, Failure.of(FailureCode.CANCELLED))
    except Exception as error:
        # Only the type: a message could quote what must not be written down.
        _log.error("%s failed with %s", type(effect).__name__, type(error).__name__)
        raw = type(error).__name__
        return EffectFailed(effect.ticket, Failure.of(FailureCode.UNEXPECTED, raw=raw))
