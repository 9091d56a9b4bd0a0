"""Which installer is for which installation, and that it is the desktop that opens it."""

import time
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.updates.installation import open_installer, platform_of, this_platform


@pytest.mark.parametrize(
    ("executable", "system", "frozen", "platform"),
    [
        ("/opt/kamusm-esign/kamusm-esign", "linux", True, "linux-deb"),
        ("/usr/lib/kamusm-esign/kamusm-esign", "linux", True, "linux-deb"),
        ("/home/a/kamusm-esign/kamusm-esign", "linux", True, "linux-tar"),
        ("/home/opt/kamusm-esign", "linux", True, "linux-tar"),
        ("C:/Programs/kamusm-esign.exe", "win32", True, "windows"),
        ("/usr/bin/python3", "linux", False, "source"),
    ],
)
def test_platforms(executable: str, system: str, frozen: bool, platform: str) -> None:
    found = platform_of(Path(executable), system=system, frozen=frozen)
    assert found == platform


def test_this_checkout_gets_no_installer() -> None:
    assert this_platform() == "source"


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_the_desktop_opens_it(tmp_path: Path) -> None:
    program, installer, opened = tmp_path / "open", tmp_path / "a.deb", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part; mv {opened}.part {opened}\n')
    program.chmod(0o755)
    open_installer(installer, lambda: str(program))
    end = time.monotonic() + 20
    while not opened.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert opened.read_text() == str(installer)


@pytest.mark.parametrize("program", [None, "/no/such/program"])
def test_no_desktop(tmp_path: Path, program: str | None) -> None:
    with pytest.raises(FailedError) as caught:
        open_installer(tmp_path / "a.deb", lambda: program)
    assert caught.value.failure.code is FailureCode.UPDATE_NOT_STARTED
