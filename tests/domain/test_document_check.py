"""Whether what arrived is the session's document."""

import hashlib

import pytest

from kamusm_esign.domain.document_check import problem_of
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import FetchedDocument
from tests.equipment.values import document

PDF, TEXT = "application/pdf", "text/plain"


@pytest.mark.parametrize(
    ("media_type", "content", "fits"),
    [
        (TEXT, "Belge: ğüşıöç İ\n".encode(), True),
        (TEXT, b"\xef\xbb\xbfwith a mark", True),
        (TEXT, b"\xff", False),
        (TEXT, b"a\0b", False),
        (TEXT, b"%PDF-1.7", False),
        (TEXT, "\ud800".encode("utf-8", "surrogatepass"), False),
        (PDF, b"%PDF-1.7\n", True),
        (PDF, b" %PDF-1.7\n", False),
        (PDF, b"<html>", False),
        ("text/html", b"<html>", False),
    ],
)
def test_its_media_type(media_type: str, content: bytes, fits: bool) -> None:
    digest = hashlib.sha256(content).hexdigest()
    named = document(media_type=media_type, size=len(content), sha256=digest)
    wrong = Failure.of(FailureCode.DOCUMENT_TYPE_WRONG, media_type=media_type)
    assert problem_of(named, FetchedDocument(media_type, content)) == (None if fits else wrong)


def test_the_first_difference_is_told() -> None:
    content = b"the document"
    named = document(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    for fetched, what in (
        (FetchedDocument(TEXT, b"the document."), "size"),
        (FetchedDocument(PDF, content), "media-type"),
        (FetchedDocument(TEXT, b"the Document"), "sha256"),
    ):
        assert problem_of(named, fetched) == Failure.of(FailureCode.DOCUMENT_DIFFERS, what=what)
    assert problem_of(named, FetchedDocument(TEXT, content)) is None
