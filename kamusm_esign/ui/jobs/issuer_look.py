"""Who issued the certificates of the card on screen 10, found out on a lane."""

from collections.abc import Callable, Sequence

from kamusm_esign.domain.certificate_chain import CertificateChain
from kamusm_esign.domain.tokens import CertificateInfo
from kamusm_esign.ui.jobs.job import Workshop


class IssuerLook:
    """Looks once for each certificate, and once more when the card is read again."""

    def __init__(self, workshop: Workshop, changed: Callable[[], None]) -> None:
        """Make it; lives on the window's thread.

        Args:
            workshop: the lane, and who can tell.
            changed: told when there is more to show.
        """
        self._workshop, self._changed = workshop, changed
        self._asked: frozenset[str] = frozenset()
        self.found: dict[str, CertificateChain] = {}
        """SHA-256 of a certificate → its chain."""

    def look(self, certificates: Sequence[CertificateInfo], *, again: bool = False) -> None:
        """Find out about those that nobody has asked about yet.

        Args:
            certificates: of the card that is shown.
            again: about all of them: somebody may have put a file into the folder.
        """
        chains = self._workshop.ports.chains
        wanted = [c for c in certificates if c.der and (again or c.sha256 not in self._asked)]
        if chains is None or not wanted:
            return
        self._asked |= {c.sha256 for c in wanted}
        now = self._workshop.ports.utc_now()

        def work() -> None:
            found = chains.chains_of([c.der for c in wanted], now)
            told = dict(zip((c.sha256 for c in wanted), found, strict=True))
            self._workshop.deliver(lambda: self._tell(told))

        self._workshop.card.submit(work)

    def _tell(self, found: dict[str, CertificateChain]) -> None:
        if {**self.found, **found} != self.found:
            self.found.update(found)
            self._changed()
