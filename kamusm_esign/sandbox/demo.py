"""`kamusm-esign-sandbox demo`: practice mode, for a person to try.

The chooser shows what can be practised; `--situation` opens one of them at once. Any other option
leads past the chooser to the ordinary journey: `--job` names it, `--terminal` has it on the command
line. Without a display it is the tour instead.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.domain.portal_session import Purpose
from kamusm_esign.sandbox.jobs import JOBS
from kamusm_esign.sandbox.practice_folder import (
    has_display,
    in_practice_folder,
    in_temporary_folder,
)
from kamusm_esign.sandbox.practice_world import PracticeWorld
from kamusm_esign.sandbox.situations import BY_NAME, Situation
from kamusm_esign.sandbox.teller import Teller

PICTURES = "kamusm-esign-tour"
"""Folder for the pictures of a tour that nobody named one for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Show it; 0 if everything really happened, 1 if not, 130 if it was stopped."""
    arguments = _parser().parse_args(argv)
    language = "en" if arguments.english else "tr"
    if arguments.list_situations:
        return _list_situations(language)
    if arguments.situation is not None:
        return _play(BY_NAME[arguments.situation], language)
    if has_display() and not (arguments.job or arguments.english or arguments.terminal):
        return _choose(language)
    job = JOBS[arguments.job or "pin-unblock"]

    def work(folder: Path) -> bool:
        if arguments.terminal:
            from kamusm_esign.sandbox.terminal_demo import run_in_terminal

            return run_in_terminal(folder, job, language)
        if has_display():
            return _run_in_window(folder, job, language)
        from kamusm_esign.sandbox.tour import run_tour

        Teller(language).end("no-display")
        return run_tour(folder, _picture_folder(), language, job)

    return in_practice_folder(work, language)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kamusm-esign-sandbox demo",
        description="The real window with a practice card and a practice portal.",
    )
    parser.add_argument("--job", choices=tuple(JOBS), help="the ordinary journey of a job")
    parser.add_argument("--english", action="store_true")
    parser.add_argument("--terminal", action="store_true", help="the command line, no window")
    parser.add_argument(
        "--situation", choices=tuple(BY_NAME), metavar="NAME", help="one situation, no chooser"
    )
    parser.add_argument("--list-situations", action="store_true", help="print their names")
    return parser


def _list_situations(language: str) -> int:
    from kamusm_esign.sandbox.situation_texts import SituationTexts

    texts = SituationTexts(language)
    for situation in BY_NAME.values():
        code = situation.ends_on.value if situation.ends_on else "-"
        print(f"{situation.name:14} {code:8} {texts.title(situation)}: {texts.line(situation)}")
    return 0


def _choose(language: str) -> int:
    from kamusm_esign.sandbox.training import Training

    def work(folder: Path) -> int:
        return 0 if Training(folder, Teller(language)).choose() else 1

    return in_temporary_folder(work, language)


def _play(situation: Situation, language: str) -> int:
    if not has_display():
        Teller(language).end("situation-needs-display")
        return 1
    from kamusm_esign.sandbox.training import Training

    def work(folder: Path) -> int:
        return 0 if Training(folder, Teller(language)).play(situation) else 1

    return in_temporary_folder(work, language)


def _picture_folder() -> Path:
    here = Path.cwd()
    return here / PICTURES if os.access(here, os.W_OK) else Path(tempfile.mkdtemp()) / PICTURES


def _run_in_window(folder: Path, job: Purpose, language: str) -> bool:
    from kamusm_esign.sandbox.window_demo import WindowDemo

    world = PracticeWorld(folder, job)
    try:
        world.start_portal()
        return WindowDemo(world, Teller(language)).run()
    finally:
        world.stop()


if __name__ == "__main__":
    sys.exit(main())
