"""`kamusm-esign set-pin`: a verification code, a card, a new PIN on it, told to the portal."""

import argparse

from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.interrupts import InterruptedInputError
from kamusm_esign.cli.result import CommandResult, Shown, main_certificate
from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.cli.talk import Talk
from kamusm_esign.cli.token_argument import ChoiceNeededError, wanted_serial
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.pin_policy import (
    PinProblem,
    check_new_pin,
    effective_limits,
)
from kamusm_esign.domain.portal_session import Outcome, Session
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import CardOverview, PinLimits, Token
from kamusm_esign.domain.verification_code import (
    CodeProblem,
    VerificationCode,
    parse_verification_code,
)
from kamusm_esign.flows.protocol import Event, GivenUp, State
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    CodeEntered,
    OpeningSession,
    OtpEntered,
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
    WaitingToken,
    WithToken,
)
from kamusm_esign.flows.token_choice import choose_token
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.session_timer import SessionTimer
from kamusm_esign.runtime.set_pin_effects import SetPinEffects

_LENGTH_PROBLEMS = {PinProblem.TOO_SHORT, PinProblem.TOO_LONG, PinProblem.NO_LENGTH_FITS}
_NO_RETURN = (Unblocking, CheckingOutcome, Reporting)
_DRAIN = 30.0
"""Seconds that the portal gets to hear of a cancelled session before the program ends."""


