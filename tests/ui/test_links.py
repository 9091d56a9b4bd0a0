"""Links: exactly one form is taken, everything else is nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.ui.links import PRACTICE_SCHEME, SCHEME, code_in_link, code_typed

CODE = "333451779241926"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (f"kamusm-esign://code/{CODE}", CODE),
        (f"kamusm-esign://code/{CODE}/", None),
        (f"kamusm-esign://code/{CODE[:-1]}", None),
        (f"kamusm-esign://code/{CODE}0", None),
        (f"kamusm-esign://code/{CODE}?x=1", None),
        (f"kamusm-esign://code/{CODE}#x", None),
        (f"kamusm-esign://code/{CODE}\n", None),
        (f" kamusm-esign://code/{CODE}", None),
        (f"KAMUSM-ESIGN://code/{CODE}", None),
        (f"kamusm-esign:code/{CODE}", None),
        (f"kamusm-esign://kod/{CODE}", None),
        (f"kamusm-esign://code/../code/{CODE}", None),
        (f"kamusm-esign-practice://code/{CODE}", None),
        (f"https://code/{CODE}", None),
        ("kamusm-esign://code/٣٣٣٤٥١٧٧٩٢٤١٩٢٦", None),
        ("kamusm-esign://code/３３３４５１７７９２４１９２６", None),
        ("raise", None),
        ("", None),
        (CODE, None),
    ],
)
def test_only_one_form_is_a_link(link: str, code: str | None) -> None:
    assert code_in_link(link) == code


def test_practice_links_are_for_practice_only() -> None:
    link = f"{PRACTICE_SCHEME}://code/{CODE}"
    assert code_in_link(link, PRACTICE_SCHEME) == CODE
    assert code_in_link(f"{SCHEME}://code/{CODE}", PRACTICE_SCHEME) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, CODE),
        ("333 451 779 241 926", CODE),
        ("333-451-779-241-926", CODE),
        (CODE[:-1], None),
        ("1234", None),
        ("", None),
        (" " * 1000 + CODE, None),
    ],
)
def test_a_code_as_it_is_typed(text: str, code: str | None) -> None:
    assert code_typed(text) == code


@given(st.text() | st.from_regex(r"kamusm-esign(-practice)?://.{0,40}"))
def test_whatever_comes_gives_fifteen_digits_or_nothing(text: str) -> None:
    for found in (code_in_link(text), code_in_link(text, PRACTICE_SCHEME), code_typed(text)):
        assert found is None or re.fullmatch("[0-9]{15}", found)
