"""Memory of the window, paired with the smallest window there can be, and of the card host.

Resident memory, in the median of a few runs. The goals: at the first paint at most 1.25 times the
smallest window; five seconds after the first paint, with a card in the reader, a portal that
answers and all four lights on, at most 1.6 times; the card host at most 60 MB.
"""

import argparse
import json
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.window import OURS, SMALLEST, displays, resident
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.demo_portal import DemoPortal
from kamusm_esign.sandbox.softhsm import SoftHsm, TokenContent

PAINT_GOAL, LIT_GOAL, HOST_GOAL = 1.25, 1.6, 60.0
SECONDS = 5.0

PAINTED = """
def painted():
    import os, time
    os.write(1, b"painted\\n")
    time.sleep(60)
"""

LIT = """
import os, sys
from kamusm_esign.ui import window
show = window.MainWindow.set_status
def set_status(self, status):
    show(self, status)
    lights = (status.reader, status.driver, status.token, status.portal)
    os.write(1, (" ".join(light.state for light in lights) + "\\n").encode())
window.MainWindow.set_status = set_status
from kamusm_esign.__main__ import main
main()
"""
"""The whole program, which says how its lights are."""


def main() -> int:
    """Measure; 0 if every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args()
    with displays() as environments, practice_world() as (flags, world):
        results = {
            name: measure(environment, arguments.rounds, flags, world)
            for name, environment in environments.items()
        }
    if arguments.json:
        print(json.dumps(results, indent=1))
    else:
        for name, result in results.items():
            print(f"{name:10}", *(f"{key} {value}" for key, value in result.items()), sep="  ")
    return 0 if all(met(result) for result in results.values()) else 1


def met(result: dict[str, float]) -> bool:
    """Whether every goal is met."""
    return (
        result["painted_ratio"] <= PAINT_GOAL
        and result["lit_ratio"] <= LIT_GOAL
        and result["card_host_mb"] <= HOST_GOAL
    )


@contextmanager
def practice_world() -> Iterator[tuple[list[str], dict[str, str]]]:
    """A card and a portal: options for the program, and variables of its environment."""
    with tempfile.TemporaryDirectory() as folder:
        hsm = SoftHsm(Path(folder))
        issued = SandboxCa().issue(CertificateKind.NES, "rsa2048")
        hsm.make_token("BENCH", puk="90246813", pin="135790", contents=[TokenContent(issued)])
        portal = DemoPortal(Path(folder))
        try:
            yield ["--portal", portal.url, "--module", str(hsm.library)], hsm.environment
        finally:
            portal.stop()


def measure(
    environment: dict[str, str], rounds: int, flags: list[str], world: dict[str, str]
) -> dict[str, float]:
    """Medians in MB, and their ratios to the smallest window."""
    smallest, painted, lit, host = [], [], [], []
    for _ in range(rounds):
        smallest.append(at_first_paint(SMALLEST, environment))
        painted.append(at_first_paint(OURS, environment))
        window, card_host = when_lit(environment | world, flags)
        lit.append(window)
        host.append(card_host)
    small = statistics.median(smallest)
    return {
        "smallest_mb": round(small, 1),
        "painted_mb": round(statistics.median(painted), 1),
        "painted_ratio": round(statistics.median(painted) / small, 3),
        "lit_mb": round(statistics.median(lit), 1),
        "lit_ratio": round(statistics.median(lit) / small, 3),
        "card_host_mb": round(statistics.median(host), 1),
    }


def at_first_paint(code: str, environment: dict[str, str]) -> float:
    """MB of a window that has just been painted."""
    with running(PAINTED + code, [], environment) as process:
        _line(process)
        return resident(process.pid) / 1e6


def when_lit(environment: dict[str, str], flags: list[str]) -> tuple[float, float]:
    """MB of the window and of its card host, some seconds after the first light.

    Raises:
        RuntimeError: the lights are not all on by then.
    """
    with running(LIT, flags, environment) as process:
        until = time.monotonic() + SECONDS
        lights = _line(process)
        while (left := until - time.monotonic()) > 0:
            if process.stdout is not None and select.select([process.stdout], [], [], left)[0]:
                lights = _line(process)
        if lights.split() != ["ok"] * 4:
            raise RuntimeError(f"lights: {lights}")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        threads = Path(f"/proc/{process.pid}/task").glob("*/children")
        children += [pid for path in threads for pid in path.read_text().split()]
        return resident(process.pid) / 1e6, max(resident(int(pid)) for pid in children) / 1e6


@contextmanager
def running(
    code: str, flags: list[str], environment: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A Python program that is killed at the end of the block."""
    command = [sys.executable, "-c", code, *flags]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(process: "subprocess.Popen[bytes]") -> str:
    return process.stdout.readline().decode().strip() if process.stdout is not None else ""


if __name__ == "__main__":
    sys.exit(main())
