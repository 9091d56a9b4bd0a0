"""`kamusm-esign sign`: a verification code, the documents of its session, a card, signatures."""

import argparse
import re
from pathlib import Path

from kamusm_esign.cli.code_command import DRAIN, CodeCommand
from kamusm_esign.cli.flow_runner import FlowRunner
from kamusm_esign.cli.result import Choice, CommandResult, Shown
from kamusm_esign.cli.saved_files import save_document, save_receipts, writable_folder
from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.cli.talk import Talk
from kamusm_esign.cli.token_argument import wanted_serial
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Document
from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.domain.tokens import CertificateInfo, PinState
from kamusm_esign.flows.protocol import Done, Event, GivenUp, State
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    CodeEntered,
    InSession,
    OpeningSession,
)
from kamusm_esign.flows.sign_documents import initial_state, step
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AskPin,
    AwaitingToken,
    ChooseCertificate,
    Declined,
    DocumentMarked,
    DocumentOpened,
    FetchingDocuments,
    LaterPressed,
    MatchEntered,
    PinUnusable,
    RemovalConfirmed,
    ReportingSignatures,
    Review,
    ReviewAccepted,
    Signing,
    SigningPhase,
    SigningPinEntered,
    Stamping,
    Submitting,
    WithCertificate,
)
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.sign_effects import SignEffects

_NO_CARD = Failure.of(FailureCode.NO_CARD)
_NO_RETURN = (Stamping, Submitting, ReportingSignatures)
_SCREENS: dict[type[State], int] = {
    AskStepUp: 3,
    FetchingDocuments: 7,
    Review: 7,
    AskMatch: 7,
    AwaitingToken: 8,
    ChooseCertificate: 8,
    AskPin: 8,
    PinUnusable: 8,
    Signing: 5,
    Submitting: 5,
}
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
_MATCH = re.compile(r"[0-9]{2}")


