"""`flows.set_pin`, transition by transition."""

from dataclasses import replace
from typing import Any

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.pin_proof import proved_outcome
from kamusm_esign.domain.portal_session import Outcome, SessionKind
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateKind,
    PinState,
    PukState,
    ServiceStatus,
    TokenTarget,
    UnblockMethod,
)
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    EffectFailed,
    GivenUp,
    State,
    TokenChosen,
    TokensSeen,
    WatchTokens,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    AskStepUp,
    Cancelling,
    CancelSession,
    CheckStepUp,
    CodeEntered,
    NewCodePressed,
    OpeningSession,
    OpenSession,
    OtpEntered,
    OutcomeReported,
    ReportOutcome,
    ResendPressed,
    SendStepUp,
    SessionCancelled,
    SessionExpired,
    SessionOpened,
    StepUpAccepted,
)
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    AuthorizeUnblock,
    Authorizing,
    CheckingOutcome,
    GrantReceived,
    NewPinEntered,
    PinWritten,
    Reporting,
    StopWaiting,
    Unblocking,
    UnblockPin,
    WaitingToken,
)
from tests.equipment.values import certificate, overview, session, token
from tests.flows.samples import FAILURE, GRANT, HANDLE

CODE = VerificationCode("123456789012345")
KNOWN = (3, session(), True, None)


def waiting(**changes: Any) -> WaitingToken:
    return WaitingToken(*KNOWN, **changes)


def asking(**changes: Any) -> AskNewPin:
    return AskNewPin(*KNOWN, token=token(), **changes)


def authorizing() -> Authorizing:
    return Authorizing(*KNOWN, HANDLE, token=token())


def unblocking(before: PinState = PinState.BLOCKED) -> Unblocking:
    return Unblocking(*KNOWN, token=token(pin=before))


def checking(before: PinState = PinState.BLOCKED) -> CheckingOutcome:
    return CheckingOutcome(*KNOWN, token=token(pin=before), failure=FAILURE)


def test_the_whole_way() -> None:
    state: State = initial_state()
    state, effects = step(state, CodeEntered(CODE))
    assert effects == (OpenSession(1, CODE),)
    state, effects = step(state, SessionOpened(1, session(), True))
    assert effects == (WatchTokens(2),)
    state, effects = step(state, TokensSeen(overview(token()), 2))
    assert isinstance(state, AskNewPin)
    assert effects == ()
    state, effects = step(state, NewPinEntered(HANDLE, ()))
    target = TokenTarget("SN-0001", token().certificates[0].sha256, PinState.BLOCKED)
    so_pin = (UnblockMethod.SO_PIN,)
    assert effects == (AuthorizeUnblock(3, session(), target, so_pin, PinState.BLOCKED),)
    state, effects = step(state, GrantReceived(3, GRANT))
    assert effects == (UnblockPin(4, session(), target, GRANT, HANDLE),)
    state, effects = step(state, PinWritten(4, CardResult(Outcome.SUCCEEDED, None)))
    assert effects == (ReportOutcome(5, session(), "SN-0001", Outcome.SUCCEEDED, None, False),)
    state, effects = step(state, OutcomeReported(5))
    assert state == Done(5, Outcome.SUCCEEDED, None, True, "SN-0001")


