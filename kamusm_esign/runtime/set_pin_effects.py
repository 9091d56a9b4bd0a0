"""Makes the effects of `flows.set_pin` happen, and keeps the journal while it does."""

import uuid

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.domain.portal_session import Outcome, UnblockRequest
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.flows.set_pin_model import (
    AuthorizeUnblock,
    GrantReceived,
    PinWritten,
    UnblockPin,
)
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.session_effects import OnDeadline, SessionEffects, nobody_waits


class SetPinEffects:
    """The handlers of one flow."""

    def __init__(
        self, ports: Ports, box: SecretBox, on_deadline: OnDeadline = nobody_waits
    ) -> None:
        """Make the handlers.

        Args:
            ports: the world.
            box: where the secrets of the effects wait.
            on_deadline: told when each session ends.
        """
        self._session = SessionEffects(ports, box, on_deadline)

    def handlers(self, card: Lane, portal: Lane) -> Handlers:
        """Which lane and function make each effect happen."""
        return {
            **self._session.handlers(card, portal),
            **set_pin_handlers(self._session, card, portal),
        }


def set_pin_handlers(session: SessionEffects, card: Lane, portal: Lane) -> Handlers:
    """The handlers that only this flow has."""
    own = _SetPin(session)
    return {AuthorizeUnblock: (portal, own.authorize), UnblockPin: (card, own.unblock)}


class _SetPin:
    def __init__(self, session: SessionEffects) -> None:
        self._session = session
        self._ports = session.ports

    def authorize(self, effect: AuthorizeUnblock) -> GrantReceived:
        target = effect.target
        self._session.begin_entry(
            effect.session, target.serial, effect.pin_before, JournalStep.AUTHORIZING
        )
        so_pin = UnblockMethod.SO_PIN in effect.methods
        seal_key = self._ports.card.seal_key() if so_pin else None
        request = UnblockRequest(target.serial, target.certificate_sha256, effect.methods, seal_key)
        access = self._session.access(effect.session)
        grant = self._ports.portal.authorize_unblock(access, request, str(uuid.uuid4()))
        return GrantReceived(effect.ticket, grant)

    def unblock(self, effect: UnblockPin) -> PinWritten:
        new_pin = self._session.box.take(effect.handle)
        try:
            return PinWritten(effect.ticket, self._write(effect, new_pin))
        finally:
            new_pin.wipe()

    def _write(self, effect: UnblockPin, new_pin: Secret) -> CardResult:
        session_id = effect.session.id
        try:
            self._session.note_step(effect.session, JournalStep.WRITING)
        except FailedError as error:
            return CardResult(Outcome.FAILED, error.failure)
        access = self._session.access(effect.session)
        result = self._ports.card.unblock_pin(
            effect.target,
            session_id,
            effect.grant,
            new_pin,
            lambda challenge: self._ports.portal.answer_challenge(access, challenge),
        )
        if result.outcome is not Outcome.UNKNOWN:
            spent = result.puk_attempt_spent
            self._session.note_end(session_id, result.outcome, result.failure, spent)
        return result
