"""The whole journey in a terminal: a practice card, a practice portal, the real program.

`kamusm-esign-sandbox demo` asks a person at a terminal for the new PIN and takes a random one
elsewhere. It ends with 0 only if the new PIN works, the old one does not, and the portal knows.
"""

import argparse
import json
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.pin_policy import PRODUCT_LIMITS, check_new_pin
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.demo_portal import (
    DemoPortal,
    PortalNotStartedError,
    isolated_environment,
)
from kamusm_esign.sandbox.softhsm import SoftHsm, SoftHsmMissingError, TokenContent, find_library

TEXTS = Path(__file__).with_name("demo_texts")
STEPS = 6
LOOK_SECONDS = 0.1
"""Between two looks into the SMS outbox."""


def main(argv: Sequence[str] | None = None) -> int:
    """Show it; 0 if everything really happened, 1 if not, 130 if it was stopped."""
    parser = argparse.ArgumentParser(prog="kamusm-esign-sandbox demo")
    jobs = (Purpose.PIN_UNBLOCK.value, Purpose.PIN_CREATE.value)
    parser.add_argument("--job", choices=jobs, default=jobs[0])
    parser.add_argument("--english", action="store_true")
    arguments = parser.parse_args(argv)
    language = "en" if arguments.english else "tr"
    teller = _Teller(language)
    if find_library() is None:
        teller.say("missing")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: shells start jobs without it
        signal.signal(number, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="kamusm-esign-demo-") as folder:
            succeeded = _Demo(Path(folder), Purpose(arguments.job), teller).run()
    except KeyboardInterrupt:
        teller.say("cancelled")
        return 130
    except (SoftHsmMissingError, PortalNotStartedError) as error:
        print(error, file=sys.stderr)
        succeeded = False
    teller.end(succeeded)
    return 0 if succeeded else 1