class TestCodeAndStepUp:
    def test_a_refused_code_asks_again_with_the_reason(self) -> None:
        after, _ = step(OpeningSession(1, None), EffectFailed(1, FAILURE))
        assert after == AskCode(1, None, FAILURE)

    def test_a_code_for_signing_is_given_back(self) -> None:
        signing = session(kind=SessionKind.SIGN)
        after, effects = step(OpeningSession(1, None), SessionOpened(1, signing, True))
        assert isinstance(after, Cancelling)
        assert after.failure.code is FailureCode.CODE_FOR_SIGNING
        assert effects == (CancelSession(2, signing),)

    def test_step_up_is_sent_checked_and_left(self) -> None:
        opened = session(masked_phone="05** *** 12 34")
        state, effects = step(OpeningSession(1, None), SessionOpened(1, opened, True))
        assert effects == (SendStepUp(2, opened),)
        state, effects = step(state, OtpEntered(HANDLE))
        assert effects == (CheckStepUp(3, opened, HANDLE),)
        state, effects = step(state, StepUpAccepted(3))
        assert isinstance(state, WaitingToken)
        assert effects == (WatchTokens(4),)

    def test_a_wrong_sms_code_stays_and_says_what_is_left(self) -> None:
        wrong = Failure.of(FailureCode.OTP_WRONG, attempts_left=1)
        after, _ = step(AskStepUp(*KNOWN, checking=True), EffectFailed(3, wrong))
        assert after == AskStepUp(*KNOWN, checking=False, failure=wrong)

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (Failure.of(FailureCode.OTP_WRONG, attempts_left=0), FailureCode.OTP_USED_UP),
            (Failure.of(FailureCode.SESSION_OVER), FailureCode.SESSION_OVER),
            (Failure.of(FailureCode.SESSION_TOKEN_INVALID), FailureCode.SESSION_TOKEN_INVALID),
        ],
    )
    def test_the_end_of_the_session_needs_a_new_code(
        self, answer: Failure, told: FailureCode
    ) -> None:
        after, _ = step(AskStepUp(*KNOWN, checking=True), EffectFailed(3, answer))
        assert isinstance(after, AskCode)
        assert after.failure is not None
        assert after.failure.code is told

    def test_a_second_sms_code_while_one_is_checked_is_dropped(self) -> None:
        before = AskStepUp(*KNOWN, checking=True)
        assert step(before, OtpEntered(HANDLE)) == (before, (DropSecret(3, HANDLE),))
        assert step(before, ResendPressed()) == (before, ())

    def test_an_accepted_code_whose_answer_was_lost_goes_on(self) -> None:
        satisfied = EffectFailed(3, Failure.of(FailureCode.STEP_UP_NOT_REQUIRED))
        after, _ = step(AskStepUp(*KNOWN), satisfied)
        assert isinstance(after, WaitingToken)


