"""A portal that asks for a newer version than this one: what the command line says and spends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN
from tests.journeys.conftest import Desk, Person
from tests.sandbox.portal.server_process import running_portal

MINIMUM = "99.1.0"


@pytest.fixture
def demanding(person: Person, tmp_path: Path) -> Iterator[Person]:
    """Somebody whose portal takes no version as old as this one; afterwards nothing was spent."""
    with running_portal(tmp_path, "--minimum-version", MINIMUM) as portal:
        person.desk = Desk(tmp_path, portal)
        person.desk.enrol(person.card.token)
        yield person
    assert person.card.spending_calls() == []
    assert person.card.token.takes_pin(PIN)
    assert person.desk.query("SELECT count(*) FROM sessions") == [(0,)]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_it_is_said_with_the_way_to_a_newer_one(demanding: Person, language: str) -> None:
    code = demanding.desk.code(demanding.serial)
    words = ("--language", language, "set-pin", "--code", code, "--secrets-stdin")
    ended = demanding.run(*words, stdin=f"{NEW_PIN}\n")
    assert ended.status == 20
    assert "PRT-214" in ended.out
    assert "kamusm-esign update --download" in ended.out
    assert {"tr": "“Hakkında”", "en": "“About”"}[language] in ended.out


def test_the_code_is_not_used_up(demanding: Person, tmp_path: Path) -> None:
    code = demanding.desk.code(demanding.serial)
    assert (ended := demanding.set_pin(code)).code == "PRT-214", ended.out
    rows = demanding.desk.query("SELECT count(*) FROM codes WHERE used_at IS NOT NULL")
    assert rows == [(0,)]


def test_update_does_not_call_it_up_to_date(demanding: Person) -> None:
    ended = demanding.run("update", "--json")
    assert (ended.status, ended.code) == (20, "PRT-214")
    said = demanding.run("update").out
    assert "kamusm.gov.tr" in said
    assert "update --download" not in said  # it was just tried


def test_the_doctor_names_it(demanding: Person) -> None:
    checks = demanding.run("doctor", "--json").json["checks"]
    assert [c["code"] for c in checks if c["id"] == "portal"] == ["PRT-214"]
