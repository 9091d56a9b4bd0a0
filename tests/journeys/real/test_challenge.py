"""Setting a PIN without a PUK, on the real stack: the portal answers the card's challenge."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, UnblockGrant
from kamusm_esign.domain.tokens import PinState, UnblockMethod
from kamusm_esign.sandbox.portal.keys import cryptogram
from kamusm_esign.sandbox.virtual_card import VirtualCard
from tests.equipment.card_contract import SESSION, secret
from tests.equipment.pcsc_world import READER, SECOND_READER, wait_until
from tests.equipment.real_card import ADMIN_KEY, RealCard, RealDesk, card_in
from tests.equipment.shim import compile_shim
from tests.equipment.softhsm import NEW_PIN
from tests.journeys.conftest import OTP, Desk
from tests.journeys.real.doing import code_of, token, verify
from tests.sandbox.portal.server_process import database_url, running_portal

pytestmark = pytest.mark.pcsc

S, F, U = Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN
CODE = FailureCode
GRANT = UnblockGrant(UnblockMethod.CHALLENGE_RESPONSE, None)


@dataclass
class Portal:
    """Answers with the card's admin key, and writes down what it was asked."""

    key: bytes = ADMIN_KEY
    meanwhile: Callable[[], None] = lambda: None
    asked: list[bytes] = field(default_factory=list)

    def __call__(self, challenge: bytes) -> bytes:
        self.asked.append(challenge)
        self.meanwhile()
        return cryptogram(self.key, challenge)


@pytest.fixture
def card(desk: RealDesk) -> RealCard:
    """A card whose PIN is blocked, in the reader."""
    desk.methods = ("challenge-response", "so-pin")
    card = desk.card(pin_tries=0)
    card.insert()
    return card


def unblock(
    cards: PluggedCards, card: RealCard, portal: Callable[[bytes], bytes], new_pin: str = NEW_PIN
) -> CardResult:
    return cards.unblock_pin(card.target, SESSION, GRANT, secret(new_pin), portal)


def presented(card: RealCard) -> list[str]:
    """Every command that carried a PIN, a PUK or an answer."""
    carrying = [line for ins in ("20", "24", "2c", "82") for line in card.sent(ins)]
    return [line[3:5] for line in carrying if "(0)" not in line.split("->")[0]]


@pytest.mark.parametrize("key", ["rsa2048", "p384"])
def test_a_blocked_pin_is_set_without_a_puk(desk: RealDesk, key: str) -> None:
    desk.methods = ("challenge-response", "so-pin")
    card = desk.card(key=key, pin_tries=0)
    card.insert()
    cards, portal = desk.gateway(), Portal()
    seen = token(cards, card)
    assert seen.unblock_methods == (UnblockMethod.CHALLENGE_RESPONSE, UnblockMethod.SO_PIN)
    assert unblock(cards, card, portal) == CardResult(S, None)
    assert card.takes(NEW_PIN)
    assert (card.tries, len(portal.asked)) == ((3, 3, 3), 1)
    assert sorted(presented(card)) == ["2c", "82"]
    assert token(cards, card).pin is PinState.OK
    assert verify(cards, card, NEW_PIN).outcome is S
    said = "".join(card.log)
    assert NEW_PIN not in said
    assert NEW_PIN.encode().hex() not in said.replace(" ", "")


def test_a_refused_answer_costs_one_try_and_is_not_repeated(desk: RealDesk, card: RealCard) -> None:
    cards, portal = desk.gateway(), Portal(key=bytes(32))
    refused = unblock(cards, card, portal)
    assert (refused.outcome, code_of(refused)) == (F, CODE.ADMIN_KEY_REFUSED)
    assert refused.puk_attempt_spent
    assert card.tries == (0, 3, 2)
    assert presented(card) == ["82"]
    assert token(cards, card).pin is PinState.BLOCKED
    assert unblock(cards, card, Portal()).outcome is S
    assert card.tries == (3, 3, 3)


@pytest.mark.parametrize(
    ("tries", "code"), [(1, CODE.ADMIN_KEY_LAST_TRY), (0, CODE.ADMIN_KEY_BLOCKED)]
)
def test_an_admin_key_that_may_not_be_used(desk: RealDesk, tries: int, code: FailureCode) -> None:
    desk.methods = ("challenge-response",)
    card = desk.card(pin_tries=0, admin_tries=tries)
    card.insert()
    portal = Portal()
    result = unblock(desk.gateway(), card, portal)
    assert (result, portal.asked) == (CardResult(F, Failure.of(code)), [])
    assert (card.tries, presented(card)) == ((0, 3, tries), [])


