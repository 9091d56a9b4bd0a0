"""What the window costs while nobody uses it, and how soon it shows a card that is put in.

On the real stack (pcscd, vpcd, OpenSC) with a virtual card. Idle: the processor time of the window
and its children with a card in and all lights on, in percent of one core. Put in: from the moment
at which the PC/SC service tells of the card until the window has painted it, less what the bare
PKCS#11 reads of the same card take in the same run. Prints one JSON object; a measurement is no
test.
"""

import argparse
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kamusm_esign.card.pcsc import PcscContext, PcscError, take_snapshot
from kamusm_esign.card.pkcs11_token import Driver
from tests.equipment.pcsc_world import missing_equipment, pcsc_world
from tests.equipment.portal_double import PortalDouble
from tests.equipment.real_card import RealCard, RealDesk, opensc

IDLE_GOAL = 0.5
"""Percent of a core."""
SHOWN_GOAL = 300.0
"""Milliseconds beyond the bare reads."""

PROGRAM = """
import os, time
from PySide6.QtCore import QTimer
from kamusm_esign.ui import window
show = window.MainWindow.set_status
def set_status(self, status):
    show(self, status)
    lights = (status.reader, status.driver, status.token, status.portal)
    said = " ".join(light.state for light in lights if light is not None)
    def tell():
        os.write(1, f"{time.monotonic()} {said}\\n".encode())
    QTimer.singleShot(0, tell)
window.MainWindow.set_status = set_status
from kamusm_esign.__main__ import main
main()
"""
"""The whole program, which says when its lights are painted and how they are."""


class Lights:
    """What the window says of its lights."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._rest = b""

    def wait(self, wanted: str, after: float = 0.0, seconds: float = 60.0) -> float:
        """When the lights were `wanted` (a part of the line), on the monotonic clock."""
        assert self._process.stdout is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line, newline, rest = self._rest.partition(b"\n")
            if newline:
                self._rest = rest
                moment, _, said = line.decode().partition(" ")
                if wanted in said and float(moment) >= after:
                    return float(moment)
            elif select.select([self._process.stdout], [], [], 0.2)[0]:
                self._rest += os.read(self._process.stdout.fileno(), 4096)
        raise TimeoutError(wanted)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long it idles (300)")
    parser.add_argument("--rounds", type=int, default=10, help="how often a card is put in (10)")
    arguments = parser.parse_args()
    missing = missing_equipment() or (None if opensc() else "install opensc-pkcs11")
    if missing is not None:
        print(missing, file=sys.stderr)
        return 2
    with _world() as (desk, process):
        lights = Lights(process)
        card = desk.card()
        card.insert()
        lights.wait("ok ok ok ok")
        time.sleep(3)  # what is begun at the start is over
        percent = _idle(process.pid, arguments.seconds)
        card.pull()
        shown = [_put_in(card, lights) for _ in range(arguments.rounds)]
    print(json.dumps(report(percent, arguments.seconds, shown), indent=2))
    return 0


@contextmanager
def _world() -> "Iterator[tuple[RealDesk, subprocess.Popen[bytes]]]":
    library = opensc()
    assert library is not None
    with tempfile.TemporaryDirectory() as folder, pcsc_world() as world, PortalDouble() as portal:
        world.start_service()
        desk = RealDesk(Path(folder), world, library)
        os.environ.update(desk.environment)
        settings = Path(folder) / "settings.toml"
        settings.write_text(f'card_types = "{desk.card_types}"\n')
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *_flags(portal.url, settings)],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield desk, process
        finally:
            process.terminate()
            process.wait(20)
            desk.close()


def _flags(portal: str, settings: Path) -> list[str]:
    return ["--portal", portal, "--settings", str(settings), "gui"]


# ---------------------------------------------------------------------------- idle
def _idle(pid: int, seconds: float) -> float:
    """Percent of a core that a process and its children take."""
    before, begun = _processor(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (_processor(pid) - before) / (time.monotonic() - begun)


def _processor(pid: int) -> float:
    """Seconds of the processor of a process, of its children that are alive and that are gone."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(entry.name) == pid:
                total += sum(int(field) for field in fields[11:15]) / ticks
            elif int(fields[1]) == pid:
                total += sum(int(field) for field in fields[11:13]) / ticks
    return total


# ---------------------------------------------------------------------------- put in
def _put_in(card: RealCard, lights: Lights) -> tuple[float, float]:
    """Milliseconds from what the service knew to what is painted, and of the bare reads."""
    time.sleep(1)
    with PcscContext() as context:
        card.plug()
        known = _known(context)
    painted = lights.wait("ok ok ok", known)
    library = opensc()
    assert library is not None
    driver = Driver(str(library))
    begun = time.monotonic()
    driver.begin_again()
    for token in driver.tokens():
        token.objects()
    bare = time.monotonic() - begun
    card.pull()
    return 1000 * (painted - known), 1000 * bare


def _known(context: PcscContext) -> float:
    """When the PC/SC service tells of a card."""
    while True:
        with suppress(PcscError):
            snapshot, states = take_snapshot(context)
            if any(reader.card_present for reader in snapshot.readers):
                return time.monotonic()
            context.wait([(state.name, state.state) for state in states], 0.5)


def report(percent: float, seconds: float, shown: list[tuple[float, float]]) -> dict[str, object]:
    """The object that is printed."""
    more = statistics.median(painted - bare for painted, bare in shown)
    return {
        "idle": {
            "seconds": seconds,
            "percent_of_a_core": round(percent, 2),
            "goal": IDLE_GOAL,
            "met": percent <= IDLE_GOAL,
        },
        "put_in": {
            "rounds": len(shown),
            "painted_after_ms": round(statistics.median(painted for painted, _ in shown)),
            "bare_reads_ms": round(statistics.median(bare for _, bare in shown)),
            "more_ms": round(more),
            "worst_ms": round(max(painted - bare for painted, bare in shown)),
            "goal": SHOWN_GOAL,
            "met": more <= SHOWN_GOAL,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
