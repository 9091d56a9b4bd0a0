"""The double keeps the card's contract, fails on demand, and forgets nothing."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kamusm_esign.card.phase import Phase
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.tokens import (
    CertificateKind,
    DriverStatus,
    PinState,
    PukState,
    ReadersSnapshot,
    ServiceStatus,
    UnblockMethod,
    UnusableReason,
)
from kamusm_esign.ports import CardGateway, TokenWatcher
from kamusm_esign.sandbox.personas import PERSONAS, READER, make_world
from kamusm_esign.sandbox.portal.keys import cryptogram
from kamusm_esign.sandbox.virtual_card import CardContents, VirtualCard
from kamusm_esign.sandbox.virtual_readers import VirtualReader, VirtualReaders, VirtualWatcher
from kamusm_esign.sandbox.virtual_token import Fault, VirtualToken
from tests.equipment.card_contract import (
    SESSION,
    WRONG,
    CardContract,
    CardSetup,
    CardUnderTest,
    MakeCard,
    secret,
)
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.equipment.test_ca import TestCa

SERIAL = "0123456789ABCDEF"
CODE = FailureCode


def card_in_reader(folder: Path, setup: CardSetup) -> tuple[CardUnderTest, VirtualReaders]:
    issued = TestCa().issue("nes", setup.key)
    contents = CardContents(
        serial=SERIAL,
        label="SIGN0",
        puk=PUK,
        pin=PIN if setup.pin_set else None,
        certificates=(issued,),
        pin_tries=setup.pin_tries,
        puk_tries=setup.puk_tries,
    )
    readers = VirtualReaders(VirtualReader(READER, VirtualCard.make(folder / "card", contents)))
    return CardUnderTest(VirtualToken(readers), SERIAL, issued.certificate_der), readers


class TestContract(CardContract):
    @pytest.fixture
    def make_card(self, tmp_path: Path) -> MakeCard:
        return lambda setup: card_in_reader(tmp_path, setup)[0]


def test_it_stands_behind_the_protocols(tmp_path: Path) -> None:
    card, readers = card_in_reader(tmp_path, CardSetup())
    gateway: CardGateway = card.gateway
    watcher: TokenWatcher = VirtualWatcher(readers)
    assert gateway.overview().readers[0].atr == watcher.snapshot().readers[0].atr


# phase, after the effect, what: outcome, failure code, whether the new PIN is on the card
FAULTS = [
    (Phase.CHECKING, False, CODE.CARD_REMOVED, Outcome.FAILED, CODE.CARD_REMOVED, False),
    (Phase.CHECKING, True, CODE.DRIVER_CRASHED, Outcome.FAILED, CODE.DRIVER_CRASHED, False),
    (Phase.LOGIN, False, CODE.DRIVER_NO_ANSWER, Outcome.FAILED, CODE.DRIVER_NO_ANSWER, False),
    (Phase.LOGIN, True, CODE.DRIVER_CRASHED, Outcome.FAILED, CODE.DRIVER_CRASHED, False),
    (Phase.INIT_PIN, False, CODE.CARD_REMOVED, Outcome.UNKNOWN, CODE.PIN_SET_UNKNOWN, False),
    (Phase.INIT_PIN, True, CODE.CARD_REMOVED, Outcome.UNKNOWN, CODE.PIN_SET_UNKNOWN, True),
    (Phase.INIT_PIN, False, CODE.DRIVER_CRASHED, Outcome.UNKNOWN, CODE.PIN_SET_UNKNOWN, False),
    (Phase.INIT_PIN, True, CODE.DRIVER_NO_ANSWER, Outcome.UNKNOWN, CODE.PIN_SET_UNKNOWN, True),
]


@pytest.mark.parametrize(("phase", "after", "reason", "outcome", "code", "done"), FAULTS)
def test_what_goes_wrong_while_a_pin_is_set(
    tmp_path: Path,
    phase: Phase,
    after: bool,
    reason: FailureCode,
    outcome: Outcome,
    code: FailureCode,
    done: bool,
) -> None:
    card, readers = card_in_reader(tmp_path, CardSetup(pin_tries=0))
    assert isinstance(card.gateway, VirtualToken)
    pulled = VirtualCard(tmp_path / "card")
    card.gateway.plan(Fault(phase, reason, after_effect=after))
    result = card.unblock()
    assert result.outcome is outcome
    assert result.failure is not None
    assert result.failure.code is code
    if reason is CODE.CARD_REMOVED:
        assert card.gateway.overview().tokens == ()
        readers.insert(READER, VirtualCard(pulled.path))
    assert card.token.pin is (PinState.OK if done else PinState.BLOCKED)
    # The fault is over: the same again works.
    assert card.unblock().outcome is Outcome.SUCCEEDED


def test_a_login_whose_answer_is_lost_has_cost_its_try(tmp_path: Path) -> None:
    card, _ = card_in_reader(tmp_path, CardSetup())
    assert isinstance(card.gateway, VirtualToken)
    card.gateway.plan(Fault(Phase.LOGIN, CODE.DRIVER_CRASHED, after_effect=True))
    assert card.verify(WRONG).outcome is Outcome.UNKNOWN
    assert card.token.pin is PinState.LOW


def test_a_signature_that_the_card_does_not_finish(tmp_path: Path) -> None:
    card, _ = card_in_reader(tmp_path, CardSetup(key="p384"))
    assert isinstance(card.gateway, VirtualToken)
    sha256 = card.target.certificate_sha256 or ""
    with card.gateway.signing(card.target, sha256, secret(PIN), last_try=False) as signer:
        signer.sign(b"1" * 32, "sha256")
        card.gateway.plan(Fault(Phase.SIGNING, CODE.CARD_REMOVED))
        for _ in range(2):
            with pytest.raises(FailedError) as failed:
                signer.sign(b"2" * 32, "sha256")
            assert failed.value.failure.code is CODE.CARD_REMOVED


def test_close_ends_a_slow_card(tmp_path: Path) -> None:
    card, _ = card_in_reader(tmp_path, CardSetup())
    assert isinstance(card.gateway, VirtualToken)
    card.gateway.plan(Fault(Phase.LOGIN, None, delay=60))
    results = []
    work = threading.Thread(target=lambda: results.append(card.verify()))
    work.start()
    while work.is_alive():
        card.gateway.close()
        work.join(0.01)
    assert results[0].outcome is Outcome.UNKNOWN
    assert card.verify().outcome is Outcome.SUCCEEDED


def test_counters_survive_removal_and_restart(tmp_path: Path) -> None:
    card, readers = card_in_reader(tmp_path, CardSetup())
    card.verify(WRONG)
    card.unblock(puk="11111111")
    readers.remove(READER)
    assert card.verify().failure is not None
    again = VirtualReaders(VirtualReader(READER, VirtualCard(tmp_path / "card")))
    token = VirtualToken(again).overview().token(SERIAL)
    assert token is not None
    assert (token.pin, token.puk) == (PinState.LOW, PukState.LOW)


def test_the_file_holds_no_secret_in_the_open(tmp_path: Path) -> None:
    card, _ = card_in_reader(tmp_path, CardSetup())
    card.gateway.unblock_pin(card.target, SESSION, card.grant(PUK), secret(NEW_PIN))
    written = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert all(text not in written for text in (PIN, PUK, NEW_PIN))


# persona: failure of the overview or its reader, driver's status, PIN state, why unusable
WORLDS = {
    "fine": (None, DriverStatus.OK, PinState.OK, None),
    "new": (None, DriverStatus.OK, PinState.UNSET, None),
    "one-wrong": (None, DriverStatus.OK, PinState.LOW, None),
    "last-try": (None, DriverStatus.OK, PinState.FINAL_TRY, None),
    "blocked": (None, DriverStatus.OK, PinState.BLOCKED, None),
    "puk-low": (None, DriverStatus.OK, PinState.OK, None),
    "puk-last-try": (None, DriverStatus.OK, PinState.BLOCKED, None),
    "puk-gone": (None, DriverStatus.OK, PinState.BLOCKED, None),
    "not-yet-valid": (None, DriverStatus.OK, PinState.OK, UnusableReason.NOT_YET_VALID),
    "expired": (None, DriverStatus.OK, PinState.OK, UnusableReason.EXPIRED),
    "mali-muhur": (None, DriverStatus.OK, PinState.OK, None),
    "two-cards": (None, DriverStatus.OK, PinState.OK, None),
    "no-reader": (CODE.NO_READER, None, None, None),
    "no-card": (CODE.NO_CARD, DriverStatus.NO_CARD, None, None),
    "foreign-card": (CODE.FOREIGN_CARD, DriverStatus.FOREIGN_CARD, None, None),
    "mute-card": (CODE.MUTE_CARD, DriverStatus.MUTE_CARD, None, None),
    "no-driver": (CODE.DRIVER_MISSING, DriverStatus.MISSING, None, None),
    "wrong-driver": (
        CODE.DRIVER_WRONG_ARCHITECTURE,
        DriverStatus.WRONG_ARCHITECTURE,
        None,
        None,
    ),
    "driver-dead": (CODE.DRIVER_CRASHED, DriverStatus.CRASHED, None, None),
}


@pytest.mark.parametrize("persona", PERSONAS)
def test_personas(tmp_path: Path, persona: str) -> None:
    code, status, pin, unusable = WORLDS[persona]
    ca = TestCa().sandbox_ca
    overview = make_world(persona, tmp_path, ca, pin=PIN, puk=PUK, key="p384").overview()
    failures = [overview.failure, *(r.failure for r in overview.readers)]
    assert next((f.code for f in failures if f), None) is code
    assert {r.driver.status for r in overview.readers} == ({status} if status else set())
    assert {t.pin for t in overview.tokens} == ({pin} if pin else set())
    reasons = {c.unusable(datetime.now(UTC)) for t in overview.tokens for c in t.certificates}
    assert reasons == ({unusable} if pin else set())


def test_puk_states_and_kinds_of_personas(tmp_path: Path) -> None:
    ca = TestCa().sandbox_ca
    wanted = {
        "fine": (PukState.OK, CertificateKind.NES),
        "puk-last-try": (PukState.FINAL_TRY, CertificateKind.NES),
        "puk-gone": (PukState.BLOCKED, CertificateKind.NES),
        "mali-muhur": (PukState.OK, CertificateKind.MALI_MUHUR),
    }
    for persona, expected in wanted.items():
        folder = tmp_path / persona
        folder.mkdir()
        (token,) = make_world(persona, folder, ca, pin=PIN, puk=PUK, key="p256").overview().tokens
        assert (token.puk, token.certificates[0].kind) == expected


def test_a_world_remembers_its_cards(tmp_path: Path) -> None:
    ca = TestCa().sandbox_ca
    first = make_world("fine", tmp_path, ca, pin=PIN, puk=PUK, key="p256").overview()
    assert make_world("fine", tmp_path, ca, pin=PIN, puk=PUK, key="p256").overview() == first


def test_the_watcher_tells_now_and_after_every_change(tmp_path: Path) -> None:
    _, readers = card_in_reader(tmp_path, CardSetup())
    seen: list[ReadersSnapshot] = []
    told = threading.Semaphore(0)

    def on_change(snapshot: ReadersSnapshot) -> None:
        seen.append(snapshot)
        told.release()

    watcher = VirtualWatcher(readers)
    watcher.start(on_change)
    assert told.acquire(timeout=10)
    card = readers.remove(READER)
    assert told.acquire(timeout=10)
    assert card is not None
    readers.insert(READER, card)
    assert told.acquire(timeout=10)
    readers.set_service(ServiceStatus.STOPPED)
    assert told.acquire(timeout=10)
    watcher.stop()
    readers.set_service(ServiceStatus.RUNNING)
    assert not told.acquire(timeout=0.05)
    assert [s.readers[0].card_present if s.readers else None for s in seen] == [
        True,
        False,
        True,
        None,
    ]
    assert len({r.event_count for s in seen for r in s.readers}) == 3
    assert seen[-1].failure is not None


ADMIN_KEY = bytes(range(32))
GRANT = UnblockGrant(UnblockMethod.CHALLENGE_RESPONSE, None)


@pytest.mark.parametrize(
    ("tries", "key", "code", "left", "spent"),
    [
        (3, ADMIN_KEY, None, 3, False),
        (2, ADMIN_KEY, None, 3, False),
        (3, bytes(32), CODE.ADMIN_KEY_REFUSED, 2, True),
        (1, ADMIN_KEY, CODE.ADMIN_KEY_LAST_TRY, 1, False),
        (0, ADMIN_KEY, CODE.ADMIN_KEY_BLOCKED, 0, False),
    ],
)
def test_unblock_without_a_puk(
    tmp_path: Path, tries: int, key: bytes, code: FailureCode | None, left: int, spent: bool
) -> None:
    issued = TestCa().issue("nes", "p384")
    contents = CardContents(
        SERIAL, "SIGN0", PUK, PIN, (issued,), 0, admin_key=ADMIN_KEY, admin_tries=tries
    )
    card = VirtualCard.make(tmp_path / "card", contents)
    gateway = VirtualToken(VirtualReaders(VirtualReader(READER, card)))
    under_test = CardUnderTest(gateway, SERIAL, issued.certificate_der)
    assert UnblockMethod.CHALLENGE_RESPONSE in under_test.token.unblock_methods
    result = gateway.unblock_pin(
        under_test.target, SESSION, GRANT, secret(NEW_PIN), lambda c: cryptogram(key, c)
    )
    assert (result.failure.code if result.failure else None) is code
    assert (card.admin_tries, card.puk_tries, result.puk_attempt_spent) == (left, 3, spent)
    assert card.is_pin(memoryview(NEW_PIN.encode())) is (code is None)


def test_a_portal_that_does_not_answer_costs_nothing(tmp_path: Path) -> None:
    issued = TestCa().issue("nes", "p384")
    contents = CardContents(SERIAL, "SIGN0", PUK, PIN, (issued,), 0, admin_key=ADMIN_KEY)
    card = VirtualCard.make(tmp_path / "card", contents)
    gateway = VirtualToken(VirtualReaders(VirtualReader(READER, card)))
    under_test = CardUnderTest(gateway, SERIAL, issued.certificate_der)

    def silent(_challenge: bytes) -> bytes:
        raise FailedError.of(CODE.PORTAL_TIMEOUT)

    result = gateway.unblock_pin(under_test.target, SESSION, GRANT, secret(NEW_PIN), silent)
    assert result.failure is not None
    assert (result.failure.code, card.admin_tries) == (CODE.PORTAL_TIMEOUT, 3)
