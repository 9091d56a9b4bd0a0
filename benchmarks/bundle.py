"""Process start to first painted home screen, bundled, paired with the smallest window bundled.

Both are built by the program's own recipe, with the entry that `benchmarks/startup.py` measures in
place of the program's: so the starter, the archive of modules and the libraries are those that
people have. The goal: a median ratio of at most 1.5. The smallest window imports PySide plainly.

With --nitrokey it also builds Nitrokey App 2 by PyInstaller's defaults, in an environment of its
own (network needed), and prints the sizes of both.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.startup import PAINTED, measure, report
from benchmarks.window import OURS, SMALLEST, displays
from release import bundle

GOAL = 1.5


def main() -> int:
    """Build and measure; 0 if the goal is met on every display."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--nitrokey", action="store_true", help="sizes, beside Nitrokey App 2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        commands = (
            _built(place, "smallest-window", PAINTED + SMALLEST),
            _built(place, "home-screen", PAINTED + OURS),
        )
        with displays() as environments:
            results = {
                name: measure(commands, _installed(environment), arguments.pairs)
                for name, environment in environments.items()
            }
        if arguments.nitrokey:
            print(f"ours {bundle.size_of(place / 'home-screen') / 1e6:.0f} MB")
            print(f"Nitrokey App 2 {bundle.size_of(_nitrokey(place)) / 1e6:.0f} MB")
    return report(results, GOAL, as_json=arguments.json)


def _built(place: Path, name: str, code: str) -> list[str]:
    entry = place / f"{name}.py"
    entry.write_text(code, "utf-8")
    made = bundle.build(place / "work", place, entry=entry)
    return [str(made / name)]


def _installed(environment: dict[str, str]) -> dict[str, str]:
    """Without what leads to the checkout."""
    return {k: v for k, v in environment.items() if not k.startswith("PYTHON")}


def _nitrokey(place: Path) -> Path:
    home = place / "nitrokey"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "nitrokeyapp", "pyinstaller"]
    subprocess.run(pip, check=True)
    entry = home / "nitrokey-app.py"
    entry.write_text("from nitrokeyapp.__main__ import main\nmain()\n", "utf-8")
    options = ["--noconfirm", "--log-level", "ERROR", "--collect-all", "nitrokeyapp"]
    command = [str(python), "-m", "PyInstaller", *options, "--distpath", str(home / "dist")]
    subprocess.run([*command, str(entry)], cwd=home, check=True)
    return home / "dist" / "nitrokey-app"


if __name__ == "__main__":
    sys.exit(main())
