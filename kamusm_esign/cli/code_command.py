"""What the commands with a verification code share: the code, the SMS code, how they end."""

import argparse

from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.interrupts import InterruptedInputError
from kamusm_esign.cli.result import Choice, CommandResult, choices_of
from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.cli.talk import Talk
from kamusm_esign.cli.token_argument import ChoiceNeededError
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.pin_policy import may_be_present_pin
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, Token
from kamusm_esign.domain.verification_code import (
    CodeProblem,
    VerificationCode,
    parse_verification_code,
)
from kamusm_esign.flows.protocol import Event, GivenUp
from kamusm_esign.flows.session_model import AskStepUp, OtpEntered, SessionExpired
from kamusm_esign.flows.token_choice import choose_token
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.session_timer import SessionTimer

DRAIN = 30.0
"""Seconds that the portal gets to hear of a cancelled session before the program ends."""


class CodeCommand:
    """One run of such a command; plays the person for the flow."""

    name = ""
    """Of the command."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        ports: Ports,
        talk: Talk,
        secrets: SecretInput,
        runner: FlowRunner,
    ) -> None:
        self.arguments = arguments
        self.ports = ports
        self.talk = talk
        self.secrets = secrets
        self.runner = runner
        self.timer = SessionTimer(ports.steady)
        self.token: Token | None = None
        self.choices: tuple[Choice, ...] = ()
        self.screen = 2
        self.key_store = True

    def run(self) -> CommandResult:
        """Do it; whatever goes wrong is in the result."""
        try:
            with self.runner.signals():
                return self.play()
        except InterruptedInputError:
            return self.result(Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
        except ChoiceNeededError as error:
            self.choices = choices_of(error.choices)
            return self.result(Outcome.FAILED, error.failure)
        except FailedError as error:
            return self.result(Outcome.FAILED, error.failure)
        finally:
            self.timer.stop()
            self.wipe()
            self.runner.box.wipe()
            self.ports.card.close()

    def play(self) -> CommandResult:
        """The command itself.

        Raises:
            FailedError: nothing could be begun.
        """
        raise NotImplementedError

    def wipe(self) -> None:
        """Forget what was typed."""

    def result(
        self, outcome: Outcome, failure: Failure | None, *, reported: bool = True
    ) -> CommandResult:
        """How it ended."""
        return CommandResult(
            self.name,
            outcome,
            failure,
            reported=reported,
            token=self.token,
            choices=self.choices,
            kept=self.key_store,
            screen=self.screen,
        )

    def watch_deadline(self, session_id: str, deadline: float) -> None:
        """The session's time runs; called from a lane."""
        self.timer.start(deadline, lambda: self.runner.post(SessionExpired(session_id)))

    # ------------------------------------------------------------------------ before the portal
    def read_code(self) -> VerificationCode:
        """The code, from the arguments or the first line of standard input.

        Raises:
            FailedError: `CODE_NOT_15_DIGITS`, `SECRET_MISSING`.
        """
        text = self.arguments.code
        if text == "-":
            with self.runner.asking():
                text = self.secrets.line(self.talk.text("cli.ask-code"))
        code = parse_verification_code(text)
        if isinstance(code, CodeProblem):
            raise FailedError.of(FailureCode.CODE_NOT_15_DIGITS, problem=code.value)
        return code

    def present(self, overview: CardOverview, wanted: str | None) -> tuple[Token, ...]:
        """The tokens that may be meant; a code is not spent where there is none.

        Raises:
            FailedError: why there is none.
        """
        choice = choose_token(overview, lambda token: True, wanted)
        if choice.failure is not None:
            raise FailedError(choice.failure)
        return (choice.token,) if choice.token else choice.candidates

    # ------------------------------------------------------------------------ playing the person
    def step_up(self, state: AskStepUp) -> Event:
        """Ask for the SMS code; a pipe gets one chance, a person more."""
        if state.failure is not None:
            self.talk.failure(state.failure)
            if not self.secrets.interactive:
                return GivenUp(state.failure)
        else:
            self.talk.say("cli.otp-sent", phone=state.session.masked_phone or "")
        try:
            with self.runner.asking():
                otp = self.secrets.secret(self.talk.text("cli.ask-otp"))
        except FailedError as error:
            return GivenUp(error.failure)
        return OtpEntered(self.runner.box.put(otp))

    def read_pin(self, token: Token) -> Secret:
        """The present PIN; empty where the reader asks for it by itself.

        Raises:
            FailedError: `PIN_ENTRY_INVALID`, `SECRET_MISSING`.
        """
        if token.pin_pad:
            self.talk.say("cli.pin-pad")
            return Secret()
        pin = self.secrets.secret(self.talk.text("cli.ask-current-pin"))
        if may_be_present_pin(pin):
            return pin
        pin.wipe()
        raise FailedError.of(FailureCode.PIN_ENTRY_INVALID)
