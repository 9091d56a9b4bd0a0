"""Who issued a certificate: real certificates of the sandbox's authority, one trust folder."""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kamusm_esign.domain.certificate_chain import CertificateChain, ChainEnd
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import NES, ROOT, Authority, SandboxCa
from kamusm_esign.signing.chain import FolderChains
from kamusm_esign.signing.trust_files import read_certificates

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
CA = SandboxCa()
ISSUER, TOP = CA.chain_der
ISSUER_NAME, TOP_NAME = "E-İmza Deneme Sertifika Sağlayıcısı", "E-İmza Deneme Kök Sertifikası"


def leaf(authority: SandboxCa = CA) -> bytes:
    return authority.issue(CertificateKind.NES, "p256").certificate_der


LEAF = leaf()


def chain(
    folder: Path, *known: bytes, of: bytes = LEAF, at: datetime = NOW, ending: str = "der"
) -> CertificateChain:
    folder.mkdir(exist_ok=True)
    for place, certificate in enumerate(known):
        (folder / f"{place}.{ending}").write_bytes(certificate)
    (found,) = FolderChains(lambda: folder).chains_of([of], at)
    return found


def names(found: CertificateChain) -> list[str]:
    return [link.name for link in found.issuers]


def remade(
    authority: Authority,
    by: Authority,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    life: tuple[datetime, datetime] | None = None,
    without: tuple[type[x509.ExtensionType], ...] = (),
    instead: x509.ExtensionType | None = None,
    padded: padding.PSS | padding.PKCS1v15 | None = None,
    signer: rsa.RSAPrivateKey | None = None,
) -> Authority:
    """The same issuer's certificate once more, with something else about it."""
    old, own = authority.certificate, key or authority.key
    begins, ends = life or (old.not_valid_before_utc, old.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(by.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    own_id = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
    for extension in old.extensions:
        value = (
            own_id if isinstance(extension.value, x509.SubjectKeyIdentifier) else extension.value
        )
        if instead is not None and isinstance(value, type(instead)):
            value = instead
        if not isinstance(value, without):
            builder = builder.add_extension(value, extension.critical)
    made = builder.sign(signer or by.key, hashes.SHA384(), rsa_padding=padded)
    return Authority(made, own)


def der(authority: Authority) -> bytes:
    return authority.certificate.public_bytes(Encoding.DER)


NES_CA, ROOT_CA = CA.authorities[NES], CA.authorities[ROOT]


# ---------------------------------------------------------------------------- how far it goes
@pytest.mark.parametrize("order", [(ISSUER, TOP), (TOP, ISSUER), (TOP, ISSUER, ISSUER, LEAF)])
def test_a_complete_chain(tmp_path: Path, order: tuple[bytes, ...]) -> None:
    found = chain(tmp_path, *order)
    assert (found.end, names(found)) == (ChainEnd.COMPLETE, [ISSUER_NAME, TOP_NAME])
    assert found.issuer == ISSUER_NAME
    assert found.issuers[0].not_after == CA.issuer.not_valid_after_utc
    assert found.issuers[1].not_before == CA.root.not_valid_before_utc


def test_pem_files_with_several_certificates(tmp_path: Path) -> None:
    both = b"".join(a.certificate.public_bytes(Encoding.PEM) for a in (ROOT_CA, NES_CA))
    assert chain(tmp_path, both, ending="pem").end is ChainEnd.COMPLETE


@pytest.mark.parametrize(
    ("known", "met", "missing"),
    [
        ((), [], ISSUER_NAME),
        ((TOP,), [], ISSUER_NAME),
        ((ISSUER,), [ISSUER_NAME], TOP_NAME),
        ((b"no certificate", ISSUER[:-1]), [], ISSUER_NAME),
    ],
)
def test_the_issuers_certificate_is_not_here(
    tmp_path: Path, known: tuple[bytes, ...], met: list[str], missing: str
) -> None:
    found = chain(tmp_path, *known)
    assert (found.end, names(found), found.concerns) == (ChainEnd.NO_ISSUER, met, missing)
    assert found.issuer == ISSUER_NAME


def test_a_file_that_is_no_certificate_is_in_nobodys_way(tmp_path: Path) -> None:
    assert chain(tmp_path, b"no", b"\x30\x82", TOP, ISSUER).end is ChainEnd.COMPLETE


def test_a_damaged_certificate_is_in_nobodys_way(tmp_path: Path) -> None:
    """asn1crypto takes it, and raises when it is asked for the extensions."""
    place = ISSUER.index(bytes.fromhex("0603551d13")) + 5  # the value of basicConstraints
    damaged = ISSUER[:place] + b"\xff" + ISSUER[place + 1 :]
    assert len(read_certificates_of(tmp_path / "damaged", damaged)) == 1
    assert chain(tmp_path / "a", damaged, TOP).end is ChainEnd.NO_ISSUER
    assert chain(tmp_path / "b", damaged, ISSUER, TOP).end is ChainEnd.COMPLETE


def read_certificates_of(folder: Path, *known: bytes) -> list[Certificate]:
    chain(folder, *known)
    return read_certificates(folder)


def test_without_a_folder_nobodys_certificate_is_here() -> None:
    (found,) = FolderChains(lambda: None).chains_of([LEAF], NOW)
    assert (found.end, found.concerns) == (ChainEnd.NO_ISSUER, ISSUER_NAME)


def test_a_folder_or_file_that_cannot_be_read(tmp_path: Path) -> None:
    (found,) = FolderChains(lambda: tmp_path / "gone").chains_of([LEAF], NOW)
    assert (found.end, found.issuer) == (ChainEnd.FOLDER_NOT_READABLE, ISSUER_NAME)
    os.symlink(tmp_path / "nowhere", tmp_path / "a.pem")
    assert chain(tmp_path, ISSUER, TOP).end is ChainEnd.FOLDER_NOT_READABLE


@pytest.mark.parametrize("bad", [b"", b"DER", LEAF[:-1], LEAF + b"\0"])
def test_what_is_no_certificate_has_no_chain(tmp_path: Path, bad: bytes) -> None:
    found = chain(tmp_path, ISSUER, TOP, of=bad)
    assert found == CertificateChain("", (), ChainEnd.NOT_CHECKED)


# ---------------------------------------------------------------------------- time
@pytest.mark.parametrize(
    ("life", "end"),
    [
        ((NOW - 9 * DAY, NOW - DAY), ChainEnd.ISSUER_EXPIRED),
        ((NOW + DAY, NOW + 9 * DAY), ChainEnd.ISSUER_NOT_BEGUN),
        ((NOW - 9 * DAY, NOW), ChainEnd.COMPLETE),
        ((NOW, NOW + 9 * DAY), ChainEnd.COMPLETE),
    ],
)
@pytest.mark.parametrize("who", ["issuer", "root"])
def test_an_issuer_out_of_its_time(
    tmp_path: Path, life: tuple[datetime, datetime], end: ChainEnd, who: str
) -> None:
    if who == "issuer":
        known, name = (der(remade(NES_CA, ROOT_CA, life=life)), TOP), ISSUER_NAME
    else:
        known, name = (ISSUER, der(remade(ROOT_CA, ROOT_CA, life=life))), TOP_NAME
    found = chain(tmp_path, *known)
    assert (found.end, len(found.issuers)) == (end, 2)
    assert end is ChainEnd.COMPLETE or found.concerns == name


def test_the_end_of_the_certificate_itself_is_another_matter(tmp_path: Path) -> None:
    assert chain(tmp_path, ISSUER, TOP, at=NOW + 2000 * DAY).end is ChainEnd.COMPLETE


def test_one_that_is_valid_is_taken_before_one_that_expired(tmp_path: Path) -> None:
    old = der(remade(NES_CA, ROOT_CA, life=(NOW - 9 * DAY, NOW - DAY)))
    for place, known in enumerate(((old, ISSUER, TOP), (ISSUER, old, TOP))):
        assert chain(tmp_path / str(place), *known).end is ChainEnd.COMPLETE


# ---------------------------------------------------------------------------- signatures
def test_a_signature_by_another_with_the_same_name(tmp_path: Path) -> None:
    """Its certificate says that the issuer's key made it, and another's did."""
    thief = Authority(NES_CA.certificate, ec.generate_private_key(ec.SECP384R1()))
    forged = remade(
        Authority(x509.load_der_x509_certificate(LEAF), ec.generate_private_key(ec.SECP256R1())),
        thief,
    )
    found = chain(tmp_path, ISSUER, TOP, of=der(forged))
    assert (found.end, names(found)) == (ChainEnd.WRONG_SIGNATURE, [])
    assert found.concerns == ISSUER_NAME


def test_one_bit_of_the_signature_or_of_what_is_signed(tmp_path: Path) -> None:
    number = x509.load_der_x509_certificate(LEAF).serial_number
    # As long as DER writes it (X.690, 8.3.2): a random number may begin with zero bytes.
    serial = number.to_bytes(number.bit_length() // 8 + 1, "big")
    signed = LEAF.index(serial) + len(serial) - 1
    for place in (len(LEAF) - 1, signed):
        spoilt = bytearray(LEAF)
        spoilt[place] ^= 1
        assert chain(tmp_path, ISSUER, TOP, of=bytes(spoilt)).end is ChainEnd.WRONG_SIGNATURE


def test_an_issuer_that_no_root_has_signed(tmp_path: Path) -> None:
    thief = Authority(ROOT_CA.certificate, ec.generate_private_key(ec.SECP384R1()))
    found = chain(tmp_path, der(remade(NES_CA, thief)), TOP)
    assert (found.end, found.concerns) == (ChainEnd.WRONG_SIGNATURE, TOP_NAME)
    assert names(found) == [ISSUER_NAME]


def test_an_authority_that_changed_its_key(tmp_path: Path) -> None:
    new = remade(NES_CA, ROOT_CA, key=ec.generate_private_key(ec.SECP384R1()))
    after = leaf(SandboxCa({**CA.authorities, NES: new}))
    for of in (LEAF, after):
        assert chain(tmp_path / "both", ISSUER, der(new), TOP, of=of).end is ChainEnd.COMPLETE
    # Only the old one's certificate is here: the new one's is missing, nothing is forged.
    found = chain(tmp_path / "old", ISSUER, TOP, of=after)
    assert (found.end, found.concerns) == (ChainEnd.NO_ISSUER, ISSUER_NAME)


def test_without_key_identifiers_nobody_can_tell_a_changed_key(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    bare = (x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier)
    other = remade(NES_CA, ROOT_CA, key=key, without=bare)
    assert chain(tmp_path, der(other), TOP).end is ChainEnd.WRONG_SIGNATURE


@pytest.mark.parametrize(
    "how", [padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), 32)]
)
def test_signatures_of_rsa(tmp_path: Path, how: padding.PSS | padding.PKCS1v15) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root = Authority(ROOT_CA.certificate, key)  # type: ignore[arg-type]
    top = remade(root, root, padded=how, signer=key)
    bare = (x509.AuthorityKeyIdentifier,)
    issuer = remade(NES_CA, root, padded=how, signer=key, without=bare)
    assert chain(tmp_path, der(issuer), der(top)).end is ChainEnd.COMPLETE
    spoilt = der(issuer)[:-1] + bytes((der(issuer)[-1] ^ 1,))
    found = chain(tmp_path / "spoilt", spoilt, der(top))
    assert (found.end, names(found)) == (ChainEnd.WRONG_SIGNATURE, [ISSUER_NAME])


# ---------------------------------------------------------------------------- who may issue
@pytest.mark.parametrize(
    "change",
    [
        {"instead": x509.BasicConstraints(ca=False, path_length=None)},
        {"without": (x509.BasicConstraints,)},
        {"instead": x509.KeyUsage(True, True, *[False] * 7)},
    ],
)
def test_an_issuer_that_may_not_issue(
    tmp_path: Path, change: dict[str, x509.ExtensionType]
) -> None:
    found = chain(tmp_path, der(remade(NES_CA, ROOT_CA, **change)), TOP)  # type: ignore[arg-type]
    assert (found.end, found.concerns, found.issuers) == (ChainEnd.NOT_ALLOWED, ISSUER_NAME, ())


def test_a_root_that_allows_no_issuer_below_it(tmp_path: Path) -> None:
    root = remade(ROOT_CA, ROOT_CA, instead=x509.BasicConstraints(ca=True, path_length=0))
    found = chain(tmp_path, ISSUER, der(root))
    assert (found.end, found.concerns) == (ChainEnd.NOT_ALLOWED, TOP_NAME)


# ---------------------------------------------------------------------------- roots
def test_what_signed_itself(tmp_path: Path) -> None:
    found = chain(tmp_path, of=TOP)
    assert (found.end, found.issuers) == (ChainEnd.SELF_SIGNED, ())
    assert chain(tmp_path / "there", TOP, of=TOP).end is ChainEnd.COMPLETE
    spoilt = TOP[:-1] + bytes((TOP[-1] ^ 1,))
    assert chain(tmp_path, of=spoilt).end is ChainEnd.WRONG_SIGNATURE


def test_a_root_whose_own_signature_does_not_fit(tmp_path: Path) -> None:
    found = chain(tmp_path, ISSUER, TOP[:-1] + bytes((TOP[-1] ^ 1,)))
    assert (found.end, found.concerns) == (ChainEnd.WRONG_SIGNATURE, TOP_NAME)


def test_cross_certified_issuers_end_and_the_best_way_is_taken(tmp_path: Path) -> None:
    """Two who certify each other go round in a circle; the way out of it is found."""
    round_about = (der(remade(ROOT_CA, NES_CA)), ISSUER)
    found = chain(tmp_path / "circle", *round_about)
    assert (found.end, found.concerns) == (ChainEnd.NO_ISSUER, ISSUER_NAME)
    assert chain(tmp_path / "out", *round_about, TOP).end is ChainEnd.COMPLETE


def test_very_many_of_one_name_are_given_up(tmp_path: Path) -> None:
    many = [der(remade(NES_CA, ROOT_CA)) for _ in range(201)]
    assert chain(tmp_path, *many, TOP).end is ChainEnd.NOT_CHECKED


def test_several_at_once_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "issuer.crt").write_bytes(ISSUER)
    found = FolderChains(lambda: tmp_path).chains_of([TOP, b"no", LEAF], NOW)
    wanted = [ChainEnd.SELF_SIGNED, ChainEnd.NOT_CHECKED, ChainEnd.NO_ISSUER]
    assert [c.end for c in found] == wanted


def test_no_changed_byte_makes_a_complete_chain_and_none_raises(tmp_path: Path) -> None:
    chance = random.Random(20)
    for _ in range(200):
        three = [LEAF, ISSUER, TOP]
        which = chance.randrange(3)
        changed = bytearray(three[which])
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
        three[which] = bytes(changed)
        assert chain(tmp_path, *three[1:], of=three[0]).end is not ChainEnd.COMPLETE
