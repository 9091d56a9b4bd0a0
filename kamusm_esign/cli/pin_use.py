"""`kamusm-esign change-pin` and `verify-pin`: one use of the present PIN."""

import argparse

from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.interrupts import InterruptedInputError
from kamusm_esign.cli.result import Choice, CommandResult, Shown, choices_of
from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.cli.talk import Talk
from kamusm_esign.cli.token_argument import ChoiceNeededError, wanted_serial
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.pin_policy import (
    check_new_pin,
    effective_limits,
    may_be_present_pin,
)
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import PinState, Token
from kamusm_esign.flows.change_or_verify_pin import (
    AskPin,
    FindingToken,
    PinEntered,
    Start,
    Started,
    UsingCard,
    step,
)
from kamusm_esign.flows.protocol import Event, GivenUp, State
from kamusm_esign.ports import CardGateway
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.pin_use_effects import PinUseEffects


class PinUse:
    """One run of either command; plays the person for the flow."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        card: CardGateway,
        talk: Talk,
        secrets: SecretInput,
        runner: FlowRunner,
    ) -> None:
        self._arguments = arguments
        self._card = card
        self._talk = talk
        self._secrets = secrets
        self._runner = runner
        self._token: Token | None = None
        self._choices: tuple[Choice, ...] = ()

    def run(self) -> CommandResult:
        """Do it; whatever goes wrong is in the result."""
        try:
            with self._runner.signals():
                wanted = wanted_serial(self._arguments.token, self._card.overview())
                effects = PinUseEffects(self._card, self._runner.box)
                handlers = effects.handlers(Lane("card"))
                done = self._runner.run(step, Start(0, wanted), handlers, self._react, Started())
            return self._result(done.outcome, done.failure)
        except InterruptedInputError:
            return self._result(Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
        except ChoiceNeededError as error:
            self._choices = choices_of(error.choices)
            return self._result(Outcome.FAILED, error.failure)
        except FailedError as error:
            return self._result(Outcome.FAILED, error.failure)
        finally:
            self._runner.box.wipe()
            self._card.close()

    def _result(self, outcome: Outcome, failure: Failure | None) -> CommandResult:
        screen = 9 if self._changes else 10
        command = self._arguments.command
        return CommandResult(
            command, outcome, failure, token=self._token, choices=self._choices, screen=screen
        )

    @property
    def _changes(self) -> bool:
        return bool(self._arguments.command == "change-pin")

    def _react(self, state: State) -> Event | None:
        if isinstance(state, FindingToken):
            return self._finding(state)
        if isinstance(state, AskPin):
            return self._ask(state)
        if isinstance(state, UsingCard) and self._changes:
            self._talk.say("cli.writing")
        return None

    def _finding(self, state: FindingToken) -> Event | None:
        if state.refused is not None:
            return GivenUp(state.refused)
        if not state.looked:
            return None
        if state.candidates:
            self._choices = choices_of(state.candidates)
            return GivenUp(Failure.of(FailureCode.CHOICE_NEEDED))
        return GivenUp(state.failure or Failure.of(FailureCode.NO_CARD))

    def _ask(self, state: AskPin) -> Event:
        self._token = state.token
        if state.token.pin is PinState.FINAL_TRY and not self._arguments.last_try:
            return GivenUp(Failure.of(FailureCode.PIN_LAST_TRY))
        self._tell_attempts(state.token)
        secrets: list[Secret] = []
        try:
            with self._runner.asking():
                self._read(state.token, secrets)
        except FailedError as error:
            _wipe(secrets)
            return GivenUp(error.failure)
        except InterruptedInputError:
            _wipe(secrets)
            raise
        handles = [self._runner.box.put(secret) for secret in secrets]
        return PinEntered(
            handles[0], handles[1] if self._changes else None, last_try=self._arguments.last_try
        )

    def _tell_attempts(self, token: Token) -> None:
        left = token.pin.attempts_left
        if left is not None:
            self._talk.say("cli.attempts-left", count=left)
        else:
            self._talk.say(f"pin_state.{token.pin.value}")

    def _read(self, token: Token, secrets: list[Secret]) -> None:
        """Read the secrets into `secrets`, so that they can be wiped whatever happens.

        Where the reader asks for the PIN by itself, they are empty.
        """
        if token.pin_pad:
            self._talk.say("cli.pin-pad")
            secrets.extend(Secret() for _ in range(1 + self._changes))
            return
        current = self._secrets.secret(self._talk.text("cli.ask-current-pin"))
        secrets.append(current)
        if not may_be_present_pin(current):
            raise FailedError.of(FailureCode.PIN_ENTRY_INVALID)
        if not self._changes:
            return
        secrets.append(self._secrets.secret(self._talk.text("cli.ask-new-pin")))
        repeat = None
        if self._secrets.interactive:
            repeat = self._secrets.secret(self._talk.text("cli.ask-repeat"))
        self._judge(token, current, secrets[1], repeat)

    def _judge(self, token: Token, current: Secret, new: Secret, repeat: Secret | None) -> None:
        limits = effective_limits(token.pin_limits, None)
        problems = check_new_pin(
            new,
            limits=limits,
            repeat=repeat,
            current=current,
            own_numbers=[c.holder_id for c in token.certificates if c.holder_id],
            birth_dates=[c.birth_date for c in token.certificates if c.birth_date],
        )
        if repeat is not None:
            repeat.wipe()
        if problems:
            raise FailedError.of(
                FailureCode.PIN_BREAKS_RULE,
                problems=" ".join(problem.value for problem in problems),
                minimum=limits.minimum,
                maximum=limits.maximum,
            )


def _wipe(secrets: list[Secret]) -> None:
    for secret in secrets:
        secret.wipe()


def run(
    arguments: argparse.Namespace, card: CardGateway, shown: Shown, secrets: SecretInput
) -> CommandResult:
    """Run the command."""
    talk = Talk(shown)
    runner = FlowRunner(SecretBox(), (UsingCard,), lambda: talk.say("cli.finishing"))
    return PinUse(arguments, card, talk, secrets, runner).run()
