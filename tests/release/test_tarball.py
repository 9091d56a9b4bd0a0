"""The archive for other Linux systems: installed for one account, used, and removed."""

import subprocess
from pathlib import Path

import pytest

from kamusm_esign import __version__
from tests.release.conftest import Dist


@pytest.fixture(scope="module")
def unpacked(dist: Dist, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tar")
    subprocess.run(["tar", "-xzf", dist.tarball, "-C", folder], check=True, timeout=120)
    (inside,) = folder.iterdir()
    return inside


def run(home: Path, *command: str | Path) -> str:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_runs_where_it_is_unpacked(unpacked: Path, tmp_path: Path) -> None:
    program = unpacked / "kamusm-esign" / "kamusm-esign"
    assert run(tmp_path, program, "--version").strip() == __version__
    assert "İ" in (unpacked / "README.txt").read_text("utf-8")


def test_installed_for_one_account_and_removed(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "ev klasörü"
    home.mkdir()
    run(home, unpacked / "install.sh")
    program = home / ".local/bin/kamusm-esign"
    assert run(home, program, "--version").strip() == __version__
    entry = home / ".local/share/applications/kamusm-esign.desktop"
    assert f'Exec="{home}/.local/lib/kamusm-esign/kamusm-esign" gui %u' in entry.read_text("utf-8")
    run(home, "desktop-file-validate", entry)
    run(home, unpacked / "install.sh")  # over the same again
    assert run(home, program, "--version").strip() == __version__
    run(home, unpacked / "install.sh", "--remove")
    left = [path for path in home.rglob("*") if not path.is_dir()]
    assert [path.name for path in left] in ([], ["mimeinfo.cache"])


def test_owners_and_rights(dist: Dist) -> None:
    listed = subprocess.run(
        ["tar", "-tvzf", dist.tarball], capture_output=True, text=True, timeout=60, check=True
    ).stdout.splitlines()
    assert all(" root/root " in line for line in listed)
    runs = {line.split()[-1].rpartition("/")[2] for line in listed if line.startswith("-rwx")}
    assert runs == {"install.sh", "kamusm-esign"}
