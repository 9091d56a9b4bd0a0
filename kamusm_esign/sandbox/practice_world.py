"""A practice world in one folder: a portal, a card that it knows, and the programs that use both.

The card is a SoftHSM2 token: real PKCS#11, used by the real card host. Demo and tour play in it.
"""

import json
import os
import secrets
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.masking import mask_name, mask_serial
from kamusm_esign.domain.pin_policy import PRODUCT_LIMITS, check_new_pin
from kamusm_esign.domain.portal_session import Outcome, Purpose, SessionKind
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox import own_process
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.demo_portal import DemoPortal, isolated_environment
from kamusm_esign.sandbox.softhsm import SoftHsm, TokenContent
from kamusm_esign.support.paths import folders_below


class PracticeWorld:
    """One portal and one card; `stop` ends the portal, the folder belongs to the caller."""

    def __init__(
        self, folder: Path, job: Purpose, kind: CertificateKind = CertificateKind.NES
    ) -> None:
        """Make the card: new without a PIN, or with one that its holder forgot (or is to use).

        Args:
            folder: is made; belongs to the caller.
            job: what the card is there for.
            kind: of its certificate.

        Raises:
            SoftHsmMissingError: there is nothing to make a card of.
        """
        self.folder = folder
        self.job = job
        self._hsm = SoftHsm(folder)
        self._puk = random_pin(8)
        self.old_pin = None if job is Purpose.PIN_CREATE else random_pin()
        """The PIN that was on the card; None: it never had one."""
        authority = SandboxCa()
        self._issued = authority.issue(kind, "rsa2048")
        self._trust(authority)
        self.card_serial = self._hsm.make_token(
            "DENEME", puk=self._puk, pin=self.old_pin, contents=[TokenContent(self._issued)]
        )
        self.serial = mask_serial(self.card_serial)
        """The card's serial, masked."""
        self.holder = ""
        """Whose card it is, masked; known once the portal runs."""
        self._portal: DemoPortal | None = None

    def _trust(self, authority: SandboxCa) -> None:
        """Have the window trust the practice authority when it verifies a file."""
        trust = folders_below(self.folder / "program").trust
        trust.mkdir(parents=True, exist_ok=True)
        for name, certificate in zip(("issuer", "root"), authority.chain_der, strict=True):
            (trust / f"{name}.der").write_bytes(certificate)

    def start_portal(self) -> DemoPortal:
        """Start the portal and make the card known to it.

        Raises:
            PortalNotStartedError: it did not come up.
        """
        self._portal = DemoPortal(self.folder)
        self.enrol()
        return self._portal

    def stop(self) -> None:
        """End the portal, if it runs."""
        if self._portal is not None:
            self._portal.stop()

    @property
    def portal(self) -> DemoPortal:
        """The portal, which was started."""
        if self._portal is None:
            raise RuntimeError("the portal was not started")
        return self._portal

    def enrol(self, *, right_puk: bool = True) -> None:
        """Have the portal know the card and its PUK, or believe in a wrong one."""
        puk = self._puk if right_puk else random_pin(8, avoid=self._puk)
        name = self.portal.enrol(self.card_serial, self._issued, bytearray(puk.encode()))
        self.holder = mask_name(name)

    def new_code(self) -> str:
        """A verification code for the card and the job."""
        return self.portal.new_code(self.job.value, self.card_serial)

    @property
    def signs(self) -> bool:
        """Whether something is to be signed; then the holder knows the card's PIN."""
        return self.job.kind is SessionKind.SIGN

    # ------------------------------------------------------------------ programs
    @property
    def module(self) -> Path:
        """The card's driver."""
        return self._hsm.library

    @property
    def environment(self) -> dict[str, str]:
        """For a command: sees the card, keeps out of the person's folders and key store."""
        return isolated_environment(self.folder) | self._hsm.environment

    @property
    def window_environment(self) -> dict[str, str]:
        """For a window: sees the card, and the person's desktop as it is."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("KAMUSM_")}
        return kept | self._hsm.environment

    def window_arguments(self, language: str) -> list[str]:
        """For the window: this card's driver, this portal."""
        words = ["--language", language, "--portal", self.portal.url]
        return [*words, "--module", str(self.module)]

    def command(
        self, language: str, *arguments: str, errors: int | None
    ) -> "subprocess.Popen[bytes]":
        """The real program on the command line; secrets go in by its standard input alone."""
        options = ("--language", language, "--module", str(self.module))
        command = own_process.command("kamusm_esign", *options, *arguments)
        return subprocess.Popen(  # noqa: S603
            [*command, "--secrets-stdin", "--token", self.card_serial, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
            env=self.environment,
        )

    # ------------------------------------------------------------------ proof
    def refusal_of(self, pin: bytes | memoryview) -> str | None:
        """Try a PIN with `kamusm-esign verify-pin`: the failure's code, None if it is right."""
        with self.command("en", "verify-pin", errors=subprocess.DEVNULL) as program:
            write_lines(program, pin)
            failure = answer_of(program).get("failure")
        if program.returncode == 0 and failure is None:
            return None
        return str(failure["code"]) if failure else "?"

    def proof(self, new_pin: bytes | memoryview, old_pin: str | None) -> dict[str, bool]:
        """What card and portal say now; each fact by the name of its text."""
        facts = {"new-works": self.refusal_of(new_pin) is None}
        if old_pin is not None:
            facts["old-fails"] = self.refusal_of(old_pin.encode()) == FailureCode.PIN_WRONG.value
        facts["portal-knows"] = self.portal.outcomes() == [Outcome.SUCCEEDED.value]
        facts["one-release"] = self.portal.releases() == 1
        return facts

    def proof_of_signing(self) -> dict[str, bool]:
        """The same after something was signed."""
        same = self.old_pin is not None and self.refusal_of(self.old_pin.encode()) is None
        knows = self.portal.outcomes() == [Outcome.SUCCEEDED.value]
        return {"portal-knows": knows, "pin-same": same, "no-release": not self.portal.releases()}


def random_pin(length: int = 6, avoid: str | None = None) -> str:
    """One that breaks no rule; for practice cards only, so a `str` will do."""
    while True:
        digits = f"{secrets.randbelow(10**length):0{length}d}"
        secret = Secret.taking(bytearray(digits.encode()))
        if digits != avoid and not check_new_pin(secret, limits=PRODUCT_LIMITS):
            return digits


def write_lines(program: "subprocess.Popen[bytes]", *lines: bytes | memoryview) -> None:
    """Give a program its input, unless it has ended already."""
    assert program.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):
        for line in lines:
            program.stdin.write(line)
            program.stdin.write(b"\n")


def answer_of(program: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The one JSON object on its standard output."""
    assert program.stdout is not None  # noqa: S101
    text = program.stdout.read()
    program.wait()
    return dict(json.loads(text)) if text.strip() else {}
