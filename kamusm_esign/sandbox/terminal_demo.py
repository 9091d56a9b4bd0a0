"""The whole journey in a terminal: a practice card, a practice portal, the real program.

`kamusm-esign-sandbox demo --terminal` asks a person at a terminal for the new PIN and takes a
random one elsewhere. All went well only if the new PIN works, the old one does not, and the portal
knows.
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.domain.pin_policy import PRODUCT_LIMITS, check_new_pin
from kamusm_esign.domain.portal_session import Purpose, SessionKind
from kamusm_esign.domain.secret import Secret
from kamusm_esign.sandbox.demo_portal import DemoPortal
from kamusm_esign.sandbox.practice_world import (
    PracticeWorld,
    answer_of,
    random_pin,
    write_lines,
)
from kamusm_esign.sandbox.teller import Teller

STEPS = 6
LOOK_SECONDS = 0.1
"""Between two looks into the SMS outbox."""


def run_in_terminal(folder: Path, job: Purpose, language: str) -> bool:
    """Show it in one folder; whether everything really happened.

    Raises:
        SoftHsmMissingError, PortalNotStartedError: a part of the practice world is missing.
    """
    demo = _Demo(folder, job, Teller(language, STEPS))
    succeeded = demo.run()
    demo.end(succeeded)
    return succeeded


class _Demo:
    """One run, in one folder."""

    def __init__(self, folder: Path, job: Purpose, teller: Teller) -> None:
        self._folder = folder
        self._job = job
        self._tell = teller
        self._seconds = 0.0
        """How long the program took."""

    def end(self, succeeded: bool) -> None:
        """Say how it ended."""
        done = "signed" if self._job.kind is SessionKind.SIGN else "done"
        self._tell.end(done if succeeded else "failed", seconds=f"{self._seconds:.1f}")

    def run(self) -> bool:
        """Whether everything really happened."""
        self._tell.begin()
        self._tell.step("card")
        world = self._world = PracticeWorld(self._folder, self._job)
        new_card = self._job is Purpose.PIN_CREATE
        if world.signs:
            self._tell.say("card-sign", pin=world.old_pin or "")
        else:
            self._tell.say("card-create" if new_card else "card-unblock")
        self._tell.step("portal")
        try:
            portal = world.start_portal()
            self._tell.say("portal-ready", url=portal.url)
            self._tell.say("portal-database", path=portal.database)
            self._tell.say("card-ready", serial=world.serial, holder=world.holder)
            if world.signs:
                return self._sign_and_prove(portal)
            return self._set_and_prove(portal, world.old_pin)
        finally:
            world.stop()

    def _set_and_prove(self, portal: DemoPortal, old_pin: str | None) -> bool:
        self._tell.step("code")
        code = self._world.new_code()
        groups = " ".join(code[i : i + 3] for i in range(0, len(code), 3))
        self._tell.say("code-ready", code=groups)
        self._tell.step("pin")
        new_pin = self._ask_new_pin(random_pin(avoid=old_pin))
        try:
            self._tell.step("run")
            if not self._set_pin(portal, code, new_pin):
                return False
            self._tell.step("proof")
            return self._prove(new_pin, old_pin)
        finally:
            new_pin.wipe()

    def _sign_and_prove(self, portal: DemoPortal) -> bool:
        """The documents' titles and digests are on standard error; the PIN is the card's own."""
        self._tell.step("code")
        code = self._world.new_code()
        self._tell.say("code-ready", code=" ".join(code[i : i + 3] for i in range(0, 15, 3)))
        match: tuple[str, ...] = ()
        if self._job is Purpose.LOGIN:
            match = ("--match", portal.match_number)
            self._tell.say("match", digits=portal.match_number)
        self._tell.step("sign")
        pin = Secret.taking(bytearray((self._world.old_pin or "").encode()))
        words = ("--portal", portal.url, "sign", "--code", "-", "--accept", self._job.value, *match)
        try:
            if not self._run(portal, words, (code.encode(), pin.view())):
                return False
        finally:
            pin.wipe()
        self._tell.step("proof")
        facts = self._world.proof_of_signing()
        return all([self._tell.fact(name, true=true) for name, true in facts.items()])

    def _ask_new_pin(self, suggestion: str) -> Secret:
        """The person's, or the suggested one."""
        suggested = Secret.taking(bytearray(suggestion.encode()))
        if not sys.stdin.isatty():
            self._tell.say("pin-chosen", suggestion=suggestion)
            return suggested
        asking = SecretInput(from_pipe=False, prompt=_prompt)
        while True:
            typed = asking.secret("   " + self._tell.text("pin-ask", suggestion=suggestion))
            if not len(typed):
                return suggested
            if not check_new_pin(typed, limits=PRODUCT_LIMITS):
                return typed
            typed.wipe()
            self._tell.say("refused")

    def _set_pin(self, portal: DemoPortal, code: str, new_pin: Secret) -> bool:
        """Run `kamusm-esign set-pin`, and hand it the SMS code once the portal has sent it."""
        words = ("--portal", portal.url, "set-pin", "--code", "-")
        return self._run(portal, words, (code.encode(), new_pin.view()))

    def _run(
        self,
        portal: DemoPortal,
        words: tuple[str, ...],
        first: tuple[bytes | memoryview, ...],
    ) -> bool:
        """Run the program with `first` on its standard input, then the SMS code if one comes;
        whether it ended well."""
        started = time.monotonic()
        with self._world.command(self._tell.language, *words, errors=None) as program:
            write_lines(program, *first)
            message = None
            while program.poll() is None:
                if message is None and (message := portal.sms()):
                    phone, otp = message
                    self._tell.say("sms", phone=phone, otp=otp)
                    write_lines(program, otp.encode())
                _wait(program, LOOK_SECONDS)
            answer = answer_of(program)
        self._seconds = time.monotonic() - started
        _show_failure(answer)
        return program.returncode == 0

    def _prove(self, new_pin: Secret, old_pin: str | None) -> bool:
        facts = self._world.proof(new_pin.view(), old_pin)
        return all([self._tell.fact(name, true=true) for name, true in facts.items()])


def _prompt(text: str) -> None:
    print(text, end="", flush=True)


def _wait(program: "subprocess.Popen[bytes]", seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        program.wait(seconds)


def _show_failure(answer: dict[str, Any]) -> None:
    failure = answer.get("failure")
    if failure:
        print(
            f"   {failure['code']} {failure['title']}\n   {failure['body']}\n   {failure['todo']}"
        )
