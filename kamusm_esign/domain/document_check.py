"""Whether what arrived is the document that the session names."""

import hashlib

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Document, FetchedDocument

_PDF = b"%PDF-"


def problem_of(document: Document, fetched: FetchedDocument) -> Failure | None:
    """Why what arrived must not be shown or signed; None where it is the session's document."""
    differs = _difference(document, fetched)
    if differs is not None:
        return Failure.of(FailureCode.DOCUMENT_DIFFERS, what=differs)
    if not _is_its_type(document.media_type, fetched.content):
        return Failure.of(FailureCode.DOCUMENT_TYPE_WRONG, media_type=document.media_type)
    return None


def _difference(document: Document, fetched: FetchedDocument) -> str | None:
    if len(fetched.content) != document.size:
        return "size"
    if fetched.media_type != document.media_type:
        return "media-type"
    if hashlib.sha256(fetched.content).hexdigest() != document.sha256:
        return "sha256"
    return None


def _is_its_type(media_type: str, content: bytes) -> bool:
    """A PDF begins as one; a text is UTF-8, has no NUL in it and is not a PDF in disguise."""
    if media_type == "application/pdf":
        return content.startswith(_PDF)
    if media_type != "text/plain" or b"\0" in content or content.startswith(_PDF):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
