"""The desk with ports that write everything down and a window that only remembers."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.card.certificates import parse_certificate
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.check_result import CheckResult, CheckStatus, fine, trouble
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import decode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, Purpose, SessionToken
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CardOverview, PinState, TokenTarget
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ports import Check, Ports, SignatureVerifier
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.settling_cards import SettlingCards
from kamusm_esign.signing.verifier import FileVerifier
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.ui.desk import Desk
from kamusm_esign.ui.jobs.job import NOTHING_ABOUT, Workshop
from kamusm_esign.ui.presenter import intents, my_card_intents
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.words import Words, local_time
from kamusm_esign.ui.program import PAGE_TEXTS
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, token

TR, EN = (Words(Catalogue.load(language, *PAGE_TEXTS)) for language in ("tr", "en"))
DIGITS = "333451779241926"
CODE = VerificationCode(DIGITS)
PIN = b"739105"
SOON = 10.0


def secret(digits: bytes = PIN) -> Secret:
    return Secret.taking(bytearray(digits))


def _as_the_program_has_them(world: RecordingWorld) -> Ports:
    ports = world.ports()
    return replace(ports, card=SettlingCards(ports.card, ports.journal, ports.utc_now))


class Window:
    """Remembers what it was told to show."""

    def __init__(self) -> None:
        self.models: list[Any] = []
        self.closed = False
        self.opened: list[str] = []

    def show(self, model: object) -> None:
        self.models.append(model)

    def show_home(self) -> None:
        self.models.append("home")

    def close_program(self) -> None:
        self.closed = True

    def open_address(self, url: str) -> None:
        self.opened.append(url)

    @property
    def now(self) -> str:
        """Name of what is shown."""
        last = self.models[-1]
        return last if isinstance(last, str) else type(last).__name__


class SlowCheck:
    """A check that waits until it is let go."""

    id, group, limit = "reader", "reader", 30.0

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def run(self) -> CheckResult:
        self.begun.set()
        assert self.go_on.wait(SOON)
        return CheckResult(CheckStatus.OK, None)


class Office:
    """Everything around one desk; the test is the window's thread."""

    def __init__(self) -> None:
        self.world, self.window = RecordingWorld(), Window()
        self.checks: list[Check] = []
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.lanes = (Lane("card"), Lane("portal"))
        described = partial(parse_certificate, has_private_key=False)
        self.verifier: SignatureVerifier = FileVerifier(None, described)
        self.about = NOTHING_ABOUT
        self.desk = self._make()

    def reopen(self) -> None:
        """Another desk, with what was put into the office meanwhile."""
        self.desk = self._make()

    def _make(self) -> Desk:
        workshop = Workshop(
            ports=_as_the_program_has_them(self.world),
            card=self.lanes[0],
            portal=self.lanes[1],
            deliver=self._calls.put,
            checks=self._checks,
            portal_page="https://portal.example/",
            receipt_pdf=lambda title, rows, note: repr((title, rows, note)).encode(),
            verifier=lambda: self.verifier,
            hides=False,
            about=self.about,
        )
        return Desk(self.window, TR, workshop, lambda url: self.world.portal)

    def _checks(self, _look: Callable[[], CardOverview]) -> Sequence[Check]:
        return self.checks

    def settle(self) -> None:
        """Until no lane works and nothing waits to be delivered."""
        while True:
            assert all(lane.wait_idle(SOON) for lane in self.lanes)
            if not self.deliver():
                return

    def wait(self) -> None:
        """Until something was delivered from a lane that is none of ours."""
        self._calls.get(timeout=SOON)()

    def deliver(self) -> bool:
        """Deliver what waits; returns whether there was anything."""
        delivered = False
        while not self._calls.empty():
            self._calls.get()()
            delivered = True
        return delivered

    def say(self, *wishes: intents.Intent) -> str:
        """Wish for things, one after the other; returns what is shown then."""
        for wish in wishes:
            self.desk.on_intent(wish)
            self.settle()
        return self.window.now if self.window.models else ""

    def close(self) -> None:
        for lane in self.lanes:
            lane.close()


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.close()


def hold(office: Office, method: str) -> tuple[threading.Event, threading.Event]:
    """Let a call of the card wait; returns (it has begun, let it go on)."""
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(office.world.card, method)

    def held(*args: Any, **kwargs: Any) -> CardResult:
        begun.set()
        assert go_on.wait(SOON)
        return real(*args, **kwargs)  # type: ignore[no-any-return]

    setattr(office.world.card, method, held)
    return begun, go_on