def test_a_portal_that_does_not_answer(desk: RealDesk, card: RealCard) -> None:
    """Its failure is told, nothing is presented, and the card is free again."""

    def silent(_challenge: bytes) -> bytes:
        raise FailedError.of(CODE.PORTAL_TIMEOUT)

    cards = desk.gateway()
    assert unblock(cards, card, silent) == CardResult(F, Failure.of(CODE.PORTAL_TIMEOUT))
    assert (card.tries, presented(card)) == ((0, 3, 3), [])
    assert unblock(cards, card, Portal()).outcome is S


def test_an_answer_that_comes_too_late_is_not_presented(desk: RealDesk, card: RealCard) -> None:
    portal = Portal(meanwhile=lambda: time.sleep(4.7))
    result = unblock(desk.gateway(), card, portal)
    assert result == CardResult(F, Failure.of(CODE.CHALLENGE_TOO_LATE))
    assert (card.tries, presented(card)) == ((0, 3, 3), [])


def test_another_card_while_the_portal_thinks(desk: RealDesk, card: RealCard) -> None:
    other = desk.card(pin_tries=0)

    def swap() -> None:
        card.pull()
        other.insert()

    result = unblock(desk.gateway(), card, Portal(meanwhile=swap))
    assert (result.outcome, result.puk_attempt_spent) == (F, False)
    assert code_of(result) in (CODE.CARD_REMOVED, CODE.CARD_BUSY)
    assert (card.tries, other.tries) == ((0, 3, 3), (0, 3, 3))
    assert (presented(card), presented(other)) == ([], [])


@pytest.fixture
def other(desk: RealDesk, card: RealCard) -> RealCard:
    """A card of the same kind, for the other reader; the portal's answer for `card` is wrong."""
    return desk.card(pin_tries=0, admin_key=bytes(32), reader=SECOND_READER)


def test_a_card_that_another_one_took_the_place_of(
    desk: RealDesk, card: RealCard, other: RealCard
) -> None:
    """Both are plugged in, each where the other was at the last look."""
    other.insert()
    cards, portal = desk.gateway(), Portal()
    token(cards, card)
    card.pull()
    other.pull()
    card.reader, other.reader = other.reader, card.reader
    card.insert()
    other.insert()
    result = unblock(cards, card, portal)
    assert (card.tries, other.tries) == ((0, 3, 3), (0, 3, 3))
    assert (presented(card), presented(other), portal.asked) == ([], [], [])
    assert result == CardResult(F, Failure.of(CODE.OTHER_CARD))
    token(cards, card)
    assert unblock(cards, card, portal).outcome is S


