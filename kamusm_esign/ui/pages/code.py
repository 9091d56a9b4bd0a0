"""Screen 2: is everything ready, and what is the verification code?"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from kamusm_esign.domain.verification_code import CodeProblem
from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.pages.preflight import Preflight
from kamusm_esign.ui.presenter.intents import EnterCode, OpenAddress
from kamusm_esign.ui.presenter.models import CodePage
from kamusm_esign.ui.presenter.pieces import Button as ButtonModel
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import Button, LinkButton
from kamusm_esign.ui.widgets.code_cells import LENGTH
from kamusm_esign.ui.widgets.code_field import CodeField
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.picture import Drawing
from kamusm_esign.ui.widgets.text import Label

CHECKS_WIDTH, CHECKS_NARROW = 440, 340
UNLIMITED = 16_777_215
"""Qt's QWIDGETSIZE_MAX."""


class PasteButton(Button):
    """As high as the code field beside it."""

    least, icon_size = 72, 24
    before, after = 20, 20

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return theme.control_height(self.least, "code")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(super().minimumSizeHint().width(), self.heightForWidth(0))


class Code(Page):
    """Pre-flight list at the left, the code at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: CodePage | None = None
        self._shape: Shape | None = None
        self._had_focus = False
        self._notice = Banner("page.problem")
        self._way: LinkButton | None = None
        self._checks = Preflight()
        self._enter_title, self._lead = Label("section", "navy"), Label("base", "text2")
        self.field = CodeField()
        self._paste = PasteButton("code.paste", "paste")
        self._message = Message("code.problem")
        self._reassurance = Banner("code.reassurance")
        self._drawing = Drawing("code-on-portal", 208)
        self._no_code_title, self._no_code = Label("strong", "navy"), Label("small", "text2")
        self._portal = LinkButton("code.portal", "external")
        self._cards = row(spacing=24)
        self._arrange()
        self._connect()

    # ------------------------------------------------------------------ how it is arranged
    def _arrange(self) -> None:
        self._cards.addWidget(self._checks)
        self._cards.addWidget(self._entry_card(), 1)
        layout = column(self, spacing=16)
        layout.addWidget(self._notice)
        layout.addLayout(self._cards)
        layout.addStretch(1)

    def _entry_card(self) -> Card:
        card = Card()
        entry = row(spacing=12)
        entry.addWidget(self.field, 1)
        entry.addWidget(self._paste)
        self._block = column(spacing=4)
        link = row()
        link.setContentsMargins(0, 0, 0, 0)
        link.addSpacing(-8)
        link.addWidget(self._portal)
        link.addStretch(1)
        words = column(spacing=2)
        words.addWidget(self._no_code_title)
        words.addWidget(self._no_code)
        words.addLayout(link)
        words.addStretch(1)
        below = row(spacing=24)
        below.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignTop)
        below.addLayout(words, 1)
        layout = column(card)
        layout.setContentsMargins(25, 21, 25, 21)
        for thing, space in (
            (self._enter_title, 4),
            (self._lead, 16),
            (entry, 6),
            (self._message, 16),
            (self._reassurance, 24),
            (below, 0),
        ):
            if isinstance(thing, QWidget):
                layout.addWidget(thing)
            else:
                layout.addLayout(thing)
            layout.addSpacing(space)
        layout.addStretch(1)
        self._entry_layout = layout
        return card

    def _connect(self) -> None:
        self.field.changed.connect(self._typed)
        self.field.problem_changed.connect(self._say_problem)
        self.field.submitted.connect(self.primary_pressed)
        self._paste.clicked.connect(self._paste_pressed)
        self._portal.clicked.connect(self._open_portal)

    def set_shape(self, shape: Shape) -> None:
        """List beside the field, or as a row above it."""
        self._shape = shape
        direction = QBoxLayout.Direction
        wide = shape.columns
        self._cards.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._cards.setSpacing(24 if wide else 12)
        self._checks.set_collapsed(not wide)
        self._checks.setMinimumWidth(0)
        self._checks.setMaximumWidth(UNLIMITED)
        if wide:
            least = CHECKS_WIDTH if shape.side else CHECKS_NARROW
            self._checks.setFixedWidth(round(least * theme.scale))
        self._drawing.setVisible(shape.side and not shape.compact)
        side = 25 if wide else 17
        self._entry_layout.setContentsMargins(side, 21 if wide else 13, side, 21 if wide else 13)
        self._name_paste()

    def _name_paste(self) -> None:
        roomy = self._shape is None or self._shape.columns
        text = self._model.paste if self._model else ""
        self._paste.set_text(text if roomy else "")
        self._paste.setAccessibleName(text)
        self._paste.setToolTip("" if roomy else text)

    def first_focus(self) -> QWidget:
        """The code field."""
        return self.field

    # ------------------------------------------------------------------ what it shows
    def render(self, model: CodePage) -> None:  # type: ignore[override]
        """Show the model; what is typed stays."""
        old, self._model = self._model, model
        self._checks.set_checks(model.checks_title, model.checks, model.ready, model.ready_line)
        self._enter_title.set_text(model.enter_title)
        self._lead.set_text(model.lead)
        self.field.setAccessibleName(model.field_name)
        self._reassurance.set_banner("info", model.reassurance_title, model.reassurance)
        self._no_code_title.set_text(model.no_code_title)
        self._no_code.set_text(model.no_code)
        self._portal.set_text(model.portal_link)
        self._portal.setVisible(bool(model.portal_url))
        self._name_paste()
        self._show_notice(old)
        self._set_busy(model.busy)
        if model.filled and model is not old:
            self.field.enter(model.filled)
        self._show_message()
        self._tell_primary()

    def _show_notice(self, old: CodePage | None) -> None:
        notice = self._model.notice if self._model else None
        self._notice.setVisible(notice is not None)
        if notice is None:
            return
        self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
        self._show_way(notice.way)
        if old is None or old.notice != notice:
            announce(self._notice, f"{notice.title} {notice.text}", at_once=True)
            self.field.select_all()  # most often another code is the way on

    def _show_way(self, way: ButtonModel | None) -> None:
        """What leads on from the notice; seldom there."""
        if self._way is None and way is not None:
            self._way = LinkButton("code.way", way.icon)
            self._way.clicked.connect(self._go_on)
            self._notice.add(self._way)
        if self._way is not None:
            self._way.set_text(way.text if way else "")
            self._way.setVisible(way is not None)

    def _go_on(self) -> None:
        notice = self._model.notice if self._model else None
        if notice is not None and notice.way is not None:
            self.intent.emit(notice.way.intent)

    def _set_busy(self, busy: bool) -> None:
        if busy and self.field.isEnabled():
            self._had_focus = self.field.hasFocus()
        self.field.setEnabled(not busy)
        self._paste.setEnabled(not busy)
        if not busy and self._had_focus:
            self._had_focus = False
            self.field.setFocus()

    def _show_message(self) -> None:
        model, problem = self._model, self.field.problem
        if model is None:
            return
        if problem is not None:
            kind, text = "bad", model.problems[problem.value]
        else:
            whole = self.field.count == LENGTH and not self.field.selected
            kind = "ok" if whole else "muted"
            text = model.replaces if self.field.selected else model.progress(self.field.count)
        self._message.set_message(kind, text)
        self.field.setAccessibleDescription(text)

    # ------------------------------------------------------------------ what is typed
    def _typed(self, _count: int) -> None:
        self._show_message()
        self._tell_primary()

    def _say_problem(self, problem: CodeProblem | None) -> None:
        self._show_message()
        if problem is not None and self._model is not None:
            announce(self.field, self._model.problems[problem.value], at_once=True)

    def _paste_pressed(self) -> None:
        self.field.setFocus()
        self.field.paste()

    def _open_portal(self) -> None:
        if self._model is not None:
            self.intent.emit(OpenAddress(self._model.portal_url))

    def _tell_primary(self) -> None:
        model = self._model
        if model is not None and model.frame.primary is not None:
            ready = not model.busy and self.field.count == LENGTH
            self.primary_state_changed.emit(ready, "" if ready else model.frame.primary.reason)

    def primary_pressed(self) -> None:
        """Hand the code on."""
        code = self.field.code()
        if code is not None and self._model is not None and not self._model.busy:
            self.intent.emit(EnterCode(code))

    def leave(self) -> None:
        """A code is of no use on any other page."""
        self._model = None
        self.field.clear()
