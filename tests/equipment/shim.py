"""The counting and faulting PKCS#11 library (shim.c) over a SoftHSM2 token."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.equipment.softhsm import SoftHsmToken

SOURCE = Path(__file__).with_name("shim.c")


def compile_shim(folder: Path) -> Path:
    """Compile the library; once per test process is enough."""
    library = folder / "shim.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-I/usr/include/p11-kit-1", "-o", library, SOURCE],
        check=True,
        timeout=60,
    )
    return library


@dataclass(frozen=True, slots=True)
class ShimmedToken:
    """A token that locks like a card and fails on demand."""

    token: SoftHsmToken
    module: Path
    """The shim's library."""
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the card host needs to inherit."""
        return self.token.environment | {
            "P11SHIM_MODULE": str(self.token.module),
            "P11SHIM_FOLDER": str(self.folder),
        }

    def fault(self, *lines: str) -> None:
        """From now on: `FUNCTION COUNT ACTION [VALUE]`, see shim.c."""
        self._replace("faults", "".join(f"{line}\n" for line in lines))

    @property
    def waits(self) -> bool:
        """Whether a call is held (`wait` and `waited`)."""
        return (self.folder / "waiting").exists()

    def go_on(self) -> None:
        """Let it go, and hold no other."""
        self.fault()
        (self.folder / "waiting").unlink(missing_ok=True)

    def type_on_reader(self, *pins: str) -> None:
        """The reader has keys of its own, and this is what is typed on them."""
        self.fault("* 0 pinpad")
        (self.folder / "pad").write_text("".join(f"{pin}\n" for pin in pins))

    def calls(self) -> list[str]:
        """Every function that was called, in order, by all processes."""
        log = self.folder / "log"
        return log.read_text().split() if log.exists() else []

    def spending_calls(self) -> list[str]:
        """Only those that present a PIN or PUK or write one."""
        return [c for c in self.calls() if c.startswith(("C_Login", "C_InitPIN", "C_SetPIN"))]

    def tries(self) -> tuple[int, int]:
        """PIN tries and PUK tries left."""
        state = self.folder / "state"
        if not state.exists():
            return 3, 3
        pin, puk = state.read_text().split()
        return int(pin), int(puk)

    def set_tries(self, pin: int, puk: int) -> None:
        """Make the card one that has only so many left."""
        self._replace("state", f"{pin} {puk}\n")

    def _replace(self, name: str, text: str) -> None:
        """Whole, because the library may be reading it."""
        temporary = self.folder / f"{name}.new"
        temporary.write_text(text)
        os.replace(temporary, self.folder / name)

    def wait_for_call(self, name: str, limit: float = 10.0) -> None:
        """Wait until a process is inside this function.

        Raises:
            TimeoutError: nobody called it.
        """
        deadline = time.monotonic() + limit
        while name not in self.calls():
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.005)
