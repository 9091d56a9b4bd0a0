"""Screen 3: the code that came by SMS."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.pages.page import Page
from kamusm_esign.ui.presenter.intents import EnterOtp, ResendOtp
from kamusm_esign.ui.presenter.models import StepUpPage
from kamusm_esign.ui.shape import Shape
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import LinkButton
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.keypad import Keypad
from kamusm_esign.ui.widgets.otp_field import LENGTH, OtpField
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.text import Label

WIDEST, UNLIMITED = 640, 16_777_215


class StepUp(Page):
    """One field, and a way to have the code sent again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: StepUpPage | None = None
        self._had_focus = self._wants_digits = False
        self._notice = Banner("page.problem")
        self._lead, self._name = Label("base", "text2"), Label("strong", "text")
        self.field = OtpField()
        self._message = Message("session.problem")
        self._resend = LinkButton("session.resend", "refresh")
        self.field.changed.connect(lambda _count: self._typed())
        self.field.refused.connect(self._refused)
        self.field.submitted.connect(self.primary_pressed)
        self._resend.clicked.connect(lambda: self.intent.emit(ResendOtp()))
        self._card, self._keys = Card(), Card()
        self._hint, self.keypad = Label("small", "text2"), Keypad()
        self._arrange()
        self._serve()

    def _arrange(self) -> None:
        inner = column(spacing=0)
        inner.addWidget(self._lead)
        inner.addSpacing(20)
        inner.addWidget(self._name)
        inner.addSpacing(6)
        inner.addWidget(self.field, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addSpacing(6)
        inner.addWidget(self._message)
        inner.addSpacing(12)
        link = row()
        link.addWidget(self._resend)
        link.addStretch(1)
        inner.addLayout(link)
        inside = row(self._card, spacing=20)
        self._inside = inside
        inside.addWidget(Icon("phone", 32, "teal"), 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(inner, 1)
        keys = column(self._keys, spacing=12)
        keys.addWidget(self._hint)
        keys.addWidget(self.keypad, 0, Qt.AlignmentFlag.AlignLeft)
        top = Qt.AlignmentFlag.AlignTop
        beside = row(spacing=24)
        beside.addWidget(self._card, 1, top)
        beside.addWidget(self._keys, 0, top)
        beside.addStretch(0)
        self._beside = beside
        layout = column(self, spacing=16)
        layout.addWidget(self._notice)
        layout.addLayout(beside)
        layout.addStretch(1)

    def _serve(self) -> None:
        """The keypad types into the field, which keeps the keyboard."""
        self.keypad.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.keypad.setFocusProxy(self.field)
        self.keypad.digit.connect(self.field.push)
        self.keypad.back.connect(self.field.pop)
        self.keypad.clear.connect(self.field.wipe)

    def set_shape(self, shape: Shape) -> None:
        """Less room around everything in small windows."""
        margin = 24 if shape.columns else 16
        self._inside.setContentsMargins(margin, margin, margin, margin)
        keys = self._keys.layout()
        if keys is not None:
            keys.setContentsMargins(*((margin,) * 4 if not shape.compact else (9, 9, 9, 9)))
        self._hint.setVisible(not shape.compact)
        self._keys.setVisible(shape.keypad_beside)
        self._beside.setSpacing(24 if shape.columns else 12)
        self.keypad.set_compact(not shape.columns)
        # With big text the card and the keypad take all the width, and the notice is as wide.
        widest = round(WIDEST * theme.scale) if shape.columns else UNLIMITED
        self._card.setMaximumWidth(widest)
        self._notice.setMaximumWidth(widest)

    def first_focus(self) -> QWidget:
        """The field for the code."""
        return self.field

    # ------------------------------------------------------------------ what it shows
    def render(self, model: StepUpPage) -> None:  # type: ignore[override]
        """Show the model; what is typed stays."""
        old, self._model = self._model, model
        self._lead.set_text(model.lead)
        self._name.set_text(model.field_name)
        self.field.setAccessibleName(model.field_name)
        self.field.setAccessibleDescription(model.lead)
        self._resend.set_text(model.resend)
        self._hint.set_text(model.keypad[0])
        self.keypad.set_texts(*model.keypad)
        self._notice.setVisible(model.notice is not None)
        if model.notice is not None:
            notice = model.notice
            self._notice.set_banner(notice.kind, notice.title, notice.text, notice.code)
            if old is None or old.notice != notice:
                announce(self._notice, f"{notice.title} {notice.text}", at_once=True)
        self._set_busy(model.busy)
        self._show_message()
        self._tell_primary()

    def _set_busy(self, busy: bool) -> None:
        if busy and self.field.isEnabled():
            self._had_focus = self._had_focus or self.field.hasFocus()
        self.field.setEnabled(not busy)
        self.keypad.setEnabled(not busy)
        self._resend.setEnabled(not busy)
        if not busy and self._had_focus:
            self._had_focus = False
            self.field.setFocus()

    # ------------------------------------------------------------------ what is typed
    def _typed(self) -> None:
        self._wants_digits = False
        self._show_message()
        self._tell_primary()

    def _refused(self) -> None:
        """Something else than six digits: say what is wanted."""
        self._wants_digits = True
        self._show_message()
        announce(self.field, self._message.label.text(), at_once=True)

    def _show_message(self) -> None:
        wanted = self._wants_digits and self._model is not None and not self._model.busy
        primary = self._model.frame.primary if self._model else None
        self._message.set_message("bad", primary.reason if wanted and primary else "")

    def _tell_primary(self) -> None:
        model = self._model
        if model is not None and model.frame.primary is not None:
            ready = not model.busy and self.field.count == LENGTH
            self.primary_state_changed.emit(ready, "" if ready else model.frame.primary.reason)

    def primary_pressed(self) -> None:
        """Hand the code on; it is the job's from here on."""
        if self._model is None or self._model.busy:
            return
        if self.field.count < LENGTH:
            self._refused()
            return
        self._had_focus, self._wants_digits = self.field.hasFocus(), False
        self.intent.emit(EnterOtp(self.field.take()))
        self._tell_primary()

    def leave(self) -> None:
        """Wipe what was typed."""
        self._model = None
        self.field.wipe()
