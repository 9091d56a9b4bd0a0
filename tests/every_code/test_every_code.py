"""Every failure code comes out at the end of the running program, as JSON or in the window."""

from collections.abc import Iterator
from typing import Any

import pytest

from kamusm_esign.domain.failures import FailureCode
from tests.every_code import (
    imz,
    krt_admin_key,
    krt_pin,
    krt_reader,
    prt_says,
    prt_way,
    sys_program,
    sys_update,
    window,
)
from tests.every_code.bench import Bench, Scenario, Table

TABLES = (
    *(krt_pin.TABLE, krt_reader.TABLE, prt_way.TABLE, prt_says.TABLE),
    *(imz.TABLE, sys_program.TABLE, sys_update.TABLE, window.TABLE),
)
ON_PCSC = (krt_reader.NEEDS_PCSC, krt_admin_key.TABLE, imz.ON_PCSC)


ALL = (*TABLES, *ON_PCSC)


def rows(tables: tuple[Table, ...], *marks: pytest.MarkDecorator) -> Iterator[Any]:
    for table in tables:
        for code, scenario in table.rows.items():
            yield pytest.param(code, scenario, id=code, marks=marks)


@pytest.mark.parametrize(("code", "scenario"), [*rows(TABLES), *rows(ON_PCSC, pytest.mark.pcsc)])
def test_it_comes_out(bench: Bench, code: str, scenario: Scenario) -> None:
    assert scenario(bench) == code


def test_no_code_is_left_out() -> None:
    # A new code: write its scenario into the file of its family.
    entered = [code for table in ALL for code in table.rows]
    assert len(entered) == len(set(entered))
    assert set(entered) == {code.value for code in FailureCode}
