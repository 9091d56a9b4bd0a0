"""What the window offers beside its pages: guide, browser, telephone number, the compact menu."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kamusm_esign.ui.pages.guide_dialog import GuideDialog
from kamusm_esign.ui.presenter.intents import NewCode, OpenJob, Wear
from kamusm_esign.ui.presenter.pieces import Frame, Notice
from kamusm_esign.ui.style.theme import theme

if TYPE_CHECKING:
    from kamusm_esign.ui.texts import Texts


class HelpedWindow(QWidget):
    """What is asked of the window here; it has all of it, and knows this module only by name."""

    texts: "Texts"
    portal_page: str
    intent: Signal

    def set_notice(self, notice: Notice | None) -> None:
        """Show a notice above the page."""

    def switch_language(self) -> None:
        """The other language."""


THEMES = (
    ("system", "frame.theme-system"),
    ("light", "frame.theme-light"),
    ("dark", "frame.theme-dark"),
    ("contrast", "frame.theme-contrast"),
)
SCALES = (100, 125, 150, 175, 200)
"""Text sizes of the menu, in per cent."""


def show_guide(window: HelpedWindow) -> None:
    """Show the guide over the window."""
    dialog = GuideDialog(window, window.texts, window.portal_page)
    dialog.intent.connect(window.intent)
    dialog.open()


def open_help(window: HelpedWindow, model: object) -> None:
    """Open the helpdesk's guide at what is shown; where nothing does, its place can be pasted."""
    from kamusm_esign.resource_files import resource
    from kamusm_esign.ui.presenter.help_place import help_page

    try:
        page = resource("helpdesk", help_page(model))
    except FileNotFoundError:  # a failure of a newer part than the guide
        page = resource("helpdesk", "index.html")
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
        _copy(window, str(page), "frame.address-copied")


def open_address(window: HelpedWindow, url: str) -> None:
    """Open a web page in the browser; where there is none, its address can be pasted."""
    address = QUrl(url)
    if address.scheme() in ("https", "http") and not QDesktopServices.openUrl(address):
        _copy(window, url, "frame.address-copied")


def copy_phone(window: HelpedWindow) -> None:
    """Put the helpdesk's number where it can be pasted."""
    _copy(window, window.texts("frame.phone"), "frame.phone-copied")


def _copy(window: HelpedWindow, text: str, said: str) -> None:
    QApplication.clipboard().setText(text)
    window.set_notice(Notice("info", window.texts(said, text=text)))


def stay_open(window: HelpedWindow) -> None:
    """Say why the window does not close."""
    window.set_notice(Notice("warn", window.texts("frame.stays-open")))


def show_menu(window: HelpedWindow, below: QWidget, frame: Frame | None) -> None:
    """Open what the compact top bar has no room for; it is gone once it was used."""
    texts = window.texts
    new_code = frame.new_code if frame is not None else ""
    entries = (
        (new_code, lambda: window.intent.emit(NewCode())),
        (texts("guide.title"), lambda: show_guide(window)),
        (texts("frame.phone-name"), lambda: copy_phone(window)),
        (texts("frame.language-name"), window.switch_language),
        (texts("frame.settings"), lambda: open_settings(window, below, frame)),
    )
    menu = _menu(below)
    for text, do in entries:
        if text:
            menu.addAction(text.replace("&", "&&")).triggered.connect(do)
    _pop_up(menu, below)


def open_settings(window: HelpedWindow, below: QWidget, frame: Frame | None) -> None:
    """Screen 12; in the middle of a job only how things look, so that nothing is given up."""
    if frame is None or not frame.steps:
        window.intent.emit(OpenJob("settings"))
        return
    menu, texts = _menu(below), window.texts
    for name, key in THEMES:
        action = menu.addAction(texts(key))
        action.setCheckable(True)
        action.setChecked(theme.wanted == name)
        action.triggered.connect(partial(_wear, window, "theme", name))
    menu.addSeparator()
    for percent in SCALES:
        action = menu.addAction(texts("frame.scale", percent=percent))
        action.setCheckable(True)
        action.setChecked(round(theme.scale * 100) == percent)
        action.triggered.connect(partial(_wear, window, "scale", str(percent)))
    _pop_up(menu, below)


def _wear(window: HelpedWindow, key: str, value: str, _checked: bool = False) -> None:
    window.intent.emit(Wear(key, value))


def _menu(below: QWidget) -> QMenu:
    menu = QMenu(below)
    menu.setObjectName("top.menu.entries")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _pop_up(menu: QMenu, below: QWidget) -> None:
    menu.popup(below.mapToGlobal(QPoint(0, below.height())))
