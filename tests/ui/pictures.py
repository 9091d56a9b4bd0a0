"""Every screen in every state, in the real window, as pictures for the eye.

    python -m tests.ui.pictures DIR [WIDTHxHEIGHT] [light|dark|contrast] [1.0–2.0] [tr|en] [NAME…]

`SCREENS` is also what tests walk: one model of each screen and of each of its states.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.ui.page_area import FADE
from kamusm_esign.ui.presenter.intents import LookAgain, OpenJob
from kamusm_esign.ui.presenter.pieces import Light, Status
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.window import MainWindow
from tests.ui.equipment import application, focus_ring
from tests.ui.pages import models
from tests.ui.pages.stage import WORDS, settle
from tests.ui.samples import SAMPLES

Make = Callable[[Words], Any]

SCREENS: dict[str, Make] = {
    "home": lambda words: None,
    "code": models.code_page,
    "code-too-old": lambda words: models.code_page(words, FailureCode.CLIENT_TOO_OLD),
    "code-refused": lambda words: models.code_page(words, FailureCode.CODE_EXPIRED),
    "step-up": models.step_up_page,
    "step-up-wrong": lambda words: models.step_up_page(words, failure=FailureCode.OTP_WRONG),
    "new-pin": models.new_pin_page,
    "new-pin-choose": lambda words: models.new_pin_page(words, chosen=None),
    "new-pin-no-card": models.no_card_page,
    "new-pin-authorizing": lambda words: models.new_pin_page(words, authorizing=True),
    "change": models.change_page,
    "change-wrong": lambda words: models.change_page(
        words, PinState.LOW, refused=FailureCode.PIN_WRONG
    ),
    "change-last": lambda words: models.change_page(words, PinState.FINAL_TRY),
    "change-on-reader": lambda words: models.change_page(words, on_reader=True),
    "change-on-reader-last": lambda words: models.change_page(
        words, PinState.FINAL_TRY, on_reader=True
    ),
    "change-no-card": models.change_without_card,
    **SAMPLES,
}
"""Name → model of a screen; None: the home screen."""

TYPED = {
    "code": (("code.field", "333451779241926"),),
    "new-pin": (("pin.new", "583902"), ("pin.repeat", "583")),
    "change": (("pin.current", "482915"), ("pin.new", "123456")),
    "try": (("pin.current", "482915"),),
    "step-up": (("session.otp", "4815"),),
}
"""What is typed before the picture is taken."""


def lights(texts: Texts) -> Status:
    """All well but the card, which needs something done."""

    def light(name: str, state: str, sentence: str, fix: str = "", intent: object = None) -> Light:
        return Light(texts(f"status.{name}"), state, sentence, texts(fix) if fix else "", intent)

    blocked = texts("status.pin-blocked")
    card = texts("status.token-pin", holder="A*** Y*****", serial="…1234", pin=blocked)
    return Status(
        light("reader", "ok", texts("status.reader-one", name="ACS ACR39U")),
        light("driver", "ok", texts("status.driver-ok", type="AKİS")),
        light("token", "warn", card, "status.fix-unblock", OpenJob("code")),
        light("portal", "bad", texts("status.portal-timeout"), "status.fix-again", LookAgain()),
    )


def picture(language: str, name: str, size: tuple[int, int]) -> MainWindow:
    """Return the window with a screen, laid out at a size and off the display."""
    texts = Texts(language)
    window = MainWindow(texts, lambda: 1000.0)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(*size)
    window.show()
    window.set_status(lights(texts))
    model = SCREENS[name](WORDS[language])
    if model is not None:
        window.show(model)
    settle()
    for field, digits in TYPED.get(name, ()):
        widget: Any = window.findChild(QWidget, field)
        widget.setFocus()
        for digit in digits:
            QTest.keyClick(widget, Qt.Key(Qt.Key.Key_0 + int(digit)))
    QTest.qWait(FADE + 50)
    settle()
    return window


def main(arguments: Sequence[str]) -> None:
    """Write one picture per screen into a folder."""
    given = (*arguments[1:5], *("1366x768", "light", "1.0", "tr")[len(arguments) - 1 :])
    size, scheme, scale, language = given
    wide, high = size.split("x")
    app = application()
    focus_ring(app)
    qInstallMessageHandler(lambda *_: None)
    theme.set(scheme, float(scale))
    for name in arguments[5:] or SCREENS:
        window = picture(language, name, (int(wide), int(high)))
        file = f"{name}-{size}-{scheme}-{scale}-{language}.png"
        window.grab().save(str(Path(arguments[0], file)))
        window.close()
        window.deleteLater()
        settle()


if __name__ == "__main__":
    main(sys.argv[1:])
