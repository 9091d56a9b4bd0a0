"""Writes the hashes of everything that a build is made of: `python3 requirements/lock.py`.

`tools.txt`: what builds (from `tools.in`). `program.txt`: what the program needs (from
pyproject.toml). Versions are those of constraints.txt. Afterwards a build installs nothing else:

    pip install --require-hashes -r requirements/tools.txt
    pip install --require-hashes --no-build-isolation -r requirements/program.txt
    pip install --no-deps --no-build-isolation .

To be run on each system that builds, for some packages are for one alone; pip takes a file from the
index whose hash is not here for nobody's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PIP_TOOLS = "pip-tools==7.6.2"
OPTIONS = [
    *("--quiet", "--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-annotate"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-options"),
]
HEAD = "# Made by requirements/lock.py; see there.\n"


def main() -> int:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "venv")
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        programs = environment / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([str(programs / "pip"), "install", "--quiet", PIP_TOOLS], check=True)
        for source, target in (("requirements/tools.in", "tools"), ("pyproject.toml", "program")):
            made = Path(folder, f"{target}.txt")
            command = [str(programs / "pip-compile"), *OPTIONS, "--constraint", "constraints.txt"]
            command += ["--output-file", str(made), source]
            subprocess.run(command, cwd=HERE.parent, check=True)
            (HERE / f"{target}.txt").write_text(HEAD + made.read_text("utf-8"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
