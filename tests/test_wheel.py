"""The wheel holds everything, and runs where there is no checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "helpdesk"
NOT_SHIPPED = ("__pycache__",)


def run(*command: str | Path, cwd: Path) -> str:
    child = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert child.returncode == 0, child.stdout + child.stderr
    return child.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    build = ("wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", folder, ROOT)
    run(*pip, *build, cwd=folder)
    (made,) = folder.glob("*.whl")
    yield made
    made.unlink()


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not set(NOT_SHIPPED) & set(path.parts)
    }


def test_nothing_is_forgotten(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    resources = {f"kamusm_esign/{name}" for name in files_below(ROOT / "resources")}
    guide = {name.replace("docs/", "kamusm_esign/resources/") for name in files_below(GUIDE)}
    assert held == files_below(ROOT / "kamusm_esign") | resources | guide


def test_it_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Offline and without its dependencies: what `--help` shows needs none of them."""
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    install = ("--python", python, "install", "--no-index", "--no-deps", wheel)
    run(*pip, *install, cwd=tmp_path)
    assert "set-pin" in run(programs / "kamusm-esign", "--help", cwd=tmp_path)
    assert "portal" in run(programs / "kamusm-esign-sandbox", "--help", cwd=tmp_path)
    found = run(
        python,
        "-c",
        "from kamusm_esign.resource_files import resource; print(resource('i18n', 'tr.toml'))",
        cwd=tmp_path,
    )
    assert Path(found.strip()).is_relative_to(place)
    # A wrong argument is answered with a sentence of the catalogue.
    refused = subprocess.run(
        [programs / "kamusm-esign", "no-such-command"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert "SYS-906" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr
