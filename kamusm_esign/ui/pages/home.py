"""Screen 1: what would you like to do?

Painted first of all, so it imports no presenter and no intent before something is pressed.
"""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from kamusm_esign.ui.pages.guide import answers, wish
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.buttons import Button, LinkButton
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.guide_panel import GuidePanel
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.tile import Tile

JOBS = (
    ("code", "code", "code"),
    ("changePin", "pin-change", "change-pin"),
    ("tokens", "card", "tokens"),
    ("doctor", "wrench", "doctor"),
)
"""Name of the tile and its texts, icon, name of the job."""

GUIDE_WIDTH = 376


class Home(Page):
    """Four jobs as tiles, and the guide for whoever does not know which one to take."""

    guide_wanted = Signal()
    """There is no room for the guide here; the window shows it as a dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: Texts | None = None
        self._portal = ""
        self._title = Label("title", "navy", name="page.title")
        self._lead = Label("base", "text2")
        self._support = Label("small", "text2")
        self._beside = QWidget(self)
        self._verify = LinkButton("home.verify", "document-check", parent=self)
        self._verify.clicked.connect(lambda: self._open("verify"))
        self._tiles = tuple(
            # With a parent from the start, so that the Tab key finds them first.
            Tile(f"home.{name}", icon, first=place == 0, parent=self)
            for place, (name, icon, _) in enumerate(JOBS)
        )
        for tile, (_, _, job) in zip(self._tiles, JOBS, strict=True):
            tile.clicked.connect(lambda _=False, name=job: self._open(name))
        self._grid, self._head = QGridLayout(), QGridLayout()
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._beside)
        self._ways.setContentsMargins(0, 0, 0, 0)
        self._guide = GuidePanel("home.guide")
        self._guide.pressed.connect(self._wish)
        self._ask = Button("home.guideButton", "question")
        self._ask.clicked.connect(self.guide_wanted)
        self._layout = self._arranged()

    def _arranged(self) -> QVBoxLayout:
        for way in (self._ask, self._verify):
            self._ways.addWidget(way, 0, Qt.AlignmentFlag.AlignRight)
        self._head.setHorizontalSpacing(16)
        self._head.setColumnStretch(0, 1)
        self._below = row(spacing=24)
        self._below.addLayout(self._grid, 1)
        self._below.addWidget(self._guide)
        layout = column(self)
        layout.addLayout(self._head)
        layout.addLayout(self._below)
        layout.addWidget(self._support)
        layout.addStretch(1)
        return layout

    # ------------------------------------------------------------------ what it says
    def render(self, model: Any) -> None:  # type: ignore[override]
        """Nothing to show but its texts."""

    def set_texts(self, texts: Texts, portal: str) -> None:
        """Say everything in one language; `portal` is the page that the guide leads to."""
        self._texts, self._portal = texts, portal
        self._title.set_text(texts("home.title"))
        self._lead.set_text(texts("home.lead"))
        self._support.set_text(texts("home.support"))
        self._verify.set_text(texts("home.verify"))
        self._ask.set_text(texts("guide.title"))
        for tile, (name, _, _) in zip(self._tiles, JOBS, strict=True):
            words = (texts(f"home.{name}.{part}") for part in ("title", "text", "needs"))
            title, text, needs = words
            tile.set_texts(title, text, texts("home.needs"), needs)
        self._guide.set_guide(texts("guide.title"), answers(texts, portal))

    def set_shape(self, shape: Shape) -> None:
        """Guide beside the tiles, or behind a button; two columns, or one."""
        low = shape.short or not shape.columns
        self._layout.setContentsMargins(0, 8 if low else 32, 0, 0)
        self._layout.setSpacing(12 if low else 24)
        gap = (16 if low else 24) if shape.columns else 12
        self._grid.setSpacing(gap)
        self._below.setSpacing(gap)
        self._set_head(shape.columns and not shape.side)
        for place, tile in enumerate(self._tiles):
            tile.set_dense(not shape.columns)
            at = divmod(place, 2) if shape.columns else (place, 0)
            self._grid.addWidget(tile, *at)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if shape.columns else 0)
        self._guide.setVisible(shape.side)
        self._guide.setFixedWidth(round(GUIDE_WIDTH * theme.scale))
        self._ask.setVisible(not shape.side)
        self._support.setVisible(not low)

    def _set_head(self, wide: bool) -> None:
        """Both ways in a line with the title, or (one, or narrow) beside title and lead."""
        direction = QBoxLayout.Direction
        self._ways.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._ways.setSpacing(8 if wide else 0)
        self._head.setVerticalSpacing(0 if wide else 4)
        self._head.addWidget(self._title, 0, 0)
        self._head.addWidget(self._lead, 1, 0, 1, 2 if wide else 1)
        self._head.addWidget(self._beside, 0, 1, 1 if wide else 2, 1)

    def first_focus(self) -> QWidget:
        """The first tile."""
        return self._tiles[0]

    # ------------------------------------------------------------------ what is pressed
    def _open(self, job: str) -> None:
        from kamusm_esign.ui.presenter.intents import OpenJob

        self.intent.emit(OpenJob(job))

    def _wish(self, place: int) -> None:
        if self._texts is not None:
            self.intent.emit(wish(place, self._portal))
