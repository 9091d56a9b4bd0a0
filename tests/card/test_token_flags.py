import pytest

from kamusm_esign.card import token_flags as f
from kamusm_esign.card.token_flags import pin_state, puk_state
from kamusm_esign.domain.tokens import PinState, PukState

SET = f.USER_PIN_INITIALIZED


@pytest.mark.parametrize(
    ("flags", "reveals", "state"),
    [
        (0, True, PinState.UNSET),
        (f.USER_PIN_LOCKED, True, PinState.UNSET),
        (SET, True, PinState.OK),
        (SET, False, PinState.UNKNOWN),
        (SET | f.USER_PIN_COUNT_LOW, True, PinState.LOW),
        (SET | f.USER_PIN_COUNT_LOW, False, PinState.LOW),
        (SET | f.USER_PIN_COUNT_LOW | f.USER_PIN_FINAL_TRY, True, PinState.FINAL_TRY),
        (SET | f.USER_PIN_FINAL_TRY, False, PinState.FINAL_TRY),
        (SET | f.USER_PIN_FINAL_TRY | f.USER_PIN_LOCKED, True, PinState.BLOCKED),
        (SET | f.SO_PIN_LOCKED, True, PinState.OK),
    ],
)
def test_pin(flags: int, reveals: bool, state: PinState) -> None:
    assert pin_state(flags, reveals_tries=reveals) is state


@pytest.mark.parametrize(
    ("flags", "reveals", "state"),
    [
        (0, False, PukState.UNKNOWN),
        (0, True, PukState.OK),
        (f.SO_PIN_COUNT_LOW, False, PukState.LOW),
        (f.SO_PIN_COUNT_LOW | f.SO_PIN_FINAL_TRY, False, PukState.FINAL_TRY),
        (f.SO_PIN_FINAL_TRY | f.SO_PIN_LOCKED, True, PukState.BLOCKED),
        (f.USER_PIN_LOCKED, False, PukState.UNKNOWN),
    ],
)
def test_puk(flags: int, reveals: bool, state: PukState) -> None:
    assert puk_state(flags, reveals_tries=reveals) is state