class TestToken:
    def test_several_have_to_be_chosen_from(self) -> None:
        two = overview(token(), token("SN-0002"))
        state, _ = step(waiting(), TokensSeen(two))
        assert isinstance(state, WaitingToken)
        assert [t.serial for t in state.candidates] == ["SN-0001", "SN-0002"]
        assert step(state, TokenChosen("SN-0003")) == (state, ())
        chosen, _ = step(state, TokenChosen("SN-0002"))
        assert isinstance(chosen, AskNewPin)
        assert chosen.token.serial == "SN-0002"

    def test_another_one_can_be_chosen_after_all(self) -> None:
        assert step(asking(), TokenChosen("SN-0001")) == (asking(), ())
        state, effects = step(asking(), TokenChosen("SN-0002"))
        assert effects == (WatchTokens(4),)
        chosen, _ = step(state, TokensSeen(overview(token(), token("SN-0002")), 4))
        assert isinstance(chosen, AskNewPin)
        assert chosen.token.serial == "SN-0002"

    def test_a_named_token_is_the_only_one_that_is_taken(self) -> None:
        named = replace(waiting(), wanted="SN-0002")
        after, _ = step(named, TokensSeen(overview(token())))
        assert isinstance(after, WaitingToken)
        assert after.failure == Failure.of(FailureCode.TOKEN_NOT_FOUND)

    def test_another_card_is_said(self) -> None:
        mine = replace(waiting(), session=session(eligible_token_serials=frozenset({"SN-9999"})))
        after, _ = step(mine, TokensSeen(overview(token())))
        assert isinstance(after, WaitingToken)
        assert after.failure == Failure.of(FailureCode.CODE_FOR_OTHER_CARD)

    def test_no_service_is_said(self) -> None:
        nothing = Failure.of(FailureCode.NO_PCSC_SERVICE)
        after, _ = step(waiting(), TokensSeen(CardOverview(ServiceStatus.STOPPED, (), nothing)))
        assert isinstance(after, WaitingToken)
        assert after.failure == nothing

    @pytest.mark.parametrize(
        ("puk", "code"),
        [
            (PukState.BLOCKED, FailureCode.PUK_BLOCKED),
            (PukState.FINAL_TRY, FailureCode.PUK_LAST_TRY),
        ],
    )
    def test_a_puk_that_is_not_to_be_used_ends_it(self, puk: PukState, code: FailureCode) -> None:
        after, effects = step(waiting(), TokensSeen(overview(token(puk=puk))))
        assert after == Cancelling(4, Outcome.FAILED, Failure.of(code))
        assert effects == (CancelSession(4, session()),)

    @pytest.mark.parametrize("puk", [PukState.OK, PukState.LOW, PukState.UNKNOWN])
    def test_any_other_puk_is_allowed(self, puk: PukState) -> None:
        after, _ = step(waiting(), TokensSeen(overview(token(puk=puk))))
        assert isinstance(after, AskNewPin)

    def test_a_card_that_cannot_be_unblocked_so_ends_it(self) -> None:
        after, _ = step(waiting(), TokensSeen(overview(token(unblock_methods=()))))
        assert isinstance(after, Cancelling)
        assert after.failure == Failure.of(FailureCode.NO_COMMON_METHOD)

    def test_the_card_pulled_while_typing_is_waited_for(self) -> None:
        after, _ = step(asking(), TokensSeen(overview()))
        assert isinstance(after, WaitingToken)

    def test_other_certificates_on_the_same_serial_are_judged_anew(self) -> None:
        other = token(certificates=(certificate("B", kind=CertificateKind.MALI_MUHUR),))
        after, _ = step(asking(), TokensSeen(overview(other)))
        assert isinstance(after, WaitingToken)

    def test_a_new_look_at_the_same_card_is_remembered(self) -> None:
        after, _ = step(asking(), TokensSeen(overview(token(pin=PinState.LOW))))
        assert isinstance(after, AskNewPin)
        assert after.token.pin is PinState.LOW

    @pytest.mark.parametrize(
        ("listed", "chosen"), [(frozenset(), "nes"), (frozenset({"b" * 64}), "listed")]
    )
    def test_the_certificate_that_must_be_there(self, listed: frozenset[str], chosen: str) -> None:
        nes = certificate("N", sha256="a" * 64)
        seal = certificate("S", sha256="b" * 64, kind=CertificateKind.MALI_MUHUR)
        state = replace(
            asking(),
            session=session(eligible_certificates=listed),
            token=token(certificates=(seal, nes)),
        )
        _, effects = step(state, NewPinEntered(HANDLE, ()))
        assert isinstance(effects[0], AuthorizeUnblock)
        expected = {"nes": "a" * 64, "listed": "b" * 64}[chosen]
        assert effects[0].target.certificate_sha256 == expected

    def test_a_card_without_a_certificate_is_named_by_its_serial(self) -> None:
        bare = token(certificates=())
        state = replace(asking(), token=bare)
        _, effects = step(state, NewPinEntered(HANDLE, ()))
        assert isinstance(effects[0], AuthorizeUnblock)
        assert effects[0].target == TokenTarget("SN-0001", None, PinState.BLOCKED)


