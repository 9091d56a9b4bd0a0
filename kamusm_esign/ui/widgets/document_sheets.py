"""One page on the screen. Paper is white in every theme, and has an edge.

A sheet is a widget of its own so that screen readers find the text of each page.
"""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from kamusm_esign.domain.documents import Box, PictureWanted
from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import VALUES, Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.document_pictures import Pictures

PAPER, INK = "#FFFFFF", VALUES["text"][0]
MARK, MARK_NOW = "#FFE9A8", "#F5B301"
"""Ground of what was found, and of the one that is looked at."""

BAND_DOTS = 4 << 20
"""Largest picture that is asked for; a larger page comes in level bands."""


def on_paper(role: Role) -> QColor:
    """A role's colour on white paper."""
    return QColor(VALUES[role][0])


class Sheet(QWidget):
    """A page, or a part of a long text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        answer_for_sheets()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.spoken = ""
        """The text of it, for screen readers."""


class PageLook(Protocol):
    """What a page of a PDF is painted from."""

    pictures: Pictures
    waiting: str
    not_shown: str

    def boxes(self, page: int) -> Sequence[tuple[Box, bool]]:
        """What is marked on a page, and whether it is the one that is looked at."""
        ...

    def failed(self, page: int) -> bool:
        """Whether the page cannot be drawn."""
        ...


class PageSheet(Sheet):
    """A page of a PDF."""

    def __init__(self, parent: QWidget, page: int, look: PageLook) -> None:
        super().__init__(parent)
        self.page, self._look = page, look
        self._dots = (1, 1)

    def set_dots(self, width: int, height: int) -> None:
        """How many dots of the screen the page takes."""
        if (width, height) != self._dots:
            self._dots = (width, height)
            self.update()

    def bands(self, top: float = 0, bottom: float = 1e9) -> list[PictureWanted]:
        """The pictures that are needed for a span of the sheet, in its own coordinates."""
        width, height = self._dots
        rows = max(BAND_DOTS // width, 1)
        ratio = self.devicePixelRatioF()
        return [
            PictureWanted(self.page, width, start, min(rows, height - start))
            for start in range(0, height, rows)
            if start < bottom * ratio and start + rows > top * ratio
        ]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        region = event.rect()
        painter.fillRect(region, QColor(PAPER))
        bands = self.bands(region.top(), region.bottom() + 1)
        if any(band not in self._look.pictures for band in bands):
            self._paint_stand_in(painter)
        ratio = self.devicePixelRatioF()
        for band in bands:
            image = self._look.pictures.get(band)
            if image is not None:
                image.setDevicePixelRatio(ratio)
                painter.drawImage(QPointF(0, band.top / ratio), image)
        self._paint_marks(painter)
        paint_edge(painter, self.rect())

    def _paint_stand_in(self, painter: QPainter) -> None:
        """Until the picture comes: the same page in another size, or a word."""
        drawn = False
        for wanted, image in self._look.pictures.of_page(self.page):
            scale = self.width() / wanted.width
            height = wanted.rows * scale
            painter.drawImage(QRectF(0, wanted.top * scale, self.width(), height), image)
            drawn = True
        if not drawn:
            failed = self._look.failed(self.page)
            painter.setPen(on_paper("red" if failed else "text2"))
            painter.setFont(theme.font("base"))
            words = self._look.not_shown if failed else self._look.waiting
            room = QRect(0, 0, self.width(), min(self.height(), 240))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, words)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.setPen(Qt.PenStyle.NoPen)
        for box, now in self._look.boxes(self.page):
            painter.setBrush(QColor(MARK_NOW if now else MARK))
            painter.drawRect(self.place_of(box))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def place_of(self, box: Box) -> QRectF:
        """Where a box is on the sheet."""
        wide, high = self.width(), self.height()
        left, top = box.left * wide, box.top * high
        return QRectF(left, top, box.right * wide - left, box.bottom * high - top)


def paint_edge(painter: QPainter, rect: QRect, *, top: bool = True, bottom: bool = True) -> None:
    """The edge of the paper; a part of a long text has none where it goes on."""
    shape = QRectF(rect.adjusted(0, 0 if top else -9, 0, 0 if bottom else 9))
    edge, width = paint.snapped(painter, shape, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("control" if theme.contrast else "line"), width))
    painter.drawRect(edge)


class _SheetInterface(QAccessibleWidget):
    """A sheet as assistive technology sees it; PySide never frees one, so it holds nothing."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet, QAccessible.Role.Paragraph, "")

    def text(self, kind: QAccessible.Text) -> str:
        sheet = self.object()
        if kind == QAccessible.Text.Description and isinstance(sheet, Sheet):
            return sheet.spoken
        return super().text(kind)


def _interface(_class_name: str, target: object) -> _SheetInterface | None:
    return _SheetInterface(target) if isinstance(target, Sheet) else None


_installed: list[bool] = []


def answer_for_sheets() -> None:
    """Let Qt ask us how a sheet looks to a screen reader; once per process."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_interface)
