"""A `CardGateway` without hardware and without a process: virtual cards, answered for in here.

It keeps the card host's order of checks and says what the card host would say; the same table of
behaviours is held by both (tests/equipment/card_contract.py). Things go wrong on demand (`Fault`).
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kamusm_esign.card.phase import Phase
from kamusm_esign.card.raw_signature import digest_fits
from kamusm_esign.card.results import SUCCEEDED, failed, result_without_answer
from kamusm_esign.card.seal import NotOpenedError, SealKey
from kamusm_esign.card.wire import Operation
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import UnblockGrant, unblock_info
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, PinState, PukState, TokenTarget, UnblockMethod
from kamusm_esign.ports import AnswerChallenge, SigningCard
from kamusm_esign.sandbox.virtual_card import VirtualCard
from kamusm_esign.sandbox.virtual_readers import VirtualReaders

_PIN_REFUSED = {PinState.BLOCKED: FailureCode.PIN_BLOCKED, PinState.UNSET: FailureCode.PIN_UNSET}
_PUK_REFUSED = {
    PukState.BLOCKED: FailureCode.PUK_BLOCKED,
    PukState.FINAL_TRY: FailureCode.PUK_LAST_TRY,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong once, at one step of the next operation that comes there."""

    phase: Phase
    """`CHECKING`, `LOGIN`, `INIT_PIN`, `SET_PIN` or `SIGNING`."""
    reason: FailureCode | None
    """`CARD_REMOVED` (then it is gone), `DRIVER_CRASHED`, `DRIVER_NO_ANSWER`; None: only slow."""
    after_effect: bool = False
    """Whether the card has done the step, and only the answer is lost."""
    delay: float = 0.0
    """Seconds before the step; `close` ends the wait, as it would end the card host."""


class _StoppedError(Exception):
    """The operation ended without an answer."""

    def __init__(self, reason: Failure) -> None:
        super().__init__(reason.code.value)
        self.reason = reason


