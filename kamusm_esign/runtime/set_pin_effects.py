"""Makes the effects of `flows.set_pin` happen, and keeps the journal while it does.

The order inside each handler is the promise of the journal: what might happen is written down
before it can, what did happen right after.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import (
    Outcome,
    OutcomeReport,
    SessionAccess,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.flows.protocol import TokensSeen, WatchTokens
from kamusm_esign.flows.session_model import (
    CancelSession,
    CheckStepUp,
    OpenSession,
    OutcomeReported,
    ReportOutcome,
    SendStepUp,
    SessionCancelled,
    SessionOpened,
    StepUpAccepted,
    StepUpSent,
)
from kamusm_esign.flows.set_pin_model import (
    AuthorizeUnblock,
    GrantReceived,
    PinWritten,
    UnblockPin,
)
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane

_log = logging.getLogger(__name__)


class SetPinEffects:
    """The handlers of one flow; they share what they know of its session."""

    def __init__(
        self,
        ports: Ports,
        box: SecretBox,
        on_deadline: Callable[[str, float], None] = lambda session_id, deadline: None,
    ) -> None:
        """Make the handlers.

        Args:
            ports: the world.
            box: where the secrets of the effects wait.
            on_deadline: told the session's id and when it ends (steady clock), from a lane.
        """
        self._ports = ports
        self._box = box
        self._on_deadline = on_deadline
        self._access: dict[str, SessionAccess] = {}
        self._entries: dict[str, JournalEntry] = {}

    def handlers(self, card: Lane, portal: Lane) -> Handlers:
        """Which lane and function make each effect happen."""
        return {
            OpenSession: (portal, self._open_session),
            SendStepUp: (portal, self._send_step_up),
            CheckStepUp: (portal, self._check_step_up),
            WatchTokens: (card, self._look),
            AuthorizeUnblock: (portal, self._authorize),
            UnblockPin: (card, self._unblock),
            ReportOutcome: (portal, self._report),
            CancelSession: (portal, self._cancel),
        }

    def _open_session(self, effect: OpenSession) -> SessionOpened:
        opened = self._ports.portal.open_session(effect.code, str(uuid.uuid4()))
        session = opened.session
        self._access[session.id] = opened.access
        self._on_deadline(session.id, session.deadline)
        return SessionOpened(effect.ticket, session, self._ports.secrets.available())

    def _send_step_up(self, effect: SendStepUp) -> StepUpSent:
        self._ports.portal.send_step_up(self._access[effect.session.id])
        return StepUpSent(effect.ticket)

    def _check_step_up(self, effect: CheckStepUp) -> StepUpAccepted:
        otp = self._box.take(effect.handle)
        try:
            if not _is_otp(otp):
                # Nothing is sent, so the portal counts nothing.
                raise FailedError.of(FailureCode.OTP_WRONG, attempts_left=None)
            self._ports.portal.check_step_up(self._access[effect.session.id], otp)
        finally:
            otp.wipe()
        return StepUpAccepted(effect.ticket)

    def _look(self, effect: WatchTokens) -> TokensSeen:
        return TokensSeen(self._ports.card.overview(), effect.ticket)

    def _authorize(self, effect: AuthorizeUnblock) -> GrantReceived:
        session = effect.session
        self._begin_entry(effect)
        so_pin = UnblockMethod.SO_PIN in effect.methods
        seal_key = self._ports.card.seal_key() if so_pin else None
        target = effect.target
        request = UnblockRequest(target.serial, target.certificate_sha256, effect.methods, seal_key)
        access = self._access[session.id]
        grant = self._ports.portal.authorize_unblock(access, request, str(uuid.uuid4()))
        return GrantReceived(effect.ticket, grant)

    def _begin_entry(self, effect: AuthorizeUnblock) -> None:
        session, now = effect.session, self._ports.utc_now()
        portal_now = session.server_now(self._ports.steady())
        entry = JournalEntry(
            session_id=session.id,
            portal=self._ports.portal_url,
            purpose=session.purpose,
            token_serial=effect.target.serial,
            pin_before=effect.pin_before,
            since=now,
            clock_offset=(portal_now - now).total_seconds(),
            step=JournalStep.AUTHORIZING,
        )
        try:
            self._ports.secrets.put(session.id, self._access[session.id].token)
        except FailedError as error:
            # The person was told when the session opened; it can be handed in while we run.
            _log.info("the session is not kept: %s", error.failure.code.value)
        try:
            self._ports.journal.begin(entry)
        except FailedError:
            self._ports.secrets.erase(session.id)
            raise
        self._entries[session.id] = entry

    def _unblock(self, effect: UnblockPin) -> PinWritten:
        new_pin = self._box.take(effect.handle)
        try:
            return PinWritten(effect.ticket, self._write(effect, new_pin))
        finally:
            new_pin.wipe()

    def _write(self, effect: UnblockPin, new_pin: Secret) -> CardResult:
        session_id = effect.session.id
        try:
            self._note(replace(self._entries[session_id], step=JournalStep.WRITING))
        except FailedError as error:
            return CardResult(Outcome.FAILED, error.failure)
        result = self._ports.card.unblock_pin(effect.target, session_id, effect.grant, new_pin)
        if result.outcome is not Outcome.UNKNOWN:
            self._note_end(session_id, result.outcome, result.failure, result.puk_attempt_spent)
        return result

    def _report(self, effect: ReportOutcome) -> OutcomeReported:
        session = effect.session
        self._note_end(session.id, effect.outcome, effect.failure, effect.puk_attempt_spent)
        report = OutcomeReport(
            result=effect.outcome,
            failure_code=effect.failure.code.value if effect.failure else None,
            puk_attempt_spent=effect.puk_attempt_spent,
            token_serial=effect.token_serial,
            at=session.server_now(self._ports.steady()),
        )
        try:
            self._ports.portal.put_outcome(self._access[session.id], report)
        except FailedError as error:
            if error.failure.code is FailureCode.OUTCOME_CONFLICT:
                # The portal holds another ending and will take no other: nothing to keep.
                self._forget(session.id)
            raise
        if effect.outcome is not Outcome.UNKNOWN:
            self._forget(session.id)
        return OutcomeReported(effect.ticket)

    def _cancel(self, effect: CancelSession) -> SessionCancelled:
        session_id = effect.session.id
        try:
            self._ports.portal.cancel_session(self._access[session_id])
        except FailedError:
            self._note_end(session_id, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED), False)
            raise
        self._forget(session_id)
        return SessionCancelled(effect.ticket)

    # ------------------------------------------------------------------------ journal
    def _note(self, entry: JournalEntry) -> None:
        self._ports.journal.note(entry)
        self._entries[entry.session_id] = entry

    def _note_end(
        self, session_id: str, outcome: Outcome, failure: Failure | None, puk_spent: bool
    ) -> None:
        """Write down how it ended; a full disk must not keep the portal from being told."""
        entry = self._entries.get(session_id)
        if entry is None:
            return
        portal_time = self._ports.utc_now() + timedelta(seconds=entry.clock_offset)
        ended = replace(
            entry,
            step=JournalStep.ENDED,
            outcome=outcome,
            failure_code=failure.code.value if failure else None,
            puk_attempt_spent=puk_spent,
            decided_at=entry.decided_at or portal_time,
        )
        try:
            self._note(ended)
        except FailedError as error:
            _log.error("the end is not noted: %s", error.failure.code.value)

    def _forget(self, session_id: str) -> None:
        if self._entries.pop(session_id, None) is not None:
            self._ports.journal.close(session_id)
            self._ports.secrets.erase(session_id)


def _is_otp(otp: Secret) -> bool:
    """6 ASCII digits (portal-api.yaml, checkStepUp)."""
    return len(otp) == 6 and all(0x30 <= byte <= 0x39 for byte in otp.view())
