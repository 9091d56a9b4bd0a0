"""Makes the effects of `flows.sign_documents` happen, and keeps journal and outbox while it does.

Each signature goes into the outbox as soon as it is made. They count from the moment at which all
are on the disk and the journal says `SIGNED`: what a crash leaves before it is dropped, what it
leaves after it is handed in, the very same bytes.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from kamusm_esign.domain.document_check import problem_of
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.journal_entry import JournalStep
from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import Document, FetchedDocument, Session
from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.domain.signing_choice import why_not
from kamusm_esign.domain.tokens import CertificateInfo, UnusableReason
from kamusm_esign.flows.sign_documents_effects import (
    FetchDocument,
    FinishSigning,
    OpenCard,
    SignDocument,
    StampSignatures,
    SubmitSignature,
)
from kamusm_esign.flows.sign_documents_model import (
    CardOpened,
    DocumentFetched,
    DocumentSigned,
    SignaturesStamped,
    SignatureTaken,
    SigningFinished,
)
from kamusm_esign.ports import Ports, SigningCard
from kamusm_esign.runtime.delivery import stamp, submit
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane, LaneOnDemand
from kamusm_esign.runtime.session_effects import OnDeadline, SessionEffects, nobody_waits

SIGNING_LEEWAY = timedelta(seconds=120)
"""How long after the session's end a signing time may lie (portal-api.yaml, putSignature)."""

_REFUSALS = {
    UnusableReason.EXPIRED: FailureCode.CERTIFICATE_EXPIRED,
    UnusableReason.NOT_YET_VALID: FailureCode.CERTIFICATE_NOT_YET_VALID,
}


class SignEffects:
    """The handlers of one flow."""

    def __init__(
        self,
        ports: Ports,
        box: SecretBox,
        shelf: DocumentShelf,
        on_deadline: OnDeadline = nobody_waits,
    ) -> None:
        """Make the handlers.

        Args:
            ports: the world.
            box: where the secrets of the effects wait.
            shelf: where the documents are kept for who shows them.
            on_deadline: told when each session ends.
        """
        self._session = SessionEffects(ports, box, on_deadline)
        self._shelf = shelf

    def handlers(self, card: Lane, portal: Lane) -> Handlers:
        """Which lane and function make each effect happen."""
        return {
            **self._session.handlers(card, portal),
            **sign_handlers(self._session, self._shelf, portal),
        }


def sign_handlers(session: SessionEffects, shelf: DocumentShelf, portal: Lane) -> Handlers:
    """The handlers that only this flow has.

    The card stays logged in from one document to the next, and no other look at the cards is
    served meanwhile. So signing has a thread of its own: on the card lane it would stand behind a
    look that waits for it.
    """
    lane = LaneOnDemand("signing")
    own = _Sign(session, shelf, lane)
    return {
        FetchDocument: (portal, own.fetch),
        OpenCard: (lane, own.open_card),
        SignDocument: (lane, own.sign),
        FinishSigning: (lane, own.finish),
        StampSignatures: (portal, own.stamp),
        SubmitSignature: (portal, own.submit),
    }


@dataclass(frozen=True, slots=True)
class _Open:
    """A card that is logged in."""

    card: SigningCard
    certificate: CertificateInfo
    ways_out: ExitStack


