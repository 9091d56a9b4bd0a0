"""What is left of a PIN in the window's process: nothing, however the journey ends.

The digits reach that process as key events from another one and in no other way; the PUK comes
sealed, and the card host is another process too.
"""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.equipment.pcsc_world import PcscWorld, missing_equipment, pcsc_world
from tests.equipment.softhsm import PUK
from tests.equipment.window import Window
from tests.journeys.conftest import Person
from tests.journeys.window.conftest import OpenWindow, set_pin, sign, to_new_pin
from tests.ui.inputs.memory import core_of, found_in, keycodes, shapes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

LENGTH = 12
SEARCHED = 9
"""First digits that are searched for: fewer stand in other numbers of a process by chance."""

LOST_WITHIN = 90.0
"""Seconds after which the program gives the portal up."""


@pytest.fixture
def pin() -> str:
    """Random digits, so that nothing else in the process can be the same; no two alike in a row."""
    digits = secrets.choice("0123456789")
    while len(digits) < LENGTH:
        step = secrets.choice((2, 3, 4, 5, 6, 7, 8))
        digits += str((int(digits[-1]) + step) % 10)
    return digits


@pytest.fixture
def search(tmp_path: Path) -> Callable[[Window, str], dict[str, int]]:
    """Where the first digits of a PIN or PUK are in a window's memory, in every shape."""

    def look(window: Window, digits: str) -> dict[str, int]:
        core = core_of(window.pid, tmp_path)
        return found_in(core, shapes(digits[:SEARCHED]) | keycodes(digits[:SEARCHED]))

    return look


Search = Callable[[Window, str], dict[str, int]]


def test_the_search_finds_a_pin_that_is_still_in_the_field(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for() as window:
        to_new_pin(window, person.desk.code(person.serial))
        window.display.press(*pin)
        window.wait_described("pin.new", f"{LENGTH}. hane")
        assert search(window, pin)["text, every 1"] == 1
        window.display.press("Escape")
        window.wait_screen(1)
        assert search(window, pin) == {}


def test_the_search_finds_a_pin_that_a_program_kept(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for(program="tests.equipment.leaky_window") as window:
        set_pin(window, person.desk.code(person.serial), pin)
        assert search(window, pin)["text, every 1"] >= 1


def test_after_a_journey(person: Person, open_for: OpenWindow, pin: str, search: Search) -> None:
    with open_for() as window:
        set_pin(window, person.desk.code(person.serial), pin)
        assert search(window, pin) == {}
        assert search(window, PUK) == {}
    assert person.card.token.takes_pin(pin)


@pytest.mark.parametrize("token_sort", [{"pin": None}])
def test_after_signing(person: Person, open_for: OpenWindow, pin: str, search: Search) -> None:
    person.card.token.give_pin(pin)
    with open_for() as window:
        sign(window, person.desk.code(person.serial, "e-onay-grant"), pin)
        assert person.desk.last_outcome() == "succeeded"
        assert search(window, pin) == {}


@pytest.mark.parametrize("token_sort", [{"pin": None}])
def test_the_search_finds_the_pin_of_a_signature_that_a_program_kept(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    person.card.token.give_pin(pin)
    with open_for(program="tests.equipment.leaky_window") as window:
        sign(window, person.desk.code(person.serial, "e-onay-grant"), pin)
        assert search(window, pin)["text, every 1"] >= 1


def test_after_a_wrong_code_with_the_pin_typed_for_one(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for() as window:
        window.display.press("Return")
        window.wait_screen(2)
        window.display.press(*pin, "Return")
        window.display.press(*["BackSpace"] * LENGTH)
        window.display.press(*"900000000000001", "Return")
        window.find("page.problem")
        assert search(window, pin) == {}


def test_after_a_refusal_by_the_card(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    person.desk.enrol(person.card.token, puk="99999999")
    with open_for() as window:
        set_pin(window, person.desk.code(person.serial), pin)
        assert window.find("result.code").name == "KRT-125"
        assert search(window, pin) == {}
    person.desk.enrol(person.card.token)


def test_after_the_driver_crashed(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    person.card.fault("C_Login(SO) 1 crash")
    with open_for() as window:
        set_pin(window, person.desk.code(person.serial), pin)
        assert window.find("result.code").name.startswith("KRT-110")
        assert search(window, pin) == {}
        assert search(window, PUK) == {}


def test_after_the_session_was_over(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for() as window:
        to_new_pin(window, person.desk.code(person.serial))
        person.desk.query("UPDATE sessions SET expires_at = 0")
        window.display.press(*pin, "Tab", *pin, "Return")
        window.wait_screen(2)
        window.find("page.problem")
        assert search(window, pin) == {}
    assert person.card.spending_calls() == []


def test_after_the_portal_was_lost(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for() as window:
        to_new_pin(window, person.desk.code(person.serial))
        person.desk.sandbox("maintenance", "on", "--retry-after", "1")
        try:
            window.display.press(*pin, "Tab", *pin, "Return")
            window.wait_screen(2, LOST_WITHIN)
            window.find("page.problem")
        finally:
            person.desk.sandbox("maintenance", "off")
        assert search(window, pin) == {}
    assert person.card.spending_calls() == []


def test_after_cancelling_in_the_middle(
    person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    with open_for() as window:
        to_new_pin(window, person.desk.code(person.serial))
        window.display.press(*pin, "Tab", *pin, "Escape")
        window.wait_screen(1)
        assert search(window, pin) == {}
    assert person.desk.last_outcome() == "cancelled"


@pytest.fixture
def readers() -> Iterator[PcscWorld]:
    """A real PC/SC service with one virtual reader."""
    missing = missing_equipment()
    if missing:
        pytest.skip(missing)
    with pcsc_world() as world:
        world.start_service()
        yield world


@pytest.mark.pcsc
def test_after_the_card_was_pulled(
    readers: PcscWorld, person: Person, open_for: OpenWindow, pin: str, search: Search
) -> None:
    readers.insert()
    with open_for() as window:
        to_new_pin(window, person.desk.code(person.serial))
        window.display.press(*pin, "Tab", *pin)
        window.ready("button.primary")
        person.card.fault("C_GetTokenInfo 0 error 0xe0")
        readers.remove()
        window.wait_off("pin.new")
        assert window.number == 4
        assert search(window, pin) == {}
    assert person.card.spending_calls() == []
