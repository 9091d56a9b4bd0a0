"""The order in which journal, outbox, card and portal are asked while documents are signed."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from queue import SimpleQueue

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import (
    Document,
    FetchedDocument,
    Outcome,
    SessionToken,
    SignatureFormat,
)
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import CancelPressed, Done, Event, State
from kamusm_esign.flows.session_model import AskCode, CodeEntered
from kamusm_esign.flows.sign_documents import initial_state, step
from kamusm_esign.flows.sign_documents_model import (
    AskPin,
    AwaitingToken,
    DocumentMarked,
    DocumentOpened,
    LaterPressed,
    Review,
    ReviewAccepted,
    Signing,
    SigningPinEntered,
    Stamping,
    Submitting,
)
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.recovery import PendingJob, hand_in, pending_jobs
from kamusm_esign.runtime.sign_effects import SignEffects
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.values import SERVER_TIME, overview, signing_session, token

SOON = 10.0
LOST = Failure.of(FailureCode.PORTAL_TIMEOUT)
REFUSED = Failure.of(FailureCode.CERTIFICATE_REVOKED)
STAMP_DOWN = Failure.of(FailureCode.TIME_STAMP_UNREACHABLE)


def documents(
    count: int, form: SignatureFormat = SignatureFormat.CADES_BES_DETACHED
) -> dict[str, tuple[Document, bytes]]:
    made = {}
    for number in range(1, count + 1):
        content = b"document %d" % number
        digest = hashlib.sha256(content).hexdigest()
        name = f"doc-{number}"
        document = Document(name, f"Belge {number}", "text/plain", len(content), digest, form)
        made[name] = (document, content)
    return made


def world_with(
    count: int = 2, form: SignatureFormat = SignatureFormat.CADES_BES_DETACHED
) -> RecordingWorld:
    """A portal with a session of so many documents, and a card that may sign them."""
    world, made = RecordingWorld(), documents(count, form)
    world.portal.session = signing_session(documents=tuple(d for d, _ in made.values()))
    world.portal.documents = {
        name: FetchedDocument("text/plain", content) for name, (_, content) in made.items()
    }
    world.card.seen = overview(token(pin=PinState.OK))
    return world


class Journey:
    """One flow over recording ports, played to its end (or to a state where nobody goes on)."""

    def __init__(self, world: RecordingWorld) -> None:
        self.world = world
        self.box = SecretBox()
        self.shelf = DocumentShelf()
        self.pin = Secret()
        self.seen: list[State] = []
        self.on_state: Callable[[State], Event | None] = lambda state: None
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lanes = Lane("card"), Lane("portal")
        effects = SignEffects(world.ports(), self.box, self.shelf)
        handlers = effects.handlers(*self._lanes)
        self.driver = FlowDriver(
            step, initial_state(), handlers, self.box, self._calls.put, self._react
        )

    def play(self) -> State:
        for byte in b"739164":
            self.pin.push(byte)
        self.driver.dispatch(CodeEntered(VerificationCode("123456789012345")))
        while not self._at_rest(self.driver.state):
            self._calls.get(timeout=SOON)()
        return self.driver.state

    def _at_rest(self, state: State) -> bool:
        """Nothing is under way any more."""
        given_up = isinstance(state, (AskCode, AwaitingToken)) and state.ticket > 0
        return isinstance(state, Done) or (given_up and getattr(state, "failure", None) is not None)

    def _react(self, state: State) -> None:
        self.seen.append(state)
        event = self.on_state(state) or _press(state)
        if isinstance(state, AskPin) and event is None and state.refused is None:
            event = SigningPinEntered(self.box.put(self.pin))
        if event is not None:
            self.driver.post(event)


def _press(state: State) -> Event | None:
    """What a person who wants it does."""
    if isinstance(state, Review):
        for document in state.session.documents:
            if document.id not in state.opened:
                return DocumentOpened(document.id)
            if document.id not in state.read:
                return DocumentMarked(document.id)
        return ReviewAccepted()
    if isinstance(state, (Stamping, Submitting)) and state.failure is not None:
        return LaterPressed()
    return None


def test_the_journal_is_ahead_of_everything_that_can_happen() -> None:
    world = world_with(2)
    journey = Journey(world)
    done = journey.play()
    assert isinstance(done, Done)
    assert (done.outcome, done.failure, done.reported) == (Outcome.SUCCEEDED, None, True)
    assert world.calls == [
        *("open_session", "get_document doc-1", "get_document doc-2", "overview"),
        *("reserve", "put_token", "begin", "log_in"),
        *("sign", "add", "sign", "add", "log_out", "seal", "note signed"),
        *("put_signature doc-1", "note receipt", "put_signature doc-2", "note receipt"),
        *("note ended", "put_outcome", "told", "erase_token", "erase signatures", "close"),
    ]
    assert (len(journey.box), len(journey.pin)) == (0, 0)
    assert [receipt.receipt_no for receipt in done.receipts] == ["R-doc-1", "R-doc-2"]
    assert done.receipts[0].holder == "AYŞE YILMAZ"
    assert done.receipts[0].signed_at == SERVER_TIME


def test_a_look_at_the_cards_while_it_is_signed_does_not_stop_it() -> None:
    """The gateway serves one request at a time; a look waits on its own lane."""
    world = world_with(2)
    one_request = threading.Lock()
    real, look = world.card._logged_in, world.card.overview

    class Holding:
        def __enter__(self) -> object:
            one_request.acquire()
            self._card = real()
            return self._card.__enter__()

        def __exit__(self, *_error: object) -> None:
            self._card.__exit__(None, None, None)
            one_request.release()

    def waiting_look() -> object:
        with one_request:
            return look()

    world.card._logged_in = Holding  # type: ignore[assignment,method-assign]
    world.card.overview = waiting_look  # type: ignore[assignment,method-assign]
    journey = Journey(world)

    def look_now() -> None:
        waiting_look()

    def look_too(state: State) -> None:
        if isinstance(state, Signing):
            journey._lanes[0].submit(look_now)

    journey.on_state = look_too
    done = journey.play()
    assert isinstance(done, Done)
    assert done.outcome is Outcome.SUCCEEDED


def test_the_thread_of_a_login_ends_with_it() -> None:
    journey = Journey(world_with(1))
    journey.play()
    names = [thread for thread in threading.enumerate() if thread.name == "lane-signing"]
    for thread in names:
        thread.join(SOON)
    assert not any(thread.is_alive() for thread in names)


@pytest.mark.parametrize(
    ("fetched", "what"),
    [
        (FetchedDocument("text/plain", b"document 1 "), "size"),
        (FetchedDocument("application/pdf", b"document 1"), "media-type"),
        (FetchedDocument("text/plain", b"Document 1"), "sha256"),
    ],
)
def test_another_document_ends_it_before_anything_is_shown(
    fetched: FetchedDocument, what: str
) -> None:
    world = world_with(1)
    world.portal.documents["doc-1"] = fetched
    journey = Journey(world)
    done = journey.play()
    assert isinstance(done, Done)
    assert done.failure == Failure.of(FailureCode.DOCUMENT_DIFFERS, what=what)
    assert "overview" not in world.calls
    assert "log_in" not in world.calls
    assert not any(isinstance(state, Review) for state in journey.seen)


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"nul \0", b"\xff\xfe", b"\xc3("])
def test_a_text_that_is_none_is_refused(content: bytes) -> None:
    world = world_with(1)
    digest = hashlib.sha256(content).hexdigest()
    (document,) = world.portal.session.documents
    wrong = replace(document, size=len(content), sha256=digest)
    world.portal.session = replace(world.portal.session, documents=(wrong,))
    world.portal.documents["doc-1"] = FetchedDocument("text/plain", content)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert done.failure is not None
    assert done.failure.code is FailureCode.DOCUMENT_TYPE_WRONG
    assert "log_in" not in world.calls


def test_a_pdf_that_cannot_be_signed_is_found_out_before_the_card() -> None:
    world, content = world_with(1), b"%PDF-1.7 locked"
    (document,) = world.portal.session.documents
    pdf = replace(
        document,
        media_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        format=SignatureFormat.PADES_B_B,
    )
    world.portal.session = replace(world.portal.session, documents=(pdf,))
    world.portal.documents["doc-1"] = FetchedDocument("application/pdf", content)
    world.fail("check", Failure.of(FailureCode.PDF_ENCRYPTED))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert done.failure == Failure.of(FailureCode.PDF_ENCRYPTED)
    assert world.calls[-2:] == ["check", "cancel_session"]


def test_a_certificate_that_ended_meanwhile_is_never_logged_in_with() -> None:
    world = world_with(1)
    world.card.seen = overview(
        token(pin=PinState.OK, certificates=(_ending(SERVER_TIME + timedelta(seconds=10)),))
    )
    journey = Journey(world)

    def wait(state: State) -> None:
        if isinstance(state, AskPin):
            world.passed = 11.0

    journey.on_state = wait
    waiting = journey.play()
    assert isinstance(waiting, AwaitingToken)
    assert waiting.failure == Failure.of(FailureCode.CERTIFICATE_EXPIRED)
    assert "log_in" not in world.calls
    assert (len(journey.box), len(journey.pin)) == (0, 0)


def _ending(at: object) -> object:
    from tests.equipment.values import certificate

    return certificate("SN-0001", not_after=at)


def test_signing_long_after_the_session_wants_a_new_code() -> None:
    world = world_with(1)
    journey = Journey(world)

    def wait(state: State) -> None:
        if isinstance(state, AskPin):
            world.passed = 1800 + 121.0

    journey.on_state = wait
    asking = journey.play()
    assert isinstance(asking, AskCode)
    assert asking.failure == Failure.of(FailureCode.SESSION_EXPIRED)
    assert asking.kept.accepted
    assert "log_in" not in world.calls


def test_a_wrong_pin_is_one_login_and_is_asked_again_after_a_look() -> None:
    world = world_with(1)
    world.fail("log_in", Failure.of(FailureCode.PIN_WRONG, attempts_left=2))
    journey = Journey(world)
    journey.on_state = lambda state: (
        CancelPressed()
        if isinstance(state, AskPin) and state.refused is not None and not state.looking
        else None
    )
    done = journey.play()
    assert isinstance(done, Done)
    assert done.outcome is Outcome.CANCELLED
    assert world.calls.count("log_in") == 1
    assert world.calls[-4:] == ["cancel_session", "told", "erase_token", "close"]


def test_a_clock_that_is_set_between_two_pins_leaves_the_beginning_where_it_was() -> None:
    world = world_with(1)
    world.fail("log_in", Failure.of(FailureCode.PIN_WRONG, attempts_left=2))
    world.fail("put_signature doc-1", LOST)
    world.local_clock_error = -timedelta(days=10)
    journey = Journey(world)

    def on_state(state: State) -> Event | None:
        if not isinstance(state, AskPin) or state.refused is None or state.looking:
            return None
        world.local_clock_error = timedelta()
        world.record.failures.pop("log_in")
        pin = Secret()
        for byte in b"739164":
            pin.push(byte)
        return SigningPinEntered(journey.box.put(pin))

    journey.on_state = on_state
    journey.play()
    (entry,) = world.journal.entries()
    assert (entry.since, entry.begun_at) == (SERVER_TIME, SERVER_TIME)


@pytest.mark.parametrize("call", ["sign", "add"])
def test_what_fails_in_the_middle_leaves_nothing(call: str) -> None:
    world = world_with(2)
    world.fail(call, Failure.of(FailureCode.SIGNATURE_NOT_VALID_HERE, raw="digest"))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.receipts) == (Outcome.FAILED, ())
    assert world.calls.count("log_in") == world.calls.count("log_out") == 1
    assert not world.outbox.kept(world.portal.session.id)
    assert not any(name.startswith("put_signature") for name in world.calls)


def test_a_cancel_between_two_documents_drops_what_was_signed() -> None:
    world = world_with(3)
    journey = Journey(world)
    journey.on_state = lambda state: (
        CancelPressed() if isinstance(state, Signing) and state.signed == 1 else None
    )
    done = journey.play()
    assert isinstance(done, Done)
    assert done.outcome is Outcome.CANCELLED
    assert world.calls.count("sign") <= 2
    assert world.calls.count("log_out") == 1
    assert not any(name.startswith("put_") for name in world.calls if name != "put_token")
    assert "cancel_session" in world.calls
    assert not world.journal.entries()


def test_a_full_disk_keeps_everything_from_the_portal() -> None:
    world = world_with(1)
    world.fail("seal", Failure.of(FailureCode.JOURNAL_NOT_WRITABLE))
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert done.failure == Failure.of(FailureCode.JOURNAL_NOT_WRITABLE)
    assert not any(name.startswith("put_signature") for name in world.calls)


# ---------------------------------------------------------------------------- delivered later
def later(world: RecordingWorld) -> PendingJob:
    (job,) = hand_in(world.ports(), lambda url: world.portal)
    return job


def test_lost_signatures_are_kept_and_handed_in_the_very_same_bytes() -> None:
    world = world_with(2)
    world.fail("put_signature doc-2", LOST)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.reported, len(done.receipts)) == (Outcome.SUCCEEDED, False, 1)
    (pending,) = pending_jobs(world.journal)
    assert (pending.entry.step, pending.outcome) == (JournalStep.SIGNED, Outcome.SUCCEEDED)
    world.record.failures.clear()
    job = later(world)
    assert (job.handed_in, job.outcome, job.failure) == (True, Outcome.SUCCEEDED, None)
    assert [receipt.receipt_no for receipt in job.receipts] == ["R-doc-1", "R-doc-2"]
    assert world.portal.signatures == {
        "doc-1": [b"1 signed document 1"],
        "doc-2": [b"2 signed document 2"],
    }
    assert world.signatures.made == 2
    assert [report.result for report in world.portal.reports] == [Outcome.SUCCEEDED]
    assert not world.journal.entries()
    assert not world.secrets.kept
    assert not world.outbox.kept(pending.entry.session_id)


def test_a_refusal_says_which_were_taken_and_that_it_failed() -> None:
    world = world_with(2)
    world.fail("put_signature doc-2", REFUSED)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.failure, done.reported) == (Outcome.FAILED, REFUSED, True)
    assert len(done.receipts) == 1
    assert world.portal.reports[0].failure_code == "IMZ-324"
    assert not world.journal.entries()


def test_a_refusal_at_the_hand_in_ends_it_too() -> None:
    world = world_with(2)
    world.fail("put_signature doc-2", LOST)
    Journey(world).play()
    world.fail("put_signature doc-2", REFUSED)
    job = later(world)
    assert (job.outcome, job.failure, job.handed_in) == (Outcome.FAILED, REFUSED, True)
    assert [report.result for report in world.portal.reports] == [Outcome.FAILED]
    assert not world.journal.entries()


def test_a_dead_time_stamp_server_loses_nothing() -> None:
    world = world_with(1, SignatureFormat.CADES_T_DETACHED)
    world.fail("time_stamp", STAMP_DOWN)
    done = Journey(world).play()
    assert isinstance(done, Done)
    assert (done.outcome, done.reported) == (Outcome.SUCCEEDED, False)
    assert later(world).failure == STAMP_DOWN
    world.record.failures.clear()
    assert later(world).handed_in
    assert world.portal.signatures == {"doc-1": [b"1 signed document 1 stamped"]}
    assert world.signatures.made == 1


@pytest.mark.parametrize(
    ("step_", "outcome", "code"),
    [
        (JournalStep.SIGNING, Outcome.FAILED, FailureCode.INTERRUPTED),
        # The journal says that everything is signed, and the files are gone.
        (JournalStep.SIGNED, Outcome.FAILED, FailureCode.SIGNATURE_LOST),
    ],
)
def test_what_a_crash_left(step_: JournalStep, outcome: Outcome, code: FailureCode) -> None:
    world = world_with(1)
    session = world.portal.session
    entry = JournalEntry(
        session_id=session.id,
        portal="https://portal.example/api/v1",
        purpose=session.purpose,
        token_serial="SN-0001",
        pin_before=PinState.OK,
        since=SERVER_TIME,
        clock_offset=0.0,
        step=step_,
    )
    world.journal.kept[session.id] = entry
    world.secrets.kept[session.id] = SessionToken("t" * 40)
    job = later(world)
    assert (job.outcome, job.handed_in) == (outcome, True)
    assert world.portal.reports[0].failure_code == code.value
    assert "overview" not in world.calls


def test_what_waited_too_long_is_shown_once_and_forgotten() -> None:
    world = world_with(1)
    world.fail("put_signature doc-1", LOST)
    Journey(world).play()
    world.local_clock_error = timedelta(days=8)
    assert later(world).failure == LOST  # who knows whether the clock is right
    assert world.journal.entries()
    world.fail("put_signature doc-1", Failure.of(FailureCode.SESSION_TOKEN_INVALID))
    world.fail("put_outcome", Failure.of(FailureCode.SESSION_TOKEN_INVALID))
    assert later(world).failure == Failure.of(FailureCode.OUTBOX_EXPIRED)
    assert not world.journal.entries()
    assert not world.outbox.kept(world.portal.session.id)
