"""Runs one of the program's own commands in a situation that was prepared: a child process.

    python -m kamusm_esign.sandbox.situation_cli FOLDER SITUATION ARGUMENT…

The command is `kamusm_esign.cli.main` itself; only the world that it opens is another one.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.sandbox.situation_world import Stage, folders_of
from kamusm_esign.sandbox.situations import BY_NAME, Situation


def run(folder: Path, situation: Situation, arguments: Sequence[str], *, after: bool) -> int:
    """Run a command; its exit status.

    Args:
        folder: the situation's.
        situation: which one.
        arguments: of `kamusm-esign`.
        after: with what goes wrong in a job behind it.
    """
    from kamusm_esign.cli.main import main as command_line

    stage = Stage.open(folder, situation, after=after)
    return command_line(arguments, stage.world, folders_of(folder))


def main() -> int:
    """In the child."""
    folder, name, *arguments = sys.argv[1:]
    return run(Path(folder), BY_NAME[name], arguments, after=False)


if __name__ == "__main__":
    sys.exit(main())
