"""Screen 7: the documents of a session, what signing them does, and the digits of a login."""

from kamusm_esign.domain.portal_session import Document, Purpose
from kamusm_esign.flows.sign_documents_model import AskMatch, Review, Reviewed
from kamusm_esign.flows.sign_review import MATCH_TRIES
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.document import document_texts
from kamusm_esign.ui.presenter.pieces import Button, Fact, Frame, Marked, Notice
from kamusm_esign.ui.presenter.sign import SHORT, Reading, length_of, saving_notice, session_frame
from kamusm_esign.ui.presenter.sign_models import (
    DocumentRow,
    MatchPage,
    Meaning,
    MeaningLine,
    RemovalQuestion,
    ReviewPage,
)
from kamusm_esign.ui.presenter.words import Words, local_time

_LOOKS: dict[Purpose, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    Purpose.E_ONAY_GRANT: (
        "info",
        "document-check",
        (("check", "ok"), ("pin", "info"), ("refresh", "info")),
    ),
    Purpose.E_ONAY_REVOKE: (
        "warn",
        "alert",
        (("alert", "warn"), ("pin", "info"), ("document", "info")),
    ),
    Purpose.APPLICATION: (
        "info",
        "sign",
        (("check", "ok"), ("pin", "info"), ("document", "info")),
    ),
    Purpose.LOGIN: ("info", "user", (("check", "ok"), ("pin", "info"), ("alert", "warn"))),
}
"""Purpose → kind and icon of the banner, icon and kind of each of its lines."""
_LINES = ("effect", "pin", "care")
_ENDINGS = {"application/pdf": "pdf", "text/plain": "txt"}


# ---------------------------------------------------------------------------- documents
def present_review(state: Review | Reviewed, reading: Reading, words: Words) -> ReviewPage:
    """The documents; read-only once they were accepted."""
    session = state.session
    chosen = chosen_of(session.documents, reading)
    read = state.read if isinstance(state, Review) else frozenset(d.id for d in session.documents)
    confirming = isinstance(state, Review) and state.confirming
    return ReviewPage(
        frame=_frame(state, reading, words),
        meaning=meaning(session.purpose, words),
        list_title=words("review.documents", count=len(session.documents)),
        documents=tuple(
            _row(document, reading, words, read=document.id in read)
            for document in session.documents
        ),
        chosen=chosen.id,
        facts=_facts(state, chosen, words),
        same=words("review.same"),
        view=document_texts(words),
        shown=reading.shown,
        accept=words("review.accept"),
        accepted=chosen.id in read,
        can_accept=reading.shown is not None and reading.failure is None,
        save=words("review.save"),
        file_name=words.file_name(
            f"{_file_name(chosen.title)}.{_ENDINGS.get(chosen.media_type, 'bin')}"
        ),
        places=reading.places,
        read_only=not isinstance(state, Review),
        notice=_notice(state, reading, words),
        question=_question(words) if confirming else None,
    )


def chosen_of(documents: tuple[Document, ...], reading: Reading) -> Document:
    """The document that is shown; the first one where none was chosen."""
    return next((d for d in documents if d.id == reading.chosen), documents[0])


def meaning(purpose: Purpose, words: Words) -> Meaning:
    """What signing does."""
    kind, icon, looks = _LOOKS[purpose]
    name = SHORT[purpose]
    title, subtitle = words.marked(f"meaning.{name}-title"), words(f"meaning.{name}-subtitle")
    lines = tuple(
        MeaningLine(line_icon, line_kind, words.marked(f"meaning.{name}-{line}"))
        for line, (line_icon, line_kind) in zip(_LINES, looks, strict=True)
    )
    said = [_plain(title), subtitle, *(_plain(line.text) for line in lines)]
    return Meaning(kind, icon, title, subtitle, lines, " ".join(said))


def _plain(marked: Marked) -> str:
    return "".join(text for text, _ in marked)


