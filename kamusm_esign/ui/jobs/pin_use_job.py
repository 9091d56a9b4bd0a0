"""Change the PIN, and "my card" with "try my PIN": `flows.change_or_verify_pin` in the window."""

from pathlib import Path

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem, check_new_pin, effective_limits
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import CardOverview
from kamusm_esign.flows.change_or_verify_pin import (
    AskPin,
    PinEntered,
    Start,
    Started,
    UsingCard,
    step,
)
from kamusm_esign.flows.protocol import CancelPressed, Done, State, TokenChosen, TokensSeen
from kamusm_esign.runtime.doubt import jobs_in_doubt
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.pin_use_effects import PinUseEffects
from kamusm_esign.ui.jobs.certificate_files import certificate_file
from kamusm_esign.ui.jobs.issuer_look import IssuerLook
from kamusm_esign.ui.jobs.job import Job, Workshop
from kamusm_esign.ui.presenter import intents, my_card_intents
from kamusm_esign.ui.presenter.chains import with_chains
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.my_card import present_try, saved_notice
from kamusm_esign.ui.presenter.pieces import Notice
from kamusm_esign.ui.presenter.pin_use import present_change
from kamusm_esign.ui.presenter.words import Words


class PinUseJob(Job):
    """One change of the PIN, or one look at the card with a try of the PIN."""

    def __init__(self, workshop: Workshop, *, changes: bool, asks: bool = True) -> None:
        super().__init__(workshop)
        self._changes = changes
        self._asks = asks
        self._box = SecretBox()
        self._ending = Ending()
        self._words: Words | None = None
        self._revealed = False
        self._saved: Notice | None = None
        self._in_doubt = False
        """Whether a job on this card was left unknown; written on a lane."""
        self._issuers = IssuerLook(workshop, lambda: self.show())
        self._shown: State = Start(0)
        """What the page shows: the flow's state, but for a moment after a PIN that works."""
        effects = PinUseEffects(workshop.ports.card, self._box)
        self._driver = FlowDriver(
            self.noting(step),
            Start(0),
            effects.handlers(workshop.card),
            self._box,
            workshop.deliver,
            self._stepped,
        )

    def begin(self) -> None:
        self._driver.dispatch(Started())

    def page(self, words: Words) -> object:
        hides, state = self.workshop.hides, self._shown
        if self._changes:
            return present_change(state, self.overview, words, hides=hides, ending=self._ending)
        self._words = words
        now = self.workshop.ports.utc_now()
        page = present_try(
            *(state, self.overview, words, now),
            hides=hides,
            ending=self._ending,
            asking=self._asks,
            revealed=self._revealed,
            saved=self._saved,
        )
        return with_chains(page, self._issuers.found, words)

    def intent(self, intent: intents.Intent) -> None:
        if isinstance(intent, intents.EnterPins):
            self._enter(intent)
        elif isinstance(intent, intents.ChooseToken):
            self._revealed, self._saved = False, None
            self._driver.dispatch(TokenChosen(intent.serial))
        elif isinstance(intent, my_card_intents.AskForPin):
            self._asks = True
            self.show()
        elif isinstance(intent, my_card_intents.RevealSerial):
            self._revealed = intent.revealed
            self.show()
        elif isinstance(intent, my_card_intents.SaveCertificate):
            self._save(intent)
        elif isinstance(intent, intents.LookAgain):
            self._look_for_issuers(self._shown, again=True)
        elif isinstance(intent, intents.Cancel):
            self._driver.dispatch(CancelPressed())

    def looked(self, overview: CardOverview) -> None:
        super().looked(overview)
        self._driver.dispatch(TokensSeen(overview))
        self.show()

    @property
    def no_return(self) -> bool:
        return isinstance(self._driver.state, UsingCard)

    def end(self) -> None:
        self._driver.dispatch(CancelPressed())
        self._box.wipe()

    def _stepped(self, state: State) -> None:
        self._ending = self._ending.after(state, self.workshop.ports.utc_now())
        if isinstance(state, Done):
            self._box.wipe()
            if state.outcome is Outcome.CANCELLED:
                self.leave()
                return
            worked = state.outcome is Outcome.SUCCEEDED and not self._changes
            if worked and self._in_doubt:
                self.pin_worked(state.token_serial or "")
                return
        self._show(state)

    def _save(self, wanted: my_card_intents.SaveCertificate) -> None:
        """Write a file on a lane; what is in it is made here."""
        state, words = self._driver.state, self._words
        certificate = state.token.certificate(wanted.sha256) if isinstance(state, AskPin) else None
        if certificate is None or words is None:
            return
        now = self.workshop.ports.utc_now()
        data = certificate_file(certificate, wanted.form, words, now)
        self.workshop.portal.submit(lambda: self._write(Path(wanted.path), data, words))

    def _write(self, path: Path, data: bytes, words: Words) -> None:
        """On a lane."""
        saved: Notice | None = saved_notice(path.name, words)
        try:
            path.write_bytes(data)
        except OSError:
            saved = words.notice(Failure.of(FailureCode.FILE_NOT_SAVED))
        self.workshop.deliver(lambda: self._tell_saved(saved))

    def _tell_saved(self, saved: Notice | None) -> None:
        self._saved = saved
        self.show()

    def _look_for_doubt(self, serial: str) -> None:
        """On the lane, before the card is used: that alone may settle it."""
        self._in_doubt = bool(jobs_in_doubt(self.workshop.ports.journal, serial))

    def _show(self, state: State) -> None:
        self._shown = state
        self._look_for_issuers(state)
        self.show()

    def _look_for_issuers(self, state: State, *, again: bool = False) -> None:
        if isinstance(state, AskPin) and not self._changes:
            self._issuers.look(state.token.certificates, again=again)

    def _enter(self, entered: intents.EnterPins) -> None:
        state = self._driver.state
        if not isinstance(state, AskPin):
            entered.current.wipe()
            if entered.new_pin is not None:
                entered.new_pin.wipe()
            return
        serial = state.token.serial
        self.workshop.card.submit(lambda: self._look_for_doubt(serial))
        problems = self._problems(state, entered.current, entered.new_pin)
        new = None if entered.new_pin is None else self._box.put(entered.new_pin)
        event = PinEntered(
            self._box.put(entered.current), new, problems=problems, last_try=entered.last_try
        )
        self._driver.dispatch(event)

    def _problems(
        self, state: AskPin, current: Secret, new: Secret | None
    ) -> tuple[PinProblem, ...]:
        if new is None or state.token.pin_pad:
            return ()
        certificates = state.token.certificates
        return check_new_pin(
            new,
            limits=effective_limits(state.token.pin_limits, None),
            current=current,
            own_numbers=[c.holder_id for c in certificates if c.holder_id],
            birth_dates=[c.birth_date for c in certificates if c.birth_date],
        )
