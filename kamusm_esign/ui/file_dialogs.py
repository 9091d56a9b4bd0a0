"""Asking for a file, without waiting for the answer: the window goes on meanwhile."""

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

Chosen = Callable[[str], None]
"""What to do with the path."""


def ask_where(parent: QWidget, title: str, name: str, chosen: Chosen) -> None:
    """Ask where something is to be saved; goes with the page that asked."""
    dialog = _dialog(parent, title, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    dialog.open()


def ask_which(parent: QWidget, title: str, chosen: Chosen) -> None:
    """Ask for a file that is there."""
    dialog = _dialog(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _dialog(parent: QWidget, title: str, chosen: Chosen) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName("file.dialog")
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(lambda: dialog.deleteLater())
    return dialog
