"""The twelve situations of practice mode: which world, what is to be done in it, how it ends.

This is the one list of them: the chooser shows it, `--situation` and `--list-situations` name it,
the practice window and the doctor open it, and the tests walk it line by line. What people read of
a situation is in `demo_texts/situations.*.toml`, by its name.
"""

from dataclasses import dataclass
from enum import Enum

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.portal_session import Purpose

PRACTICE_PIN = "314159"
"""Of every practice card that has a PIN; shown to whoever practises."""


class Group(Enum):
    """What a situation is about."""

    PIN = "pin"
    CERTIFICATE = "certificate"
    AROUND = "around"


class Staged(Enum):
    """What goes wrong besides what is on the cards and in the readers."""

    NOTHING = "nothing"
    PORTAL_DOWN = "portal-down"
    """Nobody listens where the portal should be."""
    CODE_EXPIRED = "code-expired"
    """Every code that is given out has run out already."""
    OTHER_CARD = "other-card"
    """The code is for a card that is not plugged in."""
    CARD_PULLED = "card-pulled"
    """The card is gone as soon as it is to be worked with."""


class Way(Enum):
    """How a first-time user goes about it, from the home screen."""

    CODE = "code"
    """Type the code, and go on as far as it goes."""
    CHANGE_PIN = "change-pin"
    """Change the PIN with the present one."""
    DOCTOR = "doctor"
    """Look for what is wrong."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One practice world and what is to be learnt in it."""

    name: str
    """On the command line, and the key of its texts."""
    icon: str
    """Of `resources/icons`."""
    group: Group | None
    """None: the ordinary journey, in which nothing is wrong."""
    persona: str
    """A name in `personas.PERSONAS`: the readers and cards."""
    job: Purpose
    """What the codes are for."""
    way: Way
    ends_on: FailureCode | None
    """What the window says in the end; None: it succeeds."""
    staged: Staged = Staged.NOTHING

    @property
    def has_history(self) -> bool:
        """Whether the doctor can only know it from how the last job ended."""
        return self.staged in (Staged.CODE_EXPIRED, Staged.OTHER_CARD, Staged.CARD_PULLED)


_C, _P = FailureCode, Purpose

ALL_WELL = Situation("all-well", "check-circle", None, "fine", _P.PIN_UNBLOCK, Way.CODE, None)
"""Nothing is wrong: the ordinary journey."""

SITUATIONS: tuple[Situation, ...] = (
    Situation(
        *("new-card", "card", Group.PIN, "new", _P.PIN_CREATE, Way.CHANGE_PIN, _C.PIN_UNSET),
    ),
    Situation(
        *("blocked", "lock", Group.PIN, "blocked", _P.PIN_UNBLOCK, Way.CHANGE_PIN, _C.PIN_BLOCKED),
    ),
    Situation(
        *("last-try", "alert", Group.PIN, "last-try", _P.PIN_UNBLOCK, Way.DOCTOR, _C.PIN_LAST_TRY),
    ),
    Situation(
        *("puk-low", "key", Group.PIN, "puk-low", _P.PIN_UNBLOCK, Way.CODE, _C.PUK_LAST_TRY),
    ),
    Situation(
        *("expired", "calendar", Group.CERTIFICATE, "expired", _P.E_ONAY_GRANT, Way.CODE),
        _C.CERTIFICATE_EXPIRED,
    ),
    Situation(
        *("not-yet-valid", "clock", Group.CERTIFICATE, "not-yet-valid", _P.E_ONAY_GRANT, Way.CODE),
        _C.CERTIFICATE_NOT_YET_VALID,
    ),
    Situation(
        *("wrong-card", "x-circle", Group.CERTIFICATE, "fine", _P.PIN_UNBLOCK, Way.CODE),
        *(_C.CODE_FOR_OTHER_CARD, Staged.OTHER_CARD),
    ),
    Situation(
        *("two-cards", "copy", Group.CERTIFICATE, "two-cards", _P.PIN_UNBLOCK, Way.DOCTOR),
        _C.SEVERAL_CARDS,
    ),
    Situation(
        *("no-driver", "driver", Group.AROUND, "no-driver", _P.PIN_UNBLOCK, Way.DOCTOR),
        _C.DRIVER_MISSING,
    ),
    Situation(
        *("portal-down", "network", Group.AROUND, "fine", _P.PIN_UNBLOCK, Way.DOCTOR),
        *(_C.PORTAL_NO_CONNECTION, Staged.PORTAL_DOWN),
    ),
    Situation(
        *("code-expired", "hourglass", Group.AROUND, "fine", _P.PIN_UNBLOCK, Way.CODE),
        *(_C.CODE_EXPIRED, Staged.CODE_EXPIRED),
    ),
    Situation(
        *("card-pulled", "reader", Group.AROUND, "fine", _P.PIN_UNBLOCK, Way.CODE),
        *(_C.CARD_REMOVED, Staged.CARD_PULLED),
    ),
)
"""In the order in which they are shown; each ends on a code of its own."""

BY_NAME = {situation.name: situation for situation in (ALL_WELL, *SITUATIONS)}
