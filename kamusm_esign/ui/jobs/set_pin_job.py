"""Set a PIN with a code: `flows.set_pin` in the window."""

from kamusm_esign.domain.pin_policy import check_new_pin, effective_limits
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import CancelPressed, Done, Event, State, TokenChosen, TokensSeen
from kamusm_esign.flows.session_model import (
    AskCode,
    CodeEntered,
    NewCodePressed,
    OtpEntered,
    ResendPressed,
    SessionExpired,
)
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    CheckingOutcome,
    NewPinEntered,
    Reporting,
    StopWaiting,
    Unblocking,
)
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.session_timer import SessionTimer
from kamusm_esign.runtime.set_pin_effects import SetPinEffects
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.code_checks import present_checks
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.pieces import Status
from kamusm_esign.ui.presenter.set_pin import Surroundings, present
from kamusm_esign.ui.presenter.words import Words


class SetPinJob(Job):
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
        effects = SetPinEffects(workshop.ports, self._box, self._watch_deadline)
        self._driver = FlowDriver(
            self.noting(step),
            initial_state(),
            effects.handlers(workshop.card, workshop.portal),
            self._box,
            workshop.deliver,
            self._stepped,
        )

    def page(self, words: Words) -> object:
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
        elif isinstance(intent, intents.ChooseToken):
            self._send(TokenChosen(intent.serial))
        else:
            event = _PRESSES.get(type(intent))
            if event is not None:
                self._send(event)

    def looked(self, overview: CardOverview) -> None:
        super().looked(overview)
        self._send(TokensSeen(overview))
        self.show()

    def status_changed(self, status: Status) -> None:
        super().status_changed(status)
        if isinstance(self._driver.state, AskCode):
            self.show()

    @property
    def no_return(self) -> bool:
        return isinstance(self._driver.state, (Unblocking, CheckingOutcome, Reporting))

    def end(self) -> None:
        self._send(CancelPressed())
        self._timer.stop()
        self._box.wipe()

    # ------------------------------------------------------------------------ the flow
    def _send(self, event: Event) -> None:
        self._driver.dispatch(event)

    def _stepped(self, state: State) -> None:
        self._ending = self._ending.after(state, self.workshop.ports.utc_now())
        if isinstance(state, Done):
            self._timer.stop()
            self._box.wipe()
            if state.outcome is Outcome.CANCELLED:
                self.leave()
                return
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


_PRESSES: dict[type[intents.Intent], Event] = {
    intents.Cancel: CancelPressed(),
    intents.ResendOtp: ResendPressed(),
    intents.NewCode: NewCodePressed(),
    intents.StopLooking: StopWaiting(),
}
