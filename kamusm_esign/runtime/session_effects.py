"""What every job with a verification code does with its session: opens it, ends it, remembers it.

The order inside each handler is the promise of the journal: what might happen is written down
before it can, what did happen right after.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, OutcomeReport, Session, SessionAccess
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import PinState
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
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.forgetting import forget
from kamusm_esign.runtime.lanes import Lane

OnDeadline = Callable[[str, float], None]
"""Told a session's id and when it ends (steady clock), from a lane."""

_log = logging.getLogger(__name__)


def nobody_waits(_session_id: str, _deadline: float) -> None:
    """An `OnDeadline` for who does not care."""


class SessionEffects:
    """The handlers that all such flows share, and what they know of their sessions."""

    def __init__(self, ports: Ports, box: SecretBox, on_deadline: OnDeadline) -> None:
        """Make the handlers.

        Args:
            ports: the world.
            box: where the secrets of the effects wait.
            on_deadline: told when each session ends.
        """
        self.ports = ports
        self.box = box
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
            ReportOutcome: (portal, self._report),
            CancelSession: (portal, self._cancel),
        }

    def access(self, session: Session) -> SessionAccess:
        """What a request needs to speak for a session that was opened here."""
        return self._access[session.id]

    def server_now(self, session: Session) -> datetime:
        """The portal's time."""
        return session.server_now(self.ports.steady())

    # ------------------------------------------------------------------------ effects
    def _open_session(self, effect: OpenSession) -> SessionOpened:
        opened = self.ports.portal.open_session(effect.code, str(uuid.uuid4()))
        session = opened.session
        self._access[session.id] = opened.access
        self._on_deadline(session.id, session.deadline)
        return SessionOpened(effect.ticket, session, self.ports.secrets.available())

    def _send_step_up(self, effect: SendStepUp) -> StepUpSent:
        self.ports.portal.send_step_up(self.access(effect.session))
        return StepUpSent(effect.ticket)

    def _check_step_up(self, effect: CheckStepUp) -> StepUpAccepted:
        otp = self.box.take(effect.handle)
        try:
            if not _is_otp(otp):
                # Nothing is sent, so the portal counts nothing.
                raise FailedError.of(FailureCode.OTP_WRONG, attempts_left=None)
            self.ports.portal.check_step_up(self.access(effect.session), otp)
        finally:
            otp.wipe()
        return StepUpAccepted(effect.ticket)

    def _look(self, effect: WatchTokens) -> TokensSeen:
        return TokensSeen(self.ports.card.overview(), effect.ticket, self.ports.steady())

    def _report(self, effect: ReportOutcome) -> OutcomeReported:
        session = effect.session
        self.note_end(session.id, effect.outcome, effect.failure, effect.puk_attempt_spent)
        report = OutcomeReport(
            result=effect.outcome,
            failure_code=effect.failure.code.value if effect.failure else None,
            puk_attempt_spent=effect.puk_attempt_spent,
            token_serial=effect.token_serial,
            at=self.server_now(session),
        )
        try:
            self.ports.portal.put_outcome(self.access(session), report)
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
            self.ports.portal.cancel_session(self._access[session_id])
        except FailedError:
            self.note_end(session_id, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED), False)
            raise
        self._forget(session_id)
        return SessionCancelled(effect.ticket)

    # ------------------------------------------------------------------------ journal
    def begin_entry(
        self, session: Session, token_serial: str, pin_before: PinState, step: JournalStep
    ) -> None:
        """Note that the session's job is about to touch something.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`, and nothing is left behind.
        """
        now = self.ports.utc_now()
        entry = JournalEntry(
            session_id=session.id,
            portal=self.ports.portal_url,
            purpose=session.purpose,
            token_serial=token_serial,
            pin_before=pin_before,
            since=now,
            clock_offset=(self.server_now(session) - now).total_seconds(),
            step=step,
        )
        if session.id in self._entries:
            # The same moment, by the clock as it is now: it may have been set since.
            begun_at = self._entries[session.id].begun_at
            offset = timedelta(seconds=entry.clock_offset)
            self._note(replace(entry, since=begun_at - offset))
            return
        # Ended at any moment in between, it leaves neither a token that nothing knows of, nor an
        # entry that nothing can be told with.
        self.ports.journal.reserve(session.id)
        try:
            self.ports.secrets.put(session.id, self.access(session).token)
        except FailedError as error:
            # The person was told when the session opened; it can be handed in while we run.
            _log.info("the session is not kept: %s", error.failure.code.value)
        try:
            self.ports.journal.begin(entry)
        except FailedError:
            self.ports.secrets.erase(session.id)
            raise
        self._entries[session.id] = entry

    def note_step(self, session: Session, step: JournalStep) -> None:
        """Write down how far the job has come.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        self._note(replace(self._entries[session.id], step=step))

    def note_end(
        self, session_id: str, outcome: Outcome, failure: Failure | None, puk_spent: bool
    ) -> None:
        """Write down how it ended; a full disk must not keep the portal from being told."""
        entry = self._entries.get(session_id)
        if entry is None:
            return
        portal_time = self.ports.utc_now() + timedelta(seconds=entry.clock_offset)
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

    def _note(self, entry: JournalEntry) -> None:
        self.ports.journal.note(entry)
        self._entries[entry.session_id] = entry

    def _forget(self, session_id: str) -> None:
        if self._entries.pop(session_id, None) is not None:
            forget(self.ports, session_id)


def _is_otp(otp: Secret) -> bool:
    """6 ASCII digits (portal-api.yaml, checkStepUp)."""
    return len(otp) == 6 and all(0x30 <= byte <= 0x39 for byte in otp.view())
