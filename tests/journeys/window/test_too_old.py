"""A portal that asks for a newer version, in the window: from the code to the way out."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Desk, Person
from tests.journeys.window.conftest import OpenWindow
from tests.sandbox.portal.server_process import running_portal

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

MINIMUM = "99.1.0"


def test_from_the_code_to_the_way_out(person: Person, open_for: OpenWindow, tmp_path: Path) -> None:
    with running_portal(tmp_path, "--minimum-version", MINIMUM) as portal:
        person.desk = Desk(tmp_path, portal)
        person.desk.enrol(person.card.token)
        code = person.desk.code(person.serial)
        with open_for() as window:
            window.display.press("Return")
            window.wait_screen(2)
            window.display.press(*code, "Return")
            window.wait_named("page.problem", "PRT-214")
            window.click("code.way")
            window.wait_screen(15)
            window.wait_named("page.problem", MINIMUM)
            window.wait_named("about.update", "kamusm.gov.tr")
    assert person.card.spending_calls() == []
    assert person.desk.query("SELECT count(*) FROM sessions") == [(0,)]
