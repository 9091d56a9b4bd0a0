"""The driver crashes or hangs: the window goes on answering all along, and says so in time."""

import time

import pytest

from tests.equipment.accessibility import wait_for
from tests.equipment.softhsm import NEW_PIN, PIN
from tests.journeys.conftest import Person
from tests.journeys.window.conftest import OpenWindow, set_pin, to_new_pin

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

IMPATIENT = "tests.equipment.impatient_window"
ANSWERS_WITHIN = 0.2
"""Seconds for the window's thread to answer, whatever the driver does."""
SAID_WITHIN = 8.0
"""Seconds from the press to the result; a hung driver is given one of them."""
TRIES = 3
"""A machine that is busy with something else makes everybody late, once."""


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("C_Login(SO) 1 crash", "KRT-110"),
        ("C_Login(SO) 1 hang", "KRT-111"),
        ("C_InitPIN 1 hang", "KRT-"),
    ],
)
def test_a_driver_that_fails_never_holds_up_the_window(
    person: Person, open_for: OpenWindow, session: dict[str, str], fault: str, code: str
) -> None:
    slowest = []
    for _ in range(TRIES):
        person.card.set_tries(0, 3)
        person.card.fault(fault)
        with open_for(program=IMPATIENT) as window:
            to_new_pin(window, person.desk.code(person.serial))
            window.display.press(*NEW_PIN, "Tab", *NEW_PIN)
            window.ready("button.primary")
            with window.pulse(session["DBUS_SESSION_BUS_ADDRESS"]) as pulse:
                pressed = time.monotonic()
                window.display.press("Return")
                window.wait_screen(6)
                said_after = time.monotonic() - pressed
                assert window.find("result.code").name.startswith(code)
                assert window.find("result.title").name
        assert len(pulse) >= 3
        slowest.append(max(pulse))
        assert said_after < SAID_WITHIN
        assert person.card.token.takes_pin(PIN)
        assert person.desk.outcome(person.serial) == "failed"
        if slowest[-1] < ANSWERS_WITHIN:
            return
    pytest.fail(f"the window was silent for {slowest} seconds")


@pytest.mark.parametrize("fault", ["C_Login(USER) 1 crash", "C_Login(USER) 1 hang"])
def test_so_it_is_with_the_present_pin(
    person: Person, open_for: OpenWindow, session: dict[str, str], fault: str
) -> None:
    person.card.fault(fault)
    with open_for(program=IMPATIENT) as window:
        window.tab_to("home.tokens")
        window.display.press("Return")
        window.wait_screen(10)
        window.ready("pin.current")
        window.tab_to("pin.current")
        window.display.press(*PIN)
        window.ready("button.primary")
        with window.pulse(session["DBUS_SESSION_BUS_ADDRESS"]) as pulse:
            window.display.press("Return")
            window.wait_screen(6)
            assert window.find("result.code").name.startswith("KRT-")
        assert sorted(pulse)[-2] < ANSWERS_WITHIN


@pytest.mark.parametrize(
    ("fault", "pin", "steps", "truth"),
    [
        ("C_InitPIN 1 crashed", NEW_PIN, ("space",), "succeeded"),
        ("C_InitPIN 1 crash", PIN, ("Down",), "failed"),
    ],
    ids=["new", "old"],
)
def test_what_nobody_knows_is_settled_by_the_pin_that_works(
    person: Person,
    open_for: OpenWindow,
    fault: str,
    pin: str,
    steps: tuple[str, ...],
    truth: str,
) -> None:
    person.card.set_tries(3, 3)
    person.card.fault(fault)
    with open_for() as window:
        set_pin(window, person.desk.code(person.serial))
        assert person.desk.outcome(person.serial) == "unknown"
        person.card.fault()
        window.tab_to("button.primary")
        window.display.press("Return")
        window.wait_screen(10)
        window.ready("pin.current")
        window.tab_to("pin.current")
        window.display.press(*pin)
        window.ready("button.primary")
        window.display.press("Return")
        window.find("pin.which.1")
        assert window.number == 10
        window.wait_off("button.primary")
        window.display.press(*steps)
        window.ready("button.primary")
        window.display.press("Return")
        window.wait_screen(13)
        wait_for(lambda: person.desk.outcome(person.serial) == truth)
    assert person.run("pending", "--json").json["pending"] == []
