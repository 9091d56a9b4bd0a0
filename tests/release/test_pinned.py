"""What a build is made of: pip takes nothing whose hash is not written down."""

import hashlib
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from release import build, pinned

NAME = "wanted_thing"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one package, so that no network is needed."""
    folder = tmp_path_factory.mktemp("index")
    info = f"{NAME}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{NAME}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{NAME}.py", "x = 1\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pinned.empty(tmp_path_factory.mktemp("environment"))


def has_it(python: Path) -> bool:
    return subprocess.run([python, "-c", f"import {NAME}"], capture_output=True).returncode == 0


def install(python: Path, index: Path, line: str) -> None:
    listed = index / "listed.txt"
    listed.write_text(line)
    pinned.install(python, listed, "--no-index", "--find-links", str(index))


@pytest.mark.parametrize(
    "line",
    [f"{NAME}==1.0 --hash=sha256:{'0' * 64}", f"{NAME}==1.0", NAME],
    ids=["another hash", "no hash", "no version"],
)
def test_what_is_not_written_down_is_refused(
    python: Path, index: Path, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        install(python, index, line)
    assert "hash" in capfd.readouterr().err.lower()
    assert not has_it(python)


def test_what_is_written_down_is_installed(
    python: Path, index: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (wheel,) = index.glob("*.whl")
    fresh = pinned.empty(tmp_path_factory.mktemp("fresh"))
    install(
        fresh, index, f"{NAME}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    )
    assert has_it(fresh)


BACKEND = """
import shutil, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, info = "{name}-1.0-py3-none-any.whl", "{name}-1.0.dist-info"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.writestr("{name}.py", "tool = " + repr(shutil.which("python")))
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
"""
BUILD_SYSTEM = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


def test_what_is_compiled_is_compiled_anew_with_the_environments_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the tools of the machine another swig would do, or, as on a clean machine, none at all;
    out of pip's cache comes what some other build has made."""
    name, cache = "compiled_thing", tmp_path / "cache"
    source = tmp_path / f"{name}-1.0.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        for path, text in (
            ("pyproject.toml", BUILD_SYSTEM),
            ("backend.py", BACKEND.replace("{name}", name)),
            ("PKG-INFO", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
        ):
            member = tarfile.TarInfo(f"{name}-1.0/{path}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    monkeypatch.setenv("PIP_CACHE_DIR", str(cache))
    python = pinned.empty(tmp_path / "environment")
    line = f"{name}==1.0 --hash=sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}"
    install(python, tmp_path, line)
    said = subprocess.run(
        [python, "-c", f"import {name}; print({name}.tool)"], capture_output=True, text=True
    )
    assert Path(said.stdout.strip()).parent == python.parent
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_a_build_that_is_refused_its_packages_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "requirements"
    listed.mkdir()
    (listed / "tools.txt").write_text(f"./nothing.whl --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(pinned, "REQUIREMENTS", listed)
    output = tmp_path / "dist"
    monkeypatch.setattr("sys.argv", ["build", "--output", str(output), "--bundle-only"])
    with pytest.raises(subprocess.CalledProcessError):
        build.main()
    assert list(output.iterdir()) == []
