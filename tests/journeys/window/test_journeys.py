"""The journeys in the real window, led from another process by keys or by mouse alone."""

import os
import subprocess

import pytest

from tests.equipment.display import Display
from tests.equipment.softhsm import NEW_PIN, PIN
from tests.equipment.window import Window
from tests.journeys.conftest import OTP, Person
from tests.journeys.window.conftest import OpenWindow, set_pin, sign, to_signing_pin

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]


# ---------------------------------------------------------------------------- by keyboard
def closes(window: Window) -> bool:
    """Whether the result's way out, found by Tab, closes the program, and it ends well."""
    window.tab_to("button.primary")
    window.display.press("Return")
    return window.ended(20) == 0


JOBS = pytest.mark.parametrize(
    ("job", "token_sort", "old_pin"),
    [("pin-unblock", {}, PIN), ("pin-create", {"pin": None}, None)],
    ids=["unblock", "create"],
)


@JOBS
def test_set_a_pin_by_keyboard_alone(
    person: Person, open_for: OpenWindow, job: str, old_pin: str | None
) -> None:
    if old_pin is not None:
        person.card.set_tries(0, 3)
    with open_for() as window:
        set_pin(window, person.desk.code(person.serial, job))
        assert window.find("result.title").name
        assert person.desk.outcome(person.serial) == "succeeded"
        assert closes(window)
    assert person.card.token.takes_pin(NEW_PIN)
    assert old_pin is None or not person.card.token.takes_pin(old_pin)
    assert person.card.spending_calls() == ["C_Login(SO)", "C_InitPIN"]


def test_change_the_pin_by_keyboard_alone(person: Person, open_for: OpenWindow) -> None:
    with open_for() as window:
        window.tab_to("home.changePin")
        window.display.press("Return")
        window.wait_screen(9)
        window.ready("pin.current")
        window.display.press(*PIN, "Tab", *NEW_PIN, "Tab", *NEW_PIN, "Return")
        window.wait_screen(6)
    assert person.card.token.takes_pin(NEW_PIN)
    assert not person.card.token.takes_pin(PIN)


def test_give_e_onay_by_keyboard_alone(person: Person, open_for: OpenWindow) -> None:
    with open_for() as window:
        sign(window, person.desk.code(person.serial, "e-onay-grant"), PIN)
        assert window.find("result.title").name == "E-Onayınız verildi."
        assert window.find("receipt.pdf").states >= {"showing", "sensitive"}
        assert person.desk.last_outcome() == "succeeded"
        assert closes(window)
    assert person.card.spending_calls() == ["C_Login(USER)"]
    assert person.card.token.takes_pin(PIN)


def test_a_wrong_pin_and_the_documents_once_more(person: Person, open_for: OpenWindow) -> None:
    with open_for() as window:
        to_signing_pin(window, person.desk.code(person.serial, "application"), documents=2)
        press = window.display.press
        press(*NEW_PIN, "Return")
        window.wait_named("pin.problem", "KRT-121")
        assert window.number == 8
        window.tab_to("sign.documents")
        press("Return")
        window.wait_screen(7)
        press("Return")
        window.wait_screen(8)
        window.ready("pin.current")
        press(*PIN, "Return")
        window.wait_screen(6)
        assert window.find("result.title").name == "Başvurunuz imzalandı."
    assert person.card.spending_calls() == ["C_Login(USER)", "C_Login(USER)"]


# ---------------------------------------------------------------------------- by mouse
def by_link(
    window: Window, person: Person, display: Display, session: dict[str, str], job: str
) -> None:
    """The code comes by a link of the portal's page, the SMS code from the keypad."""
    link = f"kamusm-esign://code/{person.desk.code(person.serial, job)}"
    environment = os.environ | display.environment | session | person.environment
    later = [*person.arguments("gui"), link]
    assert subprocess.run(later, env=environment, timeout=20, check=False).returncode == 0
    window.wait_screen(2)
    window.click("button.primary")
    window.wait_screen(3)
    window.ready("session.otp")
    window.tap(OTP)
    window.click("button.primary")


@JOBS
def test_set_a_pin_with_the_mouse_and_the_keypad_alone(
    person: Person,
    open_for: OpenWindow,
    display: Display,
    session: dict[str, str],
    job: str,
    old_pin: str | None,
) -> None:
    if old_pin is not None:
        person.card.set_tries(0, 3)
    with open_for() as window:
        by_link(window, person, display, session, job)
        window.wait_screen(4)
        for field in ("pin.new", "pin.repeat"):
            window.click(field)
            window.tap(NEW_PIN)
        window.click("button.primary")
        window.wait_screen(6)
        window.click("result.close")
        assert window.ended(20) == 0
    assert person.card.token.takes_pin(NEW_PIN)
    assert person.desk.outcome(person.serial) == "succeeded"


def test_change_the_pin_with_the_mouse_and_the_keypad_alone(
    person: Person, open_for: OpenWindow
) -> None:
    with open_for() as window:
        window.click("home.changePin")
        window.wait_screen(9)
        for field, digits in (("pin.current", PIN), ("pin.new", NEW_PIN), ("pin.repeat", NEW_PIN)):
            window.click(field)
            window.tap(digits)
        window.click("button.primary")
        window.wait_screen(6)
    assert person.card.token.takes_pin(NEW_PIN)
    assert not person.card.token.takes_pin(PIN)


def test_remove_e_onay_with_the_mouse_and_the_keypad_alone(
    person: Person, open_for: OpenWindow, display: Display, session: dict[str, str]
) -> None:
    with open_for() as window:
        by_link(window, person, display, session, "e-onay-revoke")
        window.wait_screen(7)
        window.wait_unticked("document.accept")
        window.click("document.accept")
        window.click("button.primary")
        window.click("removal.accept")
        window.click("button.primary")
        window.wait_screen(8)
        window.click("pin.current")
        window.tap(PIN)
        window.click("button.primary")
        window.wait_screen(6)
        assert window.find("result.title").name == "E-Onayınız kaldırıldı."
        window.click("result.close")
        assert window.ended(20) == 0
    assert person.desk.last_outcome() == "succeeded"
    assert person.card.spending_calls() == ["C_Login(USER)"]
