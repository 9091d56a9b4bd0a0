"""Raw signatures: one login, then any number of digests."""

from kamusm_esign.card import translate
from kamusm_esign.card.card_objects import CardCertificate
from kamusm_esign.card.channel import Channel
from kamusm_esign.card.phase import Phase
from kamusm_esign.card.pkcs11_token import SigningKey
from kamusm_esign.card.raw_signature import digest_fits
from kamusm_esign.card.reading import public_key
from kamusm_esign.card.translate import DriverError
from kamusm_esign.card.user_pin import LoginRefusedError, claim_for_pin, log_in
from kamusm_esign.card.wire import CardRequest, Message, member, member_bytes, to_base64
from kamusm_esign.card.workbench import Workbench
from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode


def sign_digests(
    bench: Workbench, request: CardRequest, certificate_sha256: str, pin: bytearray
) -> None:
    """Answer the certificate once logged in, then one signature to each digest, until the parent
    ends it.

    The PIN is wiped after the login, unless the key asks for it at every signature
    (CKA_ALWAYS_AUTHENTICATE). The first signature that fails ends the request.

    Raises:
        FailedError: no login, no such key, or a signature was refused.
    """
    certificate, key = _key(bench, request, certificate_sha256, pin)
    if not key.always_authenticate:
        pin[:] = bytes(len(pin))
    bench.channel.answer({"certificate": to_base64(certificate.der)})
    while (message := bench.channel.request()) is not None and "end" not in message:
        signature = _sign(bench.channel, key, message, pin if key.always_authenticate else None)
        bench.channel.answer({"signature": to_base64(signature)})


def _key(
    bench: Workbench, request: CardRequest, certificate_sha256: str, pin: bytearray
) -> tuple[CardCertificate, SigningKey]:
    claimed = claim_for_pin(bench, request, pin)
    certificate = claimed.certificate(certificate_sha256)
    if certificate is None:
        raise FailedError.of(FailureCode.CERTIFICATE_NOT_FOUND)
    try:
        p11_session = log_in(bench, claimed, pin)
    except LoginRefusedError as refusal:
        raise FailedError(refusal.failure) from None
    key = p11_session.signing_key(certificate, public_key(certificate))
    if key is None:
        raise FailedError.of(FailureCode.SIGNATURE_REFUSED_BY_CARD, raw="no key")
    if key.always_authenticate and p11_session.pad is not None:
        raise FailedError(translate.pin_pad())  # it would ask at every signature
    return certificate, key


def _sign(channel: Channel, key: SigningKey, message: Message, pin: bytearray | None) -> bytes:
    digest, algorithm = member_bytes(message, "digest"), member(message, "algorithm", str)
    if not digest_fits(digest, algorithm):
        raise WireError("digest")
    channel.phase(Phase.SIGNING)
    try:
        return key.sign(digest, algorithm, pin)
    except DriverError as error:
        failure: Failure = translate.signature(error)
        raise FailedError(failure) from None
