"""What a seed means for a run of the whole program: journey × moment × what happens around it."""

import random
from dataclasses import dataclass

from tests.equipment.portal_answers import Answer, Job
from tests.equipment.portal_faults import (
    Fault,
    cut_off,
    delay,
    drop,
    lose_answer,
    redirect,
    say,
    say_problem,
)
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

JOURNEYS = ("set-pin", "set-pin", "change-pin", "verify-pin", "sign")
KINDS = (
    *("killed", "killed", "disk full", "read-only", "no key store", "clock", "stopped"),
    *("two at once", "portal", "portal", "none"),
)
WRITING = ("set-pin", "change-pin")
CALLS = {
    "set-pin": ("C_Initialize", "C_Login(SO)", "C_InitPIN"),
    "change-pin": ("C_Initialize", "C_Login(USER)", "C_SetPIN"),
    "verify-pin": ("C_Initialize", "C_Login(USER)"),
    "sign": ("C_Initialize", "C_Login(USER)", "C_SignInit", "C_Sign"),
}
OPERATIONS = {
    "set-pin": ("POST /sessions", "POST /sessions/{}/unblock", "PUT /sessions/{}/outcome"),
    "sign": (
        *("POST /sessions", "GET /sessions/{}/documents/{}"),
        *("PUT /sessions/{}/documents/{}/signature", "PUT /sessions/{}/outcome"),
    ),
}
PORTAL_FAULTS = ("drop", "lose", "late", "cut", "html", "redirect", "busy", "broken")
YEARS = 10 * 365 * 24 * 3600
WRONG_PIN, WRONG_PUK, OTHER_PIN = "000000", "00000000", "736184"
DOCUMENTS = tuple((f"doc-{n}", f"Belge {n}: ş ğ ı".encode()) for n in (1, 2))


@dataclass(frozen=True)
class BadDay:
    """One case."""

    seed: int
    journey: str
    kind: str
    call: str
    """The driver's function at which it happens."""
    late: bool
    """After that function instead of before it."""
    right: bool
    """Whether the PIN (for set-pin: the PUK) is the right one."""
    blocked: bool
    """Whether the PIN is blocked before; only where it is set."""
    number: int
    """Which of several: writes that the disk takes, faults of the portal, ways of the clock."""

    @classmethod
    def of(cls, seed: int) -> "BadDay":
        """The same for the same seed, for ever."""
        chance = random.Random(f"bad day {seed}")
        journey, kind = chance.choice(JOURNEYS), chance.choice(KINDS)
        if kind == "portal" and journey not in OPERATIONS:
            journey = chance.choice(tuple(OPERATIONS))
        call, late = chance.choice(CALLS[journey]), chance.random() < 0.5
        right = kind == "two at once" or chance.random() < 0.85
        blocked = journey == "set-pin" and chance.random() < 0.6
        return cls(seed, journey, kind, call, late, right, blocked, chance.randrange(24))

    @property
    def with_portal(self) -> bool:
        """Whether a portal has a part in it."""
        return self.journey in OPERATIONS

    @property
    def pins(self) -> list[str]:
        """What the person types."""
        typed = PIN if self.right else WRONG_PIN
        return {
            "set-pin": [NEW_PIN],
            "change-pin": [typed, NEW_PIN],
            "verify-pin": [typed],
            "sign": [typed],
        }[self.journey]

    @property
    def puk(self) -> str:
        """What the portal keeps."""
        wrong = self.journey == "set-pin" and not self.right
        return WRONG_PUK if wrong else PUK

    @property
    def clock(self) -> int:
        """Seconds of the jump."""
        return YEARS if self.number % 2 else -YEARS

    @property
    def pause(self) -> str:
        """A line for the shim that holds the moment, or lets two programs meet in it."""
        if self.kind == "two at once":
            return f"{self.call} 1 {'late' if self.late else 'delay'} 400"
        return f"{self.call} 1 {'waited' if self.late else 'wait'}"

    def job(self, serial: str) -> Job:
        """What the verification code stands for."""
        lifetime = 4.0 if self.kind == "stopped" else 300.0
        if self.journey == "set-pin":
            return Job(serials=(serial,), lifetime=lifetime)
        return Job("e-onay-grant", documents=DOCUMENTS, lifetime=lifetime)

    @property
    def portal_faults(self) -> tuple[str, list[Fault]]:
        """The operation that goes wrong, and how; as often as the program asks again, or once."""
        operations = OPERATIONS[self.journey]
        operation = operations[self.number % len(operations)]
        name = PORTAL_FAULTS[self.number % len(PORTAL_FAULTS)]
        page = Answer(200, b"<html>Log in to this network</html>", "text/html")
        fault = {
            "drop": drop(),
            "lose": lose_answer(),
            "late": delay(0.5),
            "cut": cut_off(1),
            "html": say(page),
            "redirect": redirect("https://network.example/login"),
            "busy": say_problem("maintenance", retry_after=1),
            "broken": say_problem("internal"),
        }[name]
        return operation, [fault] * (1 if self.number < 12 else 3)