@pytest.fixture
def nameless(desk: RealDesk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A driver whose slots do not say which reader they are; its file of faults."""
    monkeypatch.setenv("P11SHIM_MODULE", str(desk.library))
    monkeypatch.setenv("P11SHIM_FOLDER", str(desk.folder))
    desk.library = compile_shim(desk.folder)
    faults = desk.folder / "faults"
    faults.write_text("* 0 nameless\n")
    return faults


@pytest.mark.usefixtures("nameless")
def test_a_driver_that_does_not_say_which_reader_it_means(
    desk: RealDesk, card: RealCard, other: RealCard
) -> None:
    """With two cards in, nothing is asked of any; with one there is no doubt."""
    other.insert()
    cards, portal = desk.gateway(), Portal()
    for one in (card, other):
        token(cards, one)
        result = unblock(cards, one, portal)
        assert result == CardResult(F, Failure.of(CODE.SEVERAL_CARDS))
    assert (card.tries, other.tries) == ((0, 3, 3), (0, 3, 3))
    assert (presented(card), presented(other), portal.asked) == ([], [], [])
    other.pull()
    token(cards, card)
    assert unblock(cards, card, portal).outcome is S


def test_a_card_that_comes_while_the_driver_reads(
    desk: RealDesk, card: RealCard, other: RealCard, nameless: Path
) -> None:
    """What the driver read may have been in the other reader by then."""
    cards, portal, results = desk.gateway(), Portal(), list[CardResult]()
    token(cards, card)
    nameless.write_text("* 0 nameless\nC_OpenSession 0 wait\n")
    work = threading.Thread(target=lambda: results.append(unblock(cards, card, portal)))
    work.start()
    waiting = desk.folder / "waiting"
    wait_until(waiting.exists)
    other.insert()
    nameless.write_text("* 0 nameless\n")
    waiting.unlink()
    work.join(30)
    assert results == [CardResult(F, Failure.of(CODE.CARD_REMOVED))]
    assert (presented(card), presented(other), portal.asked) == ([], [], [])


TROUBLES = [
    ("82 1 gone", F, False),  # asks for the tries
    ("84 1 gone", F, False),
    ("84 1 status 6d00", F, False),
    ("84 1 garble", F, False),  # what is judged is not what was answered
    ("82+ 1 gone", F, False),
    ("82+ 1 gone-after", F, False),
    ("82+ 1 status 6985", F, False),
    ("2C 1 gone", U, False),
    ("2C 1 gone-after", U, True),
    ("2C 1 status 6a80", F, False),
    ("2C 1 status 6982", F, False),
    ("2C 1 status 6581", U, False),
    ("2C 1 status-after 6f00", U, True),
    ("2C 1 status-after 6982", U, True),  # "refused", when it is done: the card's state says more
    ("2C 1 status-after 6d00", U, True),
]


@pytest.mark.parametrize(
    ("trouble", "outcome", "changed"), TROUBLES, ids=[row[0] for row in TROUBLES]
)
def test_trouble_at_every_step(
    desk: RealDesk, card: RealCard, trouble: str, outcome: Outcome, changed: bool
) -> None:
    card.trouble(trouble)
    cards = desk.gateway()
    result = unblock(cards, card, Portal())
    assert (result.outcome, card.takes(NEW_PIN)) == (outcome, changed)
    spoilt = "garble" in trouble
    assert card.tries[1:] == (3, 2 if spoilt else 3)
    assert result.puk_attempt_spent is spoilt
    assert presented(card).count("82") <= 1
    assert presented(card).count("2c") <= 1
    card.trouble()
    if "gone" in trouble:
        card.pull()
        card.insert()
    assert token(cards, card).pin is (PinState.OK if changed else PinState.BLOCKED)


# ---------------------------------------------------------------------------- with the portal
def use_card_types(table: Path) -> None:
    """As the settings of whoever runs the program."""
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "kamusm-esign"
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("settings.toml").write_text(f'card_types = "{table}"\n')


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A reference portal."""
    folder = tmp_path_factory.mktemp("portal")
    with running_portal(folder) as process:
        yield Desk(folder, process)


@pytest.mark.parametrize("method", ["challenge-response", "so-pin"])
def test_the_whole_journey(desk: RealDesk, office: Desk, method: str) -> None:
    """`kamusm-esign-sandbox card`, a code of the portal, `kamusm-esign set-pin`."""
    desk.methods = ("challenge-response", "so-pin")
    path = desk.folder / "made.json"
    words = ["--vpcd", desk.world.address(), "--file", str(path), "--state", "blocked", "--log"]
    words += ["--database", database_url(office.folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "kamusm_esign.sandbox", "card", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until(lambda: card_in(READER), 60)
            serial = VirtualCard(path).serial
            code = office.code(serial, "pin-unblock", "--method", method)
            use_card_types(desk.card_types)
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "kamusm_esign", "--portal", office.process.url),
                    *("set-pin", "--code", code, "--secrets-stdin", "--json"),
                ],
                input=f"{NEW_PIN}\n{OTP}\n",
                capture_output=True,
                text=True,
                env=os.environ,
                timeout=120,
            )
        finally:
            process.terminate()
            log = process.communicate(timeout=30)[0]
    assert json.loads(done.stdout)["failure"] is None, done.stdout
    card = VirtualCard(path)
    assert card.is_pin(memoryview(NEW_PIN.encode()))
    assert (card.pin_tries, card.puk_tries, card.admin_tries) == (3, 3, 3)
    assert office.outcome(serial) == "succeeded"
    released = office.query(
        "SELECT count(*) FROM audit WHERE event = 'puk-released' AND serial = ?", serial
    )
    assert released == [(1 if method == "so-pin" else 0,)]
    assert ("82" in log) == ("00 82" in log) or method == "so-pin"
    for digits in (NEW_PIN, NEW_PIN.encode().hex()):
        assert digits not in log.split("in the reader")[1].replace(" ", "")
