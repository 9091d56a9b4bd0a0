"""`kamusm-esign-sandbox tour`: the real window led through its journeys, a picture per screen.

It ends with 0 only if everything really happened: the cards have the PINs that were typed, tried by
another program, and the portal's database knows.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.domain.portal_session import Outcome, Purpose, SessionKind
from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.jobs import JOBS
from kamusm_esign.sandbox.practice_folder import has_display, in_practice_folder
from kamusm_esign.sandbox.practice_world import PracticeWorld, random_pin
from kamusm_esign.sandbox.teller import Teller

WINDOW_SECONDS = 180.0
"""For one window, from its start to its end."""
STEPS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Go on the tour; 0 if everything really happened, 1 if not, 130 if it was stopped."""
    parser = argparse.ArgumentParser(
        prog="kamusm-esign-sandbox tour",
        description="Leads the real window through its journeys and takes a picture per screen.",
    )
    parser.add_argument(
        "--output", required=True, type=Path, metavar="DIR", help="for the pictures"
    )
    parser.add_argument("--english", action="store_true", help="report in English")
    jobs = ("e-onay", "application", "login")
    parser.add_argument("--job", choices=jobs, help="a signing journey in place of the PIN's")
    arguments = parser.parse_args(argv)
    language = "en" if arguments.english else "tr"
    pictures = arguments.output.absolute()
    job = JOBS[arguments.job or "pin-unblock"]
    return in_practice_folder(lambda folder: run_tour(folder, pictures, language, job), language)


def run_tour(
    folder: Path, pictures: Path, language: str, job: Purpose = Purpose.PIN_UNBLOCK
) -> bool:
    """Go on the tour in a folder; whether everything really happened.

    Args:
        folder: for the practice world.
        pictures: where they are left.
        language: of the report.
        job: one that signs makes it that journey; any other the PIN's.

    Raises:
        SoftHsmMissingError, PortalNotStartedError: a part of the practice world is missing.
    """
    signs = job.kind is SessionKind.SIGN
    tell = Teller(language, 1 if signs else STEPS)
    tell.begin("tour-intro")
    pictures.mkdir(parents=True, exist_ok=True)
    tour = _Tour(folder, pictures, tell)
    succeeded = tour.signing(job) if signs else tour.locked_card() and tour.new_card()
    tell.say("tour-pictures", count=len(list(pictures.glob("*.png"))), folder=pictures)
    tell.end("tour-done" if succeeded else "failed")
    return succeeded


class _Tour:
    """Two practice worlds, and the windows that are opened in them."""

    def __init__(self, folder: Path, pictures: Path, tell: Teller) -> None:
        self._folder = folder
        self._pictures = pictures
        self._tell = tell

    def locked_card(self) -> bool:
        """Set the PIN, change it, try it; then a failure that changes nothing."""
        self._tell.step("tour-unblock")
        world = PracticeWorld(self._folder / "locked", Purpose.PIN_UNBLOCK)
        set_pin, changed, refused = random_pin(), random_pin(), random_pin()
        fact = self._tell.fact
        try:
            portal = world.start_portal()
            if not self._lead(world, "unblock", set_pin, changed):
                return False
            facts = world.proof(changed.encode(), world.old_pin)
            proved = all([fact(name, true=true) for name, true in facts.items()])
            world.enrol(right_puk=False)
            if not self._lead(world, "failure", refused):
                return False
            same = world.refusal_of(changed.encode()) is None
            told = portal.outcomes().count(Outcome.FAILED.value) == 1
            return fact("failure-changed-nothing", true=same and told) and proved
        finally:
            world.stop()

    def new_card(self) -> bool:
        """Create the PIN and lose the network; start again and tell the portal."""
        self._tell.step("tour-create")
        world = PracticeWorld(self._folder / "new", Purpose.PIN_CREATE)
        pin = random_pin()
        try:
            portal = world.start_portal()
            if not self._lead(world, "create", pin):
                return False
            created = self._tell.fact("new-pin-set", true=world.refusal_of(pin.encode()) is None)
            untold = portal.outcomes() == [None]
            self._tell.step("tour-unfinished")
            if not self._lead(world, "unfinished"):
                return False
            told = untold and portal.outcomes() == [Outcome.SUCCEEDED.value]
            return self._tell.fact("portal-knows", true=told) and created
        finally:
            world.stop()

    def signing(self, job: Purpose) -> bool:
        """Read the documents, sign them with the PIN that the card has."""
        self._tell.step("tour-sign")
        world = PracticeWorld(self._folder / "signing", job)
        try:
            world.start_portal()
            if not self._lead(world, "sign", world.old_pin or ""):
                return False
            facts = world.proof_of_signing()
            return all([self._tell.fact(name, true=true) for name, true in facts.items()])
        finally:
            world.stop()

    def _lead(self, world: PracticeWorld, script: str, *pins: str) -> bool:
        """Open a window and lead it; whether the script came to its end."""
        order = {
            "script": script,
            "arguments": world.window_arguments("tr"),
            "folder": str(world.folder),
            "pictures": str(self._pictures),
            "job": world.job.value,
            "serial": world.card_serial,
            "pins": pins,
        }
        window = subprocess.run(  # noqa: S603
            own_process.command("kamusm_esign.sandbox.tour_window"),
            input=json.dumps(order),
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(world),
            timeout=WINDOW_SECONDS,
            check=False,
        )
        if window.returncode:
            self._tell.say("tour-stuck", where=window.stdout.strip() or window.returncode)
        return window.returncode == 0


def _environment(world: PracticeWorld) -> dict[str, str]:
    environment = world.window_environment
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment


if __name__ == "__main__":
    sys.exit(main())
