"""SoftHSM2 tokens for tests: made once per test process, copied for each test."""

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from kamusm_esign.domain.tokens import TokenTarget
from kamusm_esign.sandbox.softhsm import SoftHsm, TokenContent
from tests.equipment.test_ca import IssuedCertificate, TestCa

PIN = "482915"
PUK = "70416538"
NEW_PIN = "590271"
LABEL = "KAMU SM NES"


@dataclass(frozen=True, slots=True)
class SoftHsmToken:
    """One token in a folder of its own."""

    folder: Path
    module: Path
    """SoftHSM2's library."""
    serial: str
    issued: IssuedCertificate
    environment: dict[str, str]
    """What a process needs to see this token, and no other."""

    @property
    def target(self) -> TokenTarget:
        """This token with its certificate."""
        return TokenTarget(self.serial, self.certificate_sha256)

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of its certificate, lower-case hex."""
        import hashlib

        return hashlib.sha256(self.issued.certificate_der).hexdigest()

    def copy_to(self, folder: Path) -> "SoftHsmToken":
        """The same token again, with a life of its own."""
        shutil.copytree(self.folder / "tokens", folder / "tokens")
        return replace(self, folder=folder, environment=SoftHsm(folder).environment)

    def give_pin(self, pin: str) -> None:
        """Have a program that is not ours set the PIN."""
        words = ("--login", "--login-type", "so", "--so-pin", PUK, "--init-pin", "--new-pin", pin)
        done = self._run_pkcs11_tool(*words)
        assert done.returncode == 0, done.stderr.decode(errors="replace").replace(pin, "PIN")

    def takes_pin(self, pin: str) -> bool:
        """Whether a program that is not ours can log in with this PIN."""
        return self._pkcs11_tool("--login", "--pin", pin, "--list-objects")

    def takes_puk(self, puk: str) -> bool:
        """Whether a program that is not ours can log in with this PUK."""
        return self._pkcs11_tool(
            "--login", "--login-type", "so", "--so-pin", puk, "--session-rw", "-O"
        )

    def _pkcs11_tool(self, *arguments: str) -> bool:
        return self._run_pkcs11_tool(*arguments).returncode == 0

    def _run_pkcs11_tool(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["pkcs11-tool", "--module", str(self.module), "--token-label", LABEL, *arguments],
            env=os.environ | self.environment,
            capture_output=True,
            timeout=20,
            check=False,
        )


def make_token(
    folder: Path,
    *,
    kind: str = "nes",
    key: str = "rsa2048",
    pin: str | None = PIN,
    label: str = LABEL,
    always_authenticate: bool = False,
    object_id: bytes = b"\x01",
    issued: IssuedCertificate | None = None,
) -> SoftHsmToken:
    """Make a token with one certificate and its key; `issued` instead of a new one."""
    folder.mkdir(parents=True, exist_ok=True)
    issued = issued or TestCa().issue(kind, key)
    content = TokenContent(issued, object_id=object_id, always_authenticate=always_authenticate)
    softhsm = SoftHsm(folder)
    serial = softhsm.make_token(label, puk=PUK, pin=pin, contents=[content])
    return SoftHsmToken(folder, softhsm.library, serial, issued, softhsm.environment)
