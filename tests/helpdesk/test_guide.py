"""The helpdesk's guide: whole, up to date, usable from a disk, and small."""

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtGui import QImageReader

from kamusm_esign.domain.failures import FailureCode
from tests.helpdesk.make_guide import (
    FOLDER,
    PARAGRAPHS,
    PICTURES,
    SCREENS,
    MissingParagraphError,
    pages,
    read_paragraphs,
    stale,
)

ROOM = 2 * 1024 * 1024
"""Bytes of all pictures."""


class Links(HTMLParser):
    """What a page asks for, and what stands in it that should not."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: set[str] = set()
        self.inline: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.wanted.add(value or "")
            if name.startswith("on") or name == "style":
                self.inline.append(name)
        self._in_script = tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


def test_it_is_up_to_date() -> None:
    assert list(stale()) == [], "run: python3 dev.py helpdesk"


def test_every_failure_and_every_screen_has_its_page() -> None:
    made = pages()
    for code in FailureCode:
        page = made[f"{code.value}.html"]
        for heading in ("Nedeni", "Arayana sorunuz", "Yapınız"):
            assert f"<h2>{heading}</h2>" in page
        assert f'href="{code.value}.html"' in made["index.html"]
    for number in SCREENS:
        assert f'href="ekran-{number}.html"' in made["index.html"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r"^KRT-104 = .*\n", "", text, flags=re.M),
        lambda text: re.sub(r"^KRT-104 = .*$", 'KRT-104 = ["nothing to do", ""]', text, flags=re.M),
        lambda text: text.replace("KRT-104 =", "KRT-199 ="),
        lambda text: text.replace("\n15 =", "\n16 ="),
    ],
)
def test_what_is_missing_or_left_over_is_an_error(tmp_path: Path, change: object) -> None:
    text = PARAGRAPHS.read_text("utf-8")
    changed = change(text)  # type: ignore[operator]
    assert changed != text
    file = tmp_path / "paragraphs.toml"
    file.write_text(changed, "utf-8")
    with pytest.raises(MissingParagraphError):
        read_paragraphs(file)


def test_nobody_is_told_to_ask_for_a_secret() -> None:
    tables = tomllib.loads(PARAGRAPHS.read_text("utf-8"))
    for table in tables.values():
        for first, second in table.values():
            for text in (first, second):
                asks = re.search(
                    r"(PIN'?i?|PUK|kodu?|parola)[^.?!]*(nedir|söyler mi|okur mu)", text
                )
                allowed = asks is None or "olay kodu" in text.casefold() or "hane" in text
                assert allowed or "kırmızı satırın kodu" in text.casefold(), text


def test_pages_need_no_server_and_nothing_from_the_net() -> None:
    for name, content in pages().items():
        links = Links()
        links.feed(content)
        assert links.inline == [], name
        for wanted in links.wanted:
            assert re.fullmatch(r"[\w.-]+", wanted), wanted
            assert (FOLDER / wanted).is_file(), wanted


def test_pictures_are_there_and_small() -> None:
    files = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(files) == {f"ekran-{number}.png" for number in PICTURES}
    assert sum(files.values()) <= ROOM
    for name in files:
        reader = QImageReader(str(FOLDER / name))
        assert reader.size().width() == 900


def test_the_search_finds_by_words_in_any_case() -> None:
    """What the script looks through holds the words of the page."""
    index = pages()["index.html"]
    (words,) = re.findall(r'<li data-words="([^"]*)"><a href="KRT-104.html">', index)
    assert "64 bit" in words
    assert len(re.findall(r"<li data-words=", index)) == len(FailureCode) + len(SCREENS)
