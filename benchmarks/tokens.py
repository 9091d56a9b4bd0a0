"""How long `kamusm-esign tokens` takes on a SoftHSM2 token, beside OpenSC's `pkcs11-tool -L -O`.

The goal: at most twice pkcs11-tool's time, plus what Python needs to start at all.
"""

import argparse
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


def main() -> int:
    """Measure; 0 if the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        hsm = SoftHsm(Path(folder))
        issued = SandboxCa().issue(CertificateKind.NES, "rsa2048")
        hsm.make_token("BENCH", puk="90246813", pin="135790", contents=[TokenContent(issued)])
        environment = isolated_environment(Path(folder)) | hsm.environment
        module = ("--module", str(hsm.library))
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "pkcs11-tool -L -O": ("pkcs11-tool", *module, "-L", "-O"),
            "kamusm-esign tokens": (sys.executable, "-m", "kamusm_esign", *module, "tokens"),
        }
        times = measure(commands, environment, rounds)
    return judge(times)


def measure(
    commands: dict[str, tuple[str, ...]], environment: dict[str, str], rounds: int
) -> dict[str, float]:
    """The median of each command in seconds; taken in turn, so that all see the same machine."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, env=environment, capture_output=True, check=True)
            times[name].append(time.perf_counter() - begun)
    # The first round warms the caches.
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def judge(times: dict[str, float]) -> int:
    """Print the table and the verdict."""
    for name, seconds in times.items():
        print(f"{name:22}{seconds * 1000:8.1f} ms")
    python, tool, ours = times.values()
    goal = FACTOR * tool + python
    print(f"{'goal':22}{goal * 1000:8.1f} ms   {'met' if ours <= goal else 'MISSED'}")
    return 0 if ours <= goal else 1


if __name__ == "__main__":
    sys.exit(main())
