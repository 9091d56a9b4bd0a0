"""What stood in the way of the last job: its failure code and when, for the doctor.

Some failures leave nothing behind that a check could find: a code that ran out, a card that the
code was not for, a card that was pulled out and is back. A person looks for trouble after it has
happened, so the doctor is told. Nothing but the code and the time is kept, for a day at most, and
the next job that succeeds forgets it.
"""

import contextlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.ports.looking import LastFailure
from kamusm_esign.support.paths import private_folder

_log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
"""Older ones are not told: the person has forgotten them too."""

NOT_NOTED = frozenset(
    {
        FailureCode.CANCELLED,
        FailureCode.LOGIN_DENIED,
        FailureCode.NO_CARD,
        FailureCode.NO_READER,
        FailureCode.NO_PCSC_SERVICE,
        FailureCode.SETTINGS_INVALID,
        FailureCode.SETTING_IGNORED,
    }
)
"""What the person decided, what a job says while it waits for a card to be plugged in, and what
every start says again, with a file and a line that are not kept here."""


class FailureFile:
    """`ports.FailureMemory` in one small file; where it cannot be written, nothing is kept."""

    def __init__(self, path: Path, utc_now: Callable[[], datetime]) -> None:
        """Nothing is touched before it is needed.

        Args:
            path: the file.
            utc_now: this computer's clock, aware.
        """
        self._path, self._utc_now = path, utc_now

    def note(self, failure: Failure) -> None:
        """Keep a failure in place of the one before."""
        if failure.code in NOT_NOTED:
            return
        kept = {"code": failure.code.value, "at": self._utc_now().isoformat()}
        draft = self._path.with_suffix(".new")
        try:
            private_folder(self._path.parent)
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(kept), "utf-8")
            draft.replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)  # on a full disk it is there, and empty
            _log.info("the last failure was not kept: %s", type(error).__name__)

    def forget(self) -> None:
        """A job has succeeded."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def last(self) -> LastFailure | None:
        """The last failure, unless it is older than a day or cannot be understood."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            code, at = FailureCode(kept["code"]), datetime.fromisoformat(kept["at"])
            age = self._utc_now() - at
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return LastFailure(Failure.of(code), at) if timedelta(0) <= age <= KEPT else None
