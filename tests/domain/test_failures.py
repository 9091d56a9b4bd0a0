"""Failure codes are for ever: helpdesk papers, scripts and the portal's records hold them."""

import re
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode

LOCK = Path(__file__).with_name("failure_codes.lock")
FIRST_DIGIT = {"KRT": "1", "PRT": "2", "IMZ": "3", "SYS": "9"}


RETIRED = {"NO_ELIGIBLE_TOKEN", "OUTCOME_NOT_DELIVERED"}
"""Nothing in the program could bring them about any more; their numbers are not given out again."""


def locked() -> dict[str, str]:
    return dict(line.split("=") for line in LOCK.read_text("ascii").splitlines())


def test_every_locked_code_still_means_the_same() -> None:
    now = {code.name: code.value for code in FailureCode}
    living = {name: value for name, value in locked().items() if name not in RETIRED}
    assert {name: now.get(name) for name in living} == living


def test_the_number_of_a_retired_code_is_not_given_out_again() -> None:
    numbers = {locked()[name] for name in RETIRED}
    assert not RETIRED & set(FailureCode.__members__)
    assert not numbers & {code.value for code in FailureCode}


def test_every_code_is_locked() -> None:
    # A new code: add its line `NAME=CODE` to failure_codes.lock. Lines are never changed.
    assert {code.name for code in FailureCode} - set(locked()) == set()


def test_no_line_of_the_lock_is_double() -> None:
    lines = LOCK.read_text("ascii").splitlines()
    assert len(locked()) == len(set(locked().values())) == len(lines)


@pytest.mark.parametrize("code", FailureCode, ids=lambda code: code.value)
def test_shape(code: FailureCode) -> None:
    assert re.fullmatch(r"(KRT|PRT|IMZ|SYS)-\d{3}", code.value)
    assert code.value[4] == FIRST_DIGIT[code.family]


def test_no_two_names_share_a_code() -> None:
    assert len(FailureCode.__members__) == len(list(FailureCode))


def test_a_failure_is_a_value() -> None:
    one = Failure.of(FailureCode.SETTINGS_INVALID, path="a", line=2)
    assert one == Failure.of(FailureCode.SETTINGS_INVALID, line=2, path="a")
    assert hash(one) == hash(Failure.of(FailureCode.SETTINGS_INVALID, line=2, path="a"))
    assert one.param("line") == 2
    assert one.param("detail") is None


def test_the_exception_shows_the_code_and_nothing_else() -> None:
    error = FailedError.of(FailureCode.SETTINGS_INVALID, path="/home/somebody")
    assert str(error) == "SYS-912"
    assert error.failure.param("path") == "/home/somebody"
