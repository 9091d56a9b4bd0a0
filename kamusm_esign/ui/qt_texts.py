"""What Qt says by itself: context menus, file dialogs, buttons.

Its source texts are English; those of other languages lie beside it (`qtbase_*.qm`). Reading them
is left until after the first paint, which shows none of them.
"""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from kamusm_esign.ui.texts import Texts

_NAME = "qt.texts"
_KEYS = "QShortcut"
"""Where Qt has the names of keys; they stay as keyboards have them (Ctrl, not Kontrol)."""


class _Texts(QTranslator):
    def translate(
        self, context: str, source: str, hint: str | None = None, count: int = -1
    ) -> str | None:
        """None, not an empty text, where there is none: then Qt shows its English."""
        if context == _KEYS:
            return None
        return super().translate(context, source, hint, count) or None


def texts_in(language: str) -> Texts:
    """The window's texts in a language that Qt speaks from now on."""
    speak(language)
    return Texts(language)


def speak(language: str) -> bool:
    """Have Qt speak a language, in all that is made from now on.

    Args:
        language: `tr` or `en`.

    Returns:
        Whether it does; where its texts are missing, it goes on in English.
    """
    application = QCoreApplication.instance()
    if application is None:
        return False
    before = application.findChild(QTranslator, _NAME)
    if before is not None:
        application.removeTranslator(before)
        before.setParent(None)
    if language == "en":
        return True
    translator = _Texts(application)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator.load(f"qtbase_{language}", folder) and application.installTranslator(
        translator
    )