class _Teller:
    """Says what is going on."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.seconds = 0.0
        """How long the program took to set the PIN."""
        self._texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
        self._step = 0

    def text(self, key: str, **values: object) -> str:
        return str(self._texts[key]).format(**values)

    def say(self, key: str, **values: object) -> None:
        print("   " + self.text(key, **values), flush=True)

    def step(self, key: str) -> None:
        self._step += 1
        print(f"\n{self._step}/{STEPS} {self.text(key)}", flush=True)

    def begin(self) -> None:
        print(f"\n{self.text('title')}\n{self.text('intro')}", flush=True)

    def fact(self, key: str, *, true: bool) -> bool:
        print(f"   {self.text('yes' if true else 'no'):6}{self.text(key)}", flush=True)
        return true

    def end(self, succeeded: bool) -> None:
        key = "done" if succeeded else "failed"
        print("\n" + self.text(key, seconds=f"{self.seconds:.1f}"), flush=True)


class _Demo:
    """One run, in one folder."""

    def __init__(self, folder: Path, job: Purpose, teller: _Teller) -> None:
        self._folder = folder
        self._job = job
        self._tell = teller
        self._hsm = SoftHsm(folder)
        self._environment = isolated_environment(folder) | self._hsm.environment

    def run(self) -> bool:
        """Whether everything really happened."""
        self._tell.begin()
        old_pin, puk = _random_pin(), _random_pin(8)
        self._tell.step("card")
        issued = SandboxCa().issue(CertificateKind.NES, "rsa2048")
        new_card = self._job is Purpose.PIN_CREATE
        pin = None if new_card else old_pin
        contents = [TokenContent(issued)]
        self._serial = self._hsm.make_token("DENEME", puk=puk, pin=pin, contents=contents)
        self._tell.say("card-create" if new_card else "card-unblock")
        self._tell.step("portal")
        portal = DemoPortal(self._folder)
        try:
            holder = portal.enrol(self._serial, issued, bytearray(puk.encode()))
            self._tell.say("portal-ready", url=portal.url)
            self._tell.say("portal-database", path=portal.database)
            serial, name = mask_serial(self._serial), mask_name(holder)
            self._tell.say("card-ready", serial=serial, holder=name)
            return self._set_and_prove(portal, None if new_card else old_pin)
        finally:
            portal.stop()

    def _set_and_prove(self, portal: DemoPortal, old_pin: str | None) -> bool:
        self._tell.step("code")
        code = portal.new_code(self._job.value, self._serial)
        groups = " ".join(code[i : i + 3] for i in range(0, len(code), 3))
        self._tell.say("code-ready", code=groups)
        self._tell.step("pin")
        new_pin = self._ask_new_pin(_random_pin(avoid=old_pin))
        try:
            self._tell.step("run")
            if not self._set_pin(portal, code, new_pin):
                return False
            self._tell.step("proof")
            return self._prove(portal, new_pin, old_pin)
        finally:
            new_pin.wipe()

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
        started = time.monotonic()
        arguments = ("--portal", portal.url, "set-pin", "--code", "-")
        with self._program(*arguments, errors=None) as program:
            _write_lines(program, code.encode(), new_pin.view())
            message = None
            while program.poll() is None:
                if message is None and (message := portal.sms()):
                    phone, otp = message
                    self._tell.say("sms", phone=phone, otp=otp)
                    _write_lines(program, otp.encode())
                _wait(program, LOOK_SECONDS)
            answer = _answer(program)
        self._tell.seconds = time.monotonic() - started
        _show_failure(answer)
        return program.returncode == 0

    def _prove(self, portal: DemoPortal, new_pin: Secret, old_pin: str | None) -> bool:
        facts = [self._tell.fact("new-works", true=self._verify(new_pin) is None)]
        if old_pin is not None:
            refusal = self._verify(Secret.taking(bytearray(old_pin.encode())))
            facts.append(self._tell.fact("old-fails", true=refusal == FailureCode.PIN_WRONG.value))
        told = portal.outcomes() == [Outcome.SUCCEEDED.value]
        facts.append(self._tell.fact("portal-knows", true=told))
        facts.append(self._tell.fact("one-release", true=portal.releases() == 1))
        return all(facts)

    def _verify(self, pin: Secret) -> str | None:
        """Run `kamusm-esign verify-pin`; the failure code, None if the PIN is right."""
        with self._program("verify-pin", errors=subprocess.DEVNULL) as program:
            _write_lines(program, pin.view())
            failure = _answer(program).get("failure")
        if program.returncode == 0 and failure is None:
            return None
        return str(failure["code"]) if failure else "?"

    def _program(self, *arguments: str, errors: int | None) -> "subprocess.Popen[bytes]":
        """The real program; secrets go in by its standard input alone."""
        options = ("--language", self._tell.language, "--module", str(self._hsm.library))
        command = (sys.executable, "-m", "kamusm_esign", *options, *arguments)
        return subprocess.Popen(  # noqa: S603
            [*command, "--secrets-stdin", "--token", self._serial, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
            env=self._environment,
        )


def _random_pin(length: int = 6, avoid: str | None = None) -> str:
    """One that breaks no rule; for practice cards only, so a `str` will do."""
    while True:
        digits = f"{secrets.randbelow(10**length):0{length}d}"
        secret = Secret.taking(bytearray(digits.encode()))
        if digits != avoid and not check_new_pin(secret, limits=PRODUCT_LIMITS):
            return digits


def _prompt(text: str) -> None:
    print(text, end="", flush=True)


def _write_lines(program: "subprocess.Popen[bytes]", *lines: bytes | memoryview) -> None:
    """Give the program its input, unless it has ended already."""
    assert program.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):
        for line in lines:
            program.stdin.write(line)
            program.stdin.write(b"\n")


def _wait(program: "subprocess.Popen[bytes]", seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        program.wait(seconds)


def _answer(program: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The one JSON object on its standard output."""
    assert program.stdout is not None  # noqa: S101
    text = program.stdout.read()
    program.wait()
    return dict(json.loads(text)) if text.strip() else {}


def _show_failure(answer: dict[str, Any]) -> None:
    failure = answer.get("failure")
    if failure:
        print(
            f"   {failure['code']} {failure['title']}\n   {failure['body']}\n   {failure['todo']}"
        )


if __name__ == "__main__":
    sys.exit(main())
