"""Reading a driver's tokens; never logs in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kamusm_esign.card.card_objects import CardCertificate, CardKey
from kamusm_esign.card.certificates import (
    CertificateError,
    parse_certificate,
    public_key_der,
    unreadable_certificate,
)
from kamusm_esign.card.locks import token_lock
from kamusm_esign.card.pkcs11_token import Driver, DriverToken
from kamusm_esign.card.token_flags import PROTECTED_AUTHENTICATION_PATH, pin_state, puk_state
from kamusm_esign.card.token_info import TokenInfo
from kamusm_esign.card.translate import DriverError
from kamusm_esign.card.wire import SlotToken
from kamusm_esign.domain.tokens import CertificateInfo, PinLimits, Token, UnblockMethod


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the host cannot know by itself."""

    reveals_tries: bool
    """Whether the absence of CKF_USER_PIN_* flags says that no try is spent."""
    reveals_puk_tries: bool
    """The same for CKF_SO_PIN_*."""
    lock_folder: str
    lock_wait: float
    """Seconds to wait for a process of ours that writes to the token."""


def read_tokens(
    driver: Driver, options: ReadOptions, waiting: Callable[[], None]
) -> list[SlotToken]:
    """Everything that the driver sees.

    Raises:
        DriverError: no token could be read, and one that is there did not answer.
        LockBusyError: somebody else writes to one of them.
    """
    found: list[SlotToken] = []
    errors: list[DriverError] = []
    for token in driver.tokens():
        lock = token_lock(
            options.lock_folder, token.serial, limit=options.lock_wait, waiting=waiting
        )
        try:
            with lock as free:
                if not free:
                    token.look()  # what was seen before may be from before the other's write
                found.append(_read(token, options))
        except DriverError as error:
            errors.append(error)
    if errors and not found:
        raise errors[0]
    return found


def _read(token: DriverToken, options: ReadOptions) -> SlotToken:
    info = token.info
    return SlotToken(
        slot_id=token.slot_id,
        slot_description=token.slot_description,
        token=Token(
            serial=token.serial,
            label=token.label,
            pin=pin_state(info.flags, reveals_tries=options.reveals_tries),
            puk=puk_state(info.flags, reveals_tries=options.reveals_puk_tries),
            pin_limits=_pin_limits(info),
            certificates=tuple(c for _, c in read_certificates(token)),
            unblock_methods=(UnblockMethod.SO_PIN,),
            pin_pad=bool(info.flags & PROTECTED_AUTHENTICATION_PATH),
        ),
    )


def _pin_limits(info: TokenInfo) -> PinLimits | None:
    if info.min_pin is None or info.max_pin is None or info.min_pin > info.max_pin:
        return None
    return PinLimits(info.min_pin, info.max_pin)


def read_certificates(token: DriverToken) -> list[tuple[CardCertificate, CertificateInfo]]:
    """The certificates of a token, each as the object on the card and as what it says."""
    certificates, keys = token.objects()
    return [(c, _certificate_info(c, keys)) for c in certificates]


def public_key(certificate: CardCertificate) -> bytes:
    """SubjectPublicKeyInfo in DER, b"" where the certificate is not readable."""
    try:
        return public_key_der(certificate.der)
    except CertificateError:
        return b""


def _certificate_info(certificate: CardCertificate, keys: Sequence[CardKey]) -> CertificateInfo:
    has_key = has_private_key(certificate, keys)
    try:
        return parse_certificate(certificate.der, has_private_key=has_key)
    except CertificateError:
        return unreadable_certificate(certificate.der, has_private_key=has_key)


def has_private_key(certificate: CardCertificate, keys: Sequence[CardKey]) -> bool:
    """Cards may hide every key until the login: then nothing speaks against a key.

    Where keys are seen, public or private, one of them has to be the certificate's.
    """
    if not keys:
        return True
    material = public_key(certificate)
    return any(key.belongs_to(certificate, material) for key in keys)
