"""Raw signatures through a real card host and SoftHSM2, checked with cryptography."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.ports import SigningCard
from tests.card.conftest import MakeHost
from tests.card.test_unblock import secret
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import PIN

HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
DIGEST = hashlib.sha256(b"document").digest()


def assert_signed(card: ShimmedToken, signature: bytes, digest: bytes, algorithm: str) -> None:
    certificate = x509.load_der_x509_certificate(card.token.issued.certificate_der)
    prehashed = Prehashed(HASHES[algorithm]())
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(signature, digest, padding.PKCS1v15(), prehashed)
        case ec.EllipticCurvePublicKey() as key:
            key.verify(signature, digest, ec.ECDSA(prehashed))
        case _:
            pytest.fail("unexpected key")


def failure_when_signing(
    host: CardHostClient,
    card: ShimmedToken,
    work: Callable[[SigningCard], object] = lambda signing: None,
    *,
    pin: str = PIN,
    certificate: str | None = None,
) -> FailureCode:
    typed = secret(pin)
    with (
        pytest.raises(FailedError) as caught,
        host.signing(
            card.module,
            card.token.target,
            certificate or card.token.certificate_sha256,
            typed,
            last_try=False,
        ) as signing,
    ):
        work(signing)
    assert len(typed) == 0
    return caught.value.failure.code


@pytest.mark.parametrize(
    ("token_sort", "calls"),
    [
        ({"key": "rsa2048"}, ["C_Login(USER)"]),
        ({"key": "p256"}, ["C_Login(USER)"]),
        ({"key": "p384"}, ["C_Login(USER)"]),
        ({"key": "rsa2048", "object_id": b""}, ["C_Login(USER)"]),
        ({"key": "rsa2048", "always_authenticate": True}, None),
        ({"key": "p384", "always_authenticate": True}, None),
    ],
)
def test_one_login_for_all_documents(
    host: CardHostClient, card: ShimmedToken, calls: list[str] | None
) -> None:
    pin = secret(PIN)
    with host.signing(
        card.module, card.token.target, card.token.certificate_sha256, pin, last_try=False
    ) as signing:
        assert len(pin) == 0
        for algorithm in HASHES:
            digest = hashlib.new(algorithm, b"document").digest()
            assert_signed(card, signing.sign(digest, algorithm), digest, algorithm)
    assert card.spending_calls() == (calls or ["C_Login(USER)"] + ["C_Login(CONTEXT)"] * 3)
    assert len(host.list_tokens(card.module)) == 1


@pytest.mark.parametrize("token_sort", [{"key": "p384", "object_id": b""}])
def test_an_ec_key_without_id_cannot_be_told(host: CardHostClient, card: ShimmedToken) -> None:
    assert failure_when_signing(host, card) is FailureCode.SIGNATURE_REFUSED_BY_CARD


def test_what_may_not_sign(host: CardHostClient, card: ShimmedToken) -> None:
    assert failure_when_signing(host, card, pin="000000") is FailureCode.PIN_WRONG
    wrong = failure_when_signing(host, card, certificate="00" * 32)
    assert wrong is FailureCode.CERTIFICATE_NOT_FOUND
    assert card.spending_calls() == ["C_Login(USER)"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("C_Sign 2 error 0x32", FailureCode.CARD_REMOVED),
        ("C_Sign 2 error 0x6", FailureCode.SIGNATURE_REFUSED_BY_CARD),
        ("C_SignInit 2 error 0x70", FailureCode.SIGNATURE_REFUSED_BY_CARD),
        ("C_Sign 2 crash", FailureCode.DRIVER_CRASHED),
        ("C_Sign 2 hang", FailureCode.DRIVER_NO_ANSWER),
    ],
)
def test_a_signature_that_fails_ends_it(
    make_host: MakeHost, card: ShimmedToken, fault: str, code: FailureCode
) -> None:
    host = make_host(write_timeout=1.0 if "hang" in fault else 10.0)
    host.seal_key()  # the host is up
    card.fault(fault)

    def sign_three(signing: SigningCard) -> None:
        assert signing.sign(DIGEST, "sha256")
        for _ in range(2):
            with pytest.raises(FailedError) as caught:
                signing.sign(DIGEST, "sha256")
            assert caught.value.failure.code is code
        raise caught.value

    assert failure_when_signing(host, card, sign_three) is code
    assert card.calls().count("C_SignInit") == 2
    card.fault()
    assert len(make_host().list_tokens(card.module)) == 1


def test_the_host_ends_when_the_block_is_left_by_an_error(
    host: CardHostClient, card: ShimmedToken
) -> None:
    def give_up(_signing: SigningCard) -> None:
        raise FailedError.of(FailureCode.CANCELLED)

    assert failure_when_signing(host, card, give_up) is FailureCode.CANCELLED
    assert len(host.list_tokens(card.module)) == 1
