"""Makes the one-dir bundles with PyInstaller, so that one commit gives the same bytes."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from release import sbom
from release.commit import commit_time
from release.contents import ROOT

NAME, PRACTICE = "kamusm-esign", "kamusm-esign-practice"
_KEEP_COMPILED = "from kamusm_esign.ui.qt_import import import_qt; import_qt()"


def environment() -> dict[str, str]:
    """What everything that builds runs with."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "QT_", "LD_"))},
        "SOURCE_DATE_EPOCH": commit_time(),
        "PYTHONHASHSEED": "0",  # the order of sets stands in compiled code
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def build(work: Path, output: Path, *, practice: bool = False, entry: Path | None = None) -> Path:
    """Make one bundle.

    Args:
        work: a folder for what is made on the way; emptied.
        output: where the bundle's folder goes.
        practice: the practice world instead of the program.
        entry: a script to run instead, for measuring; the bundle has its name.

    Returns:
        The bundle's folder.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    name = entry.stem if entry else PRACTICE if practice else NAME
    shutil.rmtree(output / name, ignore_errors=True)
    variables = environment() | {"KAMUSM_ESIGN_MADE": str(work)}
    variables["KAMUSM_ESIGN_BUNDLE"] = "practice" if practice else ""
    variables["KAMUSM_ESIGN_ENTRY"] = str(entry or "")
    # PyInstaller keeps libraries for other builds, and clears them while another is running.
    variables["PYINSTALLER_CONFIG_DIR"] = str(work / "cache")
    _copy_resources(work / "resources")
    _keep_compiled(work, variables)
    if sys.platform == "win32":
        from release.windows.prepare import prepare

        prepare(work, name)
    options = ["--clean", "--noconfirm", "--log-level", "WARN"]
    folders = ["--distpath", str(output), "--workpath", str(work / "pyinstaller")]
    command = [sys.executable, "-m", "PyInstaller", *options, *folders, "kamusm_esign.spec"]
    subprocess.run(command, cwd=ROOT, env=variables, check=True)
    if sys.platform == "linux":
        _forget_build_machine(output / name)
    return output / name


def _forget_build_machine(bundle: Path) -> None:
    """No library is looked for in folders of the machine that built this one: on another machine
    they may be anybody's."""
    for path in binaries(bundle):
        said = subprocess.run(["chrpath", "-l", str(path)], capture_output=True, text=True)
        searched = said.stdout.strip().rpartition("=")[2]
        if said.returncode == 0 and not searched.startswith("$ORIGIN"):
            subprocess.run(["chrpath", "-d", str(path)], check=True, stdout=subprocess.DEVNULL)


def binaries(folder: Path) -> Iterator[Path]:
    """Programs and libraries (ELF)."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _copy_resources(to: Path) -> None:
    """What the program reads, and a list of it by which the self-test sees that it is whole."""
    shutil.copytree(ROOT / "resources", to)
    sbom.write(to / "licences" / "sbom.cdx.json")
    shutil.copytree(ROOT / "docs" / "helpdesk", to / "helpdesk")
    listed = {
        path.relative_to(to).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(to.rglob("*"))
        if path.is_file()
    }
    (to / "files.json").write_text(json.dumps(listed, indent=0), encoding="utf-8")


def _keep_compiled(work: Path, variables: dict[str, str]) -> None:
    """PySide's own modules, compiled as the first start of a checkout would."""
    cache = work / "cache"
    command = [sys.executable, "-c", _KEEP_COMPILED]
    variables = variables | {"PYTHONPYCACHEPREFIX": str(cache)}
    subprocess.run(command, cwd=ROOT, env=variables, check=True)
    (made,) = cache.rglob("shiboken.*.pyc")
    shutil.copy(made, work / made.name)


def files_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file of a bundle: its size and SHA-256 (of a link: 0, and where it leads)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = (0, os.readlink(path))
        elif path.is_file():
            content = path.read_bytes()
            found[name] = (len(content), hashlib.sha256(content).hexdigest())
    return found


def size_of(folder: Path) -> int:
    """Bytes of all files of a bundle."""
    return sum(size for size, _ in files_of(folder).values())
