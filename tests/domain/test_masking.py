"""Enough to recognise one's own card, too little for anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.masking import mask_id, mask_name, mask_serial, mask_session


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        ("0123456789AB1234", "…1234"),
        ("51234", "…1234"),
        ("1234", "…1234"),
        ("7", "…7"),
        ("", ""),
        ("AB 12 cd", "…2 cd"),
    ],
)
def test_serial(serial: str, shown: str) -> None:
    assert mask_serial(serial) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("26803951234", "*******1234"),
        ("4830611234", "*******1234"),
        ("U40718362", "*******8362"),
        ("12345", "*******2345"),
        ("1234", "*******"),
        ("1", "*******"),
        ("", ""),
    ],
)
def test_id(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("AYŞE YILMAZ", "A*** Y*****"),
        ("Ayşe Yılmaz", "A*** Y*****"),
        ("İBRAHİM IŞIK", "İ****** I***"),
        ("ışıl çağla öz", "ı*** ç**** ö*"),
        ("I\u0307BRAHIM", "İ******"),  # decomposed: one letter, not a letter and a dot
        ("YILDIZ TEKSTİL A.Ş.", "Y***** T****** A.Ş."),
        ("YILDIZ SAN. VE TİC. LTD. ŞTİ.", "Y***** SAN. V* TİC. LTD. ŞTİ."),
        ("A. YILMAZ", "A. Y*****"),
        ("YILMAZ.", "Y******"),  # no abbreviation: five letters and more are a name
        ("A.YILMAZ.", "A********"),
        ("12345.", "1*****"),
        ("...", ".**"),
        ("AYŞE-NUR ŞEN", "A******* Ş**"),
        ("  AYŞE \t YILMAZ\n", "A*** Y*****"),
        ("A", "A"),
        ("", ""),
        ("nes 26803951234", "n** 2**********"),
    ],
)
def test_name(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("session", "shown"), [("0123456789abcdefx7Qa2f", "…x7Qa2f"), ("abc", "…abc"), ("", "")]
)
def test_session(session: str, shown: str) -> None:
    assert mask_session(session) == shown


@given(st.text("0123456789", min_size=5, max_size=20))
def test_no_form_gives_more_than_four_of_a_number(number: str) -> None:
    for shown in (mask_serial(number), mask_id(number), mask_name(number)):
        assert sum(c.isdigit() for c in shown) <= 4
    assert len(mask_id(number)) == 11
