"""What signing does, in plain words, above the documents."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.banner import BANNERS, LEFT_EDGE
from kamusm_esign.ui.widgets.containers import Line, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label, Span

HEAD = 300
"""Width of the first part, at the ordinary text size."""
LINES: dict[str, Role] = {"ok": "green", "info": "teal", "warn": "amber-text"}
"""Kind of a line → colour of its icon."""

TITLES = ("info", "warn")
WIDEST = 16_777_215
"""Qt's: no limit."""

Said = tuple[str, str, Sequence[Span]]
"""Icon, kind, words."""


class _Line(QWidget):
    """One thing that follows."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._text = Icon("info", 20, "teal", line="base"), Label("base", "text")
        layout = row(self, spacing=8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)

    def set_line(self, icon: str, kind: str, words: Sequence[Span]) -> None:
        """Say it."""
        self._icon.set_icon(icon, LINES[kind])
        self._text.set_spans(words)


class MeaningBanner(QWidget):
    """Kinds: `info` and `warn`. It may have the focus, to be read out first; nothing is pressed."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._kind = "info"
        self._icon = Icon("document-check", 32, "teal")
        self._titles = {k: Label("section", "text", strong=LINES[k]) for k in TITLES}
        self._subtitle = Label("small", "text2")
        self._rule = Line(upright=True)
        self._lines: list[_Line] = []
        self._list = column(spacing=4)
        words = column()
        words.addStretch(1)
        for title in self._titles.values():
            words.addWidget(title)
        words.addWidget(self._subtitle)
        words.addStretch(1)
        self._head = QWidget()
        head = row(self._head, spacing=12)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(words, 1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.addWidget(self._head)
        self._layout.addWidget(self._rule)
        said = column()
        said.addStretch(1)
        said.addLayout(self._list)
        said.addStretch(1)
        self._layout.addLayout(said, 1)
        self.set_narrow(False, short=False)

    def focus_outline(self) -> None:
        """No ring."""

    def set_meaning(
        self, kind: str, icon: str, title: Sequence[Span], subtitle: str, lines: Sequence[Said]
    ) -> None:
        """Say it in the person's language."""
        self._kind = kind
        role = BANNERS[kind][2]
        self._icon.set_icon(icon, role)
        for name, label in self._titles.items():
            label.setVisible(name == kind)
            label.set_spans(title if name == kind else ())
        self._subtitle.set_text(subtitle)
        while len(self._lines) > len(lines):
            self._lines.pop().deleteLater()
        while len(self._lines) < len(lines):
            self._lines.append(_Line())
            self._list.addWidget(self._lines[-1])
        for shown, line in zip(self._lines, lines, strict=True):
            shown.set_line(*line)
        self.update()

    def set_narrow(self, narrow: bool, *, short: bool) -> None:
        """One part under the other, or side by side; with less around it."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._layout.setSpacing(8 if narrow else 24)
        self._rule.setVisible(not narrow)
        self._head.setMinimumWidth(0 if narrow else round(HEAD * theme.scale))
        self._head.setMaximumWidth(WIDEST if narrow else round(HEAD * theme.scale))
        edge = (20, 12, 17, 12) if narrow or short else (28, 16, 24, 16)
        self._layout.setContentsMargins(*edge)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        ground, edge, _, _ = BANNERS[self._kind]
        edge = "text" if theme.contrast else edge
        paint.box(painter, self.rect(), ground, edge)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), paint.RADIUS, paint.RADIUS)
        painter.setClipPath(shape)
        paint.fill(painter, QRectF(QPointF(0, 0), QPointF(LEFT_EDGE, self.height())), edge)
