"""“Which one do I need?”: from what the person knows to the right way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.guide_panel import Answer, GuidePanel

SITUATIONS = (
    ("known", "pin"),
    ("forgotten", "question"),
    ("blocked", "lock"),
    ("new", "card"),
    ("seal", "seal"),
)
"""What a person may know of the card, with its icon. Only the first needs no portal."""


def answers(texts: Texts, portal: str) -> tuple[Answer, ...]:
    """The guide in one language; `portal` is the address that its buttons open."""
    return tuple(_answer(name, icon, texts, portal) for name, icon in SITUATIONS)


def _answer(name: str, icon: str, texts: Texts, portal: str) -> Answer:
    title, text = texts(f"guide.{name}.title"), texts(f"guide.{name}.text")
    if name == "known":
        return Answer(icon, title, text, "", texts("home.changePin.title"), "arrow-right")
    shown = portal.removeprefix("https://").removeprefix("http://").rstrip("/")
    path = texts(f"guide.{name}.path")
    return Answer(icon, title, text, path, texts("guide.portal"), "external", shown)


def wish(place: int, portal: str) -> object:
    """The intent of the button in the answer at `place`."""
    from kamusm_esign.ui.presenter.intents import OpenAddress, OpenJob

    return OpenJob("change-pin") if SITUATIONS[place][0] == "known" else OpenAddress(portal)


class GuideDialog(QDialog):
    """The guide for windows without room for it, and behind F1."""

    intent = Signal(object)

    def __init__(self, window: QWidget, texts: Texts, portal: str) -> None:
        """Make it; `open()` shows it over the window."""
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts("guide.title"))
        self.setObjectName("guide")
        self._portal = portal
        panel = GuidePanel("guide.panel")
        panel.set_guide(texts("guide.title"), answers(texts, portal))
        panel.pressed.connect(self._pressed)
        close = Button("guide.close", "x")
        close.set_text(texts("guide.close"))
        close.clicked.connect(self.reject)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(panel)
        layout = column(self, margin=16, spacing=12)
        layout.addWidget(area, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = window.size()
        self.resize(min(520, room.width() - 32), min(560, room.height() - 32))

    def _pressed(self, place: int) -> None:
        self.intent.emit(wish(place, self._portal))
        self.accept()
