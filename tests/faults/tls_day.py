"""The whole program, and a portal whose certificate is suddenly wrong: of another host, expired, of
an authority that nobody knows. From the beginning, or from the middle of a session on.

Beside the rules of `whole_program`: no request gets to a server whose certificate is wrong, and who
meets one from the beginning on says so.
"""

import os
import random
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kamusm_esign.domain.failure_codes import FailureCode
from tests.equipment.portal_faults import Exchange, Fault
from tests.equipment.tls_certificates import TlsAuthority
from tests.faults.bad_day import CALLS, OPERATIONS, BadDay
from tests.faults.days import Days, bad_days
from tests.faults.whole_program import Computer, ProgramRun

HOST = "127.0.0.1"
CERTIFICATES = ("other host", "expired", "unknown")


@dataclass(frozen=True)
class TlsDay:
    """What a seed means."""

    day: BadDay
    certificate: str
    place: int
    """Number of the operation at which the wrong certificate appears; 0: the first."""
    answered: bool
    """The operation itself was done, and its answer lost."""

    @classmethod
    def of(cls, seed: int) -> "TlsDay":
        """The same for the same seed, for ever."""
        chance = random.Random(f"tls {seed}")
        journey = chance.choice(tuple(OPERATIONS))
        right, blocked = chance.random() < 0.85, journey == "set-pin" and chance.random() < 0.6
        call, number = chance.choice(CALLS[journey]), chance.randrange(24)
        day = BadDay(seed, journey, "tls", call, False, right, blocked, number)
        place = chance.randrange(len(OPERATIONS[journey]))
        return cls(day, chance.choice(CERTIFICATES), place, chance.random() < 0.5)

    @property
    def from_the_beginning(self) -> bool:
        """No connection was ever right."""
        return self.place == 0 and not self.answered

    @property
    def operation(self) -> str:
        """Where it begins."""
        return OPERATIONS[self.day.journey][self.place]


class TlsRun(ProgramRun):
    """One case."""

    def __init__(self, case: TlsDay, computer: Computer, wrong: dict[str, ssl.SSLContext]) -> None:
        super().__init__(case.day, computer)
        self._tls, self._wrong = case, wrong[case.certificate]
        self._arrived = -1

    def play(self) -> str:
        """Do it and judge it."""
        portal = self.computer.portal
        if self._tls.from_the_beginning:
            self._arrived = len(portal.requests)
            portal.present(self._wrong)
        else:
            portal.script(self._tls.operation, self._change())
        return super().play()

    def _change(self) -> Fault:
        def change(exchange: Exchange) -> None:
            if self._tls.answered:
                exchange.handle()
            self._arrived = len(self.computer.portal.requests)
            self.computer.portal.present(self._wrong)

        return change

    def _over(self, said_code: str | None) -> None:
        """The journey is over; the certificate is still the wrong one."""
        if self._arrived < 0:
            return  # it never came to that operation
        more = len(self.computer.portal.requests) - self._arrived
        self._expect(not more, f"(f) {more} requests to a server with a wrong certificate")
        if self._tls.from_the_beginning:
            expected = FailureCode.PORTAL_CERTIFICATE.value
            self._expect(said_code == expected, f"(f) {said_code} was said")


@contextmanager
def tls_days(folder: Path) -> Iterator[tuple[Days, dict[str, ssl.SSLContext]]]:
    """What many runs need, and the wrong certificates; ends with the block."""
    authority = TlsAuthority(folder)
    wrong = {
        "other host": authority.server("portal.example"),
        "expired": authority.server(HOST, expired=True),
        "unknown": TlsAuthority(folder, "Other").server(HOST),
    }
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(authority.path)
    try:
        with bad_days(folder, authority.server(HOST)) as days:
            yield days, wrong
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
