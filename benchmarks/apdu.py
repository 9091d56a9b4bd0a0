"""How many commands a card gets to have its PIN set, and how long it takes at 50 ms for each.

On the real stack (pcscd, vpcd, OpenSC) with a virtual card. Paired with OpenSC's own `pkcs11-tool
--init-pin`, and the look afterwards with `pkcs11-tool -L`. Counted from the confirming press to
"PIN set": the fresh card host with its key for the PUK, binding and identity check included. Prints
one JSON object. A measurement is no test: the exit status says only whether it was made.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kamusm_esign.domain.portal_session import Outcome
from tests.equipment.card_contract import SESSION, secret
from tests.equipment.pcsc_world import missing_equipment, pcsc_world
from tests.equipment.puk_seal import grant_for
from tests.equipment.real_card import RealCard, RealDesk, opensc
from tests.equipment.softhsm import NEW_PIN, PUK

GOAL = 1.25
"""Our commands and time, at most so many times pkcs11-tool's, to set the PIN."""
PROOF_GOAL = 1.0
"""The same for the look afterwards."""
Measured = tuple[int, float]
"""Commands and seconds."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=int, default=50, help="milliseconds for a command (50)")
    arguments = parser.parse_args()
    missing = missing_equipment() or (None if opensc() else "install opensc-pkcs11")
    if missing is not None:
        print(missing, file=sys.stderr)
        return 2
    rounds = [_round(arguments.delay) for _ in range(arguments.rounds)]
    print(json.dumps(report(rounds, arguments.delay), indent=2))
    return 0


def _round(delay: int) -> dict[str, Measured]:
    library = opensc()
    assert library is not None
    with tempfile.TemporaryDirectory() as folder, pcsc_world() as world:
        world.start_service()
        desk = RealDesk(Path(folder), world, library)
        os.environ.update(desk.environment)
        try:
            return _on(desk, library, delay)
        finally:
            desk.close()


def _on(desk: RealDesk, library: Path, delay: int) -> dict[str, Measured]:
    tool = ["pkcs11-tool", "--module", str(library)]
    so = ("--login", "--login-type", "so", "--so-pin", PUK, "--init-pin", "--new-pin", NEW_PIN)
    found = {}
    card = desk.card(pin_tries=0)
    card.insert()
    card.trouble(f"* 0 delay {delay}")
    found["pkcs11-tool --init-pin"] = _measured(card, lambda: _run([*tool, *so]))
    found["pkcs11-tool -L"] = _measured(card, lambda: _run([*tool, "-L"]))
    card.pull()
    card = desk.card(pin_tries=0)
    card.insert()
    card.trouble(f"* 0 delay {delay}")
    cards = desk.gateway()
    cards.overview()  # the person has seen the card on the screen before

    def set_pin() -> None:
        grant = grant_for(cards.seal_key(), PUK, SESSION, card.serial)
        result = cards.unblock_pin(card.target, SESSION, grant, secret(NEW_PIN))
        assert result.outcome is Outcome.SUCCEEDED, result

    found["set-pin"] = _measured(card, set_pin)
    found["look afterwards"] = _measured(card, cards.overview)
    assert card.takes(NEW_PIN)
    return found


def _measured(card: RealCard, work: Callable[[], object]) -> Measured:
    before, begun = len(card.log), time.perf_counter()
    work()
    return len(card.log) - before, time.perf_counter() - begun


def _run(command: list[str]) -> None:
    subprocess.run(command, env=os.environ, capture_output=True, check=True, timeout=120)


def report(rounds: list[dict[str, Measured]], delay: int) -> dict[str, object]:
    """The object that is printed."""
    names = list(rounds[0])
    return {
        "rounds": len(rounds),
        "milliseconds_a_command": delay,
        "measured": {
            name: {
                "commands": _median([one[name][0] for one in rounds]),
                "seconds": round(_median([one[name][1] for one in rounds]), 2),
            }
            for name in names
        },
        "set-pin to --init-pin": _compared(rounds, "set-pin", "pkcs11-tool --init-pin", GOAL),
        "look to -L": _compared(rounds, "look afterwards", "pkcs11-tool -L", PROOF_GOAL),
    }


def _compared(
    rounds: list[dict[str, Measured]], ours: str, theirs: str, goal: float
) -> dict[str, object]:
    commands = _median([one[ours][0] / one[theirs][0] for one in rounds])
    seconds = _median([one[ours][1] / one[theirs][1] for one in rounds])
    return {
        "commands": round(commands, 2),
        "time": round(seconds, 2),
        "goal": goal,
        "met": max(commands, seconds) <= goal,
    }


def _median(values: list[float] | list[int]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    sys.exit(main())
