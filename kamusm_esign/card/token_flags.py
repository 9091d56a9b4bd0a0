"""The flags of CK_TOKEN_INFO → states of PIN and PUK (PKCS#11 v2.40 section 3.2)."""

from kamusm_esign.domain.tokens import PinState, PukState

WRITE_PROTECTED = 0x0000_0002
USER_PIN_INITIALIZED = 0x0000_0008
PROTECTED_AUTHENTICATION_PATH = 0x0000_0100
TOKEN_INITIALIZED = 0x0000_0400
USER_PIN_COUNT_LOW = 0x0001_0000
USER_PIN_FINAL_TRY = 0x0002_0000
USER_PIN_LOCKED = 0x0004_0000
SO_PIN_COUNT_LOW = 0x0010_0000
SO_PIN_FINAL_TRY = 0x0020_0000
SO_PIN_LOCKED = 0x0040_0000

_PIN = (
    (USER_PIN_LOCKED, PinState.BLOCKED),
    (USER_PIN_FINAL_TRY, PinState.FINAL_TRY),
    (USER_PIN_COUNT_LOW, PinState.LOW),
)
_PUK = (
    (SO_PIN_LOCKED, PukState.BLOCKED),
    (SO_PIN_FINAL_TRY, PukState.FINAL_TRY),
    (SO_PIN_COUNT_LOW, PukState.LOW),
)


def pin_state(flags: int, *, reveals_tries: bool = True) -> PinState:
    """What the flags say of the user PIN.

    Args:
        flags: CK_TOKEN_INFO.flags.
        reveals_tries: whether this kind of card sets the flags at all; without it the absence of
            all of them says nothing.
    """
    if not flags & USER_PIN_INITIALIZED:
        return PinState.UNSET
    silent = PinState.OK if reveals_tries else PinState.UNKNOWN
    return next((state for flag, state in _PIN if flags & flag), silent)


def puk_state(flags: int, *, reveals_tries: bool = False) -> PukState:
    """What the flags say of the PUK; most drivers never set them."""
    silent = PukState.OK if reveals_tries else PukState.UNKNOWN
    return next((state for flag, state in _PUK if flags & flag), silent)
