"""X.509 → CertificateInfo: every profile, real clocks, wrong bytes."""

import hashlib
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.card.certificates import (
    CertificateError,
    parse_certificate,
    public_key_der,
    unreadable_certificate,
)
from kamusm_esign.domain.tokens import CertificateInfo, CertificateKind, UnusableReason
from tests.equipment.asn1crypto_reader import read_with_asn1crypto
from tests.equipment.test_ca import IssuedCertificate, TestCa

KINDS = ["nes", "mali-muhur", "e-muhur", "encryption", "other"]
NOW = datetime(2026, 5, 4, 10, 30, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@cache
def ca() -> TestCa:
    """One authority for all of this."""
    return TestCa()


@cache
def issued(kind: str, key: str) -> IssuedCertificate:
    """One certificate of each kind."""
    return ca().issue(kind, key, birth_date=date(1979, 2, 3))


def parse(der: bytes) -> CertificateInfo:
    return parse_certificate(der, has_private_key=True)


@pytest.mark.parametrize("key", ["rsa2048", "p256", "p384"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_profile(kind: str, key: str) -> None:
    der = issued(kind, key).certificate_der
    info = parse(der)
    assert info.kind is CertificateKind(kind)
    assert info.key == key
    assert info.sha256 == hashlib.sha256(der).hexdigest()
    assert info.birth_date == "19790203"
    assert info.readable
    certificate = x509.load_der_x509_certificate(der)
    assert public_key_der(der) == certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize(
    ("kind", "serial"),
    [
        ("nes", "10000000146"),
        ("nes", "99000000002"),
        ("nes", "U12345678"),
        ("mali-muhur", "1234567890"),
        ("e-muhur", "1234567890"),
        ("nes", "1234567890"),
    ],
)
def test_any_serial_number_will_do(kind: str, serial: str) -> None:
    info = parse(ca().issue(kind, "p256", serial_number=serial).certificate_der)
    assert info.holder_id == serial
    assert info.kind is CertificateKind(kind)


@pytest.mark.parametrize("name", ["Iğdır Ökçe İŞÇİ", "A", "名前", "x" * 64])
def test_holder(name: str) -> None:
    info = parse(ca().issue("nes", "p256", common_name=name).certificate_der)
    assert info.holder == name


def test_no_birth_date() -> None:
    assert parse(ca().issue("nes", "p256").certificate_der).birth_date is None


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (NOW - SECOND, UnusableReason.NOT_YET_VALID),
        (NOW, None),
        (NOW + timedelta(days=1), None),
        (NOW + timedelta(days=1) + SECOND, UnusableReason.EXPIRED),
        (NOW.astimezone(timezone(timedelta(hours=3))), None),
    ],
)
def test_validity_to_the_second(now: datetime, reason: UnusableReason | None) -> None:
    certificate = ca().issue("nes", "p256", not_before=NOW, not_after=NOW + timedelta(days=1))
    info = parse(certificate.certificate_der)
    assert (info.not_before, info.not_after) == (NOW, NOW + timedelta(days=1))
    assert info.unusable(now) is reason


@pytest.mark.parametrize(
    ("kind", "has_key", "reason"),
    [
        ("nes", True, None),
        ("mali-muhur", True, None),
        ("e-muhur", True, None),
        ("encryption", True, UnusableReason.WRONG_KIND),
        ("other", True, UnusableReason.WRONG_KIND),
        ("nes", False, UnusableReason.NO_PRIVATE_KEY),
    ],
)
def test_unusable(kind: str, has_key: bool, reason: UnusableReason | None) -> None:
    der = issued(kind, "p256").certificate_der
    assert parse_certificate(der, has_private_key=has_key).unusable(datetime.now(UTC)) is reason


def test_what_is_not_readable_is_shown_as_that() -> None:
    info = unreadable_certificate(b"no certificate", has_private_key=True)
    assert info.kind is CertificateKind.OTHER
    assert info.unusable(datetime.now(UTC)) is UnusableReason.NOT_READABLE
    assert info.sha256 == hashlib.sha256(b"no certificate").hexdigest()
    assert (info.holder, info.holder_id, info.key) == ("", "", "")


def test_padding_of_the_file_on_the_card_is_no_part_of_the_certificate() -> None:
    der = issued("nes", "p256").certificate_der
    assert parse(der + bytes(100)) == parse(der)
    assert public_key_der(der + b"\xff" * 7) == public_key_der(der)


@pytest.mark.parametrize(
    ("curve", "word"), [("prime256v1", "p256"), ("secp384r1", "p384"), ("secp521r1", "p521")]
)
def test_explicit_curve_parameters(tmp_path: Path, curve: str, word: str) -> None:
    """Made by openssl: cryptography refuses such keys."""
    key, der = tmp_path / "key.pem", tmp_path / "certificate.der"
    make_key = ["ecparam", "-name", curve, "-param_enc", "explicit", "-genkey", "-noout"]
    make_certificate = ["req", "-x509", "-new", "-key", str(key), "-subj", "/CN=x", "-outform"]
    for arguments in ([*make_key, "-out", str(key)], [*make_certificate, "DER", "-out", str(der)]):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    assert parse(der.read_bytes()).key == word


def build(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    names: list[x509.NameAttribute[str]],
    *extensions: x509.ExtensionType,
) -> bytes:
    """A certificate of nobody's profile."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.DER)


def test_a_certificate_that_says_nothing() -> None:
    info = parse(build(ed25519.Ed25519PrivateKey.generate(), []))
    assert (info.holder, info.holder_id, info.key) == ("", "", "ed25519")
    assert info.kind is CertificateKind.OTHER
    assert info.not_after == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_the_first_of_several_names_counts() -> None:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, n) for n in ("first", "second")]
    assert parse(build(ec.generate_private_key(ec.SECP256R1()), names)).holder == "first"


def test_seal_by_qc_type() -> None:
    """QCStatements with a statement that has a value (EN 319 412-5 section 4.2.3)."""
    value = bytes.fromhex("3015301306060400 8e460106 300906070400 8e46010602")
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    statements = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value)
    der = build(ec.generate_private_key(ec.SECP256R1()), [], usage, statements)
    assert parse(der).kind is CertificateKind.E_MUHUR


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x00", b"0\x80\x00\x00", b"\x00" * 64])
def test_no_certificate(der: bytes) -> None:
    with pytest.raises(CertificateError):
        parse(der)
    with pytest.raises(CertificateError):
        public_key_der(der)


def survives(der: bytes) -> None:
    """Either it is read, or it is a `CertificateError`; nothing else ever comes out."""
    with suppress(CertificateError):
        parse(der).unusable(NOW)
    with suppress(CertificateError):
        public_key_der(der)


@given(st.binary(max_size=400))
def test_garbage(data: bytes) -> None:
    survives(data)


@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=6),
    st.floats(0, 1),
)
def test_mutated(kind: str, changes: list[tuple[float, int]], keep: float) -> None:
    der = bytearray(issued(kind, "p256").certificate_der)
    for place, value in changes:
        der[int(place * len(der))] = value
    survives(bytes(der))
    survives(bytes(der[: int(keep * len(der))]))


@pytest.mark.parametrize("key", ["rsa2048", "p256", "p384"])
@pytest.mark.parametrize("kind", KINDS)
def test_asn1crypto_reads_the_same(kind: str, key: str) -> None:
    der = issued(kind, key).certificate_der
    ours = parse(der)
    assert ours == read_with_asn1crypto(der)
    issuer = x509.load_der_x509_certificate(der).issuer
    (name,) = issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert (ours.issuer, ours.der) == (name.value, der)


TELETEX_STRING = 0x14
"""Read as Latin-1, as OpenSSL does; asn1crypto takes T.61 at its word."""


@given(
    st.sampled_from(KINDS),
    st.lists(
        st.tuples(
            st.floats(0, 0.9999), st.integers(0, 255).filter(lambda octet: octet != TELETEX_STRING)
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_who_reads_a_damaged_one_reads_the_same(
    kind: str, changes: list[tuple[float, int]]
) -> None:
    der = bytearray(issued(kind, "p256").certificate_der)
    for place, value in changes:
        der[int(place * len(der))] = value
    other = read_with_asn1crypto(bytes(der))
    with suppress(CertificateError):
        ours = parse(bytes(der))
        if other is not None:
            known_key = other.key in ("p256", "p384", "p521")
            assert ours == (other if known_key else replace(other, key=ours.key))


def test_what_does_not_matter_may_be_wrong() -> None:
    """An extension that nobody asks for, and an issuer that is none."""
    nonsense = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.35"), b"\xff\xff")
    names = [x509.NameAttribute(NameOID.COMMON_NAME, "A")]
    assert parse(build(ec.generate_private_key(ec.SECP256R1()), names, nonsense)).holder == "A"


def test_the_chain_verifies() -> None:
    for kind in KINDS:
        certificate = x509.load_der_x509_certificate(issued(kind, "p256").certificate_der)
        issuer_of_it = ca().sandbox_ca.issuer_of(CertificateKind(kind)).certificate
        certificate.verify_directly_issued_by(issuer_of_it)
        issuer_of_it.verify_directly_issued_by(ca().sandbox_ca.root)
    issuer, root = ca().sandbox_ca.chain_der
    assert parse(issuer).kind is parse(root).kind is CertificateKind.OTHER


def test_two_certificates_of_one_authority_never_share_a_key() -> None:
    authority = TestCa()
    keys = {public_key_der(authority.issue("nes", "rsa2048").certificate_der) for _ in range(2)}
    assert len(keys) == 2


@pytest.mark.parametrize(("kind", "key"), [("nes", "rsa1024"), ("passport", "p256")])
def test_unknown_words(kind: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"rsa1024|passport"):
        ca().issue(kind, key)