class TestPermission:
    def test_a_pin_that_breaks_a_rule_is_dropped_and_said(self) -> None:
        after, effects = step(asking(), NewPinEntered(HANDLE, (PinProblem.RUN,)))
        assert after == asking(problems=(PinProblem.RUN,))
        assert effects == (DropSecret(3, HANDLE),)

    def test_a_refused_grant_asks_for_a_new_code_and_drops_the_pin(self) -> None:
        after, effects = step(authorizing(), EffectFailed(3, FAILURE))
        assert after == AskCode(4, "SN-0001", FAILURE)
        assert set(effects) == {CancelSession(4, session()), DropSecret(3, HANDLE)}

    def test_cancel_still_works(self) -> None:
        after, effects = step(authorizing(), CancelPressed())
        assert isinstance(after, Cancelling)
        assert DropSecret(3, HANDLE) in effects
        late, nothing = step(after, GrantReceived(3, GRANT))
        assert (late, nothing) == (after, ())

    @pytest.mark.parametrize("state", [waiting(), asking(), authorizing(), AskStepUp(*KNOWN)])
    def test_an_expired_session_needs_a_new_code(self, state: State) -> None:
        after, effects = step(state, SessionExpired(session().id))
        assert isinstance(after, AskCode)
        assert after.failure == Failure.of(FailureCode.SESSION_EXPIRED)
        assert CancelSession(4, session()) in effects
        assert step(state, SessionExpired("another-session-0001")) == (state, ())

    def test_a_new_code_keeps_the_chosen_card(self) -> None:
        after, effects = step(authorizing(), NewCodePressed())
        assert after == AskCode(4, "SN-0001", None)
        assert set(effects) == {CancelSession(4, session()), DropSecret(3, HANDLE)}


class TestCard:
    @pytest.mark.parametrize("spent", [True, False])
    def test_a_refusal_is_told(self, spent: bool) -> None:
        result = CardResult(Outcome.FAILED, FAILURE, puk_attempt_spent=spent)
        after, effects = step(unblocking(), PinWritten(3, result))
        assert isinstance(after, Reporting)
        assert effects == (ReportOutcome(4, session(), "SN-0001", Outcome.FAILED, FAILURE, spent),)

    @pytest.mark.parametrize(
        "answer",
        [PinWritten(3, CardResult(Outcome.UNKNOWN, FAILURE)), EffectFailed(3, FAILURE)],
    )
    def test_anything_unclear_looks_again(self, answer: PinWritten | EffectFailed) -> None:
        after, effects = step(unblocking(), answer)
        assert isinstance(after, CheckingOutcome)
        assert effects == (WatchTokens(4),)

    @pytest.mark.parametrize(
        ("before", "now", "outcome"),
        [
            (PinState.BLOCKED, PinState.OK, Outcome.SUCCEEDED),
            (PinState.BLOCKED, PinState.LOW, Outcome.SUCCEEDED),
            (PinState.BLOCKED, PinState.FINAL_TRY, Outcome.SUCCEEDED),
            (PinState.BLOCKED, PinState.BLOCKED, Outcome.FAILED),
            (PinState.BLOCKED, PinState.UNKNOWN, Outcome.UNKNOWN),
            (PinState.BLOCKED, PinState.UNSET, Outcome.UNKNOWN),
            (PinState.UNSET, PinState.OK, Outcome.SUCCEEDED),
            (PinState.UNSET, PinState.BLOCKED, Outcome.SUCCEEDED),
            (PinState.UNSET, PinState.UNSET, Outcome.FAILED),
            (PinState.UNSET, PinState.UNKNOWN, Outcome.SUCCEEDED),
            (PinState.OK, PinState.OK, Outcome.UNKNOWN),
            (PinState.LOW, PinState.OK, Outcome.UNKNOWN),
            (PinState.FINAL_TRY, PinState.OK, Outcome.UNKNOWN),
            (PinState.UNKNOWN, PinState.OK, Outcome.UNKNOWN),
        ],
    )
    def test_what_a_look_proves(self, before: PinState, now: PinState, outcome: Outcome) -> None:
        assert proved_outcome(before, now) is outcome
        after, _ = step(checking(before), TokensSeen(overview(token(pin=now)), 3))
        assert isinstance(after, Reporting)
        assert after.outcome is outcome
        assert (after.failure is None) == (outcome is Outcome.SUCCEEDED)

    def test_a_proved_failure_does_not_say_that_nobody_knows(self) -> None:
        unclear = replace(checking(), failure=Failure.of(FailureCode.PIN_SET_UNKNOWN, raw="0x5"))
        after, _ = step(unclear, TokensSeen(overview(token(pin=PinState.BLOCKED)), 3))
        assert isinstance(after, Reporting)
        assert after.failure == Failure.of(FailureCode.PIN_NOT_SET)

    @pytest.mark.parametrize(
        ("now", "outcome", "why", "spent"),
        [
            (PinState.BLOCKED, Outcome.FAILED, FailureCode.PUK_REFUSED, True),
            (PinState.UNKNOWN, Outcome.UNKNOWN, FailureCode.PIN_SET_UNKNOWN, True),
            (PinState.OK, Outcome.SUCCEEDED, None, False),
        ],
    )
    def test_a_puk_that_was_refused_counts_as_spent_unless_the_pin_is_set(
        self, now: PinState, outcome: Outcome, why: FailureCode | None, spent: bool
    ) -> None:
        doubt = Failure.of(FailureCode.PIN_SET_UNKNOWN)
        written = PinWritten(3, CardResult(Outcome.UNKNOWN, doubt, puk_attempt_spent=True))
        unclear, _ = step(replace(unblocking(), token=token(pin=PinState.BLOCKED)), written)
        missing, _ = step(unclear, TokensSeen(overview(), 4))
        looking, _ = step(missing, TokensSeen(overview(token(pin=now))))
        _, (report,) = step(looking, TokensSeen(overview(token(pin=now)), 5))
        failure = None if why is None else Failure.of(why)
        assert report == ReportOutcome(6, session(), "SN-0001", outcome, failure, spent)

    def test_a_look_that_began_before_the_end_of_the_write_proves_nothing(self) -> None:
        early = TokensSeen(overview(token(pin=PinState.OK)))
        assert step(checking(), early) == (checking(), ())

    def test_a_pulled_card_is_waited_for(self) -> None:
        missing, _ = step(checking(), TokensSeen(overview(), 3))
        assert missing == replace(checking(), missing=True)
        looking, effects = step(missing, TokensSeen(overview(token(pin=PinState.OK))))
        assert looking == replace(checking(), ticket=4)
        assert effects == (WatchTokens(4),)
        back, _ = step(looking, TokensSeen(overview(token(pin=PinState.OK)), 4))
        assert isinstance(back, Reporting)
        assert back.outcome is Outcome.SUCCEEDED
        given_up, _ = step(missing, StopWaiting())
        assert isinstance(given_up, Reporting)
        assert given_up.outcome is Outcome.UNKNOWN

    def test_an_outcome_that_could_not_be_told_is_kept(self) -> None:
        reporting = Reporting(*KNOWN, token=token(), outcome=Outcome.SUCCEEDED, failure=None)
        after, _ = step(reporting, EffectFailed(3, FAILURE))
        assert after == Done(3, Outcome.SUCCEEDED, None, False, "SN-0001")


