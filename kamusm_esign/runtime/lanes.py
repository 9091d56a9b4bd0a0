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
        """Take no more jobs; wait at most `timeout` seconds for the thread to end (not from a job
        of the lane itself)."""
        self._jobs.put(None)
        if timeout:
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


class LaneOnDemand:
    """A lane whose thread lives only from its first job until `end`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lane: Lane | None = None
        self._lock = threading.Lock()

    def submit(self, job: Job) -> None:
        """See `Lane.submit`."""
        with self._lock:
            if self._lane is None:
                self._lane = Lane(self._name)
            self._lane.submit(job)

    def end(self) -> None:
        """No more jobs for this thread; a job of it may call this. The next one gets another."""
        with self._lock:
            lane, self._lane = self._lane, None
        if lane is not None:
            lane.close()
