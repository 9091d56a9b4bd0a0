"""A look into the clipboard that makes no text of what is in it."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

CODE_LENGTH = 15
LONGEST = 200
"""Bytes: no verification code comes with more around it."""
_AROUND = b" -\t\r\n\v\f"


def holds_verification_code(data: QMimeData | None = None) -> bool:
    """Whether there are fifteen digits and nothing but blanks and dashes around them.

    What somebody wants to paste into a PIN field may just as well be a PIN: it is looked at as
    bytes, and these are overwritten.
    """
    data = data or QGuiApplication.clipboard().mimeData()
    if data is None or not data.hasText():
        return False
    found = data.data("text/plain")
    digits = others = 0
    with memoryview(found) as raw:  # type: ignore[arg-type]
        for byte in raw[: LONGEST + 1]:
            if 0x30 <= byte <= 0x39:
                digits += 1
            elif byte < 0x80 and byte not in _AROUND:
                others += 1
    short = found.size() <= LONGEST
    found.fill(0)
    return short and digits == CODE_LENGTH and not others
