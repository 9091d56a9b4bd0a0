"""dev.py on machines that lack something, with an apt-get that only takes notes."""

import os
import sys
from pathlib import Path

import pytest

import dev

THERE = dev.Need("coreutils", "always there", ("no-such-program", sys.executable))
PROGRAM = dev.Need("some-tool", "a tool", ("kamusm-test-tool",))
FILES = dev.Need("some-lib-dev", "a library", ("/no/such/*/header.h",), tests_only=True)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH; it holds an apt-get that notes what it is asked for."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("env", "sh", "cat", "touch", "chmod"):
        (programs / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(dev, "PROGRAM_PATH", str(programs))
    monkeypatch.setattr(dev, "NEEDS", (THERE, PROGRAM, FILES))
    monkeypatch.setattr(dev, "PAUSE", 0)
    return programs


def put(programs: Path, name: str, script: str) -> None:
    path = programs / name
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)


def names(needs: list[dev.Need]) -> list[str]:
    return [n.debian for n in needs]


def test_only_what_is_missing_and_wanted(machine: Path) -> None:
    assert names(dev.missing_packages(True, sys.executable)) == ["some-tool", "some-lib-dev"]
    assert names(dev.missing_packages(False, sys.executable)) == ["some-tool"]
    put(machine, "kamusm-test-tool", "")
    assert names(dev.missing_packages(False, sys.executable)) == []


def test_root_installs_without_questions(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    notes = tmp_path / "notes"
    put(machine, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {notes}\n')
    dev.install_packages([PROGRAM, FILES])
    update, install = notes.read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install --no-install-recommends some-tool some-lib-dev")
    assert install.startswith("noninteractive -y ")


def test_a_busy_apt_is_asked_again(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    notes = tmp_path / "notes"
    put(machine, "apt-get", f'echo x >> {notes}\n[ "$(cat {notes})" != "x" ]\n')
    dev.install_packages([PROGRAM])
    assert len(notes.read_text().splitlines()) == 3  # update, update again, install


def test_without_rights_it_says_what_to_run(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    put(machine, "apt-get", "exit 9\n")
    put(machine, "sudo", "exit 1\n")
    with pytest.raises(SystemExit) as ended:
        dev.install_packages([PROGRAM])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "sudo apt-get install --no-install-recommends some-tool" in said
    assert "a tool" in said


def test_sudo_without_a_password_is_used(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    put(machine, "sudo", "exit 0\n")
    assert dev.apt_rights() == ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]


def test_elsewhere_than_debian_it_names_what_is_missing(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        dev.install_packages([FILES])
    assert "some-lib-dev" in capsys.readouterr().err


def test_what_cannot_be_installed_ends_it(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put(machine, "apt-get", "exit 100\n")
    with pytest.raises(SystemExit):
        dev.install_packages([PROGRAM])
    assert "could not install" in capsys.readouterr().err


def test_a_step_that_failed_is_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "venv_python", lambda: sys.executable)
    good, bad = ("good", ["-c", ""]), ("bad", ["-c", "raise SystemExit(3)"])
    assert dev.run_all([good]) == 0
    assert dev.run_all([bad, good]) == 1
    said = capsys.readouterr().out
    assert "FAILED: bad" in said
    assert said.count("good: ok") == 2


def test_an_unknown_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert "python3 dev.py demo" in capsys.readouterr().out


def test_the_constraints_are_plain_pins() -> None:
    lines = Path(dev.ROOT, dev.CONSTRAINTS).read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 30
    assert all(line.count("==") == 1 and "@" not in line and "/" not in line for line in pins)
