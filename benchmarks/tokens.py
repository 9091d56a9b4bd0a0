"""How long `kamusm-esign tokens` takes on a SoftHSM2 token, beside OpenSC's `pkcs11-tool -L -O`.

Prints one JSON object: the times of whole processes, taken in turn in one run, and how they stand
to the goal: twice pkcs11-tool's time, plus what Python needs to start at all. That can be read in
two ways, so both are told. A measurement is no test: the exit status says only whether it was made.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.demo_portal import isolated_environment
from kamusm_esign.sandbox.softhsm import SoftHsm, TokenContent

FACTOR = 2.0
Times = dict[str, list[float]]
"""Seconds of each round, by command."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        hsm = SoftHsm(Path(folder))
        issued = SandboxCa().issue(CertificateKind.NES, "rsa2048")
        hsm.make_token("BENCH", puk="90246813", pin="135790", contents=[TokenContent(issued)])
        environment = isolated_environment(Path(folder)) | hsm.environment
        # An installed program has its modules compiled.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        module = ("--module", str(hsm.library))
        commands = {
            "python": (sys.executable, "-c", "pass"),
            "pkcs11-tool": ("pkcs11-tool", *module, "-L", "-O"),
            "tokens": (*program(), *module, "tokens", "--json"),
        }
        times = measure(commands, environment, rounds)
    print(json.dumps(report(times), indent=2))
    return 0


def program() -> tuple[str, ...]:
    """`kamusm-esign` as it is installed beside this interpreter, else its module."""
    script = Path(sys.executable).with_name("kamusm-esign" + (".exe" if os.name == "nt" else ""))
    return (str(script),) if script.exists() else (sys.executable, "-m", "kamusm_esign")


def measure(
    commands: dict[str, tuple[str, ...]], environment: dict[str, str], rounds: int
) -> Times:
    """Each command once per round, so that all see the same machine."""
    times: Times = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, env=environment, capture_output=True, check=True)
            times[name].append(time.perf_counter() - begun)
    # The first round warms the caches.
    return {name: values[1:] for name, values in times.items()}


def report(times: Times) -> dict[str, object]:
    """The object that is printed."""
    python, tool, ours = (times[name] for name in ("python", "pkcs11-tool", "tokens"))
    rounds = list(zip(python, tool, ours, strict=True))
    return {
        "rounds": len(rounds),
        "milliseconds": {
            name: {"median": _ms(statistics.median(values)), "min": _ms(min(values))}
            for name, values in times.items()
        },
        "tokens_to_pkcs11_tool": _ratio([o / t for _, t, o in rounds]),
        "goals": {
            "2 * tool + python": _goal([FACTOR * t + p for p, t, _ in rounds], ours),
            "2 * (tool + python)": _goal([FACTOR * (t + p) for p, t, _ in rounds], ours),
        },
    }


def _goal(goal: list[float], ours: list[float]) -> dict[str, float | bool]:
    ratio = _ratio([o / g for o, g in zip(ours, goal, strict=True)])
    return {
        "milliseconds": _ms(statistics.median(goal)),
        "tokens_to_goal": ratio,
        "met": ratio <= 1,
    }


def _ratio(of_each_round: list[float]) -> float:
    return round(statistics.median(of_each_round), 2)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
