"""`kamusm-esign-sandbox doctor --situation NAME`: the program's own doctor in a practice world.

Where a situation is over before anybody can look (a code that ran out, the wrong card, a card that
was pulled), the job is done first, by the program's own `set-pin`; what it leaves behind is what
the doctor finds.
"""

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.demo_portal import DemoPortal, isolated_environment
from kamusm_esign.sandbox.practice_folder import in_temporary_folder
from kamusm_esign.sandbox.practice_world import answer_of, random_pin, write_lines
from kamusm_esign.sandbox.situation_cli import run
from kamusm_esign.sandbox.situation_world import new_code, prepare
from kamusm_esign.sandbox.situations import BY_NAME, PRACTICE_PIN, Situation, Staged

JOB_SECONDS = 60.0
LOOK_SECONDS = 0.1


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; the exit status is the doctor's own, 130 if it was stopped."""
    arguments = _parser().parse_args(argv)
    situation = BY_NAME[arguments.situation]
    language = "en" if arguments.english else "tr"
    words = ["--language", language, "doctor"]
    words += ["--json"] if arguments.json else []
    words += ["--report", str(arguments.report.absolute())] if arguments.report else []
    return in_temporary_folder(lambda folder: _doctor(folder, situation, words), language)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kamusm-esign-sandbox doctor",
        description="What `kamusm-esign doctor` finds in one of the practice situations.",
    )
    parser.add_argument("--situation", required=True, choices=tuple(BY_NAME), metavar="NAME")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.add_argument("--report", type=Path, metavar="FILE.zip", help="write the report")
    parser.add_argument("--english", action="store_true")
    return parser


def _doctor(folder: Path, situation: Situation, words: Sequence[str]) -> int:
    portal = DemoPortal(folder)
    try:
        return run_doctor(folder / situation.name, situation, portal, words)
    finally:
        portal.stop()


def run_doctor(folder: Path, situation: Situation, portal: DemoPortal, words: Sequence[str]) -> int:
    """Make the situation in a folder that is not there yet, and run a command once it is over.

    Args:
        folder: the situation's own.
        situation: which one.
        portal: which runs.
        words: the command and its options, but for the portal's address.

    Returns:
        The command's exit status.
    """
    prepare(folder, situation, portal, random_pin(8))
    if situation.has_history:
        _do_the_job(folder, situation, portal)
    with nobody_listening() as nowhere:
        url = nowhere if situation.staged is Staged.PORTAL_DOWN else portal.url
        return run(folder, situation, ["--portal", url, *words], after=situation.has_history)


@contextmanager
def nobody_listening() -> Iterator[str]:
    """The address of a portal that takes no connection, as long as the block lasts: the port is
    taken, so nobody else can listen there, and nobody does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1"


def _do_the_job(folder: Path, situation: Situation, portal: DemoPortal) -> None:
    """What the person did before: `set-pin` with the code of this situation."""
    code, earlier = new_code(folder, situation, portal), portal.sms()
    arguments = ["--portal", portal.url, "set-pin", "--code", "-", "--secrets-stdin", "--json"]
    command = own_process.command(
        "kamusm_esign.sandbox.situation_cli", str(folder), situation.name, *arguments
    )
    with subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=isolated_environment(folder),
    ) as program:
        write_lines(program, code.encode(), random_pin(avoid=PRACTICE_PIN).encode())
        end, sent = time.monotonic() + JOB_SECONDS, False
        while program.poll() is None and time.monotonic() < end:
            if not sent and (message := portal.sms()) and message != earlier:
                write_lines(program, message[1].encode())
                sent = True
            time.sleep(LOOK_SECONDS)
        if program.poll() is None:
            program.kill()
        answer_of(program)


if __name__ == "__main__":
    sys.exit(main())
