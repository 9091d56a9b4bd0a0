"""What Qt says by itself is in the person's language: context menus, file dialogs, buttons."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QWidget,
)

from kamusm_esign.ui import qt_texts
from kamusm_esign.ui.file_dialogs import ask_where
from tests.ui.test_settled import Running

UNDO = {"tr": "&Geri Al\tCtrl+Z", "en": "&Undo\tCtrl+Z"}
SELECT_ALL = {"tr": "Tümünü Seç", "en": "Select All"}
FILE_NAME = {"tr": "Dosya a&dı:", "en": "File &name:"}
BUTTONS = {"tr": {"&Kaydet", "İptal"}, "en": {"&Save", "Cancel"}}


@pytest.fixture(autouse=True)
def _english_again(app: QApplication) -> Iterator[None]:
    yield
    qt_texts.speak("en")


def entries(field: QLineEdit) -> list[str]:
    """What its context menu offers."""
    menu = field.createStandardContextMenu()
    try:
        return [action.text() for action in menu.actions() if action.text()]
    finally:
        menu.deleteLater()


def said_by_a_file_dialog(parent: QWidget) -> tuple[str, set[str]]:
    ask_where(parent, "?", "a.pdf", lambda _path: None)
    dialog = parent.findChild(QFileDialog, "file.dialog")
    assert dialog is not None
    name, box = dialog.findChild(QLabel, "fileNameLabel"), dialog.findChild(QDialogButtonBox)
    assert name is not None
    assert box is not None
    said = name.text(), {button.text() for button in box.findChildren(QAbstractButton)}
    dialog.setObjectName("")
    dialog.reject()
    return said


def test_what_has_no_translation_is_said_in_english(app: QApplication) -> None:
    assert qt_texts.speak("tr")
    assert app.translate("QFileDialog", "Sidebar") == "Kenar Çubuğu"
    assert app.translate("QFileDialog", "not a text of Qt") == "not a text of Qt"


@pytest.mark.parametrize("first", ["tr", "en"])
def test_it_speaks_with_the_window_and_changes_with_it(tmp_path: Path, first: str) -> None:
    running = Running(tmp_path, language=first)
    field = QLineEdit("1", running.window)
    other = "en" if first == "tr" else "tr"
    for language in (first, other, first):
        if running.window.texts.language != language:
            running.window.switch_language()
        assert running.window.texts.language == language
        found = entries(field)
        assert UNDO[language] in found
        assert any(text.startswith(SELECT_ALL[language]) for text in found)
        assert said_by_a_file_dialog(running.window) == (FILE_NAME[language], BUTTONS[language])
    running.close()


def test_where_its_texts_are_missing_it_stays_english_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qt_texts.speak("tr")
    field = QLineEdit("1")
    assert UNDO["tr"] in entries(field)
    monkeypatch.setattr(QLibraryInfo, "path", lambda _which: str(tmp_path))
    assert not qt_texts.speak("tr")
    assert UNDO["en"] in entries(field)
