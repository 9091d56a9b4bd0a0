"""What the program and its card host tell each other, as JSON; parsed strictly on both sides.

Only levels of `domain` cross the pipe, and never a secret: those have frames of their own.
"""

import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from kamusm_esign.child.frames import WireError
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    CertificateKind,
    PinLimits,
    PinState,
    PukState,
    Token,
    TokenTarget,
    UnblockMethod,
)

Message = dict[str, Any]
_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


class Operation(Enum):
    """What the host is asked to do."""

    LIST = "list"
    SEAL_KEY = "seal-key"
    UNBLOCK = "unblock"
    UNBLOCK_WITH_CHALLENGE = "unblock-with-challenge"
    CHANGE = "change"
    VERIFY = "verify"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class SlotToken:
    """A token, and the slot of the driver that it stands in."""

    slot_id: int
    """CK_SLOT_ID, of use to this one driver only."""
    slot_description: str
    """CK_SLOT_INFO.slotDescription: as a rule the reader's name."""
    token: Token


@dataclass(frozen=True, slots=True)
class CardRequest:
    """What every operation on one token needs to know."""

    module: str
    """Absolute path of the PKCS#11 library."""
    target: TokenTarget
    lock_folder: str
    lock_wait: float
    """Seconds to wait for another process of ours."""
    last_try: bool = False
    """Whether a PIN at its last try may be used."""

    def to_json(self) -> Message:
        """As members of a request."""
        return {
            "module": self.module,
            "serial": self.target.serial,
            "certificate": self.target.certificate_sha256,
            "pin": None if self.target.pin is None else self.target.pin.value,
            "lock_folder": self.lock_folder,
            "lock_wait": self.lock_wait,
            "last_try": self.last_try,
        }

    @classmethod
    def from_json(cls, message: Message) -> "CardRequest":
        """Read the members back.

        Raises:
            WireError: a member is missing or of another type.
        """
        pin = optional(message, "pin", str)
        return cls(
            module=member(message, "module", str),
            target=TokenTarget(
                member(message, "serial", str),
                optional(message, "certificate", str),
                None if pin is None else _enum(pin, PinState),
            ),
            lock_folder=member(message, "lock_folder", str),
            lock_wait=member(message, "lock_wait", float),
            last_try=member(message, "last_try", bool),
        )


# ---------------------------------------------------------------------------- reading members
def member(message: Message, name: str, kind: type[_T]) -> _T:
    """One member of exactly this type (a whole number is no bool; a float may be whole).

    Raises:
        WireError: it is missing or of another type.
    """
    value = message.get(name)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise WireError(name)
    return value


def optional(message: Message, name: str, kind: type[_T]) -> _T | None:
    """One member that must be there and may be null."""
    if name not in message:
        raise WireError(name)
    return None if message[name] is None else member(message, name, kind)


def member_bytes(message: Message, name: str) -> bytes:
    """One member in base64."""
    try:
        return binascii.a2b_base64(member(message, name, str), strict_mode=True)
    except ValueError:
        raise WireError(name) from None


def to_base64(data: bytes) -> str:
    """Bytes for a message."""
    return binascii.b2a_base64(data, newline=False).decode()


def member_enum(message: Message, name: str, kind: type[_E]) -> _E:
    """One member that is the value of an enumeration."""
    return _enum(member(message, name, str), kind)


def _enum(value: object, kind: type[_E]) -> _E:
    try:
        return kind(value)
    except ValueError:
        raise WireError(kind.__name__) from None


def member_list(message: Message, name: str, item: Callable[[Message], _T]) -> tuple[_T, ...]:
    """One member that is a list of objects."""
    values = member(message, name, list)
    if not all(isinstance(value, dict) for value in values):
        raise WireError(name)
    return tuple(item(value) for value in values)


# ---------------------------------------------------------------------------- failures
def failure_to_json(failure: Failure) -> Message:
    """As an object; its parameters hold no secret."""
    return {"code": failure.code.value, "params": dict(failure.params)}


def failure_from_json(message: Message) -> Failure:
    """Read one back."""
    params = member(message, "params", dict)
    if not all(isinstance(v, str | int | None) for v in params.values()):
        raise WireError("params")
    return Failure.of(member_enum(message, "code", FailureCode), **params)


# ---------------------------------------------------------------------------- tokens
def slot_token_to_json(slot: SlotToken) -> Message:
    """As an object."""
    token = slot.token
    limits = token.pin_limits
    return {
        "slot_id": slot.slot_id,
        "slot_description": slot.slot_description,
        "serial": token.serial,
        "label": token.label,
        "pin": token.pin.value,
        "puk": token.puk.value,
        "pin_limits": None if limits is None else [limits.minimum, limits.maximum],
        "certificates": [_certificate_to_json(c) for c in token.certificates],
        "unblock_methods": [m.value for m in token.unblock_methods],
        "pin_pad": token.pin_pad,
    }


def slot_token_from_json(message: Message) -> SlotToken:
    """Read one back."""
    methods = member(message, "unblock_methods", list)
    token = Token(
        serial=member(message, "serial", str),
        label=member(message, "label", str),
        pin=member_enum(message, "pin", PinState),
        puk=member_enum(message, "puk", PukState),
        pin_limits=_pin_limits(optional(message, "pin_limits", list)),
        certificates=member_list(message, "certificates", _certificate_from_json),
        unblock_methods=tuple(_enum(m, UnblockMethod) for m in methods),
        pin_pad=member(message, "pin_pad", bool),
    )
    return SlotToken(
        member(message, "slot_id", int), member(message, "slot_description", str), token
    )


def _pin_limits(value: list[Any] | None) -> PinLimits | None:
    if value is None:
        return None
    if len(value) != 2 or any(type(n) is not int for n in value):
        raise WireError("pin_limits")
    return PinLimits(*value)


def _certificate_to_json(certificate: CertificateInfo) -> Message:
    return {
        "sha256": certificate.sha256,
        "kind": certificate.kind.value,
        "holder": certificate.holder,
        "holder_id": certificate.holder_id,
        "birth_date": certificate.birth_date,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "key": certificate.key,
        "has_private_key": certificate.has_private_key,
        "readable": certificate.readable,
        "serial_number": certificate.serial_number,
        "issuer": certificate.issuer,
        "der": to_base64(certificate.der),
    }


def _certificate_from_json(message: Message) -> CertificateInfo:
    return CertificateInfo(
        sha256=member(message, "sha256", str),
        kind=member_enum(message, "kind", CertificateKind),
        holder=member(message, "holder", str),
        holder_id=member(message, "holder_id", str),
        birth_date=optional(message, "birth_date", str),
        not_before=_moment(message, "not_before"),
        not_after=_moment(message, "not_after"),
        key=member(message, "key", str),
        has_private_key=member(message, "has_private_key", bool),
        readable=member(message, "readable", bool),
        serial_number=member(message, "serial_number", str),
        issuer=member(message, "issuer", str),
        der=member_bytes(message, "der"),
    )


def _moment(message: Message, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(member(message, name, str))
    except ValueError:
        raise WireError(name) from None
    if moment.tzinfo != UTC:
        raise WireError(name)
    return moment
