"""Verifying files on the disk, as window and command line both do it."""

from pathlib import Path

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.verification import Verdict, VerifiedFile
from kamusm_esign.ports import SignatureVerifier

_LARGEST = 64 << 20


def verify_file(verifier: SignatureVerifier, file: str, document: str | None) -> VerifiedFile:
    """Read a file, and the document beside it where there is one, and verify.

    Raises:
        FailedError: `FILE_NOT_READABLE`, and what `SignatureVerifier.verify` raises.
    """
    beside = None if document is None else _read(document)
    return verifier.verify(_read(file), beside)


def _read(name: str) -> bytes:
    try:
        path = Path(name)
        if path.stat().st_size <= _LARGEST:
            return path.read_bytes()
        problem = None
    except (OSError, ValueError) as error:
        problem = error
    raise FailedError.of(FailureCode.FILE_NOT_READABLE) from problem


def what_speaks_against(found: VerifiedFile) -> Failure | None:
    """Why a file is not to be relied on; None: nothing of what was checked speaks against it."""
    if found.verdict in (Verdict.TRUSTED, Verdict.INTACT):
        return None
    undecided = found.verdict is Verdict.UNDECIDED
    if undecided:
        return Failure.of(FailureCode.DOCUMENT_NEEDED)
    return Failure.of(FailureCode.SIGNATURE_DOES_NOT_STAND)
