"""A Windows for tests: Wine with a folder of its own, and a stand-in for the program."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WINE = "/usr/lib/wine/wine64"
_SECONDS = 120

STAND_IN = """
Target amd64-unicode
RequestExecutionLevel user
SilentInstall silent
OutFile "{out}"
Name "stand-in"
Section
  ReadEnvStr $0 "STAND_IN_SECONDS"
  IntOp $0 $0 * 1000
  Sleep $0
SectionEnd
"""
"""Does nothing for a while, which is enough to be a program that is open."""


def make_payload(folder: Path) -> Path:
    """Something that looks like a bundle; its programs run on Windows."""
    payload = folder / "payload"
    (payload / "_internal" / "İç klasör").mkdir(parents=True)
    (payload / "_internal" / "İç klasör" / "dosya.txt").write_text("veri")
    script = folder / "stand-in.nsi"
    for name in ("kamusm-esign.exe", "kamusm-esign-cli.exe"):
        script.write_text(STAND_IN.format(out=payload / name))
        command = ["makensis", "-V1", "-INPUTCHARSET", "UTF8", str(script)]
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return payload


class Windows:
    """One installation of Wine."""

    def __init__(self, folder: Path) -> None:
        self.drive = folder / "drive_c"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR")},
            "HOME": str(folder.parent),
            "USER": "kisi",
            "WINEPREFIX": str(folder),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
            "LC_ALL": "C.UTF-8",
        }

    def start(self, *command: str, **more: str) -> "subprocess.Popen[bytes]":
        """Start a program."""
        return subprocess.Popen(
            [WINE, *command],
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *command: str) -> int:
        """Run a program; its exit status."""
        process = self.start(*command)
        process.communicate(timeout=_SECONDS)
        return process.returncode

    def registry(self, key: str) -> dict[str, str]:
        """The values of a key by name (`(Default)` for the one without); empty: no such key."""
        process = self.start("reg", "query", key)
        said, _ = process.communicate(timeout=_SECONDS)
        values = {}
        for line in said.decode("utf-8", "replace").splitlines():
            parts = line.strip().split("    ")
            if line.startswith("    ") and len(parts) >= 2:
                values[parts[0]] = parts[2] if len(parts) > 2 else ""
        return values

    def files(self) -> set[str]:
        """Every file and folder that is not Windows's own."""
        return {
            path.relative_to(self.drive).as_posix()
            for path in self.drive.rglob("*")
            if not path.is_relative_to(self.drive / "windows") and "Temp" not in path.parts
        }

    def wait_gone(self, path: Path) -> None:
        """An uninstaller copies itself and goes on from there: wait until a file is gone."""
        end = time.monotonic() + _SECONDS
        while path.exists():
            assert time.monotonic() < end, path
            time.sleep(0.1)


@contextmanager
def windows(folder: Path) -> Iterator[Windows]:
    """Make one; its processes end with the block."""
    made = Windows(folder)
    assert made.run("wineboot", "-i") == 0
    try:
        yield made
    finally:
        subprocess.run(
            ["/usr/lib/wine/wineserver64", "-k"], env=made.environment, timeout=60, check=False
        )
