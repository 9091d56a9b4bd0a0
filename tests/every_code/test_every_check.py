"""Every check of the doctor, run by `kamusm-esign doctor`, finds what is really broken."""

from collections.abc import Sequence
from typing import Any

import pytest

from kamusm_esign.cli.doctor_checks import all_checks
from kamusm_esign.cli.world import World
from kamusm_esign.support.paths import user_folders
from kamusm_esign.support.settings import settings_of
from tests.every_code import test_every_code
from tests.every_code.bench import Bench, Scenario
from tests.every_code.checks import ON_PCSC, ROWS, Row


def params(rows: Sequence[Row], *marks: pytest.MarkDecorator) -> list[Any]:
    """Those that no code's own scenario plays already."""
    played = {s for table in test_every_code.ALL for s in table.rows.values()}
    return [
        pytest.param(code, scenario, id=f"{check}-{code}", marks=marks)
        for check, code, scenario in rows
        if scenario not in played
    ]


@pytest.mark.parametrize(("code", "scenario"), [*params(ROWS), *params(ON_PCSC, pytest.mark.pcsc)])
def test_it_finds_what_is_broken(bench: Bench, code: str, scenario: Scenario) -> None:
    assert scenario(bench) == code


def test_no_check_is_left_out() -> None:
    world = World(settings_of(user_folders(), None, {}), user_folders())
    cards, watcher = world.cards()
    known = [check.id for check in all_checks(world, watcher, cards.overview)]
    assert set(known) == {check for check, _code, _scenario in (*ROWS, *ON_PCSC)}
    assert len(known) == len(set(known)) == 22


def test_where_all_is_well_no_check_says_anything(bench: Bench) -> None:
    bench.use_card()
    bench.use_key_store()
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(bench.folder / "nobody")
    assert {name: code for name, code in bench.checks().items() if code is not None} == {}


def test_an_address_that_cannot_be_one_leaves_the_other_checks() -> None:
    settings = settings_of(user_folders(), None, {"portal": "http://portal.example"})
    world = World(settings, user_folders())
    cards, watcher = world.cards()
    checks = all_checks(world, watcher, cards.overview, even_without_portal=True)
    (portal,) = (check for check in checks if check.group == "network")
    failure = portal.run().failure
    assert failure is not None
    assert failure.code.value == "SYS-905"
    assert len(checks) == 15
