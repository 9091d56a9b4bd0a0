"""A program with one PIN field, for tests that look into its memory.

It is told what to do by single bytes on its standard input, so that no digits come to it in a row:
bytes from 200 on are keys to press (200 is the 0), letters are commands. Each is answered with the
number of digits, and where the window and its keys are.
"""

import os
import sys

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kamusm_esign.domain.secret import Secret
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.keypad import Keypad
from kamusm_esign.ui.widgets.pin_field import PinField

FIRST_KEY = 200


def main() -> None:
    """Show the field and the keypad until standard input ends."""
    application = QApplication(["pin"])
    theme.start("light")
    window = QWidget()
    layout = QVBoxLayout(window)
    field, keypad = PinField("pin.new"), Keypad()
    field.set_count_text(lambda count: f"{count}. hane girildi")
    keypad.set_texts("Tuşlar", "Temizle", "Sil")
    keypad.serve(field)
    layout.addWidget(field)
    layout.addWidget(keypad)
    window.resize(320, 400)
    window.show()
    window.activateWindow()
    field.setFocus()
    taken: list[Secret] = []

    def paste() -> None:
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    commands = {
        "w": field.wipe,
        "t": lambda: taken.append(field.take()),
        "x": lambda: taken.pop().wipe(),
        "h": window.hide,
        "p": paste,
    }

    def told() -> None:
        byte = os.read(0, 1)
        if not byte:
            application.quit()
        elif byte[0] >= FIRST_KEY:
            QTest.keyClick(field, Qt.Key(Qt.Key.Key_0 + byte[0] - FIRST_KEY))
        elif byte != b"?":
            commands[byte.decode()]()
        five, nine = keypad.keys["5"], keypad.keys["9"]
        middle = five.mapToGlobal(five.rect().center())
        step = nine.pos() - five.pos()
        numbers = (field.count, window.winId(), middle.x(), middle.y(), step.x(), step.y())
        os.write(1, (" ".join(str(int(number)) for number in numbers) + "\n").encode())

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(told)
    sys.exit(application.exec())


if __name__ == "__main__":
    main()
