"""Whether a signature is taken: the format that the session asked for, by one who may, in time."""

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from kamusm_esign.sandbox.ca import ISSUERS, ROOT, SandboxCa
from kamusm_esign.sandbox.portal.api.problems import ProblemError
from kamusm_esign.sandbox.portal.authority.own import issuer_name, own_authority
from kamusm_esign.sandbox.portal.authority.status import make_crl
from kamusm_esign.sandbox.portal.context import Portal
from kamusm_esign.sandbox.portal.services.sessions import end
from kamusm_esign.sandbox.portal.signatures import chain
from kamusm_esign.sandbox.portal.signatures.cades import check_cms
from kamusm_esign.sandbox.portal.signatures.facts import SignatureError, SignatureFacts
from kamusm_esign.sandbox.portal.signatures.pades import check_pades
from kamusm_esign.sandbox.portal.signatures.stamps import stamp_context
from kamusm_esign.sandbox.portal.tables import Card, DocumentRow, SessionRow

SIGNING_LEEWAY = 120
"""Seconds after the session's end that a signing time may still lie in."""
STAMP_SECONDS = 2 * 3600
"""A time stamp is at most so much younger than the signing time."""
CMS_TYPE, PDF_TYPE = "application/pkcs7-signature", "application/pdf"

_PROBLEMS = {
    chain.EXPIRED: ("certificate-expired", None),
    chain.NOT_YET: ("certificate-not-eligible", "It is not valid yet."),
    chain.REVOKED: ("certificate-revoked", None),
    chain.UNTRUSTED: ("certificate-not-eligible", "Its chain leads to no root of this portal."),
}


def judge(
    portal: Portal, row: SessionRow, document: DocumentRow, media_type: str, signature: bytes
) -> Card:
    """Judge a signature; gives the card that made it.

    Raises:
        ProblemError: `malformed-request`, `signature-invalid`, `certificate-not-eligible`,
            `certificate-expired`, `certificate-revoked`.
    """
    wanted = PDF_TYPE if document.format.startswith("pades-") else CMS_TYPE
    if media_type != wanted:
        raise ProblemError("malformed-request", f"Content-Type: {wanted}")
    authority = own_authority(portal)
    try:
        facts = _facts(portal, authority, document, signature)
    except SignatureError as error:
        raise ProblemError("signature-invalid", str(error)) from None
    _judge_times(row, facts)
    return _judge_certificate(portal, row, authority, facts)


def _facts(
    portal: Portal, authority: SandboxCa, document: DocumentRow, signature: bytes
) -> SignatureFacts:
    stamped = document.format in ("cades-t-detached", "pades-b-t")
    root = authority.root.public_bytes(Encoding.DER)
    context = stamp_context([root], portal.clock()) if stamped else None
    if document.format.startswith("pades-"):
        return check_pades(signature, document.content, stamp_context=context)
    attached = document.format.endswith("-attached")
    return check_cms(signature, document.content, attached=attached, stamp_context=context)


def _judge_times(row: SessionRow, facts: SignatureFacts) -> None:
    # Signing times are whole seconds.
    if not int(row.started_at) <= facts.signing_time <= row.expires_at + SIGNING_LEEWAY:
        raise ProblemError("signature-invalid", "The signing time is outside of the session.")
    if facts.stamped_at is not None:
        # The computer that signed may go up to the leeway ahead of the time stamp's server.
        age = facts.stamped_at - facts.signing_time
        if not -SIGNING_LEEWAY <= age <= STAMP_SECONDS:
            raise ProblemError("signature-invalid", "The time stamp is not of the signing time.")


def _judge_certificate(
    portal: Portal, row: SessionRow, authority: SandboxCa, facts: SignatureFacts
) -> Card:
    wanted = select(Card).where(Card.certificate_sha256 == facts.certificate_sha256)
    with portal.database.read() as db:
        cards = db.scalars(wanted).all()
    card = next((card for card in cards if _may_sign(row, card)), None)
    if card is None:
        raise ProblemError("certificate-not-eligible")
    if card.status != "good":
        raise ProblemError("certificate-revoked", f"It is {card.status}.")
    # Somebody who hands in late signed in time: the certificate counts at the session's end.
    at = min(portal.clock(), end(row))
    verdict = _verdict(portal, authority, facts, at)
    if verdict != chain.TRUSTED:
        code, detail = _PROBLEMS[verdict]
        raise ProblemError(code, detail)
    return card


def _verdict(portal: Portal, authority: SandboxCa, facts: SignatureFacts, at: float) -> str:
    """By the path to our root; a card of another authority is trusted for being enrolled."""
    issuer = issuer_name(authority, facts.certificate)
    if issuer is None:
        if at < facts.not_before:
            return chain.NOT_YET
        return chain.EXPIRED if at > facts.not_after else chain.TRUSTED
    return chain.judge(
        facts.certificate,
        anchors=[authority.root.public_bytes(Encoding.DER)],
        others=[authority.authorities[name].parts.certificate_der for name in ISSUERS],
        crls=[make_crl(portal, authority, name) for name in (ROOT, issuer)],
        at=at,
    )


def _may_sign(row: SessionRow, card: Card) -> bool:
    if row.code.serials:
        return card.serial in row.code.serials
    known = row.code.purpose != "login"
    if known and card.holder_id != row.code.holder_id:
        return False
    return card.kind == row.code.certificate_kind
