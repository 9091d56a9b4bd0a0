"""The journeys in the real window, led from another process by keys or by mouse alone."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.equipment.accessibility import accessible_session
from tests.equipment.display import Display, x_server
from tests.equipment.softhsm import NEW_PIN, PIN
from tests.equipment.window import Window, open_window
from tests.journeys.conftest import OTP, Person

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

OpenWindow = Callable[..., AbstractContextManager[Window]]


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with x_server() as display:
        yield display


@pytest.fixture(scope="module")
def session(display: Display, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A desktop with a screen reader, as far as programs can tell."""
    with accessible_session(tmp_path_factory.mktemp("session"), display.environment) as session:
        yield session


@pytest.fixture
def open_for(person: Person, display: Display, session: dict[str, str]) -> OpenWindow:
    """Opens the window of a person; `program` is the module that is run."""

    def make(*words: str, program: str = "kamusm_esign") -> AbstractContextManager[Window]:
        arguments = person.arguments("gui", *words)
        arguments[2] = program
        environment = os.environ | display.environment | session | person.environment
        address = session["DBUS_SESSION_BUS_ADDRESS"]
        return open_window(arguments, environment, display, address)

    return make


# ---------------------------------------------------------------------------- by keyboard
def to_new_pin(window: Window, code: str) -> None:
    """From the home screen to screen 4, by keyboard."""
    press = window.display.press
    press("Return")
    window.wait_screen(2)
    press(*code, "Return")
    window.wait_screen(3)
    press(*OTP, "Return")
    window.wait_screen(4)
    window.ready("pin.new")


def set_pin(window: Window, code: str, pin: str = NEW_PIN) -> None:
    """The whole way, by keyboard."""
    to_new_pin(window, code)
    window.display.press(*pin, "Tab", *pin, "Return")
    window.wait_screen(6)


def closes(window: Window) -> bool:
    """Whether Enter on the result closes the program, and it ends well."""
    window.display.press("Return")
    return window.process.wait(20) == 0


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
        window.display.press("Tab", "Return")
        window.wait_screen(9)
        window.ready("pin.current")
        window.display.press(*PIN, "Tab", *NEW_PIN, "Tab", *NEW_PIN, "Return")
        window.wait_screen(6)
    assert person.card.token.takes_pin(NEW_PIN)
    assert not person.card.token.takes_pin(PIN)


# ---------------------------------------------------------------------------- by mouse
@pytest.mark.parametrize("step_up", [False])
def test_set_a_pin_with_the_mouse_and_the_keypad_alone(
    person: Person, open_for: OpenWindow, display: Display, session: dict[str, str]
) -> None:
    person.card.set_tries(0, 3)
    with open_for() as window:
        link = f"kamusm-esign://code/{person.desk.code(person.serial)}"
        environment = os.environ | display.environment | session | person.environment
        later = [*person.arguments("gui"), link]
        assert subprocess.run(later, env=environment, timeout=20, check=False).returncode == 0
        window.wait_screen(2)
        window.click("button.primary")
        window.wait_screen(4)
        for field in ("pin.new", "pin.repeat"):
            window.click(field)
            window.tap(NEW_PIN)
        window.click("button.primary")
        window.wait_screen(6)
        window.click("result.close")
        assert window.process.wait(20) == 0
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