# ---------------------------------------------------------------------------- opening
JOBS = [
    ("code", "CodePage"),
    ("change-pin", "NewPinPage"),
    ("tokens", "TryPinPage"),
    ("verify-pin", "TryPinPage"),
    ("doctor", "DoctorPage"),
    ("verify", "VerifyPage"),
    ("unfinished", "UnfinishedPage"),
]


@pytest.mark.parametrize(("job", "page"), JOBS)
def test_every_job_opens_its_page_and_gives_way_to_home(
    office: Office, job: str, page: str
) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    assert office.say(intents.OpenJob(job)) == page
    assert office.say(intents.GoHome()) == "home"


@pytest.mark.parametrize("job", ["code", "change-pin", "tokens", "unfinished"])
def test_cancel_leads_home(office: Office, job: str) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    assert office.say(intents.OpenJob(job), intents.Cancel()) == "home"


def test_what_is_no_job_goes_to_the_window(office: Office) -> None:
    office.say(intents.OpenAddress("https://portal.example/"), intents.CloseProgram())
    assert office.window.opened == ["https://portal.example/"]
    assert office.window.closed


def test_a_link_fills_the_code_once(office: Office) -> None:
    office.desk.open("code", DIGITS)
    first = office.window.models[-1]
    office.desk.status_changed(_status())
    assert first.filled == DIGITS
    assert office.window.models[-1].filled == ""


def _status() -> Status:
    light = Light("Okuyucu", "ok", "takılı")
    return Status(light, light, light, light)


# ---------------------------------------------------------------------------- a PIN is set
def test_from_the_code_to_the_result(office: Office) -> None:
    assert office.say(intents.OpenJob("code"), intents.EnterCode(CODE)) == "NewPinPage"
    assert office.say(intents.EnterNewPin(secret())) == "ResultPage"
    page = office.window.models[-1]
    assert page.verdict == "succeeded"
    facts = {fact.name: fact.value for fact in page.summary.facts}
    assert facts["İşlem"] == "Kilit çözme ve yeni PIN"
    assert facts["Kart no"] == "…0001"
    assert "Zaman" in facts
    assert "WorkingPage" in [type(m).__name__ for m in office.window.models]
    assert [r.result for r in office.world.portal.reports] == [Outcome.SUCCEEDED]


def test_a_new_code_keeps_the_chosen_card(office: Office) -> None:
    office.world.card.seen = overview(token("SN-0001"), token("SN-0002"))
    office.say(intents.OpenJob("code"), intents.EnterCode(CODE))
    assert not any(card.chosen for card in office.window.models[-1].cards)
    office.say(intents.ChooseToken("SN-0002"))
    assert office.say(intents.NewCode()) == "CodePage"
    assert office.say(intents.EnterCode(CODE)) == "NewPinPage"
    chosen = [card.serial for card in office.window.models[-1].cards if card.chosen]
    assert chosen == ["SN-0002"]


def test_a_refused_code_stays_on_its_page_and_says_why(office: Office) -> None:
    office.world.fail("open_session", Failure.of(FailureCode.CODE_EXPIRED))
    assert office.say(intents.OpenJob("code"), intents.EnterCode(CODE)) == "CodePage"
    assert office.window.models[-1].notice.code == "PRT-212"


def test_a_secret_that_nobody_asked_for_is_wiped(office: Office) -> None:
    typed, present, new = secret(), secret(), secret()
    office.say(intents.OpenJob("code"), intents.EnterNewPin(typed))
    office.world.card.seen = overview()
    office.say(intents.OpenJob("change-pin"), intents.EnterPins(present, new))
    assert [len(s) for s in (typed, present, new)] == [0, 0, 0]
    assert "change_pin" not in office.world.calls


def test_giving_up_tells_the_portal(office: Office) -> None:
    office.say(intents.OpenJob("code"), intents.EnterCode(CODE))
    assert office.say(intents.OpenJob("doctor")) == "DoctorPage"
    assert office.world.calls[-1] == "cancel_session"
    assert office.window.now == "DoctorPage"


# ---------------------------------------------------------------------------- no return
def test_while_the_card_is_written_to_nothing_else_begins(office: Office) -> None:
    begun, go_on = hold(office, "unblock_pin")
    office.say(intents.OpenJob("code"), intents.EnterCode(CODE))
    office.desk.on_intent(intents.EnterNewPin(secret()))
    assert office.lanes[1].wait_idle(SOON)
    office.deliver()
    assert begun.wait(SOON)
    assert office.desk.no_return
    before = len(office.window.models)
    for wish in (intents.OpenJob("doctor"), intents.GoHome(), intents.Cancel(), intents.NewCode()):
        office.desk.on_intent(wish)
    office.desk.open("code", DIGITS)
    assert office.desk.no_return
    assert {type(m).__name__ for m in office.window.models[before - 1 :]} == {"WorkingPage"}
    go_on.set()
    office.settle()
    assert not office.desk.no_return
    assert office.window.now == "ResultPage"


