"""One line of screen 12: what a setting is, the control that changes it, and why it cannot."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from kamusm_esign.domain.accounts import Account, AccountPassword
from kamusm_esign.ui.file_dialogs import ask_which
from kamusm_esign.ui.presenter.intents import ChangeSetting, KeepPassword
from kamusm_esign.ui.presenter.settings import PASSWORDS
from kamusm_esign.ui.presenter.settings_models import SettingRow
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.announce import announce
from kamusm_esign.ui.widgets.banner import Message
from kamusm_esign.ui.widgets.buttons import Button
from kamusm_esign.ui.widgets.containers import column, row
from kamusm_esign.ui.widgets.picture import Icon
from kamusm_esign.ui.widgets.segments import Segments
from kamusm_esign.ui.widgets.switch import Switch
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField

NAME_WIDTH = 304


_NAMES = {
    "keypad_shuffle": "keypadShuffle",
    "proxy_mode": "proxyMode",
    "proxy_pac": "proxyPac",
    "proxy_address": "proxyAddress",
    "proxy_user": "proxyUser",
    "proxy_password": "proxyPassword",
    "proxy_exceptions": "proxyExceptions",
    "time_stamp_url": "timeStampUrl",
    "time_stamp_method": "timeStampMethod",
    "time_stamp_user": "timeStampUser",
    "time_stamp_password": "timeStampPassword",
}


def name_of(key: str) -> str:
    """Stable name of a setting's control."""
    return f"settings.{_NAMES.get(key, key)}"


class RowView(QWidget):
    """Name and explanation at the left, the control at the right, or one under the other."""

    intent = Signal(object)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self._said = ""
        self._name, self._text = Label("strong"), Label("small", "text2")
        self._reason = Label("small", "text2")
        self._problem = Message(f"{name_of(key)}.problem")
        self.control = column(spacing=6)
        words = column(spacing=2)
        words.addWidget(self._name)
        words.addWidget(self._text)
        words.addStretch(1)
        self._why = QWidget()
        why = row(self._why, spacing=6)
        lock = Icon("lock", 18, "text2", line="small")
        why.addWidget(lock, 0, Qt.AlignmentFlag.AlignTop)
        why.addWidget(self._reason, 1)
        side = column(spacing=6)
        side.addLayout(self.control)
        side.addWidget(self._problem)
        side.addWidget(self._why)
        side.addStretch(1)
        self._left = QWidget()
        self._left.setLayout(words)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.addWidget(self._left)
        self._both.addLayout(side, 1)

    def set_row(self, shown: SettingRow) -> None:
        """Show the setting as it is now."""
        self._name.set_text(shown.name)
        self._text.set_text(shown.text)
        self._text.setVisible(bool(shown.text))
        self._reason.set_text(shown.reason)
        self._why.setVisible(bool(shown.reason))
        self._problem.set_message("bad", shown.problem)
        if shown.problem != self._said:
            self._said = shown.problem
            announce(self, shown.problem, at_once=True)
        self.show_value(shown)
        self.setVisible(shown.shown)

    def show_value(self, shown: SettingRow) -> None:
        """Show the value in the control."""

    def set_wide(self, wide: bool) -> None:
        """Side by side, or one under the other."""
        direction = QBoxLayout.Direction
        self._both.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._both.setSpacing(24 if wide else 8)
        self._left.setFixedWidth(round(NAME_WIDTH * theme.scale)) if wide else self._widen()

    def _widen(self) -> None:
        self._left.setMinimumWidth(0)
        self._left.setMaximumWidth((1 << 24) - 1)  # QWIDGETSIZE_MAX

    def _change(self, value: str) -> None:
        self.intent.emit(ChangeSetting(self.key, value))

    def _describe(self, widget: QWidget, shown: SettingRow) -> None:
        widget.setAccessibleName(shown.name)
        widget.setAccessibleDescription(" ".join(filter(None, (shown.text, shown.reason))))
        widget.setEnabled(shown.enabled)


