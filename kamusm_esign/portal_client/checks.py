"""The doctor's checks of the way to the portal and of this computer's clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import TOLERATED_CLOCK_ERROR
from kamusm_esign.portal_client.wire import read_date
from kamusm_esign.ports import HttpFetcher, PortalGateway


@dataclass(frozen=True, slots=True)
class PortalCheck:
    """`ports.Check`: does the portal answer as the contract says."""

    portal: PortalGateway
    version: str
    id: str = "portal"
    group: str = "network"

    def run(self) -> CheckResult:
        """Ask for the client information, which needs no session."""
        try:
            info = self.portal.client_info()
        except FailedError as error:
            return CheckResult(CheckStatus.ERROR, error.failure)
        if _numbers(self.version) < _numbers(info.minimum_version):
            return CheckResult(CheckStatus.ERROR, Failure.of(FailureCode.CLIENT_TOO_OLD))
        return CheckResult(CheckStatus.OK, None, (("latest", info.latest_version),))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """`ports.Check`: this computer's clock beside the portal's `Date` (RFC 9110 section 6.6.1)."""

    fetcher: HttpFetcher
    portal_url: str
    utc_now: Callable[[], datetime]
    id: str = "clock"
    group: str = "clock"

    def run(self) -> CheckResult:
        """Compare the clocks, to the second."""
        try:
            answer = self.fetcher.fetch("GET", self.portal_url + "/client")
        except FailedError:
            return CheckResult(CheckStatus.SKIPPED, None)
        stated = read_date(answer.headers)
        if stated is None:
            return CheckResult(CheckStatus.SKIPPED, None)
        skew = (self.utc_now() - stated).total_seconds()
        facts = (("skew", f"{round(skew):+d} s"),)
        if abs(skew) > TOLERATED_CLOCK_ERROR:
            wrong = Failure.of(FailureCode.CLOCK_WRONG, seconds=round(skew))
            return CheckResult(CheckStatus.WARNING, wrong, facts)
        return CheckResult(CheckStatus.OK, None, facts)
