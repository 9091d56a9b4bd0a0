"""Which of the certificates that are plugged in may sign for a session, and why the others not."""

from dataclasses import dataclass
from datetime import datetime

from kamusm_esign.domain.portal_session import Session
from kamusm_esign.domain.tokens import CardOverview, CertificateInfo, Token, UnusableReason


@dataclass(frozen=True, slots=True)
class CertificateChoice:
    """One certificate on one token, judged for a job."""

    token: Token
    certificate: CertificateInfo
    unusable: UnusableReason | None
    """Why it may not sign now; None where it may."""

    def is_one(self, serial: str | None, sha256: str | None) -> bool:
        """Whether it is the named one; None names any."""
        return serial in (None, self.token.serial) and sha256 in (None, self.certificate.sha256)


def judge_certificates(
    session: Session, overview: CardOverview, now: datetime
) -> tuple[CertificateChoice, ...]:
    """Every certificate on every token.

    Args:
        session: what is to be signed.
        overview: what is plugged in.
        now: the portal's time, aware.
    """
    return tuple(
        CertificateChoice(token, certificate, why_not(session, certificate, now))
        for token in overview.tokens
        for certificate in token.certificates
    )


def why_not(session: Session, certificate: CertificateInfo, now: datetime) -> UnusableReason | None:
    """Why a certificate may not sign for this session at `now`; None where it may."""
    if not certificate.readable:
        return UnusableReason.NOT_READABLE
    if not session.may_sign(certificate):
        return UnusableReason.NOT_ELIGIBLE
    return certificate.unfit(now)
