"""What PyInstaller puts into the programs of Windows: the icon and the version resource."""

import subprocess
import sys
from pathlib import Path

from kamusm_esign import __version__
from release.contents import ROOT

VERSION_RESOURCE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004,
    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("041F04B0", [
      StringStruct("CompanyName", "Kamu SM"),
      StringStruct("FileDescription", "{description}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "{name}"),
      StringStruct("LegalCopyright", "Kamu SM"),
      StringStruct("OriginalFilename", "{name}.exe"),
      StringStruct("ProductName", "E-İmza Uygulaması"),
      StringStruct("ProductVersion", "{version}")])]),
    VarFileInfo([VarStruct("Translation", [0x041F, 0x04B0])])
  ]
)
"""


def prepare(work: Path, name: str) -> None:
    """Write `app.ico` and a version resource for each program into the folder `work`."""
    command = [sys.executable, "-m", "release.icon", str(work / "app.ico")]
    subprocess.run(command, cwd=ROOT, check=True)
    for program, what in ((name, ""), (f"{name}-cli", " (komut satırı)")):
        (work / f"{program}.version").write_text(version_resource(program, what), "utf-8")


def version_resource(program: str, what: str = "") -> str:
    """PyInstaller's form of a VERSIONINFO resource."""
    numbers = tuple(int(part) for part in __version__.split("."))
    return VERSION_RESOURCE.format(
        numbers=(*numbers, *(0,) * (4 - len(numbers))),
        description=f"E-İmza Uygulaması{what}",
        version=__version__,
        name=program,
    )
