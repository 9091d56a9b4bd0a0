"""The environment in which a build is made: nothing in it but files whose SHA-256 is written down.

`requirements/tools.txt` builds, `requirements/program.txt` is built in. pip refuses a file with
another hash, and a package that is not listed; nothing is fetched while something is built.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

from release.commit import commit_time
from release.contents import ROOT

REQUIREMENTS = ROOT / "requirements"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
_FRESH = ("--require-hashes", "--no-build-isolation", "--no-cache-dir")
"""No cache: in it lie packages that pip compiled once, with whatever tools it had then."""


def make(folder: Path) -> Path:
    """Make it anew.

    Returns:
        Its interpreter.

    Raises:
        subprocess.CalledProcessError: pip refused something, and said what.
    """
    python = empty(folder)
    install(python, REQUIREMENTS / "tools.txt")
    install(python, REQUIREMENTS / "program.txt")
    itself = ["--no-deps", "--no-build-isolation", str(ROOT)]
    subprocess.run([str(python), *_PIP, *itself], check=True, env=_environment(python))
    return python


def empty(folder: Path) -> Path:
    """An environment without packages; its interpreter."""
    venv.create(folder, clear=True, with_pip=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(python: Path, requirements: Path, *options: str) -> None:
    """Install what is listed, and only files whose hash is listed too.

    Raises:
        subprocess.CalledProcessError: as above; nothing of the list is installed then.
    """
    words = [*_FRESH, "--requirement", str(requirements), *options]
    subprocess.run([str(python), *_PIP, *words], check=True, env=_environment(python))


def _environment(python: Path) -> dict[str, str]:
    """Without what would have pip install somewhere else, or less strictly.

    What is compiled finds the tools of the environment (swig) before those of the machine, and the
    folder in which pip happens to compile it leaves no trace: neither in what a debugger is told
    nor in the mark that linkers make of that.
    """
    spoils = ("PYTHON", "PIP_REQUIRE", "PIP_NO_DEPS", "PIP_TARGET", "PIP_USER", "PIP_CONSTRAINT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(spoils)}
    kept["PATH"] = os.pathsep.join((str(python.parent), kept.get("PATH", os.defpath)))
    if sys.platform == "linux":
        kept |= {"CFLAGS": "-g0", "LDFLAGS": "-Wl,--build-id=none"}
    return kept | {"SOURCE_DATE_EPOCH": commit_time(), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


if __name__ == "__main__":
    print(make(Path(sys.argv[1]).absolute()))
