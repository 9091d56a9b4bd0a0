"""The sandbox's own certificate authority: the profiles of the field, none of its trust.

The reference portal, the virtual tokens and the tests all take their certificates from `SandboxCa`;
what each kind carries is in `ca_profiles.py`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca_profiles import PROFILES, extensions, key_usage, subject

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ROOT_LIFE = timedelta(days=3650)
_LIFE = timedelta(days=3 * 365)
_DER = serialization.Encoding.DER

ROOT, NES, MALI_MUHUR, TSA = "root", "nes", "mali-muhur", "tsa"
ISSUERS = (NES, MALI_MUHUR)
_NAMES = {
    ROOT: "E-İmza Deneme Kök Sertifikası",
    NES: "E-İmza Deneme Sertifika Sağlayıcısı",
    MALI_MUHUR: "Mali Mühür Deneme Sertifika Sağlayıcısı",
    TSA: "E-İmza Deneme Zaman Damgası Sunucusu",
}


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate and its key, as a token takes them in."""

    certificate_der: bytes
    private_key_pkcs8_der: bytes
    """PKCS#8 PrivateKeyInfo, not encrypted: keys of the sandbox protect nothing."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One of those who sign: the root, an issuer, or the time stamp server."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def parts(self) -> IssuedCertificate:
        """As it is kept."""
        return IssuedCertificate(self.certificate.public_bytes(_DER), _pkcs8(self.key))


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
    """A root, the issuers below it, and the certificates that they give out."""

    def __init__(
        self, authorities: dict[str, Authority] | None = None, base_url: str | None = None
    ) -> None:
        """Make a new authority, or take up one that was kept.

        Args:
            authorities: of an earlier one, by name.
            base_url: where CRLs and OCSP are to be had; None: the certificates name no place.
        """
        self.authorities = authorities or _new_authorities()
        self._base_url = base_url

    @property
    def root(self) -> x509.Certificate:
        """The anchor."""
        return self.authorities[ROOT].certificate

    @property
    def issuer(self) -> x509.Certificate:
        """The issuer of NES."""
        return self.authorities[NES].certificate

    @property
    def chain_der(self) -> tuple[bytes, bytes]:
        """Issuer of NES and root, as DER."""
        return self.issuer.public_bytes(_DER), self.root.public_bytes(_DER)

    def issuer_of(self, kind: CertificateKind) -> Authority:
        """Who issues certificates of a kind."""
        seals = (CertificateKind.MALI_MUHUR, CertificateKind.ENCRYPTION)
        return self.authorities[MALI_MUHUR if kind in seals else NES]

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
        profile = PROFILES[kind]
        issuer = self.issuer_of(kind)
        private_key = new_key(key) if isinstance(key, str) else key
        start = not_before or datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject(profile, common_name, serial_number))
            .issuer_name(issuer.certificate.subject)
            .public_key(private_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(not_after or start + _LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        )
        for extension, critical in extensions(profile, birth_date):
            builder = builder.add_extension(extension, critical)
        builder = _add_key_identifiers(builder, private_key.public_key(), issuer.key.public_key())
        builder = self._add_places(builder, NES if issuer is self.authorities[NES] else MALI_MUHUR)
        certificate = builder.sign(issuer.key, hashes.SHA384())
        return IssuedCertificate(certificate.public_bytes(_DER), _pkcs8(private_key))

    def _add_places(self, builder: x509.CertificateBuilder, issuer: str) -> x509.CertificateBuilder:
        """Where to ask whether it was revoked, and where its issuer's certificate lies."""
        if self._base_url is None:
            return builder
        base = f"{self._base_url}/ca"
        crl = x509.DistributionPoint(_urls(f"{base}/{issuer}.crl"), None, None, None)
        access = x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(method, _urls(url)[0])
                for method, url in (
                    (AuthorityInformationAccessOID.OCSP, f"{base}/ocsp"),
                    (AuthorityInformationAccessOID.CA_ISSUERS, f"{base}/{issuer}.crt"),
                )
            ]
        )
        return builder.add_extension(x509.CRLDistributionPoints([crl]), False).add_extension(
            access, False
        )


def _new_authorities() -> dict[str, Authority]:
    now = datetime.now(UTC).replace(microsecond=0)
    root_key = ec.generate_private_key(ec.SECP384R1())
    root_name = _ca_name(ROOT)

    def made(
        name: str, issuer: Authority | None, *more: tuple[x509.ExtensionType, bool]
    ) -> Authority:
        key = root_key if issuer is None else ec.generate_private_key(ec.SECP384R1())
        signer = key if issuer is None else issuer.key
        issuer_name = root_name if issuer is None else issuer.certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(_ca_name(name))
            .issuer_name(issuer_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _ROOT_LIFE)
            .not_valid_after(now + 2 * _ROOT_LIFE)
        )
        for extension, critical in more:
            builder = builder.add_extension(extension, critical)
        builder = _add_key_identifiers(builder, key.public_key(), signer.public_key())
        return Authority(builder.sign(signer, hashes.SHA384()), key)

    root = made(ROOT, None, *_of_an_issuer(1))
    found = {ROOT: root, **{name: made(name, root, *_of_an_issuer(0)) for name in ISSUERS}}
    return {**found, TSA: made(TSA, root, *_of_a_time_stamper())}


def _of_an_issuer(path_length: int) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (key_usage(("key_cert_sign", "crl_sign")), True),
    ]


def _of_a_time_stamper() -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(("digital_signature",)), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    ]


def _ca_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TR"),
            x509.NameAttribute(NameOID.COMMON_NAME, _NAMES[name]),
        ]
    )


def _add_key_identifiers(
    builder: x509.CertificateBuilder, key: PublicKey, signer: PublicKey
) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key), critical=False
    ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)


def _urls(url: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(url)]


def _pkcs8(key: PrivateKey) -> bytes:
    return key.private_bytes(_DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
