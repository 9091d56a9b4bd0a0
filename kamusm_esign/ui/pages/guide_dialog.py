"""The guide for windows without room for it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from kamusm_esign.ui.pages.guide import answers, wish
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import column
from kamusm_esign.ui.widgets.guide_panel import GuidePanel
from kamusm_esign.ui.widgets.scroll_area import ScrollArea


class GuideDialog(QDialog):
    """The same questions and answers as on the home screen."""

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
        close.clicked.connect(lambda: self.reject())
        area = ScrollArea()
        area.setWidget(panel)
        layout = column(self, margin=16, spacing=12)
        layout.addWidget(area, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = window.size()
        self.resize(min(520, room.width() - 32), min(560, room.height() - 32))

    def _pressed(self, place: int) -> None:
        self.intent.emit(wish(place, self._portal))
        self.accept()