# ---------------------------------------------------------------------------- change and try
def test_a_wrong_pin_is_said_on_the_page_that_asks_again(office: Office) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    wrong = Failure.of(FailureCode.PIN_WRONG)
    office.world.card.result = CardResult(Outcome.FAILED, wrong)
    office.say(intents.OpenJob("tokens"))
    assert office.say(intents.EnterPins(secret(), None)) == "TryPinPage"
    assert office.window.models[-1].notice.code == "KRT-121"
    assert office.world.calls.count("verify_pin") == 1


def test_the_pin_is_asked_for_when_the_person_says_so(office: Office) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    office.say(intents.OpenJob("tokens"))
    assert not office.window.models[-1].asking
    office.say(my_card_intents.AskForPin())
    assert office.window.models[-1].asking
    office.say(intents.GoHome(), intents.OpenJob("verify-pin"))
    assert office.window.models[-1].asking


def test_a_last_try_without_its_word_touches_no_card(office: Office) -> None:
    office.world.card.seen = overview(token(pin=PinState.FINAL_TRY))
    office.say(intents.OpenJob("tokens"))
    assert office.window.models[-1].last_try is not None
    assert office.say(intents.EnterPins(secret(), None)) == "TryPinPage"
    assert "verify_pin" not in office.world.calls
    assert office.say(intents.EnterPins(secret(), None, last_try=True)) == "ResultPage"
    assert office.world.calls.count("verify_pin") == 1


def test_what_is_typed_for_a_card_does_not_outlive_the_job(office: Office) -> None:
    seen: list[Secret] = []

    def keep(target: TokenTarget, pin: Secret, *, last_try: bool) -> CardResult:
        seen.append(pin)
        return CardResult(Outcome.SUCCEEDED, None)

    office.world.card.verify_pin = keep  # type: ignore[method-assign]
    office.world.card.seen = overview(token(pin=PinState.OK))
    office.say(intents.OpenJob("tokens"))
    assert office.say(intents.EnterPins(secret(), None)) == "ResultPage"
    assert [len(s) for s in seen] == [0]
    assert office.window.models[-1].headline == "PIN kodunuz doğru."


# ---------------------------------------------------------------------------- abandoned
def test_a_job_that_was_left_never_shows_a_page_again(office: Office) -> None:
    check = SlowCheck()
    office.checks = [check]
    office.desk.open("doctor")
    assert check.begun.wait(SOON)
    office.desk.go_home()
    shown = len(office.window.models)
    check.go_on.set()
    office.settle()
    assert len(office.window.models) == shown
    assert office.window.now == "home"


def test_a_late_answer_does_not_disturb_the_next_job(office: Office) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    office.desk.open("change-pin")
    office.desk.open("doctor")
    shown = len(office.window.models)
    office.settle()
    assert {type(m).__name__ for m in office.window.models[shown - 1 :]} == {"DoctorPage"}


# ---------------------------------------------------------------------------- trouble-shooting
@dataclass
class Found:
    """A check that has found something already."""

    id: str
    result: CheckResult
    group: str = "reader"
    limit: float = SOON

    def run(self) -> CheckResult:
        return self.result


def doctor_with(office: Office, *checks: Check) -> Any:
    """Screen 11 once all of these are known; returns a function that gives its page."""
    office.checks = list(checks)
    office.desk.open("doctor")
    while office.window.models[-1].busy:
        office.wait()
    return lambda: office.window.models[-1]


def test_the_report_is_saved_as_it_is_shown(office: Office, tmp_path: Path) -> None:
    found = trouble(Failure.of(FailureCode.NO_READER))
    page = doctor_with(office, Found("reader", found))
    office.desk.on_intent(intents.SaveReport(str(tmp_path / "early.txt"), "txt"))
    office.desk.on_intent(intents.PrepareReport())
    while page().report is None:
        office.wait()
    assert decode(page().report.incident).failure == "KRT-102"
    file = tmp_path / "report.txt"
    for path in (str(file), str(tmp_path / "gone" / "report.txt")):
        before = page().report.saved
        office.desk.on_intent(intents.SaveReport(path, "txt"))
        while page().report.saved == before:
            office.wait()
    assert page().report.saved.code == "SYS-925"
    assert file.read_text("utf-8") == page().report.text
    assert not (tmp_path / "early.txt").exists()


