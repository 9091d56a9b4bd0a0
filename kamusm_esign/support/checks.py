"""The doctor's checks of what the program keeps: key store and journal."""

import os
from dataclasses import dataclass
from pathlib import Path

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.ports import FailureMemory, SecretStore
from kamusm_esign.support.paths import private_folder


@dataclass(frozen=True, slots=True)
class KeyStoreCheck:
    """`ports.Check`: is there a key store of the operating system."""

    secrets: SecretStore
    id: str = "key-store"
    group: str = "program"
    limit: float = 20.0

    def run(self) -> CheckResult:
        """Ask whether it would keep something; what is put in to find out is taken out again."""
        if self.secrets.available():
            return CheckResult(CheckStatus.OK, None)
        return CheckResult(CheckStatus.WARNING, Failure.of(FailureCode.NO_KEY_STORE))


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """`ports.Check`: can the journal be written."""

    folder: Path
    id: str = "journal"
    group: str = "program"
    limit: float = 20.0

    def run(self) -> CheckResult:
        """Write a line to a file of its own, to the disk, and remove it again."""
        try:
            trial = private_folder(self.folder) / f".check-{os.getpid()}"
            try:
                with trial.open("wb") as file:
                    file.write(b"\n")
                    file.flush()
                    os.fsync(file.fileno())
            finally:
                trial.unlink(missing_ok=True)
        except OSError:
            return CheckResult(CheckStatus.ERROR, Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
        return CheckResult(CheckStatus.OK, None)


@dataclass(frozen=True, slots=True)
class LastJobCheck:
    """`ports.Check`: what stood in the way of the last job, where no other check can see it."""

    failures: FailureMemory
    id: str = "last-job"
    group: str = "program"
    limit: float = 10.0

    def run(self) -> CheckResult:
        """A doubt and no trouble: it is over, and whether it would come again nobody knows."""
        last = self.failures.last()
        if last is None:
            return CheckResult(CheckStatus.OK, None)
        at = last.at.astimezone().strftime("%d.%m.%Y %H:%M")
        return CheckResult(CheckStatus.WARNING, last.failure, (("at", at),))
