"""Takes the pictures of README and guides anew: `python3 -m release.guide_pictures`.

The tour leads the real window through its journeys and leaves a picture of every screen; some of
them are copied to `docs/pictures/`, smaller.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTH = 900
"""Pixels."""
TAKEN = {
    "home": "01-home-tr-light",
    "home-english": "01-home-en-light",
    "code": "02-code-tr-light",
    "new-pin": "04-new-pin-tr-light",
    "review": "07-e-onay-grant-1-tr-light",
    "success-english": "06-success-en-light",
    "my-card": "10-my-card-tr-light",
    "my-card-dark": "10-my-card-en-dark",
}
"""Name in `docs/pictures/` and of the tour's picture."""


def main() -> int:
    """Take them; 0 if both tours came to their end."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "kamusm_esign.sandbox", "tour"]
    with tempfile.TemporaryDirectory() as folder:
        for job in ([], ["--job", "e-onay"]):
            subprocess.run([*command, "--output", folder, *job], env=environment, check=True)
        for name, picture in TAKEN.items():
            _copy(Path(folder, f"{picture}.png"), PICTURES / f"{name}.png")
    return 0


def _copy(source: Path, target: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    small = QImage(str(source)).scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)
    if not small.convertToFormat(QImage.Format.Format_RGB888).save(str(target), quality=0):
        raise OSError(target)


if __name__ == "__main__":
    sys.exit(main())
