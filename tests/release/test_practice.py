"""The practice world as a bundle leads its own tour, whose end says whether all really happened."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.release.conftest import Dist


@pytest.mark.parametrize("job", [(), ("--job", "e-onay")], ids=["PIN", "e-onay"])
def test_it_leads_its_own_tour(dist: Dist, tmp_path: Path, job: tuple[str, ...]) -> None:
    pictures = tmp_path / "pictures"
    done = subprocess.run(
        [dist.practice, "tour", "--output", pictures, *job],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(pictures.rglob("*.png"))


def test_it_knows_the_commands_of_the_sandbox(dist: Dist) -> None:
    done = subprocess.run(
        [dist.practice, "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    for command in ("demo", "tour", "portal", "enrol", "code"):
        assert command in done.stdout
