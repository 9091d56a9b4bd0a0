"""After a day in the window nothing that was written holds a secret or says who it was."""

import os
import signal
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.equipment.accessibility import wait_for
from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.equipment.window import Window
from tests.journeys.conftest import OTP, Person
from tests.journeys.test_nothing_leaks import searched, session_token
from tests.journeys.window.conftest import OpenWindow, set_pin, sign, to_new_pin, to_signing_pin

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

WRONG_PIN = "730164"
OTHER_PIN = "913582"


def a_day(person: Person, open_for: OpenWindow) -> list[str]:
    """Set a PIN, sign, type a wrong PIN, crash in the middle, lose an answer; the codes of it."""
    codes = [person.desk.code(person.serial)]
    person.card.set_tries(0, 3)
    with open_for("--verbose") as window:
        set_pin(window, codes[-1])
        window.tab_to("button.primary")
    codes.append(person.desk.code(person.serial, "e-onay-grant"))
    with open_for("--verbose") as window:
        to_signing_pin(window, codes[-1])
        window.display.press(*WRONG_PIN, "Return")
        wait_for(lambda: "C_Login(USER)" in person.card.spending_calls())
        window.ready("pin.current")
        window.display.press("Escape")  # back to the document
        window.wait_screen(7)
        window.display.press("Escape")
        wait_for(lambda: person.desk.last_outcome() == "cancelled")
        wait_for(lambda: _settled(person))
    codes.append(person.desk.code(person.serial, "e-onay-grant"))
    with open_for("--verbose") as window:
        sign(window, codes[-1], NEW_PIN)
        wait_for(lambda: _settled(person))
    codes.append(person.desk.code(person.serial))
    with open_for("--verbose") as window:
        to_new_pin(window, codes[-1])
        window.display.press(*OTHER_PIN)
        os.kill(window.pid, signal.SIGSEGV)
        assert window.ended(20) == -signal.SIGSEGV
    codes.append(person.desk.code(person.serial))
    person.card.set_tries(3, 3)
    person.card.fault("C_InitPIN 1 crashed")
    with open_for("--verbose", first="crash.close") as window:
        wait_for(lambda: _dismissed(window))
        window.ready("home.code")
        window.display.focus(window.pid)  # there is no window manager who would
        set_pin(window, codes[-1], OTHER_PIN)
    person.card.fault()
    return codes


def _settled(person: Person) -> bool:
    """Whether the window has heard that the portal knows; else the next one begins with it."""
    return not list(person.home.rglob("journal/*.jsonl"))


def _dismissed(window: Window) -> bool:
    """Whether the dialog is gone. It may have been shown after the keyboard was given to the window
    behind it; Escape does nothing there."""
    window.display.focus(window.pid)
    window.display.press("Escape")
    return not window.shows("crash.close")


def test_nothing_that_was_written_holds_a_secret_or_a_name(
    person: Person, open_for: OpenWindow, key_store: Mapping[str, str], tmp_path: Path
) -> None:
    person.environment.update(key_store)
    person.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    codes = a_day(person, open_for)
    token = session_token(person)
    assert len(token) >= 32
    for name in ("report.zip", "report.txt"):
        person.run("--verbose", "doctor", "--report", str(tmp_path / "tmp" / name))
    with zipfile.ZipFile(tmp_path / "tmp" / "report.zip") as packed:
        packed.extractall(tmp_path / "tmp" / "report")
    shown = person.run("--show-personal-data", "tokens", "--json").json
    (seen,) = [token for reader in shown["readers"] for token in reader["tokens"]]
    (holder,) = {c["holder"] for c in seen["certificates"]}
    (holder_id,) = {c["holder_id"] for c in seen["certificates"]}
    assert len(holder.split()) > 1
    assert len(holder_id) > 10

    written = dict(searched(person.home, tmp_path / "tmp"))
    for kind in ("logs/", "journal/", "crash-1.txt", "report.txt", "report/"):
        assert any(kind in name for name in written), f"no {kind}: the search proves nothing"
    assert any(b"Fatal Python error" in content for content in written.values())
    secrets = (PIN, NEW_PIN, OTHER_PIN, WRONG_PIN, PUK, OTP, token, *codes, holder, holder_id)
    for name, content in written.items():
        for secret in secrets:
            for form in (secret.encode(), secret.encode("utf-16-le"), secret.casefold().encode()):
                assert form not in content, (name, secrets.index(secret))
