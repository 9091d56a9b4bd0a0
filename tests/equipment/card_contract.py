"""What every `CardGateway` with a card in it does; the same table for the double and the real host.

A test class inherits `CardContract` and gives `make_card`. Cards are made with counters, so a
gateway over SoftHSM2 needs the counting shim below it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState, PukState, Token, TokenTarget
from kamusm_esign.ports import CardGateway
from tests.equipment.puk_seal import grant_for
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

WRONG = "999111"
SESSION = "s_0123456789abcdef"


@dataclass(frozen=True)
class CardSetup:
    """A card before the test; PIN and PUK are always those of tests.equipment.softhsm."""

    pin_set: bool = True
    pin_tries: int = 3
    puk_tries: int = 3
    key: str = "rsa2048"


@dataclass(frozen=True)
class CardUnderTest:
    """One gateway with one card."""

    gateway: CardGateway
    serial: str
    certificate_der: bytes

    @property
    def target(self) -> TokenTarget:
        return TokenTarget(self.serial, hashlib.sha256(self.certificate_der).hexdigest())

    @property
    def token(self) -> Token:
        token = self.gateway.overview().token(self.serial)
        assert token is not None
        return token

    def grant(self, puk: str, session: str = SESSION, serial: str | None = None) -> UnblockGrant:
        """What a portal would answer, sealed to a key that the gateway makes now."""
        return grant_for(self.gateway.seal_key(), puk, session, serial or self.serial)

    def unblock(self, new_pin: str = NEW_PIN, puk: str = PUK) -> CardResult:
        return self.gateway.unblock_pin(self.target, SESSION, self.grant(puk), secret(new_pin))

    def verify(self, pin: str = PIN, *, last_try: bool = False) -> CardResult:
        return self.gateway.verify_pin(self.target, secret(pin), last_try=last_try)

    def change(self, old: str, new: str, *, last_try: bool = False) -> CardResult:
        return self.gateway.change_pin(self.target, secret(old), secret(new), last_try=last_try)


MakeCard = Callable[[CardSetup], CardUnderTest]


def secret(text: str) -> Secret:
    """A secret with room for more than a PIN."""
    return Secret.taking(bytearray(text.encode()))


@dataclass(frozen=True)
class Row:
    """One thing done to one card, and what is true afterwards."""

    name: str
    setup: CardSetup
    act: Callable[[CardUnderTest], CardResult]
    code: FailureCode | None
    """None: it succeeded."""
    pin: PinState
    puk: PukState = PukState.OK
    attempts_left: int | None = None
    spent: bool = False
    logs_in: str | None = field(default=PIN)
    """The PIN that is right afterwards; None: none is."""


FINE = CardSetup()
BLOCKED = CardSetup(pin_tries=0)
OK, LOW, FINAL = PinState.OK, PinState.LOW, PinState.FINAL_TRY
LAST = replace(FINE, pin_tries=1)
CODE = FailureCode

ROWS = (
    Row("right PIN", FINE, lambda c: c.verify(), None, OK),
    Row("right PIN resets", CardSetup(pin_tries=2), lambda c: c.verify(), None, OK),
    Row("wrong PIN", FINE, lambda c: c.verify(WRONG), CODE.PIN_WRONG, LOW),
    Row(
        "second wrong PIN",
        CardSetup(pin_tries=2),
        lambda c: c.verify(WRONG),
        CODE.PIN_WRONG,
        FINAL,
        attempts_left=1,
    ),
    Row("last try is kept", LAST, lambda c: c.verify(), CODE.PIN_LAST_TRY, FINAL),
    Row("last try is used", LAST, lambda c: c.verify(last_try=True), None, OK),
    Row(
        "third wrong PIN",
        LAST,
        lambda c: c.verify(WRONG, last_try=True),
        CODE.PIN_BLOCKED,
        PinState.BLOCKED,
        logs_in=None,
    ),
    Row(
        "blocked PIN",
        BLOCKED,
        lambda c: c.verify(last_try=True),
        CODE.PIN_BLOCKED,
        PinState.BLOCKED,
        logs_in=None,
    ),
    Row(
        "no PIN yet",
        CardSetup(pin_set=False),
        lambda c: c.verify(),
        CODE.PIN_UNSET,
        PinState.UNSET,
        logs_in=None,
    ),
    Row("change", FINE, lambda c: c.change(PIN, NEW_PIN), None, OK, logs_in=NEW_PIN),
    Row("change, wrong PIN", FINE, lambda c: c.change(WRONG, NEW_PIN), CODE.PIN_WRONG, LOW),
    Row("change at the last try", LAST, lambda c: c.change(PIN, NEW_PIN), CODE.PIN_LAST_TRY, FINAL),
    Row("change to a short PIN", FINE, lambda c: c.change(PIN, "1"), CODE.NEW_PIN_REFUSED, OK),
    Row("unblock", BLOCKED, lambda c: c.unblock(), None, OK, logs_in=NEW_PIN),
    Row("unblock a fine card", FINE, lambda c: c.unblock(), None, OK, logs_in=NEW_PIN),
    Row("first PIN", CardSetup(pin_set=False), lambda c: c.unblock(), None, OK, logs_in=NEW_PIN),
    Row("unblock to a short PIN", FINE, lambda c: c.unblock("1"), CODE.NEW_PIN_REFUSED, OK),
    Row(
        "wrong PUK",
        FINE,
        lambda c: c.unblock(puk="11111111"),
        CODE.PUK_REFUSED,
        OK,
        PukState.LOW,
        spent=True,
    ),
    Row(
        "PUK at its last try",
        CardSetup(puk_tries=1),
        lambda c: c.unblock(),
        CODE.PUK_LAST_TRY,
        OK,
        PukState.FINAL_TRY,
    ),
    Row(
        "PUK gone",
        CardSetup(puk_tries=0),
        lambda c: c.unblock(),
        CODE.PUK_BLOCKED,
        OK,
        PukState.BLOCKED,
    ),
    Row(
        "PUK for another session",
        FINE,
        lambda c: c.gateway.unblock_pin(
            c.target, SESSION, c.grant(PUK, session="s_another"), secret(NEW_PIN)
        ),
        CODE.PUK_NOT_OPENED,
        OK,
    ),
    Row(
        "PUK for another card",
        FINE,
        lambda c: c.gateway.unblock_pin(
            c.target, SESSION, c.grant(PUK, serial="another"), secret(NEW_PIN)
        ),
        CODE.PUK_NOT_OPENED,
        OK,
    ),
    Row(
        "a PIN that is not as it was seen",
        FINE,
        lambda c: c.gateway.unblock_pin(
            replace(c.target, pin=PinState.BLOCKED), SESSION, c.grant(PUK), secret(NEW_PIN)
        ),
        CODE.PIN_STATE_CHANGED,
        OK,
    ),
    Row(
        "another card",
        FINE,
        lambda c: c.gateway.verify_pin(TokenTarget("another", None), secret(PIN), last_try=False),
        CODE.OTHER_CARD,
        OK,
    ),
    Row(
        "another certificate",
        FINE,
        lambda c: c.gateway.verify_pin(
            TokenTarget(c.serial, "0" * 64), secret(PIN), last_try=False
        ),
        CODE.OTHER_CARD,
        OK,
    ),
)


class CardContract:
    """Inherit, and give the fixture `make_card`."""

    @pytest.fixture
    def make_card(self) -> MakeCard:
        raise AssertionError("the test class has to give `make_card`")

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
    def test_behaviour(self, make_card: MakeCard, row: Row) -> None:
        card = make_card(row.setup)
        result = row.act(card)
        assert (result.failure.code if result.failure else None) is row.code
        assert result.outcome is (Outcome.FAILED if row.code else Outcome.SUCCEEDED)
        assert result.puk_attempt_spent is row.spent
        if result.failure and row.code is CODE.PIN_WRONG:
            assert result.failure.param("attempts_left") == row.attempts_left
        self._check_after(card, row)

    def _check_after(self, card: CardUnderTest, row: Row) -> None:
        token = card.token
        assert token.pin is row.pin
        # Most drivers never tell that the PUK is untouched.
        assert token.puk in ({row.puk, PukState.UNKNOWN} if row.puk is PukState.OK else {row.puk})
        for pin in (PIN, NEW_PIN) if row.logs_in else ():
            right = card.verify(pin, last_try=True).outcome is Outcome.SUCCEEDED
            assert right is (pin == row.logs_in)

    def test_three_wrong_puks_end_it(self, make_card: MakeCard) -> None:
        card = make_card(BLOCKED)
        assert card.unblock(puk="11111111").puk_attempt_spent
        assert card.unblock(puk="11111111").puk_attempt_spent
        refused = card.unblock()  # the right one, and the program does not risk it
        assert refused.failure is not None
        assert refused.failure.code is CODE.PUK_LAST_TRY
        assert card.token.pin is PinState.BLOCKED

    def test_a_seal_key_serves_once(self, make_card: MakeCard) -> None:
        card = make_card(FINE)
        grant = card.grant(PUK)
        for code in (None, CODE.PUK_NOT_OPENED):
            result = card.gateway.unblock_pin(card.target, SESSION, grant, secret(NEW_PIN))
            assert (result.failure.code if result.failure else None) is code

    def test_secrets_are_wiped_whatever_happens(self, make_card: MakeCard) -> None:
        card = make_card(BLOCKED)
        pin, old, new = secret(PIN), secret(PIN), secret(NEW_PIN)
        card.gateway.verify_pin(card.target, pin, last_try=False)
        card.gateway.change_pin(card.target, old, new, last_try=False)
        unblocking = secret(NEW_PIN)
        card.gateway.unblock_pin(card.target, SESSION, card.grant(PUK), unblocking)
        assert [len(s) for s in (pin, old, new, unblocking)] == [0, 0, 0, 0]

    def test_reading_never_spends_a_try(self, make_card: MakeCard) -> None:
        card = make_card(LAST)
        for _ in range(3):
            assert card.token.pin is FINAL
        assert [c.sha256 for c in card.token.certificates] == [card.target.certificate_sha256]
        assert card.verify(last_try=True).outcome is Outcome.SUCCEEDED

    @pytest.mark.parametrize("key", ["rsa2048", "p384"])
    @pytest.mark.parametrize("algorithm", ["sha256", "sha384"])
    def test_signatures_are_real(self, make_card: MakeCard, key: str, algorithm: str) -> None:
        card = make_card(CardSetup(key=key))
        digests = [hashlib.new(algorithm, data).digest() for data in (b"one", b"two")]
        sha256 = card.target.certificate_sha256 or ""
        with card.gateway.signing(card.target, sha256, secret(PIN), last_try=False) as signer:
            assert signer.certificate == card.certificate_der
            signatures = [signer.sign(digest, algorithm) for digest in digests]
        for digest, signature in zip(digests, signatures, strict=True):
            verify_signature(card.certificate_der, digest, algorithm, signature)
        with pytest.raises(InvalidSignature):
            verify_signature(card.certificate_der, digests[0], algorithm, signatures[1])

    def test_signing_with_a_wrong_pin(self, make_card: MakeCard) -> None:
        card = make_card(FINE)
        sha256 = card.target.certificate_sha256 or ""
        signing = card.gateway.signing(card.target, sha256, secret(WRONG), last_try=False)
        with pytest.raises(FailedError) as refusal, signing:
            pass
        assert refusal.value.failure.code is CODE.PIN_WRONG
        assert card.token.pin is LOW


def verify_signature(certificate: bytes, digest: bytes, algorithm: str, signature: bytes) -> None:
    """Raise InvalidSignature unless the certificate's key made it."""
    known = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
    made_by = utils.Prehashed(known[algorithm])
    public = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, digest, padding.PKCS1v15(), made_by)
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, digest, ec.ECDSA(made_by))