def test_the_report_is_in_the_language_that_is_shown(office: Office) -> None:
    page = doctor_with(office, Found("reader", fine(readers="ACS")))
    office.desk.on_intent(intents.PrepareReport())
    while page().report is None:
        office.wait()
    assert "Kart okuyucu: Sorun yok · ACS" in page().report.text
    office.desk.set_words(Words(Catalogue.load("en", *PAGE_TEXTS)))
    assert "Card reader: No problem · ACS" in page().report.text


def test_a_service_that_may_not_be_started_is_told(office: Office) -> None:
    stopped = trouble(Failure.of(FailureCode.NO_PCSC_SERVICE))
    page = doctor_with(office, Found("pcsc-service", stopped))
    office.desk.on_intent(page().rows[0].fix.intent)
    while page().busy:
        office.wait()
    assert page().rows[0].check.code == "KRT-159"


def test_an_incident_code_is_decoded_while_checks_run(office: Office) -> None:
    check = SlowCheck()
    office.checks = [check]
    office.desk.open("doctor")
    assert check.begun.wait(SOON)
    office.desk.on_intent(intents.DecodeIncident("MA9E-AAAQ"))
    assert office.window.models[-1].decode.facts
    check.go_on.set()
    while office.window.models[-1].busy:
        office.wait()
    assert office.window.models[-1].decode.facts


# ---------------------------------------------------------------------------- unfinished
def _leave_something(office: Office, before: PinState = PinState.BLOCKED) -> None:
    entry = JournalEntry(
        session_id="session-x7Qa2f",
        portal="https://portal.example/api/v1",
        purpose=Purpose.PIN_UNBLOCK,
        token_serial="SN-0001",
        pin_before=before,
        since=SERVER_TIME,
        clock_offset=0.0,
        step=JournalStep.WRITING,
    )
    office.world.journal.kept[entry.session_id] = entry
    office.world.secrets.kept[entry.session_id] = SessionToken("t" * 40)


def test_what_was_left_unfinished_is_offered_at_the_start(office: Office) -> None:
    _leave_something(office)
    office.desk.look_for_unfinished()
    office.settle()
    assert office.window.now == "UnfinishedPage"
    row = office.window.models[-1].rows[0]
    assert (row.kind, row.fix.intent) == ("unknown", intents.OpenJob("verify-pin"))


def test_nothing_is_offered_where_nothing_was_left(office: Office) -> None:
    office.desk.look_for_unfinished()
    office.settle()
    assert office.window.models == []


def test_the_start_clears_away_what_the_portal_knows_of(office: Office) -> None:
    _leave_something(office)
    (session_id,) = office.world.journal.kept
    assert office.world.journal.told(session_id)
    office.desk.look_for_unfinished()
    office.settle()
    assert (office.window.models, office.world.secrets.kept) == ([], {})


def test_what_was_left_does_not_take_away_what_was_begun(office: Office) -> None:
    _leave_something(office)
    office.desk.look_for_unfinished()
    office.desk.open("code")
    office.settle()
    assert office.window.now == "CodePage"


def test_handing_in_reads_the_card_and_tells_the_portal(office: Office) -> None:
    _leave_something(office)
    office.world.card.seen = overview(token(pin=PinState.OK))
    office.say(intents.OpenJob("unfinished"), intents.HandIn())
    page = office.window.models[-1]
    assert [row.kind for row in page.rows] == ["succeeded"]
    assert page.frame.primary is None
    assert [r.result for r in office.world.portal.reports] == [Outcome.SUCCEEDED]


def _try_pin(office: Office, serial: str = "SN-0001") -> str:
    office.world.card.seen = overview(token(serial, pin=PinState.OK))
    return office.say(intents.OpenJob("tokens"), intents.EnterPins(secret(), None))


@pytest.mark.parametrize(
    ("new", "told"), [(True, Outcome.SUCCEEDED), (False, Outcome.FAILED)], ids=["new", "old"]
)
def test_after_a_pin_that_works_the_person_says_which_one_it_is(
    office: Office, new: bool, told: Outcome
) -> None:
    _leave_something(office, before=PinState.OK)
    assert _try_pin(office) == "WhichPinPage"
    assert office.window.models[-1].frame.screen == 10
    assert office.world.portal.reports == []
    assert office.say(intents.HandIn()) == "WhichPinPage"
    assert office.say(intents.SayTried(new)) == "UnfinishedPage"
    assert [r.result for r in office.world.portal.reports] == [told]
    assert office.world.journal.entries() == ()
    assert "ResultPage" not in {type(model).__name__ for model in office.window.models}


