"""`kamusm-esign set-pin`: a verification code, a card, a new PIN on it, told to the portal."""

import argparse

from kamusm_esign.cli.code_command import DRAIN, CodeCommand
from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.result import CommandResult, Shown, choices_of, main_certificate
from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.cli.talk import Talk
from kamusm_esign.cli.token_argument import wanted_serial
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.pin_policy import (
    PinProblem,
    check_new_pin,
    effective_limits,
)
from kamusm_esign.domain.portal_session import Session
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import PinLimits, Token
from kamusm_esign.domain.verification_code import (
    VerificationCode,
)
from kamusm_esign.flows.protocol import Event, GivenUp, State
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    CodeEntered,
    OpeningSession,
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
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.set_pin_effects import SetPinEffects

_LENGTH_PROBLEMS = {PinProblem.TOO_SHORT, PinProblem.TOO_LONG, PinProblem.NO_LENGTH_FITS}
_NO_RETURN = (Unblocking, CheckingOutcome, Reporting)


class SetPin(CodeCommand):
    """One run of the command; plays the person for the flow."""

    name = "set-pin"
    _code: VerificationCode | None = None
    _new_pin: Secret | None = None

    def wipe(self) -> None:
        if self._new_pin is not None:
            self._new_pin.wipe()

    def play(self) -> CommandResult:
        self._code = code = self.read_code()
        overview = self.ports.card.overview()
        wanted = wanted_serial(self.arguments.token, overview)
        present = self.present(overview, wanted)
        self._new_pin = self._read_new_pin()
        self._judge(self._new_pin, present[0] if len(present) == 1 else None, None)
        lanes = Lane("card"), Lane("portal")
        effects = SetPinEffects(self.ports, self.runner.box, self.watch_deadline)
        done = self.runner.run(
            step, initial_state(wanted), effects.handlers(*lanes), self._react, CodeEntered(code)
        )
        lanes[1].wait_idle(DRAIN)
        return self.result(done.outcome, done.failure, reported=done.reported)

    # ------------------------------------------------------------------------ before the portal
    def _read_new_pin(self) -> Secret:
        with self.runner.asking():
            new_pin = self.secrets.secret(self.talk.text("cli.ask-new-pin"))
            if self.secrets.interactive:
                repeat = self.secrets.secret(self.talk.text("cli.ask-repeat"))
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
            return self.step_up(state)
        if isinstance(state, WaitingToken) and state.looked:
            return self._no_token(state)
        if isinstance(state, AskNewPin):
            return self._enter_new_pin(state)
        if isinstance(state, CheckingOutcome) and state.missing:
            return StopWaiting()
        return None

    def _tell(self, state: State) -> None:
        self.screen = {AskStepUp: 3, WaitingToken: 4, AskNewPin: 4, Unblocking: 5}.get(
            type(state), self.screen
        )
        if isinstance(state, WithToken):
            self.token, self.key_store = state.token, state.key_store
        if isinstance(state, OpeningSession):
            self.talk.say("cli.opening-session")
        elif isinstance(state, AskNewPin):
            self._tell_token(state)
        elif isinstance(state, Cancelling):
            self.talk.say("cli.cancelling")
        elif isinstance(state, Unblocking):
            self.talk.say("cli.writing")
        elif isinstance(state, CheckingOutcome) and not state.missing:
            self.talk.say("cli.checking")
        elif isinstance(state, Reporting):
            self.talk.say("cli.reporting")

    def _tell_token(self, state: AskNewPin) -> None:
        if not state.key_store:
            self.talk.say("cli.no-key-store")
        certificate = main_certificate(state.token)
        self.talk.say(
            "cli.card-chosen",
            holder=self.talk.shown.name(certificate.holder if certificate else ""),
            kind=self.talk.text(f"kind.{certificate.kind.value}" if certificate else "kind.other"),
            serial=self.talk.shown.serial(state.token.serial),
        )

    def _no_token(self, state: WaitingToken) -> Event:
        if state.candidates:
            self.choices = choices_of(state.candidates)
            return GivenUp(Failure.of(FailureCode.CHOICE_NEEDED))
        return GivenUp(state.failure or Failure.of(FailureCode.NO_CARD))

    def _enter_new_pin(self, state: AskNewPin) -> Event | None:
        if self._new_pin is None:
            # Handed in already; what comes after it is not ours to press.
            return None
        try:
            self._judge(self._new_pin, state.token, state.session)
        except FailedError as error:
            return GivenUp(error.failure)
        handle, self._new_pin = self.runner.box.put(self._new_pin), None
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
