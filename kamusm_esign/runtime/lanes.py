"""A lane: one daemon thread that does one job after the other.

Not `ThreadPoolExecutor`: its threads are joined at exit, so a job that is stuck in a driver would
keep the program from ending.
"""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]

_log = logging.getLogger(__name__)


class Lane:
    """Runs jobs in the order they came, on a thread of its own."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._open = 0
        self._idle = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job; it must not raise (what it raises is logged by type and lost)."""
        with self._idle:
            self._open += 1
        self._jobs.put(job)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until everything submitted is done; False when `timeout` seconds were too few."""
        with self._idle:
            return self._idle.wait_for(lambda: self._open == 0, timeout)

    def close(self, timeout: float = 0.0) -> None:
        """Take no more jobs; wait at most `timeout` seconds for the thread to end."""
        self._jobs.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                _log.error("a job of %s raised %s", threading.current_thread().name, type(error))
            finally:
                with self._idle:
                    self._open -= 1
                    self._idle.notify_all()
