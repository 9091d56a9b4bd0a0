"""Signatures of every format, made once per key through the real card host over SoftHSM2."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.secret import Secret, StampPassword
from kamusm_esign.portal_client.transport import Transport
from kamusm_esign.ports import HttpFetcher, SignatureBuilder
from kamusm_esign.sandbox.portal.pdf import text_pages
from kamusm_esign.signing.builder import CardSignatureBuilder
from kamusm_esign.signing.stamp_account import StampAccount
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import PIN, make_token
from tests.equipment.test_ca import TestCa
from tests.equipment.tsa import StampServer, stamp_server

TEXT = "E-Onay veriyorum: İçğüşö\n".encode()
PDF = text_pages("Başvuru formu", "İlk satır\nİkinci satır")
AT = datetime(2031, 3, 4, 5, 6, 7, tzinfo=UTC)
"""Not now: what is written is the server's time, not this computer's."""
CADES = [form for form in SignatureFormat if not form.in_pdf]
PADES = [form for form in SignatureFormat if form.in_pdf]


def document_of(form: SignatureFormat) -> bytes:
    """What is signed in this format."""
    return PDF if form.in_pdf else TEXT


@dataclass(frozen=True)
class Signed:
    """What one login of one card has made."""

    certificate: bytes
    chain: tuple[bytes, bytes]
    """Issuer and root."""
    signatures: dict[SignatureFormat, bytes]
    calls: list[str]
    """Of PKCS#11, in order."""

    @property
    def outer(self) -> bytes:
        """The root."""
        return self.chain[1]


class NoPasswords:
    """`Passwords` of an empty key store."""

    def stamp_password(self, user: str) -> StampPassword | None:
        return None


def builder(url: str | None = None, *, http: HttpFetcher | None = None) -> SignatureBuilder:
    """A builder with a time stamp server that wants to know nobody."""
    return CardSignatureBuilder(
        lambda: http or Transport(user_agent="test"), StampAccount(url, None, None), NoPasswords
    )


def sign_all(card: ShimmedToken, folder: Path) -> dict[SignatureFormat, bytes]:
    """One signature of each format, with one login."""
    host = CardHostClient(folder / "locks", read_timeout=60.0, write_timeout=60.0)
    make, token = builder(), card.token
    pin = Secret.taking(bytearray(PIN.encode()))
    try:
        with host.signing(
            card.module, token.target, token.certificate_sha256, pin, last_try=False
        ) as signing:
            return {
                form: make.sign(document_of(form), form, signing, AT) for form in SignatureFormat
            }
    finally:
        host.close()


@pytest.fixture(scope="session", params=["rsa2048", "p384"])
def signed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """Everything signed with a key of this kind."""
    folder = tmp_path_factory.mktemp("signed")
    ca = TestCa()
    issued = ca.issue("nes", request.param, not_after=datetime(2035, 1, 1, tzinfo=UTC))
    token = make_token(folder / "softhsm", issued=issued)
    (folder / "shim").mkdir()
    card = ShimmedToken(token, compile_shim(folder), folder / "shim")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in card.environment.items():
            patch.setenv(name, value)
        signatures = sign_all(card, folder)
    return Signed(issued.certificate_der, ca.sandbox_ca.chain_der, signatures, card.calls())


@pytest.fixture
def stamps(tmp_path: Path) -> Iterator[StampServer]:
    """A time stamp server of this test's own."""
    with stamp_server(tmp_path / "tsa") as server:
        yield server


def imprint_of(data: bytes) -> bytes:
    """What a time stamp over some bytes is asked for."""
    return hashlib.sha256(data).digest()