class TestGivingUp:
    def test_while_the_code_is_exchanged_the_session_that_comes_is_cancelled(self) -> None:
        state, effects = step(OpeningSession(1, None), CancelPressed())
        assert effects == ()
        state, effects = step(state, SessionOpened(1, session(), True))
        assert effects == (CancelSession(2, session()),)
        state, _ = step(state, SessionCancelled(2))
        assert isinstance(state, Done)
        assert (state.outcome, state.reported) == (Outcome.CANCELLED, True)

    def test_a_portal_that_cannot_be_told_is_not_said_to_know(self) -> None:
        state, _ = step(asking(), CancelPressed())
        state, _ = step(state, EffectFailed(4, FAILURE))
        assert isinstance(state, Done)
        assert state.reported is False

    def test_a_reason_to_give_up_is_the_failure(self) -> None:
        state, _ = step(waiting(), GivenUp(FAILURE))
        assert state == Cancelling(4, Outcome.FAILED, FAILURE)

    def test_before_a_code_there_is_nothing_to_tell(self) -> None:
        state, effects = step(initial_state(), CancelPressed())
        assert isinstance(state, Done)
        assert (state.reported, effects) == (True, ())


def test_handles_are_what_travels() -> None:
    assert repr(SecretHandle(1)) == "SecretHandle(number=1)"
