"""The bad day itself is as bad as it says."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.equipment.surroundings import Surroundings, compile_surroundings


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    for name in ("said", "disk"):
        (tmp_path / name).mkdir()
    return Surroundings(compile_surroundings(tmp_path), tmp_path / "said", tmp_path / "disk")


def says(around: Surroundings, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, str(around.disk)],
        env=around.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.strip()


WRITE = """
import errno, os, sys
file = os.open(sys.argv[1] + "/file", os.O_RDWR | os.O_CREAT)
for _ in range(3):
    try:
        print(os.write(file, b"12345678"))
    except OSError as error:
        print(errno.errorcode[error.errno])
"""
TOUCH = """
import errno, os, sys
def touch(what, *arguments):
    try:
        what(*arguments)
        print("done")
    except OSError as error:
        print(errno.errorcode[error.errno])
folder = sys.argv[1]
touch(os.mkdir, folder + "/new")
touch(os.open, folder + "/file", os.O_RDWR | os.O_CREAT)
touch(os.open, folder, os.O_RDONLY)
"""


def test_a_disk_that_runs_full(around: Surroundings) -> None:
    assert says(around, WRITE).split() == ["8", "8", "8"]
    around.disk_full(1)
    assert says(around, WRITE).split() == ["8", "4", "ENOSPC"]
    around.mend()
    assert says(around, WRITE).split() == ["8", "8", "8"]


def test_a_disk_that_is_read_only(around: Surroundings) -> None:
    around.disk_readonly()
    assert says(around, TOUCH).split() == ["EROFS", "EROFS", "done"]
    around.mend()
    assert says(around, TOUCH).split() == ["done", "done", "done"]


def test_another_time_of_day(around: Surroundings) -> None:
    now = "import time; print(int(time.time()) // 1000)"
    before = int(says(around, now))
    around.clock(10_000_000)
    assert int(says(around, now)) - before in (10_000, 10_001)
