"""Journey × step × fault, chosen by a seed, played on a real card host and judged from outside.

One run: a fresh copy of a SoftHSM2 token behind the counting shim, the product's card host, flow,
runtime, journal and recovery, a portal that loses requests or answers. What is true is read from
the token with a program that is not ours, from the shim's counters and its list of calls:

(a) tries go down only by a wrong secret, and by exactly one;
(b) "succeeded" means changed, "failed" and "cancelled" mean not changed, "unknown" is said only
    where the card was written to without a clear answer;
(c) what the portal knows in the end, after the outbox was handed in, is the truth;
(d) no process, lock or secret is left.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import (
    Outcome,
    OutcomeReport,
    SessionAccess,
    UnblockGrant,
    UnblockRequest,
)
from kamusm_esign.domain.secret import Secret, SecretBox
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import Done, GivenUp, State
from kamusm_esign.flows.session_model import AskCode, CodeEntered
from kamusm_esign.flows.set_pin import initial_state, step
from kamusm_esign.flows.set_pin_model import (
    AskNewPin,
    CheckingOutcome,
    NewPinEntered,
    StopWaiting,
    WaitingToken,
)
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.driver import FlowDriver
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.recovery import hand_in
from kamusm_esign.runtime.set_pin_effects import SetPinEffects
from kamusm_esign.runtime.settling_cards import SettlingCards
from kamusm_esign.sandbox.virtual_readers import VirtualReaders, VirtualWatcher
from tests.equipment.puk_seal import grant_for
from tests.equipment.recording_ports import RecordingWorld
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

JOURNEYS = ("set-pin", "change-pin", "verify-pin", "sign")
_LIMIT = 0.8
"""Seconds for an answer of the card host: hanging is one of the faults."""
ERRORS = ("0x30", "0x31", "0x32", "0x5", "0x6", "0xb3", "0xe0", "0x80000001")
REFUSALS = ("0xa0", "0xa4", "0xa2", "0x54", "0x101")
"""What a card may say of a PIN; only instead of the call, after it it would be a lie."""
_LOOKING = ("C_Initialize", "C_GetSlotList", "C_GetTokenInfo", "C_OpenSession")
_STEPS = {
    "set-pin": ("C_Login(SO)", "C_InitPIN"),
    "change-pin": ("C_Login(USER)", "C_SetPIN"),
    "verify-pin": ("C_Login(USER)",),
    "sign": ("C_Login(USER)", "C_SignInit", "C_Sign"),
}
_WRITING = {"set-pin": "C_InitPIN", "change-pin": "C_SetPIN"}
_LOST = Failure.of(FailureCode.PORTAL_TIMEOUT)


@dataclass(frozen=True)
class Case:
    """What a seed means."""

    seed: int
    journey: str
    fault: str
    """A line for the shim, or `portal …`, or `none`."""
    right: bool
    """Whether the PIN (for set-pin: the PUK) is the right one."""
    pin_tries: int
    puk_tries: int

    @property
    def kind(self) -> str:
        """The fault without its place and number: a row of the table."""
        words = self.fault.split()
        return words[0] if words[0] in ("none", "portal") else words[2]

    @classmethod
    def of(cls, seed: int) -> "Case":
        """The same for the same seed, for ever."""
        chance = random.Random(seed)
        journey = chance.choice(JOURNEYS)
        right = chance.random() < 0.75
        tries = (chance.choice((0, 1, 2, 3)), chance.choice((1, 2, 3)))
        if journey != "set-pin":
            tries = (max(tries[0], 1), 3)
        return cls(seed, journey, _fault(chance, journey), right, *tries)


def _fault(chance: random.Random, journey: str) -> str:
    if journey == "set-pin" and chance.random() < 0.2:
        call = chance.choice(("authorize_unblock", "put_outcome"))
        return f"portal {call} {chance.choice(('before', 'after', 'garbage'))}"
    if chance.random() < 0.05:
        return "none"
    call = chance.choice(_STEPS[journey] if chance.random() < 0.75 else _LOOKING)
    number = 1 if call in _STEPS[journey] else chance.choice((1, 2, 3, 4))
    action = chance.choice(
        ("error", "error", "refusal", "after", "crash", "crashed", "hang", "hung", "late", "noise")
    )
    if action == "refusal" and call in _STEPS[journey]:
        return f"{call} {number} error {chance.choice(REFUSALS)}"
    if action in ("error", "after", "refusal"):
        action = "error" if action == "refusal" else action
        return f"{call} {number} {action} {chance.choice(ERRORS)}"
    return f"{call} {number} {action} {150 if action == 'late' else ''}".strip()


@dataclass
class Ended:
    """How a run ended, and what was wrong with it."""

    case: Case
    outcome: Outcome
    violations: list[str] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        """Note a violation."""
        if not holds:
            self.violations.append(what)


class _Portal:
    """The portal of a recording world, with a real PUK, that loses what it is told to lose."""

    def __init__(self, world: RecordingWorld, puk: str, fault: str) -> None:
        self._world = world
        self._puk = puk
        self._fault = fault.split()[1:] if fault.startswith("portal") else []
        self.lost = 0
        inner = world.portal
        self._authorize, self._outcome = inner.authorize_unblock, inner.put_outcome
        inner.authorize_unblock = self.authorize_unblock  # type: ignore[method-assign]
        inner.put_outcome = self.put_outcome  # type: ignore[method-assign]

    def authorize_unblock(
        self, access: SessionAccess, request: UnblockRequest, idempotency_key: str
    ) -> UnblockGrant:
        self._lose("authorize_unblock", "before")
        session = self._world.portal.session.id
        grant = grant_for(request.seal_key or b"", self._puk, session, request.token_serial)
        self._lose("authorize_unblock", "after")
        return grant

    def put_outcome(self, access: SessionAccess, report: OutcomeReport) -> None:
        self._lose("put_outcome", "before")
        self._outcome(access, report)
        self._lose("put_outcome", "after")

    def _lose(self, call: str, when: str) -> None:
        """The first time only: what comes later is the outbox."""
        if not self._fault or self._fault[0] != call or self.lost:
            return
        if self._fault[1] == when:
            self.lost += 1
            raise FailedError(_LOST)
        if self._fault[1] == "garbage" and when == "after":
            self.lost += 1
            raise FailedError.of(FailureCode.PORTAL_ANSWER_INVALID, member="x")


class Run:
    """One case on one card."""

    def __init__(self, case: Case, card: ShimmedToken, folder: Path) -> None:
        self.case = case
        self.card = card
        self._folder = folder
        self._secrets: list[Secret] = []
        self._host = CardHostClient(folder / "locks", read_timeout=_LIMIT, write_timeout=_LIMIT)
        self.cards = PluggedCards(
            VirtualWatcher(VirtualReaders()),
            load_card_types,
            self._host,
            module=card.module,
            retry_waits=(),
        )

    def play(self) -> Ended:
        """Do it and judge it."""
        case, card = self.case, self.card
        card.set_tries(case.pin_tries, case.puk_tries)
        if not case.fault.startswith(("portal", "none")):
            card.fault(case.fault)
        ended = Ended(case, Outcome.FAILED)
        world = RecordingWorld()
        try:
            if case.journey == "set-pin":
                ended.outcome = self._set_pin(world)
            else:
                ended.outcome = self._use_pin().outcome
        finally:
            calls = card.spending_calls()
            card.fault()
            self.cards.close()
        self._judge_tries(ended, calls)
        self._judge_outcome(ended, calls)
        if case.journey == "set-pin":
            self._judge_portal(ended, world)
        self._judge_rest(ended)
        return ended

    # ------------------------------------------------------------------------ the journeys
    def _secret(self, digits: str) -> Secret:
        self._secrets.append(Secret.taking(bytearray(digits.encode())))
        return self._secrets[-1]

    def _use_pin(self) -> CardResult:
        target, last_try = self.card.token.target, True
        pin = self._secret(PIN if self.case.right else "000000")
        if self.case.journey == "verify-pin":
            return self.cards.verify_pin(target, pin, last_try=last_try)
        if self.case.journey == "change-pin":
            new = self._secret(NEW_PIN)
            return self.cards.change_pin(target, pin, new, last_try=last_try)
        sha256 = self.card.token.certificate_sha256
        try:
            with self.cards.signing(target, sha256, pin, last_try=last_try) as signer:
                for number in range(3):
                    signer.sign(bytes([number]) * 32, "sha256")
        except FailedError as error:
            return CardResult(Outcome.FAILED, error.failure)
        return CardResult(Outcome.SUCCEEDED, None)

    def _set_pin(self, world: RecordingWorld) -> Outcome:
        _Portal(world, PUK if self.case.right else "00000000", self.case.fault)
        ports = world.ports()
        cards = SettlingCards(self.cards, ports.journal, ports.utc_now)
        self._ports: Ports = replace(ports, card=cards)
        box, lanes = SecretBox(), (Lane("card"), Lane("portal"))
        calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        looks = iter(range(6))

        def react(state: State) -> None:
            if isinstance(state, AskNewPin):
                self._while_the_pin_is_typed()
                driver.post(NewPinEntered(box.put(self._secret(NEW_PIN)), ()))
            elif isinstance(state, WaitingToken) and state.looked:
                driver.post(GivenUp(state.failure or _LOST))
            elif isinstance(state, AskCode) and state.ticket:
                driver.post(GivenUp(_LOST))
            elif isinstance(state, CheckingOutcome) and state.missing and next(looks, None):
                driver.post(StopWaiting())

        handlers = SetPinEffects(self._ports, box).handlers(*lanes)
        driver = FlowDriver(step, initial_state(), handlers, box, calls.put, react)
        driver.dispatch(CodeEntered(VerificationCode("123456789012345")))
        while all(lane.wait_idle(60) for lane in lanes) and not calls.empty():
            calls.get()()
        state = driver.state
        if isinstance(state, CheckingOutcome):
            driver.dispatch(StopWaiting())
            while all(lane.wait_idle(60) for lane in lanes) and not calls.empty():
                calls.get()()
            state = driver.state
        self._box_left = len(box)
        return state.outcome if isinstance(state, Done) else Outcome.FAILED

    def _while_the_pin_is_typed(self) -> None:
        """Between the look at the card and the write."""

    # ------------------------------------------------------------------------ the judgement
    def _judge_tries(self, ended: Ended, calls: list[str]) -> None:
        case = self.case
        pin, puk = self.card.tries()
        presented = {name: calls.count(name) for name in calls}
        ended.expect(all(n == 1 for n in presented.values()), f"(a) asked twice: {presented}")
        for name, before, after, is_puk in (
            ("PIN", case.pin_tries, pin, False),
            ("PUK", case.puk_tries, puk, True),
        ):
            mine = is_puk is (case.journey == "set-pin")
            wrong = mine and not case.right
            ended.expect(after >= before - wrong, f"(a) {name} tries {before} -> {after}")

    def _judge_outcome(self, ended: Ended, calls: list[str]) -> None:
        writing = _WRITING.get(self.case.journey)
        changed = self.card.token.takes_pin(NEW_PIN)
        if writing is None:
            ended.expect(not changed, "(b) a PIN was changed that was only used")
            said_right = ended.outcome is Outcome.SUCCEEDED
            ended.expect(self.case.right or not said_right, "(b) a wrong PIN was called right")
            return
        if ended.outcome is Outcome.SUCCEEDED:
            ended.expect(changed, "(b) succeeded, and it is not changed")
        elif ended.outcome is Outcome.UNKNOWN:
            ended.expect(writing in calls, "(b) unknown, and nothing was written")
        else:
            ended.expect(not changed, f"(b) {ended.outcome.value}, and it is changed")
        if not changed:
            ended.expect(self.card.token.takes_pin(PIN), "(b) neither PIN is right")

    def _judge_portal(self, ended: Ended, world: RecordingWorld) -> None:
        with suppress(FailedError):
            hand_in(self._ports, lambda url: world.portal)
        self.cards.close()
        if not world.portal.reports:
            ended.expect("begin" not in world.calls or not world.journal.kept, "(c) nothing told")
            return
        told = world.portal.reports[-1].result
        changed = self.card.token.takes_pin(NEW_PIN)
        if told is Outcome.UNKNOWN:
            ended.expect(ended.outcome is Outcome.UNKNOWN, "(c) unknown was told")
        else:
            ended.expect((told is Outcome.SUCCEEDED) is changed, f"(c) {told.value} was told")

    def _judge_rest(self, ended: Ended) -> None:
        ended.expect(all(len(s) == 0 for s in self._secrets), "(d) a secret is left")
        ended.expect(getattr(self, "_box_left", 0) == 0, "(d) a secret is left in the box")
        ended.expect(not _card_hosts(), "(d) a card host is left")
        left = [p.name for p in self._folder.rglob("*") if p.suffix in (".new", ".tmp")]
        left = [name for name in left if name != "faults.new"]
        ended.expect(not left, f"(d) files are left: {left}")


def _card_hosts() -> list[str]:
    """Those that this process has started and that are still there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            line = (process / "cmdline").read_text() if int(parent) == os.getpid() else ""
            found += [process.name] if "--card-host" in line else []
    return found