class Sign(CodeCommand):
    """One run of the command; plays the person for the flow."""

    name = "sign"
    _folder: Path | None = None
    _certificate: CertificateInfo | None = None

    def play(self) -> CommandResult:
        wanted_certificate = self._judge_arguments()
        code = self.read_code()
        overview = self.ports.card.overview()
        wanted = wanted_serial(self.arguments.token, overview)
        self.present(overview, wanted)
        if self.arguments.save is not None:
            self._folder = writable_folder(self.arguments.save)
        lanes = Lane("card"), Lane("portal")
        self._shelf = DocumentShelf()
        effects = SignEffects(self.ports, self.runner.box, self._shelf, self.watch_deadline)
        start = initial_state(wanted, wanted_certificate)
        done = self.runner.run(
            step, start, effects.handlers(*lanes), self._react, CodeEntered(code)
        )
        lanes[1].wait_idle(DRAIN)
        return self._ended(done)

    def _judge_arguments(self) -> str | None:
        """The certificate that is named, None where none is.

        Raises:
            FailedError: `USAGE`.
        """
        named, match = self.arguments.certificate, self.arguments.match
        if named is not None and not _SHA256.fullmatch(named):
            raise FailedError.of(FailureCode.USAGE, detail="--certificate: SHA-256 in hex")
        if match is not None and not _MATCH.fullmatch(match):
            raise FailedError.of(FailureCode.USAGE, detail="--match: two digits")
        return None if named is None else bytes.fromhex(named).hex()

    def _ended(self, done: Done) -> CommandResult:
        if self._folder is not None and done.receipts:
            save_receipts(self._folder, done.receipts, self.talk.shown)
        return CommandResult(
            self.name,
            done.outcome,
            done.failure,
            reported=done.reported,
            token=self.token,
            choices=self.choices,
            kept=self.key_store,
            screen=self.screen,
            receipts=done.receipts,
            certificate=self._certificate,
        )

    # ------------------------------------------------------------------------ playing the person
    def _react(self, state: State) -> Event | None:
        self._tell(state)
        if isinstance(state, AskCode):
            return GivenUp(state.failure) if state.failure is not None else None
        if isinstance(state, (AskStepUp, FetchingDocuments)):
            return self._opened(state)
        if isinstance(state, Review):
            return self._review(state)
        if isinstance(state, AskMatch):
            return self._match()
        if isinstance(state, (AwaitingToken, ChooseCertificate, PinUnusable)):
            return self._no_certificate(state)
        if isinstance(state, AskPin):
            return self._pin(state)
        if isinstance(state, (Stamping, Submitting)) and state.failure is not None:
            return self._later(state.failure)
        return None

    def _tell(self, state: State) -> None:
        self.screen = _SCREENS.get(type(state), self.screen)
        if isinstance(state, WithCertificate):
            self.token, self._certificate = state.token, state.certificate
        if isinstance(state, InSession):
            self.key_store = state.key_store
        if isinstance(state, OpeningSession):
            self.talk.say("cli.opening-session")
        elif isinstance(state, Cancelling):
            self.talk.say("cli.cancelling")
        elif isinstance(state, Signing):
            self._tell_signing(state)
        elif isinstance(state, Submitting) and state.failure is None:
            total = len(state.session.documents)
            self.talk.say("sign.submitting", number=len(state.receipts) + 1, total=total)
        elif isinstance(state, Stamping) and state.failure is None:
            self.talk.say("sign.stamping")
        elif isinstance(state, ReportingSignatures):
            self.talk.say("cli.reporting")

    def _tell_signing(self, state: Signing) -> None:
        if state.phase is SigningPhase.SIGNING:
            total = len(state.session.documents)
            self.talk.say("sign.signing", number=state.signed + 1, total=total)

    # ------------------------------------------------------------------------ what is signed
    def _opened(self, state: AskStepUp | FetchingDocuments) -> Event | None:
        objection = self._objection(state)
        if objection is not None:
            return objection
        if isinstance(state, FetchingDocuments):
            return GivenUp(state.failure) if state.failure is not None else None
        return None if state.checking else self.step_up(state)

    def _objection(self, state: InSession) -> Event | None:
        """Not what the person accepted, or not started by them: nothing more is asked for."""
        session, match = state.session, self.arguments.match
        if session.purpose.value != self.arguments.accept:
            other = Failure.of(FailureCode.OTHER_PURPOSE, purpose=session.purpose.value)
            return Declined(other)
        if session.origin is None:
            return None
        if match is None:
            missing = Failure.of(FailureCode.MATCH_NUMBER_MISSING)
            return None if self.secrets.interactive else GivenUp(missing)
        wrong = match != session.origin.match_number
        return Declined(Failure.of(FailureCode.MATCH_NUMBER_WRONG)) if wrong else None

    def _review(self, state: Review) -> Event:
        """One document after the other; `--accept` has said already that they are wanted."""
        if state.confirming:
            return RemovalConfirmed()
        for document in state.session.documents:
            if document.id not in state.opened:
                return self._show(document, first=not state.opened, state=state)
            if document.id not in state.read:
                return DocumentMarked(document.id)
        return ReviewAccepted()

    def _show(self, document: Document, *, first: bool, state: Review) -> Event:
        if first:
            purpose = self.talk.text(f"purpose.{state.session.purpose.value}")
            asked_by = state.session.requested_by
            self.talk.say("cli.session", purpose=purpose, requested_by=asked_by)
            if not state.key_store:
                self.talk.say("sign.no-key-store")
        self.talk.say(
            "sign.document", title=document.title, size=document.size, sha256=document.sha256
        )
        content = self._shelf.get(document.sha256)
        try:
            if self._folder is not None and content is not None:
                number = state.session.documents.index(document) + 1
                save_document(self._folder, number, document, content)
        except FailedError as error:
            return GivenUp(error.failure)
        return DocumentOpened(document.id)

    def _match(self) -> Event:
        digits = self.arguments.match
        if digits is None:
            try:
                with self.runner.asking():
                    digits = self.secrets.line(self.talk.text("sign.ask-match")).strip()
            except FailedError as error:
                return GivenUp(error.failure)
        return MatchEntered(digits)

    # ------------------------------------------------------------------------ card and PIN
    def _no_certificate(
        self, state: AwaitingToken | ChooseCertificate | PinUnusable
    ) -> Event | None:
        if isinstance(state, ChooseCertificate):
            wanted, named = state.wanted, state.kept.certificate
            self.choices = tuple(
                Choice(choice.token, choice.certificate)
                for choice in state.choices
                if choice.unusable is None and choice.is_one(wanted, named)
            )
            return GivenUp(Failure.of(FailureCode.CHOICE_NEEDED))
        if isinstance(state, PinUnusable):
            return GivenUp(state.failure)
        if state.refused is not None:
            return GivenUp(state.refused)
        return GivenUp(state.failure or _NO_CARD) if state.looked else None

    def _pin(self, state: AskPin) -> Event:
        if state.refused is not None:
            return GivenUp(state.refused)
        if state.token.pin is PinState.FINAL_TRY and not self.arguments.last_try:
            return GivenUp(Failure.of(FailureCode.PIN_LAST_TRY))
        self._tell_certificate(state)
        try:
            with self.runner.asking():
                pin = self.read_pin(state.token)
        except FailedError as error:
            return GivenUp(error.failure)
        return SigningPinEntered(self.runner.box.put(pin), last_try=self.arguments.last_try)

    def _tell_certificate(self, state: AskPin) -> None:
        shown, certificate = self.talk.shown, state.certificate
        self.talk.say(
            "cli.card-chosen",
            holder=shown.name(certificate.holder),
            kind=self.talk.text(f"kind.{certificate.kind.value}"),
            serial=shown.serial(state.token.serial),
        )
        left = state.token.pin.attempts_left
        if left is not None:
            self.talk.say("cli.attempts-left", count=left)
        else:
            self.talk.say(f"pin_state.{state.token.pin.value}")

    def _later(self, failure: Failure) -> Event:
        self.talk.failure(failure)
        return LaterPressed()


def run(
    arguments: argparse.Namespace, ports: Ports, shown: Shown, secrets: SecretInput
) -> CommandResult:
    """Run the command."""
    talk = Talk(shown)
    runner = FlowRunner(SecretBox(), _NO_RETURN, lambda: talk.say("cli.finishing"))
    return Sign(arguments, ports, talk, secrets, runner).run()
