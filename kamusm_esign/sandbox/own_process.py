"""How the sandbox starts its own modules, and the program, as processes of their own."""

import sys

RUNS_MODULE = "--module"
"""First argument by which the practice bundle runs one of its modules."""


def command(module: str, *arguments: str) -> list[str]:
    """Run a module as `python -m` does, in a checkout and in the practice bundle alike."""
    how = RUNS_MODULE if getattr(sys, "frozen", False) else "-m"
    return [sys.executable, how, module, *arguments]
