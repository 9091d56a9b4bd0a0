"""Whatever a verification code is for: `flows.with_code` in the window.

The kind of the session decides whether the PIN journey or the signing journey goes on.
"""

from collections.abc import Callable

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import check_new_pin, effective_limits
from kamusm_esign.domain.portal_session import SessionKind
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows import sign_documents_model as signing
from kamusm_esign.flows.protocol import CancelPressed, Done, Event, State, TokenChosen, TokensSeen
from kamusm_esign.flows.session_model import (
    AskCode,
    CodeEntered,
    InSession,
    NewCodePressed,
    OtpEntered,
    ResendPressed,
    SessionExpired,
)
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    CheckingOutcome,
    NewPinEntered,
    Reporting,
    StopWaiting,
    Unblocking,
)
from kamusm_esign.flows.with_code import initial_state, step
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.session_timer import SessionTimer
from kamusm_esign.runtime.with_code_effects import WithCodeEffects
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.jobs.receipt_files import receipt_files
from kamusm_esign.ui.jobs.session_documents import SessionDocuments
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.code_checks import present_checks
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.presenter.set_pin import Surroundings, present
from kamusm_esign.ui.presenter.sign_pages import OWN, present_sign
from kamusm_esign.ui.presenter.words import Words


class CodeJob(Job):
    """From the code to the result."""

    def __init__(self, workshop: Workshop, filled: str = "") -> None:
        """Make the job.

        Args:
            workshop: what the jobs share.
            filled: a code from a link, put into the field.
        """
        super().__init__(workshop)
        self._filled = filled
        self._code: VerificationCode | None = None
        self._box = SecretBox()
        self._ending = Ending()
        self._timer = SessionTimer(workshop.ports.steady)
        self._words: Words | None = None
        shelf = DocumentShelf()
        self._documents = SessionDocuments(workshop, shelf, self._read_on)
        effects = WithCodeEffects(workshop.ports, self._box, shelf, self._watch_deadline)
        self._driver = FlowDriver(
            self.noting(step),
            initial_state(),
            effects.handlers(workshop.card, workshop.portal),
            self._box,
            workshop.deliver,
            self._stepped,
        )

    def page(self, words: Words) -> object:
        self._words = words
        if self._signs:
            reading, hides = self._documents.reading, self.workshop.hides
            return present_sign(
                self._driver.state, reading, words, hides=hides, ending=self._ending
            )
        now = self.workshop.ports.utc_now()
        around = Surroundings(
            checks=present_checks(self.status, self.overview, words, now),
            overview=self.overview,
            code=self._code,
            portal_url=self.workshop.portal_page,
            filled=self._filled,
            hides=self.workshop.hides,
            ending=self._ending,
        )
        self._filled = ""
        return present(self._driver.state, around, words)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.EnterCode):
            self._code = intent.code
            self._send(CodeEntered(intent.code))
        elif isinstance(intent, intents.EnterOtp):
            self._send(OtpEntered(self._box.put(intent.otp)))
        elif isinstance(intent, intents.EnterNewPin):
            self._enter_new_pin(intent.new_pin)
        elif isinstance(intent, intents.EnterSigningPin):
            self._enter_signing_pin(intent)
        elif isinstance(intent, _ABOUT_FILES):
            self._about_files(intent)
        elif type(intent) in _EVENTS:
            self._send(_EVENTS[type(intent)](intent))

    def looked(self, overview: CardOverview) -> None:
        super().looked(overview)
        self._send(TokensSeen(overview, at=self.workshop.ports.steady()))
        self.show()

    def status_changed(self, status: Status) -> None:
        super().status_changed(status)
        if isinstance(self._driver.state, AskCode):
            self.show()

    @property
    def no_return(self) -> bool:
        state = self._driver.state
        if isinstance(state, (signing.Stamping, signing.Submitting)):
            # What stopped waits for the person, and in the outbox.
            return state.failure is None
        return isinstance(state, _NO_RETURN)

    def end(self) -> None:
        self._send(signing.LaterPressed())
        self._send(CancelPressed())
        self._timer.stop()
        self._box.wipe()
        self._documents.close()

    @property
    def _signs(self) -> bool:
        """Whether it is a signing journey by now."""
        state, session = self._driver.state, self._ending.session
        if isinstance(state, Done):
            return session is not None and session.kind is SessionKind.SIGN
        return isinstance(state, OWN)

    # ------------------------------------------------------------------------ the flow
    def _send(self, event: Event) -> None:
        self._driver.dispatch(event)

    def _stepped(self, state: State) -> None:
        self._ending = self._ending.after(state, self.workshop.ports.utc_now())
        if isinstance(state, Done):
            self._timer.stop()
            self._box.wipe()
            if state.failure is not None and state.failure.code is FailureCode.CANCELLED:
                self._documents.close()
                self.leave()
                return
        elif isinstance(state, signing.FetchingDocuments):
            self._documents.prepare(state.session.documents)
        elif isinstance(state, (signing.Review, signing.Reviewed)) and isinstance(state, InSession):
            self._documents.follow(state.session.documents)
        self.show()

    def _read_on(self) -> None:
        """Another document is shown, or something else of them has changed."""
        reading = self._documents.reading
        if reading.failure is not None:  # what cannot be seen was not read
            self._send(signing.DocumentMarked(reading.chosen, read=False))
        elif reading.shown is not None:
            self._send(signing.DocumentOpened(reading.chosen))
        self.show()

    def _watch_deadline(self, session_id: str, deadline: float) -> None:
        """Called from a lane."""
        self._timer.start(deadline, lambda: self._driver.post(SessionExpired(session_id)))

    # ------------------------------------------------------------------------ what is typed
    def _enter_new_pin(self, new_pin: Secret) -> None:
        state = self._driver.state
        if not isinstance(state, AskNewPin):
            new_pin.wipe()
            return
        certificates = state.token.certificates
        problems = check_new_pin(
            new_pin,
            limits=effective_limits(state.token.pin_limits, state.session.pin_policy),
            own_numbers=[c.holder_id for c in certificates if c.holder_id],
            code=self._code,
            birth_dates=[c.birth_date for c in certificates if c.birth_date],
        )
        self._send(NewPinEntered(self._box.put(new_pin), problems))

    def _enter_signing_pin(self, entered: intents.EnterSigningPin) -> None:
        if not isinstance(self._driver.state, signing.AskPin):
            entered.pin.wipe()
            return
        handle = self._box.put(entered.pin)
        self._send(signing.SigningPinEntered(handle, last_try=entered.last_try))

    # ------------------------------------------------------------------------ files
    def _about_files(self, intent: intents.Intent) -> None:
        documents = self._documents
        if isinstance(intent, intents.ShowDocument):
            documents.choose(intent.document_id)
        elif isinstance(intent, intents.SaveDocument):
            documents.save(intent.document_id, intent.path)
        elif isinstance(intent, intents.LookBack):
            documents.look_back(back=intent.back)
        elif isinstance(intent, intents.UnmaskReceipts):
            documents.unmask(unmasked=intent.unmasked)
        elif isinstance(intent, intents.SaveReceipts):
            self._save_receipts(intent)

    def _save_receipts(self, wanted: intents.SaveReceipts) -> None:
        state, words = self._driver.state, self._words
        if isinstance(state, Done) and words is not None:
            whole = self._documents.reading.unmasked
            pdf = self.workshop.receipt_pdf
            self._documents.write(
                receipt_files(state.receipts, wanted, words, pdf, personal_data=whole)
            )


