"""What is left of a PIN in the window after it was set without a PUK: nothing.

The window is the real one, on the real stack: a virtual card in pcscd, OpenSC, and the reference
portal that answers the card's challenge. The digits reach the window as key events only.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kamusm_esign.sandbox.virtual_card import VirtualCard
from tests.equipment.display import Display
from tests.equipment.pcsc_world import READER, wait_until
from tests.equipment.real_card import RealDesk, card_in
from tests.equipment.window import Window, open_window
from tests.journeys.conftest import Desk
from tests.journeys.real.test_challenge import office, use_card_types
from tests.journeys.window.conftest import display, session, set_pin
from tests.journeys.window.test_memory import pin, search
from tests.sandbox.portal.server_process import database_url

__all__ = ["display", "office", "pin", "search", "session"]

pytestmark = [pytest.mark.pcsc, pytest.mark.slow]

Search = Callable[[Window, str], dict[str, int]]


@contextmanager
def card_in_reader(desk: RealDesk, office: Desk) -> Iterator[VirtualCard]:
    """A card with a blocked PIN whose admin key the portal can derive."""
    path = desk.folder / "made.json"
    words = ["--vpcd", desk.world.address(), "--file", str(path), "--state", "blocked"]
    words += ["--database", database_url(office.folder)]
    command = [sys.executable, "-m", "kamusm_esign.sandbox", "card", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: card_in(READER), 60)
            yield VirtualCard(path)
        finally:
            process.terminate()


@pytest.mark.parametrize("program", ["kamusm_esign", "tests.equipment.leaky_window"])
def test_after_a_pin_was_set_without_a_puk(
    desk: RealDesk,
    office: Desk,
    display: Display,
    session: dict[str, str],
    pin: str,
    search: Search,
    program: str,
) -> None:
    """The second program keeps a copy, and the search finds it: it looks in the right place."""
    desk.methods = ("challenge-response", "so-pin")
    use_card_types(desk.card_types)
    arguments = [sys.executable, "-m", program, "--portal", office.process.url, "gui"]
    environment = os.environ | display.environment | session
    address = session["DBUS_SESSION_BUS_ADDRESS"]
    pin = pin[:8]  # all that this card takes
    with (
        card_in_reader(desk, office) as card,
        open_window(arguments, environment, display, address) as window,
    ):
        code = office.code(card.serial, "pin-unblock", "--method", "challenge-response")
        set_pin(window, code, pin)
        assert window.find("result.title").name == "İşleminiz Başarılıdır."
        found = search(window, pin)
        assert VirtualCard(Path(desk.folder / "made.json")).is_pin(memoryview(pin.encode()))
    released = "SELECT count(*) FROM audit WHERE event = 'puk-released' AND serial = ?"
    assert office.query(released, card.serial) == [(0,)]
    if program == "kamusm_esign":
        assert found == {}
    else:
        assert found["text, every 1"] >= 1
