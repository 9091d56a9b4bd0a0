"""The program's icon for Windows: an .ico with pictures of the drawing in `resources/icons`.

    python -m release.icon OUTPUT

In a process of its own: drawing takes an application of Qt's.
"""

import os
import struct
import sys
from pathlib import Path

from release.contents import ROOT

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def main(to: Path) -> None:
    """Draw and write."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication([])
    drawing = QSvgRenderer(str(ROOT / "resources" / "icons" / "app.svg"))
    pictures = []
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        held = QByteArray()
        buffer = QBuffer(held)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        pictures.append(bytes(held.data()))
    to.write_bytes(packed(pictures))
    application.quit()


def packed(pictures: list[bytes]) -> bytes:
    """PNG pictures as one icon file; 256 is written as 0 there."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    entries, offset = b"", len(head) + 16 * len(pictures)
    for size, picture in zip(SIZES, pictures, strict=True):
        entries += struct.pack(
            "<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset
        )
        offset += len(picture)
    return head + entries + b"".join(pictures)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
