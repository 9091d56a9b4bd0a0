"""The signing journey at the desk: what is wished for, and which page answers."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.domain.documents import PictureWanted
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Document, FetchedDocument, Purpose, SignatureFormat
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ui.presenter import intents
from tests.equipment.values import ORIGIN, overview, signing_session, token
from tests.ui.test_desk import EN, Office

SOON = 20.0
CODE = VerificationCode("123456789012345")
LOST = Failure.of(FailureCode.PORTAL_TIMEOUT)


def document(number: int, content: bytes) -> Document:
    digest = hashlib.sha256(content).hexdigest()
    form = SignatureFormat.CADES_BES_DETACHED
    title = f"Belge {number}"
    return Document(f"doc-{number}", title, "text/plain", len(content), digest, form)


class Desk:
    """An office whose portal asks for signatures."""

    def __init__(self, office: Office, count: int = 1, **session: Any) -> None:
        self.office, self.world = office, office.world
        self.ask(count, **session)
        self.world.card.seen = overview(token(pin=PinState.OK))

    def ask(self, count: int, **session: Any) -> None:
        """The next session of the portal."""
        contents = {f"doc-{n}": b"document %d" % n for n in range(1, count + 1)}
        documents = tuple(document(n, contents[f"doc-{n}"]) for n in range(1, count + 1))
        self.world.portal.session = signing_session(documents=documents, **session)
        self.world.portal.documents = {
            name: FetchedDocument("text/plain", content) for name, content in contents.items()
        }

    def deliver_as_pdf(self) -> None:
        """A PDF instead of a text."""
        portal, content = self.world.portal, b"%PDF-1.7 document"
        announced = replace(document(1, content), media_type="application/pdf")
        portal.session = replace(portal.session, documents=(announced,))
        portal.documents = {"doc-1": FetchedDocument("application/pdf", content)}

    @property
    def page(self) -> Any:
        """What is shown."""
        return self.office.window.models[-1]

    def until(self, happened: Callable[[], Any]) -> None:
        """Let everything work until something has happened."""
        end = time.monotonic() + SOON
        while not happened():
            assert time.monotonic() < end, self.office.window.now
            if not self.office.deliver():
                time.sleep(0.002)

    def wish(self, *wishes: intents.Intent, page: str) -> Any:
        """Wish for things; the last of them leads to a page."""
        for wish in wishes:
            self.office.desk.on_intent(wish)
        self.until(lambda: self.office.window.now == page)
        return self.page

    def begin(self) -> Any:
        """From home to the review, with the first document on the screen."""
        self.wish(intents.OpenJob("code"), page="CodePage")
        self.wish(intents.EnterCode(CODE), page="ReviewPage")
        self.until(lambda: self.page.shown is not None and self.page.can_accept)
        return self.page

    def read(self) -> Any:
        """Read everything and go on."""
        page = self.page
        for row in page.documents:
            self.wish(intents.ShowDocument(row.id), page="ReviewPage")
            self.until(lambda: self.page.shown is not None)
            self.wish(intents.MarkDocument(row.id, read=True), page="ReviewPage")
            self.until(lambda: self.page.accepted)
        self.office.desk.on_intent(intents.AcceptReview())
        self.until(lambda: self.office.window.now != "ReviewPage" or self.page.question)
        return self.page

    def sign(self) -> Any:
        """Type the PIN; returns the page after the work."""
        self.until(lambda: self.page.can_type)
        self.office.desk.on_intent(intents.EnterSigningPin(pin()))
        self.until(lambda: self.office.window.now not in ("SignPinPage", "ProgressPage"))
        return self.page


def pin() -> Secret:
    return Secret.taking(bytearray(b"739105"))


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.close()


# ---------------------------------------------------------------------------- the whole way
def test_from_the_code_to_the_receipt(office: Office) -> None:
    desk = Desk(office, 2, purpose=Purpose.APPLICATION)
    review = desk.begin()
    assert [row.title for row in review.documents] == ["Belge 1", "Belge 2"]
    assert not review.frame.primary.enabled
    assert desk.read().frame.screen == 8
    desk.until(lambda: desk.page.can_type)
    assert [row.chosen for row in desk.page.certificates] == [True]
    signed = desk.sign()
    assert office.window.now == "SignedPage"
    assert (signed.verdict, signed.headline) == ("succeeded", "Başvurunuz imzalandı.")
    assert [row.facts[0].value for row in signed.receipts.rows] == ["R-doc-1", "R-doc-2"]
    calls = desk.world.calls
    assert (calls.count("log_in"), calls.count("sign")) == (1, 2)


def test_the_same_tile_takes_a_code_for_a_pin(office: Office) -> None:
    assert office.say(intents.OpenJob("code"), intents.EnterCode(CODE)) == "NewPinPage"


def test_a_document_counts_only_once_it_was_on_the_screen(office: Office) -> None:
    desk = Desk(office, 2)
    desk.begin()
    desk.office.say(intents.MarkDocument("doc-2", read=True))
    assert [row.read for row in desk.page.documents] == [False, False]
    desk.office.say(intents.MarkDocument("doc-1", read=True))
    assert desk.page.frame.primary.intent == intents.ShowDocument("doc-2")


@pytest.mark.parametrize(("pdf", "comes_up"), [(True, 1), (False, 0)])
def test_what_draws_comes_up_while_documents_are_fetched(
    office: Office, pdf: bool, comes_up: int
) -> None:
    desk = Desk(office)
    if pdf:
        desk.deliver_as_pdf()
    desk.begin()
    calls = desk.world.calls
    assert calls.count("start_documents") == comes_up
    assert "start_documents" not in calls[calls.index("open_document") :]
    office.desk.on_intent(intents.Cancel())
    desk.until(lambda: calls.count("close_documents") == 1)


def test_a_mark_does_not_outlive_a_page_that_cannot_be_drawn(office: Office) -> None:
    desk = Desk(office)
    desk.deliver_as_pdf()
    page = desk.begin()
    desk.wish(intents.MarkDocument("doc-1", read=True), page="ReviewPage")
    desk.until(lambda: desk.page.frame.primary.intent == intents.AcceptReview())
    desk.world.documents.undrawable = FailureCode.DOCUMENT_BROKEN
    wanted = PictureWanted(page=1, width=100, top=0, rows=100)
    page.shown.supply.want_pictures(page.shown.readable.key, [wanted], lambda *_: None)
    desk.until(lambda: desk.page.notice is not None)
    assert desk.page.notice.code == "IMZ-371"
    assert (desk.page.accepted, desk.page.can_accept) == (False, False)
    assert desk.page.frame.primary.intent is None


def test_another_language_in_the_middle_loses_nothing(office: Office) -> None:
    desk = Desk(office, 2)
    desk.begin()
    office.say(intents.MarkDocument("doc-1", read=True))
    before = desk.page
    office.desk.set_words(EN)
    assert desk.page.accept == "I have read this document"
    assert [row.read for row in desk.page.documents] == [True, False]
    assert (desk.page.shown, desk.page.places) == (before.shown, before.places)
    assert desk.page.places is before.places


# ---------------------------------------------------------------------------- a new code
def test_a_new_code_keeps_pages_marks_and_place(office: Office) -> None:
    desk = Desk(office, 2)
    desk.begin()
    office.say(intents.MarkDocument("doc-1", read=True))
    desk.page.places["there"] = "somewhere"
    desk.wish(intents.ShowDocument("doc-2"), page="ReviewPage")
    desk.wish(intents.NewCode(), page="CodePage")
    desk.wish(intents.EnterCode(CODE), page="ReviewPage")
    desk.until(lambda: desk.page.shown is not None)
    assert [row.read for row in desk.page.documents] == [True, False]
    assert desk.page.chosen == "doc-2"
    assert desk.page.places == {"there": "somewhere"}


def test_a_new_code_after_the_review_goes_on_at_the_pin(office: Office) -> None:
    desk = Desk(office)
    desk.world.card.seen = overview(token(pin=PinState.OK), token("SN-0002", pin=PinState.OK))
    desk.begin()
    desk.read()
    desk.until(lambda: len(desk.page.certificates) == 2)
    second = desk.page.certificates[1]
    desk.wish(intents.ChooseCertificate(second.serial, second.sha256), page="SignPinPage")
    assert [row.chosen for row in desk.page.certificates] == [False, True]
    desk.wish(intents.NewCode(), page="CodePage")
    desk.wish(intents.EnterCode(CODE), page="SignPinPage")
    desk.until(lambda: desk.page.can_type)
    assert [row.chosen for row in desk.page.certificates] == [False, True]


# ---------------------------------------------------------------------------- the ways off
def test_removing_is_asked_twice_and_can_be_taken_back(office: Office) -> None:
    desk = Desk(office, purpose=Purpose.E_ONAY_REVOKE)
    desk.begin()
    assert desk.read().question is not None
    desk.wish(intents.ConfirmRemoval(confirmed=False), page="ReviewPage")
    assert desk.page.question is None
    desk.wish(intents.AcceptReview(), page="ReviewPage")
    desk.wish(intents.ConfirmRemoval(confirmed=True), page="SignPinPage")
    assert desk.sign().headline == "E-Onayınız kaldırıldı."


def test_a_login_asks_for_the_digits_of_the_persons_own_page(office: Office) -> None:
    desk = Desk(office, purpose=Purpose.LOGIN, origin=ORIGIN)
    desk.begin()
    desk.read()
    assert office.window.now == "MatchPage"
    assert desk.wish(intents.EnterMatch("24"), page="MatchPage").notice is not None
    desk.wish(intents.EnterMatch("42"), page="SignPinPage")
    assert desk.sign().headline == "Giriş isteğiniz imzalandı."


def test_whoever_did_not_begin_the_login_ends_it(office: Office) -> None:
    desk = Desk(office, purpose=Purpose.LOGIN, origin=ORIGIN)
    desk.begin()
    desk.read()
    page = desk.wish(intents.DenyOrigin(), page="SignedPage")
    assert page.support.code == "SYS-926"
    assert "log_in" not in desk.world.calls
    assert "cancel_session" in desk.world.calls


def test_the_documents_can_be_looked_at_once_more(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    desk.read()
    desk.until(lambda: desk.page.can_type)
    back = desk.wish(intents.LookBack(), page="ReviewPage")
    assert back.read_only
    assert back.accepted
    assert desk.wish(intents.LookBack(back=False), page="SignPinPage").can_type


def test_a_wrong_pin_keeps_the_place(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    desk.read()
    desk.until(lambda: desk.page.can_type)
    desk.world.fail("log_in", Failure.of(FailureCode.PIN_WRONG, attempts_left=2))
    desk.world.card.seen = overview(token(pin=PinState.LOW))
    office.desk.on_intent(intents.EnterSigningPin(pin()))
    desk.until(lambda: office.window.now == "SignPinPage" and desk.page.pin_problem)
    desk.until(lambda: desk.page.can_type)
    assert desk.page.pin_problem == "PIN kodu yanlış (KRT-121)"
    assert desk.page.advice is not None
    del desk.world.record.failures["log_in"]
    assert desk.sign().verdict == "succeeded"


def test_cancel_before_the_card_leads_home_and_tells_the_portal(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    office.desk.on_intent(intents.Cancel())
    desk.until(lambda: office.window.now == "home")
    assert "cancel_session" in desk.world.calls


def test_a_pin_that_nobody_asked_for_is_wiped(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    typed = pin()
    office.say(intents.EnterSigningPin(typed))
    assert not any(bytes(typed._buffer))


# ---------------------------------------------------------------------------- delivery
def test_what_was_not_delivered_is_never_signed_again(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    desk.read()
    desk.until(lambda: desk.page.can_type)
    desk.world.fail("put_signature doc-1", LOST)
    office.desk.on_intent(intents.EnterSigningPin(pin()))
    desk.until(lambda: office.window.now == "ProgressPage" and desk.page.later is not None)
    assert desk.page.notice.code == "PRT-202"
    assert not office.desk.no_return
    del desk.world.record.failures["put_signature doc-1"]
    page = desk.wish(intents.Retry(), page="SignedPage")
    assert page.verdict == "succeeded"
    assert desk.world.calls.count("sign") == 1


def test_later_leaves_it_to_the_outbox_and_says_so(office: Office) -> None:
    desk = Desk(office)
    desk.begin()
    desk.read()
    desk.until(lambda: desk.page.can_type)
    desk.world.fail("put_signature doc-1", LOST)
    office.desk.on_intent(intents.EnterSigningPin(pin()))
    desk.until(lambda: office.window.now == "ProgressPage" and desk.page.later is not None)
    page = desk.wish(intents.Later(), page="SignedPage")
    assert page.headline == "Belge imzalandı, portala henüz ulaşmadı."
    assert not page.receipts.can_save
    assert len(desk.world.outbox.kept(desk.world.portal.session.id)) == 1


# ---------------------------------------------------------------------------- files
def test_documents_and_receipts_are_saved(office: Office, tmp_path: Path) -> None:
    desk = Desk(office, 2)
    desk.begin()
    desk.wish(intents.SaveDocument("doc-1", str(tmp_path / "a.txt")), page="ReviewPage")
    desk.until(lambda: desk.page.notice is not None)
    assert (tmp_path / "a.txt").read_bytes() == b"document 1"
    desk.read()
    desk.sign()
    (tmp_path / "r-2.json").write_text("another receipt")
    desk.wish(intents.SaveReceipts(str(tmp_path / "r.json"), "json"), page="SignedPage")
    desk.until(lambda: desk.page.saved is not None)
    assert (tmp_path / "r-2.json").read_text() == "another receipt"
    one, other = (json.loads((tmp_path / n).read_text("utf-8")) for n in ("r.json", "r-3.json"))
    assert (one["receipt_no"], other["receipt_no"]) == ("R-doc-1", "R-doc-2")
    assert one["certificate"]["holder"] == "A*** Y*****"
    desk.wish(intents.UnmaskReceipts(unmasked=True), page="SignedPage")
    desk.wish(intents.SaveReceipts(str(tmp_path / "r.pdf"), "pdf"), page="SignedPage")
    desk.until(lambda: (tmp_path / "r-2.pdf").exists())
    assert "AYŞE YILMAZ" in (tmp_path / "r.pdf").read_text("utf-8")


def test_a_place_that_cannot_be_written_to_is_said(office: Office, tmp_path: Path) -> None:
    desk = Desk(office)
    desk.begin()
    office.say(intents.SaveDocument("doc-1", str(tmp_path / "none" / "a.txt")))
    desk.until(lambda: desk.page.notice is not None)
    assert desk.page.notice.code == "SYS-925"


def test_other_documents_than_announced_are_never_shown(office: Office) -> None:
    desk = Desk(office)
    announced = desk.world.portal.session.documents[0]
    forged = replace(announced, sha256="0" * 64)
    desk.world.portal.session = signing_session(documents=(forged,))
    desk.wish(intents.OpenJob("code"), page="CodePage")
    page = desk.wish(intents.EnterCode(CODE), page="SignedPage")
    assert page.support.code == "IMZ-350"
    assert "ReviewPage" not in [type(model).__name__ for model in office.window.models]


def test_an_sms_code_is_asked_for_on_the_rail_of_signing(office: Office) -> None:
    desk = Desk(office, masked_phone="*** *** ** 47")
    desk.wish(intents.OpenJob("code"), page="CodePage")
    page = desk.wish(intents.EnterCode(CODE), page="StepUpPage")
    assert [step.name for step in page.frame.steps][1] == "Belge inceleme"
    otp = Secret.taking(bytearray(b"314159"))
    desk.wish(intents.EnterOtp(otp), page="ReviewPage")
