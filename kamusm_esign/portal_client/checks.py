"""The doctor's checks of the way to the portal, of the portal and of this computer's clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from kamusm_esign.domain.check_result import SKIPPED, CheckResult, doubt, fine, trouble
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import TOLERATED_CLOCK_ERROR
from kamusm_esign.portal_client.route import Route
from kamusm_esign.portal_client.wire import read_date
from kamusm_esign.ports import Check, HttpAnswer, HttpFetcher, PortalGateway

_LIMIT = 60.0
"""Seconds; each step of the way has time-outs of its own below that."""


@dataclass(frozen=True, slots=True)
class RouteCheck:
    """`ports.Check`: one step of the way."""

    id: str
    step: Callable[[], CheckResult]
    group: str = "network"
    limit: float = _LIMIT

    def run(self) -> CheckResult:
        """Try it, or say what came of it before."""
        return self.step()


@dataclass(frozen=True, slots=True)
class PortalCheck:
    """`ports.Check`: does the portal answer as the contract says."""

    portal: PortalGateway
    version: str
    route: Route
    id: str = "portal"
    group: str = "network"
    limit: float = _LIMIT

    def run(self) -> CheckResult:
        """Ask for the client information, which needs no session."""
        try:
            info = self.portal.client_info()
        except FailedError as error:
            return SKIPPED if self.route.broken else trouble(error.failure)
        if not info.accepts(self.version):
            return trouble(Failure.of(FailureCode.CLIENT_TOO_OLD))
        return fine(latest=info.latest_version)


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """`ports.Check`: this computer's clock beside the portal's `Date` (RFC 9110 section 6.6.1)."""

    fetcher: HttpFetcher
    portal_url: str
    utc_now: Callable[[], datetime]
    id: str = "clock"
    group: str = "clock"
    limit: float = _LIMIT

    def run(self) -> CheckResult:
        """Compare the clocks, to the second."""
        stated = self._stated()
        if stated is None:
            return SKIPPED
        skew = (self.utc_now() - stated).total_seconds()
        shown = f"{round(skew):+d} s"
        if abs(skew) > TOLERATED_CLOCK_ERROR:
            return doubt(Failure.of(FailureCode.CLOCK_WRONG, seconds=round(skew)), skew=shown)
        return fine(skew=shown)

    def _stated(self) -> datetime | None:
        """With a clock that is years off no certificate is valid: then the `Date` of an answer
        without encryption has to do, which nothing is decided by but this line."""
        try:
            return read_date(self._ask(self.portal_url + "/client").headers)
        except FailedError as error:
            if error.failure.code is not FailureCode.PORTAL_CERTIFICATE:
                return None
        try:
            return read_date(self._ask(f"http://{urlsplit(self.portal_url).hostname}/").headers)
        except FailedError:
            return None

    def _ask(self, url: str) -> HttpAnswer:
        return self.fetcher.fetch("GET", url)


def network_checks(
    portal: PortalGateway,
    fetcher: HttpFetcher,
    route: Route,
    url: str,
    version: str,
    utc_now: Callable[[], datetime],
) -> Sequence[Check]:
    """All checks of this floor, in the order in which one depends on the other."""
    return (
        RouteCheck("proxy", route.proxy),
        RouteCheck("dns", route.name),
        RouteCheck("connection", route.connection),
        RouteCheck("captive-portal", route.captive),
        RouteCheck("tls", route.encryption),
        RouteCheck("tls-inspection", route.inspection),
        PortalCheck(portal, version, route),
        ClockCheck(fetcher, url, utc_now),
    )
