"""All screens, two thousand visits, cards that come and go: nothing complains, nothing grows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.soak_program import SCREENS

VISITS = 2000
WARM = 500
"""Visits after which everything that is kept on purpose is there."""
GROWTH = 0.02
"""Share by which memory may differ between then and the end; 0.4 % were measured."""


@pytest.mark.slow
def test_nothing_complains_and_nothing_grows(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.soak_program", str(tmp_path), str(VISITS), "7"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=2400,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    assert found["said"] == []
    assert set(map(int, found["seen"])) == set(SCREENS)
    memory = {int(visits): size for visits, size in found["memory"].items()}
    assert memory[VISITS] <= memory[WARM] * (1 + GROWTH), memory
