"""A fatal signal leaves where the program was, and nothing else; the next start knows."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kamusm_esign.support.crashes import KEPT, LIMIT, RUNNING

CRASH = """
import sys
from pathlib import Path
from kamusm_esign.support.crashes import watch_for_crashes
print(watch_for_crashes(Path(sys.argv[1])), watch_for_crashes(Path(sys.argv[1])), flush=True)
def holding(pin="482915", name="AYŞE YILMAZ"):
    if sys.argv[2] != "well":
        import faulthandler
        faulthandler._sigsegv()
holding()
"""


def run(folder: Path, how: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", CRASH, str(folder), how], capture_output=True, text=True, check=False
    )


def test_a_crash_is_kept_and_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    assert run(folder, "well").stdout == "False False\n"
    assert run(folder, "well").stdout == "False False\n"
    crashed = run(folder, "badly")
    assert (crashed.stdout, crashed.returncode) == ("False False\n", -signal.SIGSEGV)
    assert run(folder, "well").stdout == "True False\n"
    assert run(folder, "well").stdout == "False False\n"
    kept = folder / "crash-1.txt"
    text = kept.read_text()
    assert "holding" in text
    assert "Segmentation fault" in text
    for private in ("482915", "AYŞE"):
        assert private not in text
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / RUNNING).stat().st_mode) == 0o600


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        (tmp_path / RUNNING).write_bytes(b"%d" % number + b"x" * LIMIT)
        assert run(tmp_path, "well").stdout.startswith("True")
    kept = sorted(path.name for path in tmp_path.iterdir() if path.name != RUNNING)
    assert kept == [f"crash-{number}.txt" for number in range(1, KEPT + 1)]
    assert (tmp_path / "crash-1.txt").read_bytes().startswith(b"5")
    assert all((tmp_path / name).stat().st_size == LIMIT for name in kept)


@pytest.mark.parametrize("there", ["file", "folder"])
def test_without_a_place_to_write_the_program_works_all_the_same(
    tmp_path: Path, there: str
) -> None:
    if there == "file":
        (tmp_path / "logs").write_text("")
    else:
        (tmp_path / "logs" / RUNNING).mkdir(parents=True)
    assert run(tmp_path / "logs", "well").stdout == "False False\n"
