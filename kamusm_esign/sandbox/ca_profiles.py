"""What a NES, a Mali Mühür or an e-mühür carries, written down once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from asn1crypto import core
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kamusm_esign.domain import certificate_kind as oids
from kamusm_esign.domain.tokens import CertificateKind


@dataclass(frozen=True, slots=True)
class Profile:
    """What is the same in all certificates of a kind."""

    common_name: str
    serial_number: str
    """subject serialNumber: TCKN of a person, VKN of a company. Invented."""
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    qc_statements: tuple[str, ...] = ()
    organization: bool = False


PROFILES = {
    CertificateKind.NES: Profile(
        "AYŞE IŞIK ÖĞÜTÇÜ",
        "10000000146",
        (oids.DIGITAL_SIGNATURE, oids.NON_REPUDIATION),
        qc_statements=(oids.QC_COMPLIANCE, oids.LAW_5070_QUALIFIED),
    ),
    CertificateKind.MALI_MUHUR: Profile(
        "ÖRNEK TİCARET LİMİTED ŞİRKETİ",
        "1234567890",
        (oids.DIGITAL_SIGNATURE,),
        extended_key_usage=(oids.MALI_MUHUR_SIGN,),
        policies=(oids.MALI_MUHUR_POLICY,),
        organization=True,
    ),
    CertificateKind.E_MUHUR: Profile(
        "ÖRNEK KURUMU",
        "1234567891",
        (oids.DIGITAL_SIGNATURE, oids.NON_REPUDIATION),
        qc_statements=(oids.QC_COMPLIANCE, oids.LAW_5070_QUALIFIED, oids.LAW_5070_INSTITUTIONAL),
        organization=True,
    ),
    CertificateKind.ENCRYPTION: Profile(
        "ÖRNEK TİCARET LİMİTED ŞİRKETİ",
        "1234567890",
        (oids.KEY_ENCIPHERMENT, oids.DATA_ENCIPHERMENT),
        extended_key_usage=(oids.MALI_MUHUR_ENCRYPT,),
        policies=(oids.MALI_MUHUR_POLICY,),
        organization=True,
    ),
    CertificateKind.OTHER: Profile(
        "AYŞE IŞIK ÖĞÜTÇÜ",
        "10000000146",
        (oids.DIGITAL_SIGNATURE,),
        extended_key_usage=(ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,),
    ),
}


def subject(profile: Profile, common_name: str | None, serial_number: str | None) -> x509.Name:
    """The holder; None for the profile's invented one."""
    name = common_name or profile.common_name
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "TR")]
    if profile.organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, name))
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
    serial = serial_number or profile.serial_number
    attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(attributes)


def extensions(
    profile: Profile, birth_date: date | None
) -> Sequence[tuple[x509.ExtensionType, bool]]:
    """What a kind carries besides the names; with each extension, whether it is critical."""
    found: list[tuple[x509.ExtensionType, bool]] = [(key_usage(profile.key_usage), True)]
    if profile.extended_key_usage:
        usages = [x509.ObjectIdentifier(oid) for oid in profile.extended_key_usage]
        found.append((x509.ExtendedKeyUsage(usages), False))
    if profile.policies:
        policies = [
            x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in profile.policies
        ]
        found.append((x509.CertificatePolicies(policies), False))
    if profile.qc_statements:
        found.append((_qc_statements(profile.qc_statements), False))
    if birth_date is not None:
        found.append((_date_of_birth(birth_date), False))
    return found


def key_usage(bits: tuple[str, ...]) -> x509.KeyUsage:
    """KeyUsage of the bits named."""
    return x509.KeyUsage(
        digital_signature=oids.DIGITAL_SIGNATURE in bits,
        content_commitment=oids.NON_REPUDIATION in bits,
        key_encipherment=oids.KEY_ENCIPHERMENT in bits,
        data_encipherment=oids.DATA_ENCIPHERMENT in bits,
        key_agreement=oids.KEY_AGREEMENT in bits,
        key_cert_sign="key_cert_sign" in bits,
        crl_sign="crl_sign" in bits,
        encipher_only=False,
        decipher_only=False,
    )


def _sequence(*parts: bytes) -> bytes:
    der: bytes = core.Sequence(contents=b"".join(parts)).dump()
    return der


def _oid(dotted: str) -> bytes:
    der: bytes = core.ObjectIdentifier(dotted).dump()
    return der


def _qc_statements(statements: tuple[str, ...]) -> x509.UnrecognizedExtension:
    """QCStatements (RFC 3739 appendix A.2), which cryptography does not know."""
    value = _sequence(*(_sequence(_oid(statement)) for statement in statements))
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value)


def _date_of_birth(day: date) -> x509.UnrecognizedExtension:
    """subjectDirectoryAttributes with dateOfBirth, noon UTC (RFC 3739 section 3.2.2)."""
    noon = core.GeneralizedTime(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)).dump()
    values: bytes = core.Set(contents=noon).dump()
    attribute = _sequence(_oid("1.3.6.1.5.5.7.9.1"), values)
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.9"), _sequence(attribute))
