"""A second opinion on certificates: the same facts, read with asn1crypto."""

import hashlib
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from asn1crypto import core, x509

from kamusm_esign.domain.certificate_kind import CertificateFacts, certificate_kind
from kamusm_esign.domain.tokens import CertificateInfo

CURVES = {"secp256r1": "p256", "secp384r1": "p384", "secp521r1": "p521"}
QC_STATEMENTS, QC_TYPE = "1.3.6.1.5.5.7.1.3", "0.4.0.1862.1.6"
DATE_OF_BIRTH = "1.3.6.1.5.5.7.9.1"


class _QcStatement(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("statement_id", core.ObjectIdentifier),
        ("statement_info", core.Any, {"optional": True}),
    ]


class _QcStatements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _QcStatement


class _ObjectIdentifiers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


def read_with_asn1crypto(der: bytes) -> CertificateInfo | None:
    """What asn1crypto makes of it; None where it raises, whatever it raises."""
    try:
        return _read(x509.Certificate.load(der))
    except Exception:
        return None


def _read(certificate: x509.Certificate) -> CertificateInfo:
    body = certificate["tbs_certificate"]
    subject = [
        (p["type"].dotted, str(p["value"].native)) for r in certificate.subject.chosen for p in r
    ]
    names: dict[str, str] = dict(reversed(subject))
    return CertificateInfo(
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        kind=certificate_kind(_facts(certificate, frozenset(names))),
        holder=names.get("2.5.4.3", ""),
        holder_id=names.get("2.5.4.5", ""),
        birth_date=_birth_date(certificate.subject_directory_attributes_value),
        not_before=body["validity"]["not_before"].native.astimezone(UTC).replace(microsecond=0),
        not_after=body["validity"]["not_after"].native.astimezone(UTC).replace(microsecond=0),
        key=_key(certificate.public_key),
        has_private_key=True,
        serial_number=_serial(body["serial_number"].native),
    )


def _serial(number: int) -> str:
    """In whole bytes, two's complement without what only says that it is positive."""
    size = max((number.bit_length() + 7) // 8, 1)
    return (
        number.to_bytes(size + (number < 0), "big", signed=number < 0).lstrip(b"\0").hex() or "00"
    )


def _facts(certificate: x509.Certificate, attributes: frozenset[str]) -> CertificateFacts:
    usage = certificate.key_usage_value
    extensions = certificate["tbs_certificate"]["extensions"]
    statements = [e["extn_value"] for e in extensions if e["extn_id"].dotted == QC_STATEMENTS]
    return CertificateFacts(
        key_usage=frozenset(usage.native if usage is not None else ()),
        extended_key_usage=frozenset(p.dotted for p in certificate.extended_key_usage_value or ()),
        policies=frozenset(
            p["policy_identifier"].dotted for p in certificate.certificate_policies_value or ()
        ),
        qc_statements=frozenset(_qc_statements(bytes(statements[-1])) if statements else ()),
        subject_attributes=attributes,
    )


def _qc_statements(der: bytes) -> Iterator[str]:
    for statement in _QcStatements.load(der, strict=True):
        yield statement["statement_id"].dotted
        if statement["statement_id"].dotted == QC_TYPE:
            yield from (t.dotted for t in statement["statement_info"].parse(_ObjectIdentifiers))


def _birth_date(attributes: Any) -> str | None:
    for attribute in attributes or ():
        if attribute["type"].dotted == DATE_OF_BIRTH:
            value = attribute["values"][0]
            return f"{value.native:%Y%m%d}" if isinstance(value, core.GeneralizedTime) else None
    return None


def _key(key: Any) -> str:
    algorithm = str(key.algorithm)
    if algorithm.startswith("rsa"):
        return f"rsa{key.bit_size}"
    return CURVES.get(str(key.curve[1]), "?") if algorithm == "ec" else algorithm
