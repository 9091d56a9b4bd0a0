"""What people type or paste into the code field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.verification_code import (
    CodeProblem,
    VerificationCode,
    parse_verification_code,
)

CODE = "168857414351237"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"  {CODE}\r\n",
        "168 857 414 351 237",
        "168-857-414-351-237",
        "168\u00a0857\u2009414\u202f351\u2007237",
        "168\u2011857\u2013414\u2014351\u2212237",
        "\ufeff168857414351237\u200b",
        "168857\n414351\n237",
    ],
)
def test_a_code(text: str) -> None:
    assert parse_verification_code(text) == VerificationCode(CODE)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", CodeProblem.EMPTY),
        (" -\n", CodeProblem.EMPTY),
        ("123", CodeProblem.TOO_SHORT),
        ("1234", CodeProblem.MAY_BE_PIN),
        ("402917", CodeProblem.MAY_BE_PIN),
        ("402917385064", CodeProblem.MAY_BE_PIN),
        ("4029173850641", CodeProblem.TOO_SHORT),
        ("16885741435123", CodeProblem.TOO_SHORT),
        (CODE + "1", CodeProblem.TOO_LONG),
        (CODE * 1000, CodeProblem.TOO_LONG),
        ("16885741435123O", CodeProblem.NOT_DIGITS),
        ("١٦٨٨٥٧٤١٤٣٥١٢٣٧", CodeProblem.NOT_DIGITS),
        ("16885741435123²", CodeProblem.NOT_DIGITS),
        ("168857414351237.", CodeProblem.NOT_DIGITS),
        ("168_857414351237", CodeProblem.NOT_DIGITS),
        ("+168857414351237", CodeProblem.NOT_DIGITS),
    ],
)
def test_no_code(text: str, problem: CodeProblem) -> None:
    assert parse_verification_code(text) is problem


@given(st.text())
def test_whatever_is_a_code_has_15_ascii_digits(text: str) -> None:
    found = parse_verification_code(text)
    if isinstance(found, VerificationCode):
        assert set(found.reveal()) <= set("0123456789")
        assert len(found.reveal()) == 15
