"""`flows.sign_documents`, transition by transition."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, Purpose, Session, SignatureFormat
from kamusm_esign.domain.signing_choice import CertificateChoice
from kamusm_esign.domain.tokens import (
    CertificateInfo,
    CertificateKind,
    PinState,
    Token,
    TokenTarget,
    UnusableReason,
)
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows import with_code
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    EffectFailed,
    Event,
    State,
    TokensSeen,
    WatchTokens,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    Cancelling,
    CancelSession,
    CodeEntered,
    Kept,
    NewCodePressed,
    OpeningSession,
    OpenSession,
    OutcomeReported,
    ReportOutcome,
    SessionExpired,
    SessionOpened,
)
from kamusm_esign.flows.set_pin_model import WaitingToken
from kamusm_esign.flows.sign_delivery import REFUSALS
from kamusm_esign.flows.sign_documents import initial_state, step
from kamusm_esign.flows.sign_documents_effects import (
    FetchDocument,
    FinishSigning,
    OpenCard,
    SignDocument,
    StampSignatures,
    SubmitSignature,
)
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AskPin,
    AwaitingToken,
    CardOpened,
    CertificateChosen,
    ChooseCertificate,
    Declined,
    DocumentFetched,
    DocumentMarked,
    DocumentOpened,
    DocumentSigned,
    FetchingDocuments,
    LaterPressed,
    MatchEntered,
    PinUnusable,
    RemovalConfirmed,
    ReportingSignatures,
    RetryPressed,
    Review,
    ReviewAccepted,
    SignaturesStamped,
    SignatureTaken,
    Signing,
    SigningFinished,
    SigningPhase,
    SigningPinEntered,
    Stamping,
    Submitting,
)
from tests.equipment.values import (
    ORIGIN,
    SERVER_TIME,
    certificate,
    document,
    overview,
    session,
    signature_receipt,
    signing_session,
    token,
)
from tests.flows.samples import FAILURE, HANDLE

CODE = VerificationCode("123456789012345")
OK = token(pin=PinState.OK)
TWO = signing_session(documents=(document(1), document(2)))
STAMPED = signing_session(documents=(document(format=SignatureFormat.CADES_T_DETACHED),))


def known(opened: Session) -> tuple[int, Session, bool, None]:
    return (3, opened, True, None)


def card(**changes: Any) -> dict[str, Any]:
    return {"token": OK, "certificate": OK.certificates[0]} | changes


def review(opened: Session = TWO, read: int = 0, **changes: Any) -> Review:
    ids = frozenset(d.id for d in opened.documents[:read])
    return Review(*known(opened), opened=ids, read=ids, **changes)


def awaiting(opened: Session = TWO, **changes: Any) -> AwaitingToken:
    return AwaitingToken(*known(opened), **changes)


def asking(opened: Session = TWO, **changes: Any) -> AskPin:
    made: dict[str, Any] = card(**changes)
    return AskPin(*known(opened), **made)


def signing(phase: SigningPhase, opened: Session = TWO, **changes: Any) -> Signing:
    made: dict[str, Any] = card(phase=phase, **changes)
    return Signing(*known(opened), **made)


def seen(*tokens: Token, at: float | None = None) -> TokensSeen:
    return TokensSeen(overview(*tokens), 3, at)


def play(state: State, *events: Event) -> State:
    for event in events:
        state, _ = step(state, event)
    return state


def test_the_whole_way() -> None:
    state: State = initial_state()
    state, effects = step(state, CodeEntered(CODE))
    assert effects == (OpenSession(1, CODE),)
    state, effects = step(state, SessionOpened(1, TWO, True))
    assert effects == (FetchDocument(2, TWO, document(1)),)
    state, effects = step(state, DocumentFetched(2))
    assert effects == (FetchDocument(3, TWO, document(2)),)
    state, effects = step(state, DocumentFetched(3))
    assert isinstance(state, Review)
    for one in TWO.documents:
        state = play(state, DocumentOpened(one.id), DocumentMarked(one.id))
    state, effects = step(state, ReviewAccepted())
    assert effects == (WatchTokens(4),)
    state, effects = step(state, TokensSeen(overview(OK), 4))
    assert isinstance(state, AskPin)
    state, effects = step(state, SigningPinEntered(HANDLE))
    target = TokenTarget("SN-0001", OK.certificates[0].sha256)
    assert effects == (OpenCard(5, TWO, target, OK.certificates[0], HANDLE, OK, False),)
    state, effects = step(state, CardOpened(5))
    assert effects == (SignDocument(6, TWO, document(1)),)
    state, effects = step(state, DocumentSigned(6))
    assert effects == (SignDocument(7, TWO, document(2)),)
    state, effects = step(state, DocumentSigned(7))
    assert effects == (FinishSigning(8, TWO, keep=True),)
    state, effects = step(state, SigningFinished(8))
    assert effects == (SubmitSignature(9, TWO, document(1)),)
    state, effects = step(state, SignatureTaken(9, signature_receipt(1)))
    assert effects == (SubmitSignature(10, TWO, document(2)),)
    state, effects = step(state, SignatureTaken(10, signature_receipt(2)))
    assert effects == (ReportOutcome(11, TWO, "SN-0001", Outcome.SUCCEEDED, None),)
    state, effects = step(state, OutcomeReported(11))
    receipts = (signature_receipt(1), signature_receipt(2))
    assert state == Done(11, Outcome.SUCCEEDED, None, True, "SN-0001", receipts)


class TestBothKindsOfCode:
    def test_a_code_for_a_pin_is_given_back(self) -> None:
        after, effects = step(OpeningSession(1, None), SessionOpened(1, session(), True))
        assert isinstance(after, Cancelling)
        assert after.failure.code is FailureCode.CODE_FOR_PIN
        assert effects == (CancelSession(2, session()),)

    def test_behind_one_field_the_session_decides(self) -> None:
        opening = OpeningSession(1, None)
        for opened, expected in ((session(), WaitingToken), (TWO, FetchingDocuments)):
            after, _ = with_code.step(opening, SessionOpened(1, opened, True))
            assert isinstance(after, expected)


class TestDocuments:
    def test_a_session_without_documents_is_no_session(self) -> None:
        empty = signing_session(documents=())
        after, _ = step(OpeningSession(1, None), SessionOpened(1, empty, True))
        assert isinstance(after, Cancelling)
        assert after.failure.code is FailureCode.PORTAL_ANSWER_INVALID

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (FailureCode.DOCUMENT_DIFFERS, Cancelling),
            (FailureCode.DOCUMENT_TYPE_WRONG, Cancelling),
            (FailureCode.PDF_ENCRYPTED, Cancelling),
            (FailureCode.SESSION_OVER, AskCode),
            (FailureCode.PORTAL_TIMEOUT, FetchingDocuments),
        ],
    )
    def test_what_did_not_come(self, code: FailureCode, expected: type[State]) -> None:
        after, _ = step(FetchingDocuments(*known(TWO)), EffectFailed(3, Failure.of(code)))
        assert isinstance(after, expected)

    def test_fetching_goes_on_where_it_stopped(self) -> None:
        stopped = FetchingDocuments(*known(TWO), fetched=1, failure=FAILURE)
        after, effects = step(stopped, RetryPressed())
        assert effects == (FetchDocument(4, TWO, document(2)),)
        assert after == replace(stopped, ticket=4, failure=None)


class TestReview:
    def test_a_mark_counts_only_for_what_was_opened(self) -> None:
        assert play(review(), DocumentMarked("doc-1")) == review()
        opened = play(review(), DocumentOpened("doc-1"), DocumentMarked("doc-1"))
        assert opened == review(read=1)
        assert play(opened, DocumentMarked("doc-1", read=False)) != opened

    @pytest.mark.parametrize("read", [0, 1])
    def test_nobody_goes_on_before_everything_is_read(self, read: int) -> None:
        assert step(review(read=read), ReviewAccepted()) == (review(read=read), ())

    def test_a_removal_is_confirmed_twice(self) -> None:
        removal = replace(TWO, purpose=Purpose.E_ONAY_REVOKE)
        assert step(review(removal, 2), RemovalConfirmed()) == (review(removal, 2), ())
        confirming, effects = step(review(removal, 2), ReviewAccepted())
        assert (confirming, effects) == (review(removal, 2, confirming=True), ())
        back, _ = step(confirming, RemovalConfirmed(confirmed=False))
        assert back == review(removal, 2)
        after, effects = step(confirming, RemovalConfirmed())
        assert isinstance(after, AwaitingToken)
        assert effects == (WatchTokens(4),)

    def test_a_mark_taken_back_closes_the_second_question_too(self) -> None:
        removal = replace(TWO, purpose=Purpose.E_ONAY_REVOKE)
        state = play(review(removal, 2, confirming=True), DocumentMarked("doc-1", read=False))
        assert step(state, RemovalConfirmed()) == (state, ())

    def test_declined_says_why(self) -> None:
        after, effects = step(review(), Declined(FAILURE))
        assert after == Cancelling(4, Outcome.CANCELLED, FAILURE)
        assert effects == (CancelSession(4, TWO),)


class TestMatch:
    LOGIN = replace(TWO, purpose=Purpose.LOGIN, origin=ORIGIN)

    def test_the_digits_of_the_persons_own_page_come_before_the_card(self) -> None:
        asked, effects = step(review(self.LOGIN, 2), ReviewAccepted())
        assert (asked, effects) == (AskMatch(*known(self.LOGIN)), ())
        after, effects = step(asked, MatchEntered("42"))
        assert isinstance(after, AwaitingToken)
        assert effects == (WatchTokens(4),)

    def test_the_third_wrong_pair_ends_it(self) -> None:
        state: State = AskMatch(*known(self.LOGIN))
        for wrong in (1, 2):
            state, effects = step(state, MatchEntered("24"))
            assert (state, effects) == (AskMatch(*known(self.LOGIN), wrong=wrong), ())
        state, effects = step(state, MatchEntered("24"))
        assert isinstance(state, Cancelling)
        assert state.failure.code is FailureCode.MATCH_NUMBER_WRONG
        assert effects == (CancelSession(4, self.LOGIN),)


def with_certificate(**changes: Any) -> Token:
    return token(pin=PinState.OK, certificates=(certificate("SN-0001", **changes),))


class TestCertificate:
    @pytest.mark.parametrize(
        ("changes", "reason", "code"),
        [
            (
                {"not_after": SERVER_TIME - timedelta(seconds=1)},
                UnusableReason.EXPIRED,
                FailureCode.CERTIFICATE_EXPIRED,
            ),
            (
                {"not_before": SERVER_TIME + timedelta(seconds=1)},
                UnusableReason.NOT_YET_VALID,
                FailureCode.CERTIFICATE_NOT_YET_VALID,
            ),
            (
                {"has_private_key": False},
                UnusableReason.NO_PRIVATE_KEY,
                FailureCode.CERTIFICATE_NOT_FOUND,
            ),
            (
                {"kind": CertificateKind.MALI_MUHUR},
                UnusableReason.NOT_ELIGIBLE,
                FailureCode.CODE_FOR_OTHER_CARD,
            ),
            ({"readable": False}, UnusableReason.NOT_READABLE, FailureCode.CODE_FOR_OTHER_CARD),
        ],
    )
    def test_one_that_may_not_sign_is_kept_with_its_reason(
        self, changes: dict[str, Any], reason: UnusableReason, code: FailureCode
    ) -> None:
        shown = with_certificate(**changes)
        after, effects = step(awaiting(), seen(shown))
        assert isinstance(after, AwaitingToken)
        assert after.choices == (CertificateChoice(shown, shown.certificates[0], reason),)
        assert (after.failure, effects) == (Failure.of(code), ())
        chosen = CertificateChosen("SN-0001", shown.certificates[0].sha256)
        assert step(after, chosen) == (after, ())

    def test_a_listed_one_may_sign_whatever_its_kind(self) -> None:
        seal = with_certificate(kind=CertificateKind.OTHER)
        listed = frozenset({seal.certificates[0].sha256})
        after, _ = step(awaiting(replace(TWO, eligible_certificates=listed)), seen(seal))
        assert isinstance(after, AskPin)

    def test_a_list_leaves_no_room_for_a_kind(self) -> None:
        listed = replace(TWO, eligible_certificates=frozenset({"f" * 64}))
        after, _ = step(awaiting(listed), seen(OK))
        assert isinstance(after, AwaitingToken)

    def test_it_is_valid_at_the_portals_time_of_the_look(self) -> None:
        soon = with_certificate(not_before=SERVER_TIME + timedelta(seconds=60))
        early, _ = step(awaiting(), seen(soon, at=TWO.asked_at + 59))
        assert isinstance(early, AwaitingToken)
        late, _ = step(early, seen(soon, at=TWO.asked_at + 60))
        assert isinstance(late, AskPin)

    def test_the_only_one_is_taken_and_the_others_are_shown(self) -> None:
        expired = certificate("OLD", not_after=SERVER_TIME - timedelta(days=1))
        both = token(pin=PinState.OK, certificates=(expired, certificate("NEW")))
        after, _ = step(awaiting(), seen(both))
        assert isinstance(after, AskPin)
        assert after.certificate == certificate("NEW")
        assert [choice.unusable for choice in after.choices] == [UnusableReason.EXPIRED, None]

    def test_several_have_to_be_chosen_from(self) -> None:
        second = token("SN-0002", pin=PinState.OK)
        choosing, _ = step(awaiting(), seen(OK, second))
        assert isinstance(choosing, ChooseCertificate)
        after, _ = step(choosing, CertificateChosen("SN-0002", second.certificates[0].sha256))
        assert isinstance(after, AskPin)
        assert after.token == second
        back, _ = step(after, CertificateChosen("SN-0001", OK.certificates[0].sha256))
        assert isinstance(back, AskPin)
        assert back.token == OK

    def test_a_named_one_is_taken_or_none(self) -> None:
        second = token("SN-0002", pin=PinState.OK)
        named = Kept(certificate=second.certificates[0].sha256)
        after, _ = step(awaiting(kept=named), seen(OK, second))
        assert isinstance(after, AskPin)
        assert after.token == second
        missing, _ = step(awaiting(kept=named), seen(OK))
        assert isinstance(missing, AwaitingToken)
        assert missing.failure == Failure.of(FailureCode.CERTIFICATE_NOT_FOUND)

    def test_a_named_one_that_may_not_is_called_so(self) -> None:
        seal = with_certificate(kind=CertificateKind.MALI_MUHUR)
        named = Kept(certificate=seal.certificates[0].sha256)
        after, _ = step(awaiting(kept=named), seen(seal))
        assert isinstance(after, AwaitingToken)
        assert after.failure == Failure.of(FailureCode.CERTIFICATE_NOT_ELIGIBLE)

    @pytest.mark.parametrize(
        ("pin", "code"),
        [
            (PinState.BLOCKED, FailureCode.PIN_BLOCKED),
            (PinState.UNSET, FailureCode.PIN_UNSET),
        ],
    )
    def test_a_pin_that_cannot_be_typed(self, pin: PinState, code: FailureCode) -> None:
        after, effects = step(awaiting(), seen(token(pin=pin)))
        assert isinstance(after, PinUnusable)
        assert (after.failure, effects) == (Failure.of(code), ())
        mended, _ = step(after, seen(OK))
        assert isinstance(mended, AskPin)

    def test_a_card_that_goes_and_comes_back(self) -> None:
        gone, _ = step(asking(), seen())
        assert isinstance(gone, AwaitingToken)
        back, _ = step(gone, seen(OK))
        assert isinstance(back, AskPin)


class TestPin:
    def test_the_last_try_wants_its_word(self) -> None:
        last = replace(asking(), token=token(pin=PinState.FINAL_TRY))
        after, effects = step(last, SigningPinEntered(HANDLE))
        assert isinstance(after, AskPin)
        assert after.refused == Failure.of(FailureCode.PIN_LAST_TRY)
        assert effects == (DropSecret(3, HANDLE),)
        after, effects = step(last, SigningPinEntered(HANDLE, last_try=True))
        assert isinstance(after, Signing)
        assert isinstance(effects[0], OpenCard)
        assert effects[0].last_try

    def test_a_wrong_pin_stays_and_the_card_is_read_before_the_next(self) -> None:
        wrong = Failure.of(FailureCode.PIN_WRONG, attempts_left=2)
        looking, effects = step(signing(SigningPhase.LOGGING_IN), EffectFailed(3, wrong))
        assert isinstance(looking, AskPin)
        assert (looking.refused, looking.looking) == (wrong, True)
        assert effects == (WatchTokens(4),)
        dropped, effects = step(looking, SigningPinEntered(HANDLE))
        assert (dropped, effects) == (looking, (DropSecret(4, HANDLE),))
        # A look that began before the try knows nothing of it.
        assert step(looking, TokensSeen(overview(OK))) == (looking, ())
        low = token(pin=PinState.LOW)
        after, _ = step(looking, TokensSeen(overview(low), 4))
        assert isinstance(after, AskPin)
        assert (after.token, after.refused, after.looking) == (low, wrong, False)

    def test_the_last_wrong_pin_blocks(self) -> None:
        wrong = Failure.of(FailureCode.PIN_BLOCKED)
        looking, _ = step(signing(SigningPhase.LOGGING_IN), EffectFailed(3, wrong))
        after, _ = step(looking, TokensSeen(overview(token(pin=PinState.BLOCKED)), 4))
        assert isinstance(after, PinUnusable)

    def test_another_card_knows_nothing_of_the_refusal(self) -> None:
        wrong = Failure.of(FailureCode.PIN_WRONG, attempts_left=2)
        other = token("SN-0002", pin=PinState.OK)
        after, _ = step(asking(refused=wrong), seen(other))
        assert isinstance(after, AskPin)
        assert after.refused is None

    def test_a_card_that_cannot_be_read_after_a_wrong_pin(self) -> None:
        looking = asking(refused=FAILURE, looking=True)
        after, _ = step(looking, EffectFailed(3, Failure.of(FailureCode.CARD_BUSY)))
        assert isinstance(after, AwaitingToken)
        assert (after.failure, after.refused) == (Failure.of(FailureCode.CARD_BUSY), FAILURE)


class TestSigning:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (FailureCode.CARD_REMOVED, AwaitingToken),
            (FailureCode.DRIVER_CRASHED, AwaitingToken),
            (FailureCode.OTHER_CARD, AwaitingToken),
            (FailureCode.CERTIFICATE_EXPIRED, AwaitingToken),
            (FailureCode.CERTIFICATE_NOT_YET_VALID, AwaitingToken),
            (FailureCode.SESSION_EXPIRED, AskCode),
            (FailureCode.SIGNATURE_NOT_VALID_HERE, Cancelling),
            (FailureCode.JOURNAL_NOT_WRITABLE, Cancelling),
            (FailureCode.UNEXPECTED, Cancelling),
        ],
    )
    @pytest.mark.parametrize("phase", [SigningPhase.LOGGING_IN, SigningPhase.SIGNING])
    def test_what_went_wrong_leads_on(
        self, code: FailureCode, expected: type[State], phase: SigningPhase
    ) -> None:
        after, _ = step(signing(phase), EffectFailed(3, Failure.of(code)))
        assert isinstance(after, expected)

    def test_after_a_removal_only_a_later_look_counts(self) -> None:
        removed = Failure.of(FailureCode.CARD_REMOVED)
        after, effects = step(signing(SigningPhase.SIGNING, signed=1), EffectFailed(3, removed))
        assert effects == (WatchTokens(4),)
        assert step(after, TokensSeen(overview(OK))) == (after, ())
        back, _ = step(after, TokensSeen(overview(OK), 4))
        assert isinstance(back, AskPin)
        assert back.refused == removed

    def test_cancel_takes_effect_between_two_documents(self) -> None:
        stopping = play(signing(SigningPhase.SIGNING), CancelPressed())
        dropping, effects = step(stopping, DocumentSigned(3))
        assert effects == (FinishSigning(4, TWO, keep=False),)
        after, effects = step(dropping, SigningFinished(4))
        assert after == Cancelling(5, Outcome.CANCELLED, Failure.of(FailureCode.CANCELLED))
        assert effects == (CancelSession(5, TWO),)

    def test_cancel_while_logging_in_signs_nothing(self) -> None:
        stopping = play(signing(SigningPhase.LOGGING_IN), CancelPressed())
        _, effects = step(stopping, CardOpened(3))
        assert effects == (FinishSigning(4, TWO, keep=False),)

    def test_a_wrong_pin_after_cancel_is_cancelled(self) -> None:
        stopping = signing(SigningPhase.LOGGING_IN, stopping=True)
        wrong = Failure.of(FailureCode.PIN_WRONG, attempts_left=2)
        after, _ = step(stopping, EffectFailed(3, wrong))
        assert isinstance(after, Cancelling)
        assert after.outcome is Outcome.CANCELLED

    def test_the_sessions_end_does_not_stop_what_is_being_signed(self) -> None:
        state = signing(SigningPhase.SIGNING)
        assert step(state, SessionExpired(TWO.id)) == (state, ())


class TestDelivery:
    def test_time_stamps_come_before_the_portal(self) -> None:
        finished = signing(SigningPhase.KEEPING, STAMPED, signed=1)
        stamping, effects = step(finished, SigningFinished(3))
        assert effects == (StampSignatures(4, STAMPED),)
        down, effects = step(stamping, EffectFailed(4, FAILURE))
        assert isinstance(down, Stamping)
        assert (down.failure, effects) == (FAILURE, ())
        again, effects = step(down, RetryPressed())
        assert effects == (StampSignatures(5, STAMPED),)
        _, effects = step(again, SignaturesStamped(5))
        assert effects == (SubmitSignature(6, STAMPED, STAMPED.documents[0]),)
        later, effects = step(down, LaterPressed())
        assert later == Done(4, Outcome.SUCCEEDED, None, False, "SN-0001")

    def test_a_lost_network_repeats_the_submit_and_nothing_else(self) -> None:
        taken = (signature_receipt(1),)
        lost, effects = step(
            Submitting(*known(TWO), **card(), receipts=taken),
            EffectFailed(3, Failure.of(FailureCode.PORTAL_TIMEOUT)),
        )
        assert isinstance(lost, Submitting)
        assert effects == ()
        _, effects = step(lost, RetryPressed())
        assert effects == (SubmitSignature(4, TWO, document(2)),)
        later, _ = step(lost, LaterPressed())
        assert later == Done(3, Outcome.SUCCEEDED, None, False, "SN-0001", taken)

    @pytest.mark.parametrize("code", sorted(REFUSALS, key=str))
    def test_a_refusal_fails_all_of_them(self, code: FailureCode) -> None:
        taken, failure = (signature_receipt(1),), Failure.of(code)
        after, effects = step(
            Submitting(*known(TWO), **card(), receipts=taken), EffectFailed(3, failure)
        )
        assert effects == (ReportOutcome(4, TWO, "SN-0001", Outcome.FAILED, failure),)
        done, _ = step(after, OutcomeReported(4))
        assert done == Done(4, Outcome.FAILED, failure, True, "SN-0001", taken)

    def test_nothing_is_pressed_while_it_runs(self) -> None:
        for state in (Stamping(*known(TWO), **card()), Submitting(*known(TWO), **card())):
            for event in (RetryPressed(), LaterPressed(), CancelPressed()):
                assert step(state, event) == (state, ())

    def test_what_the_portal_was_not_told_is_told_later(self) -> None:
        receipts = (signature_receipt(1), signature_receipt(2))
        reporting = ReportingSignatures(
            *known(TWO), **card(), outcome=Outcome.SUCCEEDED, failure=None, receipts=receipts
        )
        done, _ = step(reporting, EffectFailed(3, FAILURE))
        assert done == Done(3, Outcome.SUCCEEDED, None, False, "SN-0001", receipts)


class TestNewCode:
    """A session that ends keeps pages, marks and certificate."""

    @staticmethod
    def go_on(ended: State, opened: Session) -> State:
        asked, _ = step(ended, SessionExpired(TWO.id))
        assert isinstance(asked, AskCode)
        assert asked.failure == Failure.of(FailureCode.SESSION_EXPIRED)
        state: State = asked
        state, _ = step(state, CodeEntered(CODE))
        state, _ = step(state, SessionOpened(state.ticket, opened, True))
        for _ in opened.documents:
            state, _ = step(state, DocumentFetched(state.ticket))
        return state

    NEXT = replace(TWO, id="session-next-012345")

    def test_marks_stay_where_the_documents_are_the_same(self) -> None:
        after = self.go_on(review(read=1), self.NEXT)
        assert isinstance(after, Review)
        assert after.read == after.opened == frozenset({"doc-1"})

    @pytest.mark.parametrize("changes", [{"sha256": "f" * 64}, {"media_type": "application/pdf"}])
    def test_another_document_has_to_be_read(self, changes: dict[str, Any]) -> None:
        other = replace(self.NEXT, documents=(document(1, **changes), document(2)))
        after = self.go_on(review(read=2), other)
        assert isinstance(after, Review)
        assert after.read == frozenset({"doc-2"})

    def test_a_new_name_of_the_same_document_changes_nothing(self) -> None:
        renamed = replace(self.NEXT, documents=(document(1, id="a"), document(2, id="b")))
        assert isinstance(self.go_on(asking(), renamed), AwaitingToken)

    def test_after_the_review_it_goes_on_with_the_chosen_certificate(self) -> None:
        after = self.go_on(asking(), self.NEXT)
        assert isinstance(after, AwaitingToken)
        second = token("SN-0002", pin=PinState.OK)
        chosen, _ = step(after, TokensSeen(overview(OK, second), after.ticket))
        assert isinstance(chosen, AskPin)
        assert chosen.certificate == OK.certificates[0]

    def test_who_had_read_but_not_gone_on_is_still_in_the_review(self) -> None:
        assert isinstance(self.go_on(review(read=2), self.NEXT), Review)

    @pytest.mark.parametrize(
        "changes", [{"purpose": Purpose.APPLICATION}, {"requested_by": "somebody else"}]
    )
    def test_another_job_is_agreed_to_anew(self, changes: dict[str, Any]) -> None:
        after = self.go_on(asking(), replace(self.NEXT, **changes))
        assert isinstance(after, Review)
        assert after.complete

    def test_a_removal_is_not_asked_twice_for_the_same(self) -> None:
        removal = replace(self.NEXT, purpose=Purpose.E_ONAY_REVOKE)
        before = replace(asking(), session=replace(TWO, purpose=Purpose.E_ONAY_REVOKE))
        assert isinstance(self.go_on(before, removal), AwaitingToken)

    def test_the_digits_are_those_of_the_new_page(self) -> None:
        login = replace(self.NEXT, origin=ORIGIN)
        assert isinstance(self.go_on(asking(), login), AskMatch)

    def test_a_new_code_can_be_asked_for(self) -> None:
        after, effects = step(asking(), NewCodePressed())
        assert isinstance(after, AskCode)
        assert (after.wanted, after.failure) == ("SN-0001", None)
        assert effects == (CancelSession(4, TWO),)


def test_certificates_on_one_token_are_told_apart() -> None:
    nes, seal = certificate("NES"), certificate("SEAL", kind=CertificateKind.MALI_MUHUR)
    both: tuple[CertificateInfo, ...] = (nes, seal)
    after, _ = step(awaiting(), seen(token(pin=PinState.OK, certificates=both)))
    assert isinstance(after, AskPin)
    assert after.certificate == nes
