"""The sandbox's own certificate authority: the profiles of the field, none of its trust.

What a NES, a Mali Mühür or an e-mühür carries is written down here once: the reference portal, the
virtual tokens and the tests all take their certificates from `SandboxCa`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kamusm_esign.domain import certificate_kind as oids
from kamusm_esign.domain.tokens import CertificateKind

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ROOT_LIFE = timedelta(days=3650)
_LIFE = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate and its key, as a token takes them in."""

    certificate_der: bytes
    private_key_pkcs8_der: bytes
    """PKCS#8 PrivateKeyInfo, not encrypted: keys of the sandbox protect nothing."""


@dataclass(frozen=True, slots=True)
class _Profile:
    common_name: str
    serial_number: str
    """subject serialNumber: TCKN of a person, VKN of a company. Invented."""
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    qc_statements: tuple[str, ...] = ()
    organization: bool = False


_PROFILES = {
    CertificateKind.NES: _Profile(
        "AYŞE IŞIK ÖĞÜTÇÜ",
        "10000000146",
        (oids.DIGITAL_SIGNATURE, oids.NON_REPUDIATION),
        qc_statements=(oids.QC_COMPLIANCE, oids.LAW_5070_QUALIFIED),
    ),
    CertificateKind.MALI_MUHUR: _Profile(
        "ÖRNEK TİCARET LİMİTED ŞİRKETİ",
        "1234567890",
        (oids.DIGITAL_SIGNATURE,),
        extended_key_usage=(oids.MALI_MUHUR_SIGN,),
        policies=(oids.MALI_MUHUR_POLICY,),
        organization=True,
    ),
    CertificateKind.E_MUHUR: _Profile(
        "ÖRNEK KURUMU",
        "1234567891",
        (oids.DIGITAL_SIGNATURE, oids.NON_REPUDIATION),
        qc_statements=(oids.QC_COMPLIANCE, oids.LAW_5070_QUALIFIED, oids.LAW_5070_INSTITUTIONAL),
        organization=True,
    ),
    CertificateKind.ENCRYPTION: _Profile(
        "ÖRNEK TİCARET LİMİTED ŞİRKETİ",
        "1234567890",
        (oids.KEY_ENCIPHERMENT, oids.DATA_ENCIPHERMENT),
        extended_key_usage=(oids.MALI_MUHUR_ENCRYPT,),
        policies=(oids.MALI_MUHUR_POLICY,),
        organization=True,
    ),
    CertificateKind.OTHER: _Profile(
        "AYŞE IŞIK ÖĞÜTÇÜ",
        "10000000146",
        (oids.DIGITAL_SIGNATURE,),
        extended_key_usage=(ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,),
    ),
}


def new_key(key: str) -> PrivateKey:
    """Make a private key: `rsa2048`, `p256` or `p384`.

    Raises:
        ValueError: another word.
    """
    if key == "rsa2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curves: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}
    if key not in curves:
        raise ValueError(f"unknown key {key!r}")
    return ec.generate_private_key(curves[key])


class SandboxCa:
    """A root, an issuer below it, and the certificates that the issuer gives out."""

    def __init__(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        self._root_key = ec.generate_private_key(ec.SECP384R1())
        self._issuer_key = ec.generate_private_key(ec.SECP384R1())
        root_name = _ca_name("E-İmza Deneme Kök Sertifikası")
        self.root = _ca_certificate(root_name, root_name, self._root_key, self._root_key, now, 1)
        self.issuer = _ca_certificate(
            _ca_name("E-İmza Deneme Sertifika Sağlayıcısı"),
            root_name,
            self._issuer_key,
            self._root_key,
            now,
            0,
        )

    @property
    def chain_der(self) -> tuple[bytes, bytes]:
        """Issuer and root, as DER."""
        encoding = serialization.Encoding.DER
        return self.issuer.public_bytes(encoding), self.root.public_bytes(encoding)

    def issue(
        self,
        kind: CertificateKind,
        key: str | PrivateKey,
        *,
        common_name: str | None = None,
        serial_number: str | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        birth_date: date | None = None,
    ) -> IssuedCertificate:
        """Give out one certificate.

        Args:
            kind: which profile.
            key: a key, or the word for a new one (`new_key`).
            common_name: the holder; None for the profile's invented one.
            serial_number: subject serialNumber; None for the profile's invented one.
            not_before: aware; None for yesterday.
            not_after: aware, the last valid second; None for three years after `not_before`.
            birth_date: goes into subjectDirectoryAttributes.
        """
        profile = _PROFILES[kind]
        private_key = new_key(key) if isinstance(key, str) else key
        start = not_before or datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        subject = _subject(profile, common_name, serial_number)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.issuer.subject)
            .public_key(private_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(not_after or start + _LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        )
        for extension, critical in _extensions(profile, birth_date):
            builder = builder.add_extension(extension, critical)
        builder = _add_key_identifiers(
            builder, private_key.public_key(), self._issuer_key.public_key()
        )
        certificate = builder.sign(self._issuer_key, hashes.SHA384())
        return IssuedCertificate(
            certificate.public_bytes(serialization.Encoding.DER),
            private_key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )


def _ca_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TR"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _ca_certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    path_length: int,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _ROOT_LIFE)
        .not_valid_after(now + 2 * _ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_key_usage(("key_cert_sign", "crl_sign")), critical=True)
    )
    builder = _add_key_identifiers(builder, key.public_key(), signing_key.public_key())
    return builder.sign(signing_key, hashes.SHA384())


def _add_key_identifiers(
    builder: x509.CertificateBuilder, key: PublicKey, signer: PublicKey
) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key), critical=False
    ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)


def _subject(profile: _Profile, common_name: str | None, serial_number: str | None) -> x509.Name:
    name = common_name or profile.common_name
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "TR")]
    if profile.organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, name))
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
    serial = serial_number or profile.serial_number
    attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(attributes)


def _extensions(
    profile: _Profile, birth_date: date | None
) -> Sequence[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = [(_key_usage(profile.key_usage), True)]
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


def _key_usage(bits: tuple[str, ...]) -> x509.KeyUsage:
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
