"""X.509 → CertificateInfo. Runs in the card host; only the result crosses to the program.

asn1crypto and not cryptography: python-pkcs11 has loaded it already, and it takes certificates
that are a little wrong, as cards in the field carry them.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core, x509

from kamusm_esign.domain.certificate_kind import CertificateFacts, certificate_kind
from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind

_COMMON_NAME = "2.5.4.3"
_SERIAL_NUMBER = "2.5.4.5"
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_QC_TYPE = "0.4.0.1862.1.6"
_DATE_OF_BIRTH = "1.3.6.1.5.5.7.9.1"
_CURVES = {"secp256r1": "p256", "secp384r1": "p384", "secp521r1": "p521"}
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


class _QcStatement(core.Sequence):  # type: ignore[misc]
    """RFC 3739 appendix A.2."""

    _fields = [  # noqa: RUF012
        ("statement_id", core.ObjectIdentifier),
        ("statement_info", core.Any, {"optional": True}),
    ]


class _QcStatements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _QcStatement


class _ObjectIdentifiers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


def parse_certificate(der: bytes, *, has_private_key: bool) -> CertificateInfo:
    """Read one certificate (RFC 5280).

    Raises:
        CertificateError: not readable; `unreadable_certificate` says how it is shown.
    """
    try:
        return _read(der, has_private_key)
    except Exception as error:  # asn1crypto is lazy: garbage surfaces as whatever it hits first
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
        key: bytes = x509.Certificate.load(der).public_key.dump()
    except Exception as error:
        raise CertificateError(type(error).__name__) from None
    return key


def _read(der: bytes, has_private_key: bool) -> CertificateInfo:
    certificate = x509.Certificate.load(der)  # not strict: files on cards may be padded
    body = certificate["tbs_certificate"]
    extensions = {e["extn_id"].dotted: e["extn_value"] for e in body["extensions"]}
    subject = list(_attributes(certificate.subject))
    return CertificateInfo(
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        kind=certificate_kind(_facts(certificate, extensions, subject)),
        holder=_first(subject, _COMMON_NAME),
        holder_id=_first(subject, _SERIAL_NUMBER),
        birth_date=_birth_date(certificate.subject_directory_attributes_value),
        not_before=_second(body["validity"]["not_before"].native),
        not_after=_second(body["validity"]["not_after"].native),
        key=_key_word(certificate.public_key),
        has_private_key=has_private_key,
    )


def _attributes(name: x509.Name) -> Iterator[tuple[str, str]]:
    for rdn in name.chosen:
        for pair in rdn:
            yield pair["type"].dotted, str(pair["value"].native)


def _first(subject: list[tuple[str, str]], oid: str) -> str:
    return next((value for kind, value in subject if kind == oid), "")


def _facts(
    certificate: x509.Certificate, extensions: dict[str, Any], subject: list[tuple[str, str]]
) -> CertificateFacts:
    usage = certificate.key_usage_value
    policies = certificate.certificate_policies_value or ()
    purposes = certificate.extended_key_usage_value or ()
    return CertificateFacts(
        key_usage=frozenset(usage.native) if usage is not None else frozenset(),
        extended_key_usage=frozenset(p.dotted for p in purposes),
        policies=frozenset(p["policy_identifier"].dotted for p in policies),
        qc_statements=frozenset(_qc_statements(extensions.get(_QC_STATEMENTS))),
        subject_attributes=frozenset(kind for kind, _ in subject),
    )


def _qc_statements(value: Any) -> Iterator[str]:
    if value is None:
        return
    for statement in _QcStatements.load(bytes(value), strict=True):
        oid = statement["statement_id"].dotted
        yield oid
        if oid == _QC_TYPE:
            types = statement["statement_info"].parse(_ObjectIdentifiers)
            yield from (t.dotted for t in types)


def _birth_date(attributes: Any) -> str | None:
    """dateOfBirth is GeneralizedTime, noon UTC by convention (RFC 3739 section 3.2.2)."""
    for attribute in attributes or ():
        if attribute["type"].dotted == _DATE_OF_BIRTH:
            value = attribute["values"][0]
            return f"{value.native:%Y%m%d}" if isinstance(value, core.GeneralizedTime) else None
    return None


def _second(moment: Any) -> datetime:
    if not isinstance(moment, datetime):  # asn1crypto's own type for the year 0
        raise CertificateError("year")
    return moment.astimezone(UTC).replace(microsecond=0)


def _key_word(key: Any) -> str:
    algorithm = str(key.algorithm)
    if algorithm.startswith("rsa"):
        return f"rsa{key.bit_size}"
    if algorithm != "ec":
        return algorithm
    form, value = key.curve
    if form == "named":
        return _CURVES.get(str(value), str(value))
    return _CURVE_BY_ORDER.get(value["order"], "ec")
