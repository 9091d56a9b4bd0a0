"""What a job remembers of its way, for the page that says how it ended."""

from dataclasses import dataclass, replace
from datetime import datetime

from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.portal_session import Session
from kamusm_esign.domain.tokens import CertificateInfo, Token
from kamusm_esign.flows.change_or_verify_pin import AskPin, UsingCard
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.flows.session_model import AskCode, InSession
from kamusm_esign.flows.set_pin_model import CheckingOutcome, WithToken
from kamusm_esign.flows.sign_documents_model import (
    ReportingSignatures,
    Stamping,
    Submitting,
    WithCertificate,
)
from kamusm_esign.ui.presenter.words import main_certificate


@dataclass(frozen=True, slots=True)
class Ending:
    """Whom and what a job was about; the last state itself says only how it ended."""

    session: Session | None = None
    """The portal's, for a job with a code."""
    token: Token | None = None
    """The card, as it was before."""
    key_store: bool = True
    """Whether what the portal was not told can be told after a restart."""
    read_again: bool = False
    """The card was read again to find out what had happened."""
    at: datetime | None = None
    """UTC, when it ended."""
    certificate: CertificateInfo | None = None
    """With which was signed, in a signing journey."""
    signed: bool = False
    """Every document was signed, whatever became of it then."""

    def after(self, state: State, now: datetime) -> "Ending":
        """What is remembered once this state is reached; a new code begins anew."""
        if isinstance(state, AskCode):
            return Ending()
        if isinstance(state, Done):
            return replace(self, at=now)
        known = self
        if isinstance(state, InSession):
            known = replace(known, session=state.session, key_store=state.key_store)
        if isinstance(state, (WithToken, AskPin, UsingCard)):
            known = replace(known, token=state.token)
        if isinstance(state, CheckingOutcome):
            known = replace(known, read_again=not state.missing)
        if isinstance(state, WithCertificate):
            known = replace(known, token=state.token, certificate=state.certificate)
        if isinstance(state, (Stamping, Submitting, ReportingSignatures)):
            known = replace(known, signed=True)
        return known

    @property
    def holder(self) -> str:
        """Whose card it is, masked; empty where nobody says."""
        if self.session is not None and self.session.holder is not None:
            return self.session.holder.masked_name
        certificate = main_certificate(self.token) if self.token else None
        return mask_name(certificate.holder) if certificate else ""

    @property
    def serial(self) -> str:
        """The card's number, masked; empty where there was none."""
        return mask_serial(self.token.serial) if self.token else ""
