"""X.509 → CertificateInfo. Runs in the card host; only the result crosses to the program.

Reads what it needs and nothing else: certificates on cards in the field are a little wrong in
places that do not matter here, and are to be shown all the same.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from kamusm_esign.card.der import (
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    UTC_TIME,
    DerError,
    Element,
    context,
    first_element,
    only_element,
)
from kamusm_esign.domain.certificate_kind import (
    DATA_ENCIPHERMENT,
    DIGITAL_SIGNATURE,
    KEY_AGREEMENT,
    KEY_ENCIPHERMENT,
    NON_REPUDIATION,
    CertificateFacts,
    certificate_kind,
)
from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind

_ORGANIZATION = "2.5.4.10"
_COMMON_NAME = "2.5.4.3"
_SERIAL_NUMBER = "2.5.4.5"
_KEY_USAGE = "2.5.29.15"
_POLICIES = "2.5.29.32"
_EXTENDED_KEY_USAGE = "2.5.29.37"
_DIRECTORY_ATTRIBUTES = "2.5.29.9"
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_QC_TYPE = "0.4.0.1862.1.6"
_DATE_OF_BIRTH = "1.3.6.1.5.5.7.9.1"

_USAGES = (
    DIGITAL_SIGNATURE,
    NON_REPUDIATION,
    KEY_ENCIPHERMENT,
    DATA_ENCIPHERMENT,
    KEY_AGREEMENT,
)
"""KeyUsage from its first bit on (RFC 5280 section 4.2.1.3); the others play no part."""

_ELLIPTIC = "1.2.840.10045.2.1"
_RSA = frozenset({"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.7", "1.2.840.113549.1.1.10"})
"""rsaEncryption, id-RSAES-OAEP, id-RSASSA-PSS (RFC 8017 appendix C)."""
_ALGORITHMS = {"1.3.101.112": "ed25519", "1.3.101.113": "ed448", "1.2.840.10040.4.1": "dsa"}
_CURVES = {"1.2.840.10045.3.1.7": "p256", "1.3.132.0.34": "p384", "1.3.132.0.35": "p521"}
_CURVE_BY_ORDER = {
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551: "p256",
    int("F" * 48 + "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16): "p384",
    int(
        "01" + "F" * 65 + "A51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409", 16
    ): "p521",
}
"""Orders of the base points (FIPS 186-4 appendix D.1.2): cards may carry explicit parameters."""
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class CertificateError(ValueError):
    """The bytes are not a certificate that this program can read."""


def parse_certificate(der: bytes, *, has_private_key: bool) -> CertificateInfo:
    """Read one certificate (RFC 5280).

    Raises:
        CertificateError: not readable; `unreadable_certificate` says how it is shown.
    """
    try:
        return _read(der, has_private_key)
    except (
        ValueError,
        LookupError,
        OverflowError,
    ) as error:  # DER, text, a date: whatever it hits first
        raise CertificateError(type(error).__name__) from None


def unreadable_certificate(der: bytes, *, has_private_key: bool) -> CertificateInfo:
    """What stands in the list for bytes that are no certificate: unusable, `NOT_READABLE`."""
    return CertificateInfo(
        sha256=hashlib.sha256(der).hexdigest(),
        kind=CertificateKind.OTHER,
        holder="",
        holder_id="",
        birth_date=None,
        not_before=_NO_TIME,
        not_after=_NO_TIME,
        key="",
        has_private_key=has_private_key,
        readable=False,
    )


def public_key_der(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, as DER.

    Raises:
        CertificateError: not readable.
    """
    try:
        return _Body.of(first_element(der)).public_key.whole
    except (ValueError, LookupError) as error:
        raise CertificateError(type(error).__name__) from None


class _Body(NamedTuple):
    """The members of TBSCertificate that matter (RFC 5280 section 4.1)."""

    serial: Element
    issuer: Element
    validity: Element
    subject: Element
    public_key: Element
    extensions: Mapping[str, bytes]
    """By OID; what is inside the OCTET STRING."""

    @classmethod
    def of(cls, certificate: Element) -> "_Body":
        body, _algorithm, _signature = certificate.members()
        members = body.members()
        if members and members[0].tag == context(0):  # version
            del members[0]
        if len(members) < 6:
            raise DerError("TBSCertificate")
        serial, _algorithm, issuer, validity, subject, public_key = members[:6]
        tagged = {member.tag: member for member in members[6:]}
        extensions = tagged.get(context(3))
        return cls(
            serial=serial.of(INTEGER),
            issuer=issuer,
            validity=validity,
            subject=subject,
            public_key=public_key.of(SEQUENCE),
            extensions=dict(_extensions(extensions) if extensions else ()),
        )

    def inside(self, extension: str) -> list[Element]:
        """The members of an extension that is a SEQUENCE; none where it is missing."""
        value = self.extensions.get(extension)
        return [] if value is None else only_element(value).members()