class ChoiceRow(RowView):
    """A few values."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._values = Segments(name_of(key))
        self._values.chosen.connect(self._change)
        self.control.addWidget(self._values)

    def show_value(self, shown: SettingRow) -> None:
        self._values.set_options([(o.value, o.text) for o in shown.options], shown.value)
        self._describe(self._values, shown)


class SwitchRow(RowView):
    """On or off."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._switch = Switch(name_of(key))
        self._switch.clicked.connect(lambda on: self._change("true" if on else "false"))
        self.control.addWidget(self._switch)

    def show_value(self, shown: SettingRow) -> None:
        words = {option.value: option.text for option in shown.options}
        self._switch.set_text(words.get(shown.value, ""))
        self._switch.setChecked(shown.value == "true")
        self._describe(self._switch, shown)


class TextRow(RowView):
    """A line of text, taken when one leaves the field or presses Enter."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._value = ""
        self.field = TextField(name_of(key))
        self.field.editingFinished.connect(self._finished)
        self.beside = row(spacing=8)
        self.beside.addWidget(self.field, 1)
        self.control.addLayout(self.beside)

    def show_value(self, shown: SettingRow) -> None:
        if shown.value != self._value:
            self._value = shown.value
            self.field.setText(shown.value)
            self.field.setCursorPosition(0)
        self.field.setPlaceholderText(shown.placeholder)
        self.field.set_error(bool(shown.problem))
        self._describe(self.field, shown)

    def _finished(self) -> None:
        text = self.field.text().strip()
        if text != self._value:
            self._value = text
            self._change(text)


class FileRow(TextRow):
    """A file, typed or chosen."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._choose = Button(f"{name_of(key)}.choose")
        self._choose.clicked.connect(lambda: ask_which(self, self._choose.text(), self._chosen))
        self.beside.addWidget(self._choose)

    def show_value(self, shown: SettingRow) -> None:
        super().show_value(shown)
        self._choose.set_text(shown.button)
        self._choose.setAccessibleDescription(shown.name)
        self._choose.setEnabled(shown.enabled)

    def _chosen(self, path: str) -> None:
        self.field.setText(path)
        self._finished()


class PasswordRow(RowView):
    """A password on its way into the key store; what is kept there is never shown."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self._account = next(a for a, name in PASSWORDS.items() if name == key)
        self._field, self._keep = TextField(name_of(key)), Button(f"{name_of(key)}.keep")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._forget = Button(f"{name_of(key)}.forget")
        self._field.returnPressed.connect(self._hand_over)
        self._field.textChanged.connect(lambda text: self._keep.setEnabled(bool(text)))
        self._keep.clicked.connect(self._hand_over)
        self._forget.clicked.connect(lambda: self.intent.emit(KeepPassword(self._account, None)))
        beside = row(spacing=8)
        for widget in (self._field, self._keep, self._forget):
            beside.addWidget(widget, 1 if widget is self._field else 0)
        self.control.addLayout(beside)

    @property
    def account(self) -> Account:
        """Whose password it is."""
        return self._account

    def show_value(self, shown: SettingRow) -> None:
        self._field.setPlaceholderText(shown.placeholder)
        self._field.set_error(bool(shown.problem))
        self._describe(self._field, shown)
        self._keep.set_text(shown.button)
        self._keep.setEnabled(bool(self._field.text()))
        self._forget.set_text(shown.other_button)
        self._forget.setVisible(bool(shown.other_button))
        for button in (self._keep, self._forget):
            button.setAccessibleDescription(shown.name)

    def _hand_over(self) -> None:
        text = self._field.text()
        if text:
            self.clear()
            self.intent.emit(KeepPassword(self._account, AccountPassword(text)))

    def clear(self) -> None:
        """Forget what was typed."""
        self._field.clear()


KINDS: dict[str, type[RowView]] = {
    "choice": ChoiceRow,
    "switch": SwitchRow,
    "text": TextRow,
    "file": FileRow,
    "password": PasswordRow,
}
