"""A reader with keys of its own: the window has no field for a PIN, and says where to type it."""

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN
from tests.equipment.window import Window
from tests.journeys.conftest import OTP, Person
from tests.journeys.window.conftest import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

FIELDS = ("pin.current", "pin.new", "pin.repeat", "keypad.1", "pin.rules")


def asked_on_the_reader(window: Window, sentence: str = "pin.pad") -> None:
    """No field and no key is there, and the sentence is."""
    assert "okuyucunun tuş takımında" in window.find(sentence).name
    for name in FIELDS:
        with pytest.raises(TimeoutError):
            window.find(name, 0)


def confirm(window: Window) -> None:
    window.ready("button.primary")
    window.display.press("Return")


def test_try_the_pin(person: Person, open_for: OpenWindow) -> None:
    person.card.type_on_reader(PIN)
    with open_for() as window:
        window.click("home.tokens")
        window.wait_screen(10)
        window.ready("button.primary")
        window.click("button.primary")
        asked_on_the_reader(window, "pin.padNote")  # beside the button of a window that is low
        window.click("button.primary")
        window.wait_screen(6)
        assert window.find("result.title").name == "PIN kodunuz doğru."
    assert person.card.spending_calls() == ["C_Login(USER)"]


def test_change_the_pin(person: Person, open_for: OpenWindow) -> None:
    person.card.type_on_reader(PIN, NEW_PIN)
    with open_for() as window:
        window.click("home.changePin")
        window.wait_screen(9)
        asked_on_the_reader(window)
        window.click("button.primary")
        window.wait_screen(6)
        assert window.find("result.title").name == "İşleminiz Başarılıdır."
    assert person.card.token.takes_pin(NEW_PIN)


def test_nothing_is_typed_on_the_reader(person: Person, open_for: OpenWindow) -> None:
    person.card.type_on_reader()
    with open_for() as window:
        window.click("home.changePin")
        window.wait_screen(9)
        window.click("button.primary")
        window.wait_screen(6)
        assert window.find("result.code").name == "KRT-145"
    assert person.card.token.takes_pin(PIN)


def test_sign(person: Person, open_for: OpenWindow) -> None:
    person.card.type_on_reader(PIN)
    with open_for() as window:
        press = window.display.press
        press("Return")
        window.wait_screen(2)
        press(*person.desk.code(person.serial, "e-onay-grant"), "Return")
        window.wait_screen(3)
        press(*OTP, "Return")
        window.wait_screen(7)
        window.wait_unticked("document.accept")
        window.tab_to("document.accept")
        press("space")
        confirm(window)
        window.wait_screen(8)
        window.ready("button.primary")
        asked_on_the_reader(window)
        window.click("button.primary")
        window.wait_screen(6)
        assert window.find("result.title").name == "E-Onayınız verildi."
    assert person.card.spending_calls() == ["C_Login(USER)"]


def test_no_puk_goes_to_such_a_reader(person: Person, open_for: OpenWindow) -> None:
    """It is said before a PIN is asked for, and before the portal releases a PUK."""
    before = person.desk.releases(person.serial)
    person.card.type_on_reader(NEW_PIN)
    with open_for() as window:
        press = window.display.press
        press("Return")
        window.wait_screen(2)
        press(*person.desk.code(person.serial), "Return")
        window.wait_screen(3)
        press(*OTP, "Return")
        window.wait_screen(6)
        assert window.find("result.code").name == "KRT-115"
    assert person.card.spending_calls() == []
    assert person.desk.releases(person.serial) == before
