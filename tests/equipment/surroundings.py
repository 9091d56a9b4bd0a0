"""A bad day for a program (surroundings.c): a disk that takes no more, a clock that jumps."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("surroundings.c")


def compile_surroundings(folder: Path) -> Path:
    """Compile the library; once per test process is enough."""
    library = folder / "surroundings.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, SOURCE],
        check=True,
        timeout=60,
    )
    return library


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a program finds around itself, changed while it runs."""

    library: Path
    folder: Path
    """Where it is said; not on the disk that is spoken of."""
    disk: Path
    """The folder that stands for the whole disk."""

    @property
    def environment(self) -> dict[str, str]:
        """What the program is started with."""
        return {
            "LD_PRELOAD": str(self.library),
            "SURROUNDINGS_FOLDER": str(self.folder),
            "SURROUNDINGS_DISK": str(self.disk),
        }

    def clock(self, seconds: int) -> None:
        """From now on the time of day is wrong by so much."""
        self._say("clock", str(seconds))

    def disk_full(self, writes: int) -> None:
        """From now on so many calls of write are done, and half of the next."""
        self._say("writes", "0")
        self._say("disk", f"full {writes}")

    def disk_readonly(self) -> None:
        """From now on nothing on the disk can be changed."""
        self._say("disk", "readonly")

    def mend(self, *, clock: bool = True) -> None:
        """All is well again; `clock`: the time of day too."""
        for name in ("disk", *(["clock"] if clock else [])):
            (self.folder / name).unlink(missing_ok=True)

    def _say(self, name: str, text: str) -> None:
        draft = self.folder / "draft"
        draft.write_text(text + "\n")
        os.replace(draft, self.folder / name)