_NO_RETURN = (
    *(Unblocking, CheckingOutcome, Reporting),
    *(signing.Signing, signing.ReportingSignatures),
)
_ABOUT_FILES = (
    intents.ShowDocument,
    intents.SaveDocument,
    intents.LookBack,
    intents.UnmaskReceipts,
    intents.SaveReceipts,
)
_EVENTS: dict[type[intents.Intent], Callable[..., Event]] = {
    intents.Cancel: lambda _: CancelPressed(),
    intents.ResendOtp: lambda _: ResendPressed(),
    intents.NewCode: lambda _: NewCodePressed(),
    intents.StopLooking: lambda _: StopWaiting(),
    intents.ChooseToken: lambda i: TokenChosen(i.serial),
    intents.MarkDocument: lambda i: signing.DocumentMarked(i.document_id, i.read),
    intents.AcceptReview: lambda _: signing.ReviewAccepted(),
    intents.ConfirmRemoval: lambda i: signing.RemovalConfirmed(i.confirmed),
    intents.EnterMatch: lambda i: signing.MatchEntered(i.digits),
    intents.DenyOrigin: lambda _: signing.Declined(Failure.of(FailureCode.LOGIN_DENIED)),
    intents.ChooseCertificate: lambda i: signing.CertificateChosen(i.serial, i.sha256),
    intents.Retry: lambda _: signing.RetryPressed(),
    intents.Later: lambda _: signing.LaterPressed(),
}
"""What a person wants → what happens in the flow."""
