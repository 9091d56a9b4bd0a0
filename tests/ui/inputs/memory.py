"""What is in the memory of a process: a core of it, and digits in every shape they could have."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path


def core_of(pid: int, folder: Path) -> bytes:
    """Take a core of a running process, which goes on running."""
    subprocess.run(
        ["gcore", "-o", str(folder / "core"), str(pid)],
        check=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    path = folder / f"core.{pid}"
    try:
        return path.read_bytes()
    finally:
        path.unlink()


def shapes(digits: str) -> dict[str, bytes]:
    """Regular expressions for digits as a text, as numbers, and spread out."""
    found = {}
    for name, values in (
        ("text", [ord(digit) for digit in digits]),
        ("numbers", [int(digit) for digit in digits]),
    ):
        for stride in (1, 2, 4, 8):
            found[f"{name}, every {stride}"] = _spread(values, stride, b"\0")
    return found


def keycodes(digits: str) -> dict[str, bytes]:
    """Regular expressions for the X11 key codes of digits in a row of X events (32 bytes each).

    They are behind the event's type: 2 is a key pressed, 3 one released.
    """
    codes = [19 if digit == "0" else int(digit) + 9 for digit in digits]
    press = [re.escape(bytes([2, code])) for code in codes]
    release = [re.escape(bytes([3, code])) for code in codes]
    between = rb"[\s\S]{30}"
    both = [between.join(pair) for pair in zip(press, release, strict=True)]
    return {"X events": between.join(both), "X presses": between.join(press)}


def _spread(values: Iterable[int], stride: int, filler: bytes) -> bytes:
    between = re.escape(filler * (stride - 1))
    return between.join(re.escape(bytes([value])) for value in values)


def found_in(core: bytes, patterns: dict[str, bytes]) -> dict[str, int]:
    """How often each shape occurs; only those that do."""
    counts = {name: len(re.findall(pattern, core)) for name, pattern in patterns.items()}
    return {name: count for name, count in counts.items() if count}
