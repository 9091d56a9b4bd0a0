"""`kamusm-esign-sandbox demo`: the real window in a practice world, for a person to try.

Without a display it is the tour instead; with `--terminal` the journey on the command line.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kamusm_esign.domain.portal_session import Purpose
from kamusm_esign.sandbox.jobs import JOBS
from kamusm_esign.sandbox.practice_folder import has_display, in_practice_folder
from kamusm_esign.sandbox.practice_world import PracticeWorld
from kamusm_esign.sandbox.teller import Teller

PICTURES = "kamusm-esign-tour"
"""Folder for the pictures of a tour that nobody named one for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Show it; 0 if everything really happened, 1 if not, 130 if it was stopped."""
    arguments = _parser().parse_args(argv)
    language = "en" if arguments.english else "tr"
    job = JOBS[arguments.job]

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
    parser.add_argument("--job", choices=tuple(JOBS), default="pin-unblock")
    parser.add_argument("--english", action="store_true")
    parser.add_argument("--terminal", action="store_true", help="the command line, no window")
    return parser


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
