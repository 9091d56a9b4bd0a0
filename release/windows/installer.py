"""The Windows installer of a bundle, by makensis (on Windows or on Linux)."""

import shutil
import subprocess
import sys
from pathlib import Path

from kamusm_esign import __version__
from release.bundle import NAME, environment
from release.contents import ROOT

SCRIPT = ROOT / "release" / "windows" / "installer.nsi"


def build(
    payload: Path, work: Path, output: Path, *, version: str = __version__, sign: str = ""
) -> Path:
    """Make the installer.

    Args:
        payload: the bundle's folder.
        work: where the icon goes.
        output: where the installer goes.
        version: three numbers with dots.
        sign: a command line that signs the file named behind it; empty: nothing is signed.
    """
    icon = work / "app.ico"
    if not icon.exists():
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "release.icon", str(icon)], cwd=ROOT, check=True)
    made = output / f"{NAME}-{version}-windows-x64.exe"
    given = {"VERSION": version, "PAYLOAD": str(payload), "ICON": str(icon), "OUTPUT": str(made)}
    if sign:
        given["SIGN"] = sign
    compiler = shutil.which("makensis") or r"C:\Program Files (x86)\NSIS\makensis.exe"
    words = [f"-D{name}={value}" for name, value in given.items()]
    command = [compiler, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, str(SCRIPT)]
    subprocess.run(command, env=environment(), check=True)
    return made


if __name__ == "__main__":  # build.ps1: python -m release.windows.installer PAYLOAD OUTPUT SIGN
    build(Path(sys.argv[1]), Path(sys.argv[2], "work"), Path(sys.argv[2]), sign=sys.argv[3])
