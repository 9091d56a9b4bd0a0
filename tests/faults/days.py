"""What all runs of the whole program share: a portal, a key store, a card to copy."""

import os
import signal
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.equipment.key_store import secret_service
from tests.equipment.portal_double import PortalDouble
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import SoftHsmToken, make_token
from tests.equipment.surroundings import Surroundings, compile_surroundings
from tests.faults.bad_day import BadDay
from tests.faults.whole_program import Computer


@dataclass(frozen=True)
class Days:
    """Makes a fresh computer for every run."""

    folder: Path
    shim: Path
    around: Path
    template: SoftHsmToken
    portal: PortalDouble
    key_store: Mapping[str, str]

    @contextmanager
    def computer(self, case: BadDay) -> Iterator[Computer]:
        """One with a fresh home and a fresh card; nothing of it is left afterwards."""
        with tempfile.TemporaryDirectory(prefix="day-", dir=self.folder) as name:
            folder = Path(name)
            for part in ("home", "shim", "around"):
                (folder / part).mkdir()
            card = ShimmedToken(self.template.copy_to(folder / "hsm"), self.shim, folder / "shim")
            around = Surroundings(self.around, folder / "around", folder / "home")
            self.portal.desk.sessions.clear()
            computer = Computer(folder / "home", card, self.portal, around, self.key_store)
            try:
                yield computer
            finally:
                for process in computer.processes:
                    if process.poll() is None:
                        with suppress(ProcessLookupError):
                            os.killpg(process.pid, signal.SIGKILL)
                    process.wait(10)
                    for pipe in (process.stdin, process.stdout, process.stderr):
                        if pipe is not None:
                            with suppress(OSError):
                                pipe.close()


@contextmanager
def bad_days(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[Days]:
    """Everything that many runs need; ends with the block. `tls`: the portal speaks it."""
    (folder / "libraries").mkdir()
    with PortalDouble(tls=tls) as portal, secret_service(folder / "keys") as key_store:
        yield Days(
            folder,
            compile_shim(folder / "libraries"),
            compile_surroundings(folder / "libraries"),
            make_token(folder / "template"),
            portal,
            key_store,
        )
