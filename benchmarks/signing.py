"""How long a session of 50 documents takes, beside a plain pyHanko loop over the same key.

Both sign the same documents in the same format on one SoftHSM2 token, turn by turn in one run, so
that both see the same machine: the program through its card host and with its own check of every
signature, the loop with pyHanko's PKCS11Signer on one open session and without any check. Login
and the start of the card host count; loading pyHanko does not, for either. Memory is that of a
process of its own in which the program alone signs. Prints one JSON object; a measurement is no
test.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pkcs11
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.portal_session import SignatureFormat
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CertificateKind, TokenTarget
from kamusm_esign.sandbox.ca import SandboxCa
from kamusm_esign.sandbox.portal.pdf import text_pages
from kamusm_esign.sandbox.softhsm import SoftHsm, TokenContent
from kamusm_esign.signing.maker import make_signature

PIN, LABEL = "135790", "BENCH"
GOAL = 1.5
FORMATS = (SignatureFormat.CADES_BES_DETACHED, SignatureFormat.PADES_B_B)
KEYS = {"rsa2048": "sha256", "p384": "sha384"}

Sign = Callable[[bytes], object]


class Bench:
    """One token, and both ways to sign with it."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self.hsm = SoftHsm(folder)
        self.issued = SandboxCa().issue(CertificateKind.NES, key)
        content = TokenContent(self.issued, label=LABEL)
        self.serial = self.hsm.make_token(LABEL, puk="90246813", pin=PIN, contents=[content])
        os.environ |= self.hsm.environment

    @contextmanager
    def ours(self, form: SignatureFormat) -> Iterator[Sign]:
        """The program: a card host, one login, every signature checked."""
        host = CardHostClient(self.folder / "locks")
        sha256 = x509.Certificate.load(self.issued.certificate_der).sha256.hex()
        target = TokenTarget(self.serial, sha256)
        pin = Secret.taking(bytearray(PIN.encode()))
        with host.signing(self.hsm.library, target, sha256, pin, last_try=False) as card:
            yield lambda document: make_signature(document, form, card, datetime.now(UTC))
        host.close()

    @contextmanager
    def plain(self, form: SignatureFormat) -> Iterator[Sign]:
        """pyHanko as its documentation shows it."""
        token = pkcs11.lib(str(self.hsm.library)).get_token(token_label=LABEL)
        with token.open(user_pin=PIN) as p11_session:
            signer = PKCS11Signer(
                p11_session,
                cert_label=LABEL,
                key_label=LABEL,
                use_raw_mechanism=self.key != "rsa2048",
            )
            digest = KEYS[self.key]
            yield _plain_pdf(signer, digest) if form.in_pdf else _plain_cms(signer, digest)


def _plain_cms(signer: PKCS11Signer, digest: str) -> Sign:
    def sign(document: bytes) -> object:
        settings = PdfCMSSignedAttributes(signing_time=datetime.now(UTC))
        made = signer.async_sign_general_data(
            document, digest, use_cades=True, signed_attr_settings=settings
        )
        return asyncio.run(made).dump()

    return sign


def _plain_pdf(signer: PKCS11Signer, digest: str) -> Sign:
    def sign(document: bytes) -> object:
        metadata = PdfSignatureMetadata(
            field_name="Signature1", md_algorithm=digest, subfilter=SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(BytesIO(document), strict=False)
        return PdfSigner(metadata, signer).sign_pdf(writer).getvalue()

    return sign


def documents(form: SignatureFormat, number: int) -> list[bytes]:
    """Some pages of text each, no two alike."""
    bodies = [f"Belge {place}\n" + "Satır\n" * 200 for place in range(number)]
    return [text_pages("Belge", b) if form.in_pdf else b.encode() for b in bodies]


def measure(bench: Bench, form: SignatureFormat, number: int) -> dict[str, object]:
    """Turn by turn, the first of each counted with its login."""
    begun = time.perf_counter()
    with bench.ours(form) as ours:
        ours_login = time.perf_counter() - begun
        begun = time.perf_counter()
        with bench.plain(form) as plain:
            plain_login = time.perf_counter() - begun
            times: dict[str, list[float]] = {"ours": [], "plain": []}
            for document in documents(form, number):
                for name, sign in (("ours", ours), ("plain", plain)):
                    begun = time.perf_counter()
                    sign(document)
                    times[name].append(time.perf_counter() - begun)
    ratios = [o / p for o, p in zip(times["ours"], times["plain"], strict=True)]
    whole = (sum(times["ours"]) + ours_login) / (sum(times["plain"]) + plain_login)
    return {
        "milliseconds": {name: _ms(statistics.median(t)) for name, t in times.items()},
        "login_milliseconds": {"ours": _ms(ours_login), "plain": _ms(plain_login)},
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_of_sessions": round(whole, 2),
        "met": whole <= GOAL,
    }


def memory(bench: Bench, form: SignatureFormat, number: int) -> dict[str, int]:
    """KiB of this process after some of its documents."""
    found = {}
    with bench.ours(form) as sign:
        for place, document in enumerate(documents(form, number), 1):
            sign(document)
            if place in (5, number):
                found[f"after_{place}"] = _resident()
    return found


def _resident() -> int:
    """KiB of memory in use (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def memory_in_a_process(key: str, form: SignatureFormat, number: int) -> object:
    """`memory`, where nothing else has run."""
    words = ["--documents", str(number), "--memory", key, form.value]
    done = subprocess.run(
        [sys.executable, __file__, *words], capture_output=True, check=True, cwd=Path.cwd()
    )
    return json.loads(done.stdout)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=50)
    parser.add_argument("--memory", nargs=2, metavar=("KEY", "FORMAT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    number: int = given.documents
    with tempfile.TemporaryDirectory() as folder:
        if given.memory:
            key, form = given.memory[0], SignatureFormat(given.memory[1])
            print(json.dumps(memory(Bench(Path(folder), key), form, number)))
            return 0
        found: dict[str, object] = {"documents": number, "goal": GOAL}
        for key in KEYS:
            bench = Bench(Path(folder) / key, key)
            for form in FORMATS:
                timed = measure(bench, form, number)
                kib = memory_in_a_process(key, form, number)
                found[f"{key} {form.value}"] = timed | {"resident_kib": kib}
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