class _Sign:
    def __init__(self, session: SessionEffects, shelf: DocumentShelf, lane: LaneOnDemand) -> None:
        self._session = session
        self._ports: Ports = session.ports
        self._shelf = shelf
        self._lane = lane
        self._open: _Open | None = None
        self._kept: dict[str, KeptSignature] = {}
        """By the document's id: the signatures of the session that is being signed."""

    # ------------------------------------------------------------------------ documents
    def fetch(self, effect: FetchDocument) -> DocumentFetched:
        document = effect.document
        self._shelf.keep_only(d.sha256 for d in effect.session.documents)
        content = self._shelf.get(document.sha256)
        if content is None:
            access = self._session.access(effect.session)
            fetched = self._ports.portal.get_document(access, document.id)
        else:
            fetched = FetchedDocument(document.media_type, content)
        problem = problem_of(document, fetched)
        if problem is not None:
            raise FailedError(problem)
        if document.format.in_pdf:
            # What could not be signed is found out before the card is logged in to.
            self._ports.signatures.check(fetched.content, document.format)
        self._shelf.put(document.sha256, fetched.content)
        return DocumentFetched(effect.ticket)

    # ------------------------------------------------------------------------ the card
    def open_card(self, effect: OpenCard) -> CardOpened:
        session, target = effect.session, effect.target
        pin = self._session.box.take(effect.handle)
        try:
            self._kept.clear()
            self._judge(session, effect.certificate)
            self._session.begin_entry(session, target.serial, effect.token.pin, JournalStep.SIGNING)
            with ExitStack() as ways_out:
                card = ways_out.enter_context(
                    self._ports.card.signing(
                        target, effect.certificate.sha256, pin, last_try=effect.last_try
                    )
                )
                self._open = _Open(card, effect.certificate, ways_out.pop_all())
        except BaseException:
            self._lane.end()
            raise
        finally:
            pin.wipe()
        return CardOpened(effect.ticket)

    def _judge(self, session: Session, certificate: CertificateInfo) -> None:
        """The certificate once more, at the portal's time: no login with one that may not sign.

        Raises:
            FailedError: `CERTIFICATE_…`, `SESSION_EXPIRED`.
        """
        now = self._in_time(session)
        reason = why_not(session, certificate, now)
        if reason is not None:
            raise FailedError.of(_REFUSALS.get(reason, FailureCode.CERTIFICATE_NOT_ELIGIBLE))

    def _in_time(self, session: Session) -> datetime:
        """The portal's time, as a signing time that it will take.

        Raises:
            FailedError: `SESSION_EXPIRED`.
        """
        now = self._session.server_now(session)
        if now > session.expires_at + SIGNING_LEEWAY:
            raise FailedError.of(FailureCode.SESSION_EXPIRED)
        return now.replace(microsecond=0)

    def sign(self, effect: SignDocument) -> DocumentSigned:
        try:
            self._sign(effect.session, effect.document)
        except BaseException:
            self._log_out()
            self._ports.outbox.erase(effect.session.id)
            raise
        return DocumentSigned(effect.ticket)

    def _sign(self, session: Session, document: Document) -> None:
        opened, content = self._open, self._shelf.get(document.sha256)
        if opened is None or content is None:
            raise RuntimeError("no card or no document")
        at = self._in_time(session)
        signature = self._ports.signatures.sign(content, document.format, opened.card, at)
        kept = KeptSignature(
            number=session.documents.index(document) + 1,
            total=len(session.documents),
            document=document,
            signed_at=at,
            holder=opened.certificate.holder,
            certificate_serial=opened.certificate.serial_number,
            stamped=not document.format.needs_time_stamp,
        )
        self._ports.outbox.add(session.id, kept, signature)
        self._kept[document.id] = kept

    def finish(self, effect: FinishSigning) -> SigningFinished:
        self._log_out()
        try:
            if effect.keep:
                self._ports.outbox.seal(effect.session.id)
                self._session.note_step(effect.session, JournalStep.SIGNED)
                return SigningFinished(effect.ticket)
        except FailedError:
            self._ports.outbox.erase(effect.session.id)
            raise
        self._ports.outbox.erase(effect.session.id)
        return SigningFinished(effect.ticket)

    def _log_out(self) -> None:
        opened, self._open = self._open, None
        self._lane.end()
        if opened is not None:
            opened.ways_out.close()

    # ------------------------------------------------------------------------ delivery
    def stamp(self, effect: StampSignatures) -> SignaturesStamped:
        for document_id, kept in self._kept.items():
            self._kept[document_id] = stamp(self._ports, effect.session.id, kept)
        return SignaturesStamped(effect.ticket)

    def submit(self, effect: SubmitSignature) -> SignatureTaken:
        access = self._session.access(effect.session)
        kept = self._kept[effect.document.id]
        self._kept[effect.document.id] = taken = submit(
            self._ports, self._ports.portal, access, kept
        )
        return SignatureTaken(effect.ticket, taken.receipt_for(self._ports.portal_url))
