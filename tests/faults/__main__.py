"""Plays a range of seeds and prints faults × outcomes: `python -m tests.faults FIRST COUNT`."""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import make_token
from tests.faults.matrix import Case, Run


def main(first: int, count: int) -> int:
    """The number of violations."""
    table: Counter[tuple[str, str, str]] = Counter()
    violations = 0
    with tempfile.TemporaryDirectory(prefix="kamusm-esign-faults-") as name:
        home = Path(name)
        (home / "library").mkdir()
        library, template = compile_shim(home / "library"), make_token(home / "template")
        for seed in range(first, first + count):
            with tempfile.TemporaryDirectory(dir=home) as run:
                folder = Path(run)
                (folder / "shim").mkdir()
                card = ShimmedToken(template.copy_to(folder / "hsm"), library, folder / "shim")
                os.environ.update(card.environment)
                ended = Run(Case.of(seed), card, folder).play()
            table[ended.case.journey, ended.case.kind, ended.outcome.value] += 1
            for violation in ended.violations:
                violations += 1
                print(f"{ended.case}: {violation}", flush=True)
    for (journey, kind, outcome), times in sorted(table.items()):
        print(f"{journey:12}{kind:10}{outcome:12}{times:6}")
    print(f"{count} runs, {violations} violations")
    return violations


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1]), int(sys.argv[2])), 1))