def test_the_person_is_asked_about_the_newest_job(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    journal = office.world.journal
    (first,) = journal.entries()
    newest = replace(first, session_id="session-newest", since=SERVER_TIME + timedelta(days=1))
    journal.kept[newest.session_id] = newest
    office.world.secrets.kept[newest.session_id] = SessionToken("n" * 40)
    assert _try_pin(office) == "WhichPinPage"
    assert local_time(newest.since) in office.window.models[-1].job
    office.say(intents.SayTried(True))
    told = [report.result for report in office.world.portal.reports]
    assert told == [Outcome.SUCCEEDED, Outcome.UNKNOWN]
    assert journal.entries() == ()


def test_a_change_of_the_pin_ends_the_doubt_without_a_question(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    office.world.card.seen = overview(token(pin=PinState.OK))
    page = office.say(intents.OpenJob("change-pin"), intents.EnterPins(secret(), secret(b"864209")))
    assert page == "ResultPage"
    assert [entry.superseded for entry in office.world.journal.entries()] == [True]
    office.say(intents.OpenJob("unfinished"))
    row = office.window.models[-1].rows[0]
    assert (row.kind, row.fix) == ("unknown", None)


def test_an_answer_settles_the_job_that_was_asked_about(office: Office) -> None:
    """Another program has begun one on the card while the question stood there."""
    _leave_something(office, before=PinState.OK)
    journal = office.world.journal
    (asked,) = journal.entries()
    assert _try_pin(office) == "WhichPinPage"
    later = replace(asked, session_id="session-later", since=SERVER_TIME + timedelta(days=1))
    journal.kept[later.session_id] = later
    office.world.secrets.kept[later.session_id] = SessionToken("n" * 40)
    office.say(intents.SayTried(True))
    told = {report.result for report in office.world.portal.reports}
    assert told == {Outcome.UNKNOWN}
    assert [entry.outcome for entry in journal.entries()] == [Outcome.UNKNOWN] * 2


def test_an_answer_counts_once(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    _try_pin(office)
    office.say(intents.SayTried(True), intents.SayTried(False))
    assert [r.result for r in office.world.portal.reports] == [Outcome.SUCCEEDED]


def test_who_does_not_know_leaves_it_as_it_is(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    _try_pin(office)
    assert office.say(intents.GoHome()) == "home"
    assert office.world.portal.reports == []
    assert len(office.world.journal.entries()) == 1


def test_what_the_card_proves_is_not_asked(office: Office) -> None:
    _leave_something(office)
    assert _try_pin(office) == "UnfinishedPage"
    assert [r.result for r in office.world.portal.reports] == [Outcome.SUCCEEDED]


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.FAILED])
def test_a_pin_that_was_not_taken_settles_nothing(office: Office, outcome: Outcome) -> None:
    _leave_something(office, before=PinState.OK)
    failure = Failure.of(FailureCode.DRIVER_CRASHED)
    office.world.card.result = CardResult(outcome, failure)
    assert _try_pin(office) == "ResultPage"


def test_another_card_settles_nothing(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    assert _try_pin(office, "SN-0002") == "ResultPage"
    assert office.window.models[-1].verdict == "succeeded"


def test_an_answer_that_cannot_be_written_down_is_said(office: Office) -> None:
    _leave_something(office, before=PinState.OK)
    _try_pin(office)
    office.world.fail("note ended", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    assert office.say(intents.SayTried(True)) == "UnfinishedPage"
    assert office.window.models[-1].notice.code == FailureCode.JOURNAL_NOT_WRITABLE.value
    assert office.world.portal.reports == []


# ---------------------------------------------------------------------------- language
@pytest.mark.parametrize(("job", "page"), JOBS)
def test_another_language_says_the_same_page_again(office: Office, job: str, page: str) -> None:
    office.world.card.seen = overview(token(pin=PinState.OK))
    office.say(intents.OpenJob(job))
    before = office.window.models[-1]
    office.desk.set_words(EN)
    after = office.window.models[-1]
    assert type(after).__name__ == page
    assert after.frame.screen == before.frame.screen
    assert after.frame.title != before.frame.title


def test_another_language_loses_neither_session_nor_card(office: Office) -> None:
    office.say(intents.OpenJob("code"), intents.EnterCode(CODE))
    office.desk.set_words(EN)
    assert [card.chosen for card in office.window.models[-1].cards] == [True]
    assert office.say(intents.EnterNewPin(secret())) == "ResultPage"
    assert office.window.models[-1].headline == EN("result_page.success")
    assert office.world.calls.count("open_session") == 1