def _extensions(wrapped: Element) -> Iterator[tuple[str, bytes]]:
    (extensions,) = wrapped.members(wrapped.tag)
    for extension in extensions.members():
        oid, *_critical, value = extension.members()
        yield oid.oid(), value.of(OCTET_STRING).content


def _read(der: bytes, has_private_key: bool) -> CertificateInfo:
    certificate = first_element(der)  # files on cards may be padded
    body = _Body.of(certificate)
    subject = list(_attributes(body.subject))
    not_before, not_after = body.validity.members()
    return CertificateInfo(
        sha256=hashlib.sha256(certificate.whole).hexdigest(),
        kind=certificate_kind(_facts(body, subject)),
        holder=_first(subject, _COMMON_NAME),
        holder_id=_first(subject, _SERIAL_NUMBER),
        birth_date=_birth_date(body),
        not_before=_second(not_before),
        not_after=_second(not_after),
        key=_key_word(body.public_key),
        has_private_key=has_private_key,
        serial_number=(body.serial.content.lstrip(b"\0") or b"\0").hex(),
        issuer=_issuer(body.issuer),
        der=certificate.whole,
    )


def _issuer(name: Element) -> str:
    """Only shown: where it cannot be read, the certificate is read all the same."""
    try:
        issuer = list(_attributes(name))
        return _first(issuer, _COMMON_NAME) or _first(issuer, _ORGANIZATION)
    except (ValueError, LookupError):
        return ""


def _attributes(name: Element) -> Iterator[tuple[str, Element]]:
    for rdn in name.members():
        for pair in rdn.members(SET):
            oid, value = pair.members()
            yield oid.oid(), value


def _first(subject: list[tuple[str, Element]], oid: str) -> str:
    return next((value.text() for kind, value in subject if kind == oid), "")


def _facts(body: _Body, subject: list[tuple[str, Element]]) -> CertificateFacts:
    return CertificateFacts(
        key_usage=frozenset(_key_usage(body)),
        extended_key_usage=frozenset(p.oid() for p in body.inside(_EXTENDED_KEY_USAGE)),
        policies=frozenset(p.members()[0].oid() for p in body.inside(_POLICIES)),
        qc_statements=frozenset(_qc_statements(body)),
        subject_attributes=frozenset(kind for kind, _ in subject),
    )


def _key_usage(body: _Body) -> Iterator[str]:
    value = body.extensions.get(_KEY_USAGE)
    octets = b"" if value is None else only_element(value).bits()
    for number, name in enumerate(_USAGES):
        if octets and octets[0] & 0x80 >> number:
            yield name


def _qc_statements(body: _Body) -> Iterator[str]:
    for statement in body.inside(_QC_STATEMENTS):
        identifier, *info = statement.members()
        oid = identifier.oid()
        yield oid
        if oid == _QC_TYPE:
            yield from (value.oid() for value in info[0].members())


def _birth_date(body: _Body) -> str | None:
    """dateOfBirth is GeneralizedTime, noon UTC by convention (RFC 3739 section 3.2.2)."""
    for attribute in body.inside(_DIRECTORY_ATTRIBUTES):
        oid, values = attribute.members()
        if oid.oid() == _DATE_OF_BIRTH:
            value = values.members(SET)[0]
            return f"{_moment(value):%Y%m%d}" if value.tag == GENERALIZED_TIME else None
    return None


def _second(time: Element) -> datetime:
    return _moment(time).astimezone(UTC).replace(microsecond=0)


def _moment(time: Element) -> datetime:
    """UTCTime or GeneralizedTime (RFC 5280 section 4.1.2.5), or what else X.680 lets them hold."""
    text = time.content.decode("ascii")
    if time.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif time.tag != GENERALIZED_TIME:
        raise DerError("no time")
    if not text[:10].isdigit():
        raise DerError("no time")
    moment = datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _key_word(public_key: Element) -> str:
    algorithm, key = public_key.members()
    identifier, *parameters = algorithm.members()
    oid = identifier.oid()
    if oid in _RSA:
        modulus = only_element(key.bits()).members()[0].integer()
        return f"rsa{(modulus.bit_length() + 7) // 8 * 8}"
    if oid == _ELLIPTIC:
        return _curve(parameters[0]) if parameters else "ec"
    return _ALGORITHMS.get(oid, oid)


def _curve(parameters: Element) -> str:
    """A named curve, or a SpecifiedECDomain with its order in fifth place (SEC 1 appendix C.2)."""
    if parameters.tag == OID:
        return _CURVES.get(parameters.oid(), parameters.oid())
    return _CURVE_BY_ORDER.get(parameters.members()[4].integer(), "ec")