class SetPin:
    """One run of the command; plays the person for the flow."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        ports: Ports,
        talk: Talk,
        secrets: SecretInput,
        runner: FlowRunner,
    ) -> None:
        self._arguments = arguments
        self._ports = ports
        self._talk = talk
        self._secrets = secrets
        self._runner = runner
        self._code: VerificationCode | None = None
        self._new_pin: Secret | None = None
        self._token: Token | None = None
        self._choices: tuple[Token, ...] = ()
        self._screen = 2
        self._key_store = True

    def run(self) -> CommandResult:
        """Do it; whatever goes wrong is in the result."""
        try:
            with self._runner.signals():
                return self._run()
        except InterruptedInputError:
            return self._result(Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
        except ChoiceNeededError as error:
            self._choices = error.choices
            return self._result(Outcome.FAILED, error.failure)
        except FailedError as error:
            return self._result(Outcome.FAILED, error.failure)
        finally:
            if self._new_pin is not None:
                self._new_pin.wipe()
            self._runner.box.wipe()
            self._ports.card.close()

    def _run(self) -> CommandResult:
        self._code = code = self._read_code()
        overview = self._ports.card.overview()
        wanted = wanted_serial(self._arguments.token, overview)
        present = self._present(overview, wanted)
        self._new_pin = self._read_new_pin()
        self._judge(self._new_pin, present[0] if len(present) == 1 else None, None)
        lanes = Lane("card"), Lane("portal")
        timer = SessionTimer(self._ports.steady)
        effects = SetPinEffects(
            self._ports,
            self._runner.box,
            lambda session_id, deadline: timer.start(
                deadline, lambda: self._runner.post(SessionExpired(session_id))
            ),
        )
        done = self._runner.run(
            step, initial_state(wanted), effects.handlers(*lanes), self._react, CodeEntered(code)
        )
        timer.stop()
        lanes[1].wait_idle(_DRAIN)
        return self._result(done.outcome, done.failure, reported=done.reported)

    def _result(
        self, outcome: Outcome, failure: Failure | None, *, reported: bool = True
    ) -> CommandResult:
        return CommandResult(
            "set-pin",
            outcome,
            failure,
            reported=reported,
            token=self._token,
            choices=self._choices,
            kept=self._key_store,
            screen=self._screen,
        )

    # ------------------------------------------------------------------------ before the portal
    def _read_code(self) -> VerificationCode:
        text = self._arguments.code
        if text == "-":
            with self._runner.asking():
                text = self._secrets.line(self._talk.text("cli.ask-code"))
        code = parse_verification_code(text)
        if isinstance(code, CodeProblem):
            raise FailedError.of(FailureCode.CODE_NOT_15_DIGITS, problem=code.value)
        return code

    def _present(self, overview: CardOverview, wanted: str | None) -> tuple[Token, ...]:
        """The tokens that may be meant; a code is not spent where there is none."""
        choice = choose_token(overview, lambda token: True, wanted)
        if choice.failure is not None:
            raise FailedError(choice.failure)
        return (choice.token,) if choice.token else choice.candidates

    def _read_new_pin(self) -> Secret:
        with self._runner.asking():
            new_pin = self._secrets.secret(self._talk.text("cli.ask-new-pin"))
            if self._secrets.interactive:
                repeat = self._secrets.secret(self._talk.text("cli.ask-repeat"))
                differs = repeat != new_pin
                repeat.wipe()
                if differs:
                    new_pin.wipe()
                    problem = PinProblem.DIFFERENT.value
                    raise FailedError.of(FailureCode.PIN_BREAKS_RULE, problems=problem)
        return new_pin

    def _judge(self, new_pin: Secret, token: Token | None, session: Session | None) -> None:
        """Hold the new PIN against the rules.

        Raises:
            FailedError: `PIN_BREAKS_RULE`; `PIN_BREAKS_POLICY` where only the session's own
                limits are broken.
        """
        problems = self._problems(new_pin, token, session)
        if not problems:
            return
        known = self._problems(new_pin, token, None)
        code = FailureCode.PIN_BREAKS_RULE
        if not known and set(problems) <= _LENGTH_PROBLEMS:
            code = FailureCode.PIN_BREAKS_POLICY
        limits = _limits(token, session)
        raise FailedError.of(
            code,
            problems=" ".join(problem.value for problem in problems),
            minimum=limits.minimum,
            maximum=limits.maximum,
        )

    def _problems(
        self, new_pin: Secret, token: Token | None, session: Session | None
    ) -> tuple[PinProblem, ...]:
        certificates = token.certificates if token else ()
        return check_new_pin(
            new_pin,
            limits=_limits(token, session),
            own_numbers=[c.holder_id for c in certificates if c.holder_id],
            code=self._code,
            birth_dates=[c.birth_date for c in certificates if c.birth_date],
        )

    # ------------------------------------------------------------------------ playing the person
    def _react(self, state: State) -> Event | None:
        self._tell(state)
        if isinstance(state, AskCode) and state.failure is not None:
            return GivenUp(state.failure)
        if isinstance(state, AskStepUp) and not state.checking:
            return self._step_up(state)
        if isinstance(state, WaitingToken) and state.looked:
            return self._no_token(state)
        if isinstance(state, AskNewPin):
            return self._enter_new_pin(state)
        if isinstance(state, CheckingOutcome) and state.missing:
            return StopWaiting()
        return None

    def _tell(self, state: State) -> None:
        self._screen = {AskStepUp: 3, WaitingToken: 4, AskNewPin: 4, Unblocking: 5}.get(
            type(state), self._screen
        )
        if isinstance(state, WithToken):
            self._token, self._key_store = state.token, state.key_store
        if isinstance(state, OpeningSession):
            self._talk.say("cli.opening-session")
        elif isinstance(state, AskNewPin):
            self._tell_token(state)
        elif isinstance(state, Cancelling):
            self._talk.say("cli.cancelling")
        elif isinstance(state, Unblocking):
            self._talk.say("cli.writing")
        elif isinstance(state, CheckingOutcome) and not state.missing:
            self._talk.say("cli.checking")
        elif isinstance(state, Reporting):
            self._talk.say("cli.reporting")

    def _tell_token(self, state: AskNewPin) -> None:
        if not state.key_store:
            self._talk.say("cli.no-key-store")
        certificate = main_certificate(state.token)
        self._talk.say(
            "cli.card-chosen",
            holder=self._talk.shown.name(certificate.holder if certificate else ""),
            kind=self._talk.text(f"kind.{certificate.kind.value}" if certificate else "kind.other"),
            serial=self._talk.shown.serial(state.token.serial),
        )

    def _step_up(self, state: AskStepUp) -> Event:
        if state.failure is not None:
            self._talk.failure(state.failure)
            if not self._secrets.interactive:
                return GivenUp(state.failure)
        else:
            self._talk.say("cli.otp-sent", phone=state.session.masked_phone or "")
        try:
            with self._runner.asking():
                otp = self._secrets.secret(self._talk.text("cli.ask-otp"))
        except FailedError as error:
            return GivenUp(error.failure)
        return OtpEntered(self._runner.box.put(otp))

    def _no_token(self, state: WaitingToken) -> Event:
        if state.candidates:
            self._choices = state.candidates
            return GivenUp(Failure.of(FailureCode.CHOICE_NEEDED))
        return GivenUp(state.failure or Failure.of(FailureCode.NO_ELIGIBLE_TOKEN))

    def _enter_new_pin(self, state: AskNewPin) -> Event | None:
        if self._new_pin is None:
            # Handed in already; what comes after it is not ours to press.
            return None
        try:
            self._judge(self._new_pin, state.token, state.session)
        except FailedError as error:
            return GivenUp(error.failure)
        handle, self._new_pin = self._runner.box.put(self._new_pin), None
        return NewPinEntered(handle, ())


def _limits(token: Token | None, session: Session | None) -> PinLimits:
    return effective_limits(
        token.pin_limits if token else None, session.pin_policy if session else None
    )


def run(
    arguments: argparse.Namespace, ports: Ports, shown: Shown, secrets: SecretInput
) -> CommandResult:
    """Run the command."""
    talk = Talk(shown)
    runner = FlowRunner(SecretBox(), _NO_RETURN, lambda: talk.say("cli.finishing"))
    return SetPin(arguments, ports, talk, secrets, runner).run()
