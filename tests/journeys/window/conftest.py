"""A desktop for the window: a screen, a D-Bus session, and the way through by keyboard."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.equipment.accessibility import accessible_session
from tests.equipment.display import Display, x_server
from tests.equipment.softhsm import NEW_PIN
from tests.equipment.window import Window, open_window
from tests.journeys.conftest import OTP, Person

OpenWindow = Callable[..., AbstractContextManager[Window]]


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    with x_server() as display:
        yield display


@pytest.fixture(scope="session")
def session(display: Display, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A desktop with a screen reader, as far as programs can tell."""
    with accessible_session(tmp_path_factory.mktemp("session"), display.environment) as session:
        yield session


@pytest.fixture
def open_for(person: Person, display: Display, session: dict[str, str]) -> OpenWindow:
    """Opens the window of a person; `program` is the module that is run, `first` what is there."""

    def make(
        *words: str, program: str = "kamusm_esign", first: str = "home.code"
    ) -> AbstractContextManager[Window]:
        arguments = person.arguments("gui", *words)
        arguments[2] = program
        environment = os.environ | display.environment | session | person.environment
        address = session["DBUS_SESSION_BUS_ADDRESS"]
        return open_window(arguments, environment, display, address, first)

    return make


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


def to_signing_pin(window: Window, code: str, documents: int = 1) -> None:
    """From the home screen over the documents to screen 8, by keyboard."""
    press = window.display.press
    press("Return")
    window.wait_screen(2)
    press(*code, "Return")
    window.wait_screen(3)
    press(*OTP, "Return")
    window.wait_screen(7)
    for _ in range(documents):
        window.wait_unticked("document.accept")
        window.tab_to("document.accept")
        press("space")
        window.ready("button.primary")
        press("Return")
    window.wait_screen(8)
    window.ready("pin.current")


def sign(window: Window, code: str, pin: str) -> None:
    """The whole way, by keyboard."""
    to_signing_pin(window, code)
    window.display.press(*pin, "Return")
    window.wait_screen(6)
