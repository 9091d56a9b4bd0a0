"""Questions that open and close: "which of these do I need?"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.style import paint
from kamusm_esign.ui.style.colours import Role
from kamusm_esign.ui.style.fonts import Kind
from kamusm_esign.ui.style.icons import draw_icon
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.buttons import Button, Pressable
from kamusm_esign.ui.widgets.containers import Card, Line, column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

if TYPE_CHECKING:
    from PySide6.QtCore import QPropertyAnimation

OPENING = 160
"""Milliseconds."""


class Answer(NamedTuple):
    """One question of the guide and what it says when it is open."""

    icon: str
    question: str
    text: str
    path: str = ""
    """Where to go on the portal; stands out. Empty: nothing."""
    button: str = ""
    """Text of the button; empty: none."""
    button_icon: str = "external"
    address: str = ""
    """Shown under the button."""


class Question(Pressable):
    """The head of one answer; pressing opens or closes it."""

    kind: Kind = "base"
    ICON, CHEVRON = 22, 20

    def __init__(self, name: str, icon: str) -> None:
        super().__init__(name, icon)
        self.setCheckable(True)
        self.toggled.connect(self._restyle)

    def _restyle(self, opened: bool) -> None:
        self._block.set_kind("strong" if opened else "base")
        self.updateGeometry()

    def _beside(self) -> int:
        return 4 + theme.px(self.ICON) + 12 + 12 + theme.px(self.CHEVRON) + 8

    def focus_outline(self) -> tuple[QRect, float, Role]:
        return self.rect().adjusted(0, 2, 0, -2), paint.RADIUS, "focus"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        paint.begin(painter)
        if self._hovered() or self.isDown():
            paint.box(painter, self.rect(), "teal-tint")
        opened, size, middle = self.isChecked(), theme.px(self.ICON), self.height() / 2
        draw_icon(painter, 4, middle - size / 2, size, self._icon, "teal" if opened else "text2")
        x, room = 4 + size + 12, self.width() - self._beside()
        height = self._block.height(room)
        self._block.draw(painter, x, middle - height // 2, room, "navy" if opened else "text")
        size = theme.px(self.CHEVRON)
        chevron = "chevron-up" if opened else "chevron-down"
        x = self.width() - 8 - size
        draw_icon(painter, x, middle - size / 2, size, chevron, "text2")


class AnswerBody(QWidget):
    """What an open question says."""

    pressed = Signal()

    def __init__(self, answer: Answer, name: str) -> None:
        super().__init__()
        layout = column(self)
        layout.setContentsMargins(4 + theme.px(Question.ICON) + 12, 0, 8, 12)
        layout.addWidget(_label("text2", answer.text))
        if answer.path:
            layout.addSpacing(8)
            path = _label("text", "")
            path.set_spans(((answer.path, True),))
            layout.addWidget(path)
        if answer.button:
            layout.addSpacing(12)
            button = Button(name, answer.button_icon)
            button.set_text(answer.button)
            button.clicked.connect(self.pressed)
            line = row()
            line.addWidget(button)
            line.addStretch(1)
            layout.addLayout(line)
        if answer.address:
            layout.addSpacing(8)
            layout.addWidget(_label("text2", answer.address))


def _label(role: Role, text: str) -> Label:
    label = Label("small", role)
    label.set_text(text)
    return label


class GuidePanel(Card):
    """The guide. One question is open at a time; the answers are made when they are opened."""

    pressed = Signal(int)
    """Place of the question whose button was pressed."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name=name, parent=parent)
        self._answers: tuple[Answer, ...] = ()
        self._questions: list[Question] = []
        self._body: AnswerBody | None = None
        self._open = -1
        self._opening: QPropertyAnimation | None = None
        self._title = Label("section", "navy")
        head = row(spacing=8)
        head.addWidget(Icon("question", 24, "teal"))
        head.addWidget(self._title, 1)
        self._layout = column(self)
        self._layout.setContentsMargins(21, 21, 21, 13)
        self._layout.addLayout(head)
        self._layout.addSpacing(8)
        self._rows = column()
        self._layout.addLayout(self._rows)
        self._layout.addStretch(1)

    def set_guide(self, title: str, answers: Sequence[Answer]) -> None:
        """Show a title and questions; what is open stays open where the number is the same."""
        self._title.set_text(title)
        self.setAccessibleName(title)
        kept = self._open if len(answers) == len(self._answers) else -1
        if len(answers) != len(self._answers):
            self._make_rows(answers)
        self._answers = tuple(answers)
        for question, answer in zip(self._questions, answers, strict=True):
            question.set_text(answer.question)
            question.set_icon(answer.icon)
        self._close()
        if kept >= 0:
            self.open(kept)

    def _make_rows(self, answers: Sequence[Answer]) -> None:
        self._close()
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._questions = []
        for place, answer in enumerate(answers):
            if place:
                self._rows.addWidget(Line())
            question = Question(f"{self.objectName()}.{place + 1}", answer.icon)
            question.clicked.connect(lambda _=False, at=place: self.open(at))
            self._rows.addWidget(question)
            self._questions.append(question)

    # ------------------------------------------------------------------ opening
    def open(self, place: int, *, moving: bool = True) -> None:
        """Open one question and close the others; the open one closes."""
        was = self._open
        self._close()
        if place == was and moving:
            return
        self._open = place
        self._questions[place].setChecked(True)
        self._body = AnswerBody(self._answers[place], f"{self.objectName()}.open")
        self._body.pressed.connect(lambda: self.pressed.emit(place))
        self._rows.insertWidget(self._rows.indexOf(self._questions[place]) + 1, self._body)
        self._body.show()
        if moving and self.isVisible():
            self._grow(self._body)

    def _grow(self, body: AnswerBody) -> None:
        from PySide6.QtCore import QPropertyAnimation  # nothing moves at first

        duration = theme.milliseconds(OPENING)
        if not duration:
            return
        height = body.heightForWidth(self._questions[0].width())
        self._opening = QPropertyAnimation(body, b"maximumHeight", body)
        self._opening.setDuration(duration)
        self._opening.setStartValue(0)
        self._opening.setEndValue(height)
        self._opening.finished.connect(lambda: body.setMaximumHeight(16_777_215))
        self._opening.start()

    def _close(self) -> None:
        if self._opening is not None:
            self._opening.stop()
            self._opening = None
        for question in self._questions:
            question.setChecked(False)
        if self._body is not None:
            self._rows.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        self._open = -1
