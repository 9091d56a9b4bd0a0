"""`flows.change_or_verify_pin`, transition by transition."""

from dataclasses import replace
from typing import Any

import pytest

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import PinState, TokenTarget
from kamusm_esign.flows.change_or_verify_pin import (
    AskPin,
    CardAnswered,
    FindingToken,
    PinEntered,
    Start,
    Started,
    UsePin,
    UsingCard,
    step,
)
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    EffectFailed,
    State,
    TokenChosen,
    TokensSeen,
    WatchTokens,
)
from tests.equipment.values import overview, token
from tests.flows.samples import FAILURE

CURRENT, NEW = SecretHandle(1), SecretHandle(2)


def asking(pin: PinState = PinState.OK, **changes: Any) -> AskPin:
    return AskPin(ticket=3, wanted=None, token=token(pin=pin), **changes)


def using() -> UsingCard:
    return UsingCard(ticket=3, wanted=None, token=token(pin=PinState.OK))


def test_the_whole_way() -> None:
    state: State = Start(0)
    state, effects = step(state, Started())
    assert effects == (WatchTokens(1),)
    state, effects = step(state, TokensSeen(overview(token(pin=PinState.OK)), 1))
    assert isinstance(state, AskPin)
    state, effects = step(state, PinEntered(CURRENT, NEW))
    target = TokenTarget("SN-0001", token().certificates[0].sha256)
    assert effects == (UsePin(2, target, CURRENT, NEW, False),)
    state, effects = step(state, CardAnswered(2, CardResult(Outcome.SUCCEEDED, None)))
    assert state == Done(2, Outcome.SUCCEEDED, None, True, "SN-0001")


@pytest.mark.parametrize(
    ("pin", "code"),
    [(PinState.BLOCKED, FailureCode.PIN_BLOCKED), (PinState.UNSET, FailureCode.PIN_UNSET)],
)
def test_a_pin_that_cannot_be_used_is_not_asked_for(pin: PinState, code: FailureCode) -> None:
    finding = FindingToken(ticket=3, wanted=None)
    after, effects = step(finding, TokensSeen(overview(token(pin=pin))))
    assert after == Done(3, Outcome.FAILED, Failure.of(code), True, "SN-0001")
    assert effects == ()


def test_the_last_try_needs_a_word() -> None:
    after, effects = step(asking(PinState.FINAL_TRY), PinEntered(CURRENT, NEW))
    assert isinstance(after, AskPin)
    assert after.refused == Failure.of(FailureCode.PIN_LAST_TRY)
    assert effects == (DropSecret(3, CURRENT), DropSecret(3, NEW))
    after, effects = step(asking(PinState.FINAL_TRY), PinEntered(CURRENT, NEW, last_try=True))
    assert isinstance(after, UsingCard)
    assert isinstance(effects[0], UsePin)
    assert effects[0].last_try


def test_a_new_pin_that_breaks_a_rule_spends_nothing() -> None:
    after, effects = step(asking(), PinEntered(CURRENT, NEW, problems=(PinProblem.RUN,)))
    assert after == asking(problems=(PinProblem.RUN,))
    assert effects == (DropSecret(3, CURRENT), DropSecret(3, NEW))


def test_a_wrong_pin_is_followed_by_a_new_look() -> None:
    wrong = Failure.of(FailureCode.PIN_WRONG, attempts_left=1)
    state, effects = step(using(), CardAnswered(3, CardResult(Outcome.FAILED, wrong)))
    assert state == FindingToken(ticket=4, wanted="SN-0001", refused=wrong)
    assert effects == (WatchTokens(4),)
    earlier = TokensSeen(overview(token(pin=PinState.OK)))
    assert step(state, earlier) == (state, ())
    after, _ = step(state, TokensSeen(overview(token(pin=PinState.FINAL_TRY)), 4))
    assert isinstance(after, AskPin)
    assert (after.refused, after.token.pin) == (wrong, PinState.FINAL_TRY)


def test_a_lost_answer_is_unknown() -> None:
    after, _ = step(using(), EffectFailed(3, FAILURE))
    assert after == Done(3, Outcome.UNKNOWN, FAILURE, True, "SN-0001")


def test_the_card_pulled_while_typing_is_waited_for() -> None:
    after, _ = step(asking(), TokensSeen(overview()))
    assert isinstance(after, FindingToken)
    assert after.failure == Failure.of(FailureCode.NO_CARD)


def test_several_have_to_be_chosen_from() -> None:
    two = overview(token(pin=PinState.OK), token("SN-0002", pin=PinState.OK))
    state, _ = step(FindingToken(ticket=3, wanted=None), TokensSeen(two))
    assert isinstance(state, FindingToken)
    assert len(state.candidates) == 2
    after, _ = step(state, TokenChosen("SN-0002"))
    assert isinstance(after, AskPin)
    assert after.token.serial == "SN-0002"
    assert step(state, TokenChosen("SN-0003")) == (state, ())


def test_another_one_can_be_chosen_after_all() -> None:
    assert step(asking(), TokenChosen("SN-0001")) == (asking(), ())
    state, effects = step(asking(), TokenChosen("SN-0002"))
    assert effects == (WatchTokens(4),)
    two = overview(token(pin=PinState.OK), token("SN-0002", pin=PinState.OK))
    after, _ = step(state, TokensSeen(two, 4))
    assert isinstance(after, AskPin)
    assert after.token.serial == "SN-0002"


def test_a_card_that_cannot_be_looked_at_is_said() -> None:
    finding = FindingToken(ticket=3, wanted=None)
    after, _ = step(finding, EffectFailed(3, FAILURE))
    assert after == replace(finding, failure=FAILURE, looked=True)


@pytest.mark.parametrize("state", [Start(3), FindingToken(ticket=3, wanted=None), asking()])
def test_cancel_ends_it_where_nothing_was_touched(state: State) -> None:
    after, effects = step(state, CancelPressed())
    assert isinstance(after, Done)
    assert (after.outcome, effects) == (Outcome.CANCELLED, ())
