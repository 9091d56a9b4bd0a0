"""The driver crashes or hangs: the window goes on answering all along, and says so in time."""

import os
import signal
import time

import pytest

from tests.equipment.accessibility import wait_for
from tests.equipment.softhsm import NEW_PIN, PIN
from tests.equipment.window import Answer
from tests.journeys.conftest import Person
from tests.journeys.window.conftest import OpenWindow, set_pin, to_new_pin

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

IMPATIENT = "tests.equipment.impatient_window"
ANSWERS_WITHIN = 0.2
"""Seconds for the window's thread to answer, whatever the driver does."""
SAID_WITHIN = 8.0
"""Seconds from the press to the result; a hung driver is given one of them."""
QUESTIONS = 3
"""How many were asked at least: none of these journeys is over sooner."""


def hold_to_it(answers: list[Answer]) -> None:
    """Hold the window to its word, less what it had no processor for; print what was measured."""
    slowest = max(answers, key=lambda answer: answer.own)
    own, on_the_clock = slowest.own * 1000, max(answer.taken for answer in answers) * 1000
    print(f"{len(answers)} answers, the slowest {own:.0f} ms; on the clock {on_the_clock:.0f} ms")
    assert len(answers) >= QUESTIONS
    assert slowest.own < ANSWERS_WITHIN, slowest


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("C_Login(SO) 1 crash", "KRT-110"),
        ("C_Login(SO) 1 hang", "KRT-111"),
        ("C_InitPIN 1 hang", "KRT-"),
    ],
)
def test_a_driver_that_fails_never_holds_up_the_window(
    person: Person,
    open_for: OpenWindow,
    session: dict[str, str],
    fault: str,
    code: str,
) -> None:
    person.card.set_tries(0, 3)
    person.card.fault(fault)
    with open_for(program=IMPATIENT) as window:
        to_new_pin(window, person.desk.code(person.serial))
        window.display.press(*NEW_PIN, "Tab", *NEW_PIN)
        window.ready("button.primary")
        with window.pulse(session["DBUS_SESSION_BUS_ADDRESS"]) as answers:
            pressed = time.monotonic()
            window.display.press("Return")
            window.wait_screen(6)
            said_after = time.monotonic() - pressed
            assert window.find("result.code").name.startswith(code)
            assert window.find("result.title").name
    hold_to_it(answers)
    print(f"said after {said_after:.1f} s")
    assert said_after < SAID_WITHIN
    assert person.card.token.takes_pin(PIN)
    assert person.desk.outcome(person.serial) == "failed"


@pytest.mark.parametrize("fault", ["C_Login(USER) 1 crash", "C_Login(USER) 1 hang"])
def test_so_it_is_with_the_present_pin(
    person: Person,
    open_for: OpenWindow,
    session: dict[str, str],
    fault: str,
) -> None:
    person.card.fault(fault)
    with open_for(program=IMPATIENT) as window:
        window.tab_to("home.tokens")
        window.display.press("Return")
        window.wait_screen(10)
        window.ready("button.primary")
        window.tab_to("button.primary")
        window.display.press("Return")
        window.ready("pin.current")
        window.tab_to("pin.current")
        window.display.press(*PIN)
        window.ready("button.primary")
        with window.pulse(session["DBUS_SESSION_BUS_ADDRESS"]) as answers:
            window.display.press("Return")
            window.wait_screen(6)
            assert window.find("result.code").name.startswith("KRT-")
    hold_to_it(answers)


def test_a_window_that_is_held_up_is_noticed(open_for: OpenWindow, session: dict[str, str]) -> None:
    with open_for() as window, window.pulse(session["DBUS_SESSION_BUS_ADDRESS"]) as answers:
        wait_for(lambda: len(answers) >= QUESTIONS)
        os.kill(window.pid, signal.SIGSTOP)
        time.sleep(2 * ANSWERS_WITHIN)
        os.kill(window.pid, signal.SIGCONT)
        asked = len(answers)
        wait_for(lambda: len(answers) > asked)
    with pytest.raises(AssertionError):
        hold_to_it(answers)


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