def _row(document: Document, reading: Reading, words: Words, *, read: bool) -> DocumentRow:
    length = length_of(document, reading, words)
    line = words("review.read" if read else "review.unread", length=length)
    return DocumentRow(document.id, document.title, line, read)


def _facts(state: Review | Reviewed, chosen: Document, words: Words) -> tuple[Fact, ...]:
    session = state.session
    turkish = words.catalogue.language == "tr"
    return (
        Fact(words("review.requested-by"), session.requested_by),
        Fact(words("review.reason"), session.reason_tr if turkish else session.reason_en),
        Fact(words("review.format"), words(f"signature_format.{chosen.format.value}")),
    )


def _frame(state: Review | Reviewed, reading: Reading, words: Words) -> Frame:
    secondary = Button(words("button.cancel"), intents.Cancel(), "x")
    if isinstance(state, Review) and state.confirming:
        primary = Button(words("review.confirm-yes"), None, "check", enabled=False)
        secondary = Button(
            words("review.confirm-no"), intents.ConfirmRemoval(confirmed=False), "arrow-left"
        )
    elif isinstance(state, Review):
        primary = _primary(state, reading, words)
    else:
        primary = Button(words("button.next"), intents.LookBack(back=False))
    title = words("review.title")
    return session_frame(state, words, 7, title, now=1, primary=primary, secondary=secondary)


def _primary(state: Review, reading: Reading, words: Words) -> Button:
    """On to the certificate, or to the next document that was not read."""
    documents = state.session.documents
    if state.complete:
        return Button(words("button.next"), intents.AcceptReview())
    unread = [document.id for document in documents if document.id not in state.read]
    if unread and chosen_of(documents, reading).id in state.read:
        return Button(words("review.next"), intents.ShowDocument(unread[0]))
    missing = "one-left" if reading.shown is not None else "opening"
    reason = words(f"review.{missing if reading.failure is None else 'unreadable'}")
    return Button(words("button.next"), None, enabled=False, reason=reason)


def _notice(state: Review | Reviewed, reading: Reading, words: Words) -> Notice | None:
    if reading.failure is not None:
        return words.notice(reading.failure)
    saving = saving_notice(reading, "review.saved", words)
    if saving is not None:
        return saving
    if not isinstance(state, Review):
        return Notice("info", words("review.looking-back"))
    return None if state.key_store else Notice("info", words("signed.send-now-only-text"))


def _question(words: Words) -> RemovalQuestion:
    return RemovalQuestion(
        title=words("review.confirm-title"),
        text=words("review.confirm-text"),
        understood=words("review.confirm-understood"),
        incomplete=words("review.confirm-incomplete"),
    )


def _file_name(title: str) -> str:
    """The title, without what no file system takes."""
    kept = "".join(c if c.isalnum() or c in " -_." else "_" for c in title)
    return kept.strip(" .")[:80] or "document"


# ---------------------------------------------------------------------------- the two digits
def present_match(state: AskMatch, words: Words) -> MatchPage:
    """The digits of the person's own page."""
    primary = Button(words("button.next"), None, enabled=False, reason=words("match.incomplete"))
    cancel = Button(words("button.cancel"), intents.Cancel(), "x")
    title, origin = words("match.title"), state.session.origin
    facts = (
        ()
        if origin is None
        else (
            Fact(words("match.time"), local_time(origin.started_at)),
            Fact(words("match.browser"), origin.browser),
            Fact(words("match.address"), origin.masked_address),
        )
    )
    notice = None
    if state.wrong:
        left = MATCH_TRIES - state.wrong
        notice = Notice("bad", words("match.wrong"), words("match.wrong-text", left=left))
    return MatchPage(
        frame=session_frame(state, words, 7, title, now=1, primary=primary, secondary=cancel),
        lead=words("match.lead"),
        field_name=words("match.field"),
        facts_title=words("match.where"),
        facts=facts,
        warning_title=words("match.warning-title"),
        warning=words("match.warning"),
        stop=Button(words("match.stop"), intents.DenyOrigin(), "x-circle"),
        notice=notice,
    )
