"""The environment in which a build is made: nothing in it but files whose SHA-256 is written down.

`requirements/tools.txt` builds, `requirements/program.txt` is built in. pip refuses a file with
another hash, and a package that is not listed; nothing is fetched while something is built.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

from release.contents import ROOT

REQUIREMENTS = ROOT / "requirements"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


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
    subprocess.run([str(python), *_PIP, *itself], check=True, env=_environment())
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
    words = ["--require-hashes", "--no-build-isolation", "--requirement", str(requirements)]
    subprocess.run([str(python), *_PIP, *words, *options], check=True, env=_environment())


def _environment() -> dict[str, str]:
    """Without what would have pip install somewhere else, or less strictly."""
    spoils = ("PYTHON", "PIP_REQUIRE", "PIP_NO_DEPS", "PIP_TARGET", "PIP_USER", "PIP_CONSTRAINT")
    return {name: value for name, value in os.environ.items() if not name.startswith(spoils)}


if __name__ == "__main__":
    print(make(Path(sys.argv[1]).absolute()))
