"""The demo with a display and without one."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.equipment.accessibility import accessibility_bus, accessible_session, wait_for
from tests.equipment.display import x_server
from tests.equipment.window import Window

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "kamusm_esign.sandbox", "demo", "--english"]
SCREENS = ("01", "02", "03", "04", "05", "06", "09", "10", "11", "13")


def environment(folder: Path) -> dict[str, str]:
    """Temporary folders go where the test can see whether they are gone; no display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "BROWSER")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT), "BROWSER": "true %s"}


@pytest.mark.slow
def test_without_a_display_it_is_the_tour(tmp_path: Path) -> None:
    temporary, here = tmp_path / "tmp", tmp_path / "here"
    temporary.mkdir()
    here.mkdir()
    done = subprocess.run(
        COMMAND,
        cwd=here,
        env=environment(temporary),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "   NO" not in done.stdout
    assert done.stdout.count("   YES") == 7
    (named,) = re.findall(r"\d+ pictures: (.+)", done.stdout)
    pictures = sorted(path.name for path in Path(named).iterdir())
    assert {name[:2] for name in pictures} == set(SCREENS)
    for look in ("tr-light", "tr-dark", "en-light", "en-dark"):
        assert len([n for n in pictures if n.endswith(f"{look}.png")]) == len(pictures) // 4
    assert "stuck.png" not in pictures
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--job", "login"), ("--terminal", "--job", "e-onay")])
def test_signing_without_a_display(tmp_path: Path, words: tuple[str, ...]) -> None:
    temporary, here = tmp_path / "tmp", tmp_path / "here"
    temporary.mkdir()
    here.mkdir()
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=here,
        env=environment(temporary),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "   NO" not in done.stdout
    assert done.stdout.count("   YES") == 3
    assert not list(here.rglob("stuck.png"))
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("display")
def test_with_a_display_the_window_opens_in_the_practice_world(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with (
        x_server() as display,
        accessible_session(tmp_path / "session", display.environment) as session,
        subprocess.Popen(
            COMMAND,
            env=environment(temporary) | display.environment | session,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as demo,
    ):
        try:
            assert demo.stdout is not None
            assert demo.stdin is not None
            lines = iter(demo.stdout.readline, "")
            code = next(m[1] for line in lines if (m := re.search(r"code: ([\d ]{19}) ", line)))
            with accessibility_bus(session["DBUS_SESSION_BUS_ADDRESS"]) as bus:
                (program,) = wait_for(bus.programs)
                window = Window(bus.process_of(program), display, bus)
                assert "PRACTICE" in window.find("page.practice").name
                display.press("Return")
                window.wait_screen(2)
                display.press(*code.replace(" ", ""), "Return")
                window.wait_screen(3)
            otp = next(m[1] for line in lines if (m := re.search(r"SMS outbox .*: (\d{6})", line)))
            assert otp
            os.kill(demo.pid, signal.SIGINT)
            assert demo.wait(20) == 130
        finally:
            demo.kill()
    assert list(temporary.iterdir()) == []
