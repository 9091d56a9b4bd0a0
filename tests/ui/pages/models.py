"""Real models of screens 2, 3, 4 and 9, made by the presenter."""

from dataclasses import replace
from typing import Any

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Holder
from kamusm_esign.domain.tokens import CertificateKind, PinState, Token
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.change_or_verify_pin import AskPin, FindingToken
from kamusm_esign.flows.session_model import AskCode, AskStepUp, OpeningSession
from kamusm_esign.flows.set_pin_model import AskNewPin, Authorizing, WaitingToken
from kamusm_esign.ui.presenter.code_checks import present_checks
from kamusm_esign.ui.presenter.models import CodePage, NewPinPage, StepUpPage
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.pin_use import present_change
from kamusm_esign.ui.presenter.set_pin import Surroundings, present
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import SERVER_TIME, certificate, overview, session, token

CODE = "333451779241926"
SESSION = session(holder=Holder("A*** Y*****", "*******8901"), masked_phone="*** *** ** 47")
MINE, OTHER = token("SN-1234"), token("SN-5678")
SEAL = token(
    "SN-8802",
    certificates=(
        certificate("S", kind=CertificateKind.MALI_MUHUR, holder="YILMAZ TİCARET LTD. ŞTİ."),
    ),
)
LIGHT = Light("Okuyucu", "ok", "ACS ACR39U takılı")


def code_page(words: Words, failure: FailureCode | None = None, **changes: Any) -> CodePage:
    """Screen 2, everything ready."""
    clock = changes.pop("clock", 0)
    status = Status(LIGHT, LIGHT, LIGHT, changes.pop("portal", LIGHT), clock)
    cards = overview(changes.pop("card", MINE))
    checks = present_checks(status, cards, words, SERVER_TIME)
    around = Surroundings(checks=checks, overview=cards, portal_url="https://portal.example/")
    busy = changes.pop("busy", False)
    state = (
        OpeningSession(1, None)
        if busy
        else AskCode(0, None, Failure.of(failure) if failure else None)
    )
    page = present(state, replace(around, **changes), words)
    assert isinstance(page, CodePage)
    return page


def step_up_page(
    words: Words, *, checking: bool = False, failure: FailureCode | None = None
) -> StepUpPage:
    """Screen 3."""
    said = Failure.of(failure) if failure else None
    state = AskStepUp(2, SESSION, True, None, checking=checking, failure=said)
    page = present(state, Surroundings(), words)
    assert isinstance(page, StepUpPage)
    return page


def new_pin_page(
    words: Words, *seen: Token, chosen: Token | None = MINE, authorizing: bool = False
) -> NewPinPage:
    """Screen 4; without a chosen card it waits for one."""
    cards = seen or (MINE, SEAL)
    around = Surroundings(overview=overview(*cards), code=VerificationCode(CODE), hides=True)
    if chosen is None:
        state: Any = WaitingToken(2, SESSION, True, None, candidates=cards, looked=True)
    else:
        state = (Authorizing if authorizing else AskNewPin)(2, SESSION, True, None, token=chosen)
    page = present(state, around, words)
    assert isinstance(page, NewPinPage)
    return page


def no_card_page(words: Words) -> NewPinPage:
    """Screen 4 while nothing is in the reader."""
    failure = Failure.of(FailureCode.NO_CARD)
    state = WaitingToken(2, SESSION, True, None, failure=failure, looked=True)
    page = present(state, Surroundings(overview=overview(), hides=True), words)
    assert isinstance(page, NewPinPage)
    return page


def change_page(
    words: Words,
    pin: PinState = PinState.OK,
    *,
    refused: FailureCode | None = None,
    on_reader: bool = False,
) -> NewPinPage:
    """Screen 9."""
    card = replace(MINE, pin=pin, pin_pad=on_reader)
    said = Failure.of(refused) if refused else None
    state = AskPin(1, wanted=None, token=card, refused=said)
    page = present_change(state, overview(card), words, hides=False)
    assert isinstance(page, NewPinPage)
    return page


def change_without_card(words: Words) -> NewPinPage:
    """Screen 9 while nothing is in the reader."""
    page = present_change(FindingToken(1, wanted=None), overview(), words, hides=False)
    assert isinstance(page, NewPinPage)
    return page
