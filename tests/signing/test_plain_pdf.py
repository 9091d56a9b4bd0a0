"""PDFs that bring their fonts, as the program's own viewer and another one read them."""

import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

from kamusm_esign.documents.client import DocumentHost
from kamusm_esign.domain.documents import PDF, PictureWanted
from kamusm_esign.sandbox.portal.pdf import text_pages
from kamusm_esign.signing.embedded_font import face
from kamusm_esign.signing.plain_pdf import MARGIN, WIDTH
from kamusm_esign.signing.receipt_pdf import receipt_pdf

TURKISH = "ŞĞİIÖÜÇşğıiöüçSGOUCsgouc"
EVERYTHING = (
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz"
    "{|}~€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß"
    "àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ"
)
PICTURE = PictureWanted(0, 595, 0, 842)

MAKERS: dict[str, Callable[[str], bytes]] = {
    "a page of the portal": lambda text: text_pages("", text),
    "a title of the portal": lambda text: text_pages(text, ""),
    "a receipt's title": lambda text: receipt_pdf(text, [], ""),
    "a receipt's name": lambda text: receipt_pdf("", [(text, "")], ""),
    "a receipt's value": lambda text: receipt_pdf("", [("", text)], ""),
    "a receipt's note": lambda text: receipt_pdf("", [], text),
}
makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@pytest.fixture(scope="module")
def host() -> Iterator[DocumentHost]:
    host = DocumentHost(timeout=60.0)
    yield host
    host.close()


def drawn(host: DocumentHost, pdf: bytes) -> bytes:
    return bytes(host.picture(host.open(pdf, PDF).key, PICTURE).dots)


def read(host: DocumentHost, pdf: bytes) -> str:
    return host.page_text(host.open(pdf, PDF).key, 0)


def said_by(program: str, pdf: bytes, folder: Path) -> str:
    path = folder / "made.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, str(path)], capture_output=True, check=True, timeout=30)
    assert done.stderr == b""
    return done.stdout.decode()


@makers
def test_each_letter_is_drawn_as_itself(host: DocumentHost, make: Callable[[str], bytes]) -> None:
    """Letters that a font lacks look like nothing, or like one another."""
    pictures = {letter: drawn(host, make(letter)) for letter in ("", *TURKISH)}
    alike = [pair for pair in combinations(pictures, 2) if len({pictures[p] for p in pair}) == 1]
    assert alike == []


@makers
@pytest.mark.parametrize(
    ("plain", "marked", "above"),
    [
        ("S", "Ş", False),
        ("s", "ş", False),
        ("G", "Ğ", True),
        ("g", "ğ", True),
        ("I", "İ", True),
        ("ı", "i", True),
    ],
)
def test_a_mark_is_all_that_is_added(
    host: DocumentHost, make: Callable[[str], bytes], plain: str, marked: str, above: bool
) -> None:
    """Ş is drawn as an S with something below it, and not as any letter that is not S."""
    less, more = (drawn(host, make(letter)) for letter in (plain, marked))
    added = [place for place, (a, b) in enumerate(zip(less, more, strict=True)) if a > b]
    letter = [place for place, dot in enumerate(less) if dot < 0xFF]
    assert all(a >= b for a, b in zip(less, more, strict=True))
    assert min(added) < min(letter) if above else max(added) > max(letter)


@makers
def test_each_letter_is_copied_as_itself(host: DocumentHost, make: Callable[[str], bytes]) -> None:
    for part in (EVERYTHING[:50], EVERYTHING[50:100], EVERYTHING[100:150], EVERYTHING[150:]):
        assert part in "".join(read(host, make(part)).split())


def test_letters_without_a_place_are_question_marks(host: DocumentHost) -> None:
    assert read(host, text_pages("", "aÐ(\\Ω)\x07\u0335b")).strip() == "a?(\\?)??b"


@pytest.mark.parametrize(
    ("pdf", "fonts"),
    [
        (text_pages("İş", "ğ"), ["NotoSans-Regular"]),
        (
            receipt_pdf("İş", [("ğ", "ş")], "ı"),
            ["NotoSans-Bold", "NotoSans-Regular", "NotoSansMono-Regular"],
        ),
    ],
    ids=["portal", "receipt"],
)
def test_every_font_is_inside(pdf: bytes, fonts: list[str], tmp_path: Path) -> None:
    rows = said_by("pdffonts", pdf, tmp_path).splitlines()[2:]
    found = [re.split(r" +", row)[:6] for row in rows]
    assert found == [
        [f"NOTOTR+{name}", "TrueType", "Custom", "yes", "yes", "yes"] for name in fonts
    ]
    assert re.search(r"^Title: +İş$", said_by("pdfinfo", pdf, tmp_path), re.MULTILINE)


@makers
def test_the_same_words_are_the_same_bytes(make: Callable[[str], bytes]) -> None:
    assert make("İş") == make("İş")


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("NotoSans-Regular", [260, 258, 258, 339, 930, 479, 728, 572, 510]),
        ("NotoSans-Bold", [260, 305, 305, 389, 967, 497, 724, 572, 569]),
        ("NotoSansMono-Regular", [600] * 9),
    ],
)
def test_letters_are_as_wide_as_the_font_says(name: str, widths: list[int]) -> None:
    """As fontTools reads them."""
    assert [face(name).width(letter, 1000) for letter in " iıİWşĞ€ÿ"] == widths


@pytest.mark.parametrize("word", ["WĞ", "illi", "W" * 30, "W" * 400])
@pytest.mark.parametrize("name", ["a page of the portal", "a receipt's note"])
def test_lines_end_before_the_margin(host: DocumentHost, name: str, word: str) -> None:
    dots = drawn(host, MAKERS[name](f"{word} " * (400 // len(word))))
    row = WIDTH * 4
    columns = [set(dots[4 * column :: row]) for column in range(WIDTH - MARGIN, WIDTH)]
    assert columns == [{0xFF}] * MARGIN
    assert set(dots) != {0xFF}


def test_a_long_text_has_more_pages(host: DocumentHost) -> None:
    readable = host.open(text_pages("İş", "\n".join(f"satır {n}" for n in range(100))), PDF)
    assert len(readable.pages) == 3
    assert "satır 99" in host.page_text(readable.key, 2)
