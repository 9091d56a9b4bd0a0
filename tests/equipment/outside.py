"""What programs that are not ours say of a signature: OpenSSL, pyHanko's validator, pdfsig."""

import asyncio
import os
import re
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

ANY_SIGNER = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


def pem(certificates: Sequence[bytes]) -> str:
    """DER certificates as one PEM file."""
    from asn1crypto.pem import armor

    return "".join(armor("CERTIFICATE", der).decode() for der in certificates)


def openssl_accepts(
    folder: Path, signature: bytes, document: bytes | None, chain: Sequence[bytes]
) -> bool:
    """Whether `openssl cms -verify -cades` does; without a document it must be inside."""
    for name, content in (("signature", signature), ("document", document or b"")):
        (folder / name).write_bytes(content)
    (folder / "chain.pem").write_text(pem(chain))
    detached = ["-content", str(folder / "document")] if document is not None else []
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
            *("-in", str(folder / "signature"), "-out", str(folder / "out"), "-purpose", "any"),
            *("-CAfile", str(folder / "chain.pem"), *detached),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ("CAdES Verification successful" in done.stderr) == (done.returncode == 0), done.stderr
    return done.returncode == 0


def openssl_accepts_stamp(folder: Path, token: bytes, data: bytes, root: bytes) -> bool:
    """Whether `openssl ts -verify` takes a token for a stamp of some bytes."""
    for name, content in (("token", token), ("data", data), ("root.pem", pem([root]).encode())):
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [
            *("openssl", "ts", "-verify", "-token_in", "-in", str(folder / "token")),
            *("-data", str(folder / "data"), "-CAfile", str(folder / "root.pem")),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode == 0


def pyhanko_status(
    pdf: bytes, roots: Sequence[bytes], others: Sequence[bytes] = (), number: int = -1
) -> PdfSignatureStatus:
    """pyHanko's judgement of one signature in a PDF."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in roots],
        other_certs=[x509.Certificate.load(der) for der in others],
        allow_fetching=False,
    )
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    signature = reader.embedded_regular_signatures[number]
    return asyncio.run(
        async_validate_pdf_signature(signature, context, context, key_usage_settings=ANY_SIGNER)
    )


def pdfsig(folder: Path, pdf: bytes) -> str:
    """What poppler's pdfsig says. It is given no roots: it judges the signature, not the chain."""
    (folder / "file.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", str(folder / "file.pdf")],
        env=os.environ | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def pdfsig_accepts(said: str) -> bool:
    """Every signature is valid, and the last is over the whole file."""
    verdicts = re.findall(r"Signature Validation: (.*)", said)
    assert verdicts, said
    return {"Signature is Valid."} == set(verdicts) and (
        "Total document signed" in said[said.rindex("Signature #") :]
    )


def signer_info(signature: bytes) -> cms.SignerInfo:
    """The one signer of a CMS."""
    (signer,) = cms.ContentInfo.load(signature)["content"]["signer_infos"]
    return signer


def attribute(attributes: cms.CMSAttributes, name: str) -> object:
    """The one value of an attribute."""
    (found,) = [a for a in attributes if a["type"].native == name]
    (value,) = found["values"]
    return value
