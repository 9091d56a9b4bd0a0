"""What the first screen is made of loads nothing that it does not draw."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOME = """
import json, sys
from PySide6 import QtCore, QtGui, QtWidgets
before = set(sys.modules)
import kamusm_esign.ui.style.focus
from kamusm_esign.ui.widgets import buttons, containers, guide_panel, status_strip, text, tile
from kamusm_esign.ui.widgets import top_bar
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_home_is_light() -> None:
    child = subprocess.run(
        [sys.executable, "-c", HOME],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(json.loads(child.stdout))
    ours = {name for name in loaded if name.startswith("kamusm_esign")}
    others = {name.split(".")[0] for name in loaded - ours}
    assert "kamusm_esign.ui.widgets.tile" in ours
    assert others <= {"PySide6"}
    assert len(ours) <= 22
    assert not {name.rpartition(".")[2] for name in ours} & {"chip", "step_rail", "choice_list"}
