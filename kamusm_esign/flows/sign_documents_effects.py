"""The effects that only `sign_documents` has."""

from dataclasses import dataclass

from kamusm_esign.domain.portal_session import Document, Session
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import CertificateInfo, Token, TokenTarget
from kamusm_esign.flows.protocol import Effect


@dataclass(frozen=True, slots=True)
class FetchDocument(Effect):
    """Bring one document and hold it against the session."""

    session: Session
    document: Document


@dataclass(frozen=True, slots=True)
class OpenCard(Effect):
    """Note the job in the journal, then log in once: the only effect of this flow that can spend a
    try. The certificate's validity is judged again at the portal's time before it."""

    session: Session
    target: TokenTarget
    certificate: CertificateInfo
    handle: SecretHandle
    token: Token
    last_try: bool


@dataclass(frozen=True, slots=True)
class SignDocument(Effect):
    """Make one signature and verify it. If it fails the card is logged out."""

    session: Session
    document: Document


@dataclass(frozen=True, slots=True)
class FinishSigning(Effect):
    """Log out; then bring all signatures onto the disk, or drop them."""

    session: Session
    keep: bool


@dataclass(frozen=True, slots=True)
class StampSignatures(Effect):
    """Fetch the time stamps that are missing; those that are there stay."""

    session: Session


@dataclass(frozen=True, slots=True)
class SubmitSignature(Effect):
    """Hand in one signature, the bytes that the outbox keeps."""

    session: Session
    document: Document
