"""Process start to first painted home screen, paired with the smallest window there can be.

Both are started in turns, so that they see the same machine. The goal: a median ratio of at most
1.35, offscreen and under an X server. The smallest window imports PySide as it comes; the program
does it by `ui/qt_import.py`. The ratio of the processors' time is steadier on a busy machine, and
leaves out waiting and what the X server does.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

from benchmarks.window import OURS, SMALLEST, displays

GOAL = 1.35

# The turn of the event loop after the first paint event: the frame is on its way to the screen.
# CLOCK_MONOTONIC is the same in both processes, so Python's own start counts too.
PAINTED = """
def painted():
    import os, time
    os.write(1, f"{time.monotonic()} {time.process_time()}".encode())
    os._exit(0)
"""

COMMANDS = (
    [sys.executable, "-c", PAINTED + SMALLEST],
    [sys.executable, "-c", PAINTED + OURS],
)


def main() -> int:
    """Measure; 0 if the goal is met on every display."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args()
    with displays() as environments:
        results = {
            name: measure(COMMANDS, environment, arguments.pairs)
            for name, environment in environments.items()
        }
    return report(results, GOAL, as_json=arguments.json)


def report(results: dict[str, dict[str, float]], goal: float, *, as_json: bool) -> int:
    """Print what was measured, by display; 0 if the goal is met on every one."""
    if as_json:
        print(json.dumps(results, indent=1))
    else:
        for name, result in results.items():
            print(f"{name:10}", *(f"{key} {value}" for key, value in result.items()), sep="  ")
    return 0 if all(result["ratio"] <= goal for result in results.values()) else 1


def measure(
    commands: tuple[list[str], list[str]], environment: dict[str, str], pairs: int
) -> dict[str, float]:
    """Medians of both in milliseconds, and of the pairs' ratios.

    Args:
        commands: how the smallest window and ours are started.
        environment: of both.
        pairs: how often, besides once for the caches.
    """
    smallest, ours = [], []
    for pair in range(pairs + 1):
        times = [first_paint(command, environment) for command in commands]
        if pair:  # the first one warms the caches
            smallest.append(times[0])
            ours.append(times[1])
    ratios = _ratios([wall for wall, _ in ours], [wall for wall, _ in smallest])
    busy = _ratios([busy for _, busy in ours], [busy for _, busy in smallest])
    return {
        "smallest_ms": round(statistics.median(wall for wall, _ in smallest) * 1000, 1),
        "home_ms": round(statistics.median(wall for wall, _ in ours) * 1000, 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_worst": round(max(ratios), 3),
        "ratio_cpu": round(statistics.median(busy), 3),
        "pairs": pairs,
    }


def _ratios(ours: list[float], smallest: list[float]) -> list[float]:
    return [our / small for small, our in zip(smallest, ours, strict=True)]


def first_paint(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of the process, and seconds of processor time."""
    begun = time.monotonic()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    painted, busy = map(float, done.stdout.split())
    return painted - begun, busy


if __name__ == "__main__":
    sys.exit(main())