class VirtualToken:
    """The cards of some virtual readers."""

    def __init__(self, readers: VirtualReaders) -> None:
        self._readers = readers
        self._seal_key: SealKey | None = None
        self._faults: list[Fault] = []
        self._phase: Phase | None = None
        self._closed = threading.Event()

    def plan(self, *faults: Fault) -> None:
        """Have these happen, each once."""
        self._faults.extend(faults)

    # ------------------------------------------------------------------------ CardGateway
    def overview(self) -> CardOverview:
        """Read everything that is plugged in."""
        return self._readers.overview()

    def seal_key(self) -> bytes:
        """Make a key pair for one sealed PUK and return its public part."""
        self._seal_key = SealKey()
        return self._seal_key.public

    def unblock_pin(
        self,
        target: TokenTarget,
        session_id: str,
        grant: UnblockGrant,
        new_pin: Secret,
        answer: AnswerChallenge | None = None,
    ) -> CardResult:
        """Set a new PIN with the portal's permission."""

        def work() -> CardResult:
            card = self._claim(target)
            if grant.without_puk and answer is not None:
                return self._unblock_without_puk(card, answer, new_pin)
            if card.puk_state in _PUK_REFUSED:
                return failed(Failure.of(_PUK_REFUSED[card.puk_state]))
            if grant.method is not UnblockMethod.SO_PIN or grant.sealed_puk is None:
                return failed(Failure.of(FailureCode.NO_COMMON_METHOD))
            puk = self._open(grant.sealed_puk, unblock_info(session_id, card.serial))
            try:
                with self._at(Phase.LOGIN, card):
                    right = card.present_puk(puk.view())
            finally:
                puk.wipe()
            if not right:
                return failed(Failure.of(FailureCode.PUK_REFUSED), puk_attempt_spent=True)
            return self._write(card, Phase.INIT_PIN, new_pin)

        return self._run(Operation.UNBLOCK, work, new_pin)

    def change_pin(
        self, target: TokenTarget, current: Secret, new_pin: Secret, *, last_try: bool
    ) -> CardResult:
        """Change the PIN."""

        def work() -> CardResult:
            card = self._claim_for_pin(target, last_try)
            refusal = self._log_in(card, current)
            return failed(refusal) if refusal else self._write(card, Phase.SET_PIN, new_pin)

        return self._run(Operation.CHANGE, work, current, new_pin)

    def verify_pin(self, target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        """Try the PIN: one login."""

        def work() -> CardResult:
            refusal = self._log_in(self._claim_for_pin(target, last_try), pin)
            return failed(refusal) if refusal else SUCCEEDED

        return self._run(Operation.VERIFY, work, pin)

    @contextmanager
    def signing(
        self, target: TokenTarget, certificate_sha256: str, pin: Secret, *, last_try: bool
    ) -> Iterator[SigningCard]:
        """Log in once for any number of signatures."""
        self._begin()
        try:
            card = self._claim_for_pin(target, last_try)
            pair = card.signing_pair(certificate_sha256)
            if pair is None:
                raise FailedError.of(FailureCode.CERTIFICATE_NOT_FOUND)
            refusal = self._log_in(card, pin)
        except _StoppedError as stopped:
            raise FailedError(stopped.reason) from None
        finally:
            pin.wipe()
        if refusal:
            raise FailedError(refusal)
        yield _VirtualSigner(lambda: self._sign_step(card), *pair)

    def close(self) -> None:
        """End what is under way."""
        self._closed.set()
        self._seal_key = None

    # ------------------------------------------------------------------------ steps
    def _run(
        self, operation: Operation, work: Callable[[], CardResult], *secrets: Secret
    ) -> CardResult:
        """Do it; whatever comes of it, the secrets and the seal key are gone afterwards."""
        self._begin()
        try:
            return work()
        except FailedError as error:
            return failed(error.failure)
        except _StoppedError as stopped:
            return result_without_answer(operation, self._phase, stopped.reason)
        finally:
            self._seal_key = None
            for secret in secrets:
                secret.wipe()

    def _begin(self) -> None:
        self._phase = None
        self._closed.clear()

    def _claim(self, target: TokenTarget) -> VirtualCard:
        card = self._readers.card(target.serial)
        if card is None:
            other = self._readers.overview().tokens
            raise FailedError.of(FailureCode.OTHER_CARD if other else FailureCode.CARD_REMOVED)
        with self._at(Phase.CHECKING, card):
            here = (None, *(c.sha256 for c in card.token().certificates))
            if target.certificate_sha256 not in here:
                raise FailedError.of(FailureCode.OTHER_CARD)
            if target.pin not in (None, card.pin_state):
                raise FailedError.of(FailureCode.PIN_STATE_CHANGED)
        return card

    def _claim_for_pin(self, target: TokenTarget, last_try: bool) -> VirtualCard:
        card = self._claim(target)
        if card.pin_state in _PIN_REFUSED:
            raise FailedError.of(_PIN_REFUSED[card.pin_state])
        if card.pin_state is PinState.FINAL_TRY and not last_try:
            raise FailedError.of(FailureCode.PIN_LAST_TRY)
        return card

    def _log_in(self, card: VirtualCard, pin: Secret) -> Failure | None:
        with self._at(Phase.LOGIN, card):
            right = card.present_pin(pin.view())
        if right:
            self._phase = Phase.LOGGED_IN
            return None
        if card.pin_state is PinState.BLOCKED:
            return Failure.of(FailureCode.PIN_BLOCKED)
        return Failure.of(FailureCode.PIN_WRONG, attempts_left=card.pin_state.attempts_left)

    def _write(self, card: VirtualCard, phase: Phase, new_pin: Secret) -> CardResult:
        with self._at(phase, card):
            taken = card.write_pin(new_pin.view())
        return SUCCEEDED if taken else failed(Failure.of(FailureCode.NEW_PIN_REFUSED))

    def _unblock_without_puk(
        self, card: VirtualCard, answer: AnswerChallenge, new_pin: Secret
    ) -> CardResult:
        if not card.has_admin_key:
            return failed(Failure.of(FailureCode.CARD_REFUSED_UNBLOCK, raw="no admin key"))
        if card.admin_tries <= 1:
            last = FailureCode.ADMIN_KEY_LAST_TRY
            return failed(Failure.of(last if card.admin_tries else FailureCode.ADMIN_KEY_BLOCKED))
        challenge = secrets.token_bytes(16)
        with self._at(Phase.CHALLENGE, card):
            response = answer(challenge)
        with self._at(Phase.LOGIN, card):
            right = card.present_cryptogram(challenge, response)
        if not right:
            refused = Failure.of(FailureCode.ADMIN_KEY_REFUSED, raw=f"63C{card.admin_tries}")
            return failed(refused, puk_attempt_spent=True)
        return self._write(card, Phase.INIT_PIN, new_pin)

    def _open(self, sealed_puk: bytes, info: bytes) -> Secret:
        try:
            if self._seal_key is None:
                raise NotOpenedError
            return Secret.taking(self._seal_key.open(sealed_puk, info))
        except NotOpenedError:
            raise FailedError.of(FailureCode.PUK_NOT_OPENED) from None

    @contextmanager
    def _sign_step(self, card: VirtualCard) -> Iterator[None]:
        if self._readers.card(card.serial) is None:
            raise FailedError.of(FailureCode.CARD_REMOVED)
        try:
            with self._at(Phase.SIGNING, card):
                yield
        except _StoppedError as stopped:
            raise FailedError(stopped.reason) from None

    @contextmanager
    def _at(self, phase: Phase, card: VirtualCard) -> Iterator[None]:
        """One step, and what goes wrong with it."""
        self._phase = phase
        self._suffer(phase, card, after_effect=False)
        yield
        self._suffer(phase, card, after_effect=True)

    def _suffer(self, phase: Phase, card: VirtualCard, *, after_effect: bool) -> None:
        for fault in self._faults:
            if fault.phase is phase and fault.after_effect is after_effect:
                break
        else:
            return
        self._faults.remove(fault)
        if fault.delay and self._closed.wait(fault.delay):
            raise _StoppedError(Failure.of(FailureCode.DRIVER_NO_ANSWER))
        if fault.reason is FailureCode.CARD_REMOVED:
            self._readers.remove_card(card.serial)
        if fault.reason is not None:
            raise _StoppedError(Failure.of(fault.reason))


class _VirtualSigner:
    """A `SigningCard`: one key after its login."""

    def __init__(self, step: Callable[[], Any], certificate: bytes, key_pkcs8_der: bytes) -> None:
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        self._step = step
        self._certificate = certificate
        self._key: Any = load_der_private_key(key_pkcs8_der, None)

    @property
    def certificate(self) -> bytes:
        """The certificate that the key belongs to."""
        return self._certificate

    def sign(self, digest: bytes, digest_algorithm: str) -> bytes:
        """Sign one digest."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

        if not digest_fits(digest, digest_algorithm):
            raise FailedError.of(FailureCode.SIGNATURE_REFUSED_BY_CARD, raw="digest")
        known = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
        made_by = utils.Prehashed(known[digest_algorithm])
        with self._step():
            if isinstance(self._key, ec.EllipticCurvePrivateKey):
                return self._key.sign(digest, ec.ECDSA(made_by))
            return bytes(self._key.sign(digest, padding.PKCS1v15(), made_by))
