"""What a `sign` session asks to be signed: the documents of each purpose, made at the exchange."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kamusm_esign.sandbox.portal.pdf import text_pages
from kamusm_esign.sandbox.portal.tables import Application, DocumentRow, SessionRow
from kamusm_esign.sandbox.portal.texts import document_words


@dataclass(frozen=True, slots=True)
class _Paper:
    """One document of a purpose; its words are in `texts/documents.toml`."""

    id: str
    media_type: str
    format: str


_PAPERS = {
    "e-onay-grant": (_Paper("e-onay-grant", "text/plain", "cades-bes-detached"),),
    "e-onay-revoke": (_Paper("e-onay-revoke", "text/plain", "cades-bes-detached"),),
    "application": (
        _Paper("form", "application/pdf", "pades-b-b"),
        _Paper("undertaking", "application/pdf", "cades-bes-detached"),
    ),
    "login": (_Paper("login", "text/plain", "cades-bes-attached"),),
}


def make_documents(
    session: SessionRow, application: Application | None, now: float
) -> list[DocumentRow]:
    """The documents of a session; none for a `pin` session."""
    facts = _facts(session.code.holder, application, now) | {
        "session": session.id,
        "nonce": secrets.token_hex(16),
    }
    papers = _PAPERS.get(session.code.purpose, ())
    formats = session.code.formats or [paper.format for paper in papers]
    return [
        _row(session.id, place, replace(paper, format=wanted), facts)
        for place, (paper, wanted) in enumerate(zip(papers, formats, strict=True))
    ]


def media_types(purpose: str) -> list[str]:
    """Of each document of a purpose, in order."""
    return [paper.media_type for paper in _PAPERS.get(purpose, ())]


def printed(holder: str, application: Application, now: float) -> bytes:
    """Form and undertaking as one PDF, to be signed by hand."""
    facts = _facts(holder, application, now) | {"session": application.id}
    words = document_words()
    parts = [words[name]["body"].format_map(facts) for name in ("form", "undertaking")]
    lines = ["", words["undertaking"]["title"], "", parts[1], "", words["by_hand"]["line"]]
    return text_pages(words["form"]["title"], "\n".join([parts[0], *lines]))


def _facts(holder: str, application: Application | None, now: float) -> dict[str, str]:
    form = {} if application is None else application.form
    return {
        "holder": holder,
        "time": f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC",
        "institution": "-" if application is None else application.institution,
        "phone": str(form.get("phone") or "-"),
        "email": str(form.get("email") or "-"),
        "published": "Hayır" if form.get("unpublished", True) else "Evet",
    }


def _row(session_id: str, place: int, paper: _Paper, facts: dict[str, str]) -> DocumentRow:
    words = document_words()[paper.id]
    body = words["body"].format_map(facts)
    if paper.media_type == "application/pdf":
        content = text_pages(words["title"], body)
    else:
        content = f"{words['title']}\n\n{body}".encode()
    return DocumentRow(
        session_id=session_id,
        id=paper.id,
        position=place,
        title=words["title"],
        media_type=paper.media_type,
        format=paper.format,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
