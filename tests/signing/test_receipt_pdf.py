"""The receipt on paper, read by a program that did not make it."""

import subprocess
from pathlib import Path

import pytest

from kamusm_esign.runtime.receipt_rows import receipt_rows
from kamusm_esign.signing.receipt_pdf import receipt_pdf
from kamusm_esign.support.catalogue import Catalogue
from tests.equipment.values import signature_receipt

LETTERS = "çğıöşü ÇĞİÖŞÜ âîû é ß €"


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "receipt.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, timeout=30
    )
    assert done.stderr == b""
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["tr", "en"])
def test_it_says_what_the_receipt_says(language: str, tmp_path: Path) -> None:
    words = Catalogue.load(language, "receipt")
    receipt = signature_receipt(title="Başvuru formu (ğışİĞŞ)")
    rows = receipt_rows(receipt, words.text, personal_data=False)
    text = text_of(
        receipt_pdf(words.text("receipt.title"), rows, words.text("receipt.note")), tmp_path
    )
    for name, value in rows:
        assert name in text
        assert value.replace("…", "") in text
    assert "AYŞE" not in text
    assert len(text.split("\f")) == 2


def test_every_letter_of_turkish_is_itself(tmp_path: Path) -> None:
    assert LETTERS in text_of(receipt_pdf("İmza", [("Ad", LETTERS)], ""), tmp_path)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ð þ", "[U+00D0] [U+00FE]"),
        ("a\u202eb", "a[U+202E]b"),
        ("Ω", "[U+03A9]"),
        ("\x00\n", "[U+0000]"),
        ("(\\)", "(\\)"),
    ],
)
def test_what_the_fonts_lack_is_written_as_its_number(
    value: str, shown: str, tmp_path: Path
) -> None:
    assert shown in text_of(receipt_pdf("x", [("x", value)], ""), tmp_path)


def test_a_title_without_end_stays_on_the_page(tmp_path: Path) -> None:
    text = text_of(receipt_pdf("x", [("x", "long " * 2000), ("last", "here")], "note"), tmp_path)
    assert "(…)" in text
    assert "here" in text
    assert len(text.split("\f")) == 2
