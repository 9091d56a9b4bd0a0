"""Models of the signing journey's pages, made by the presenter from states of the flow."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kamusm_esign.domain.documents import PDF, PLAIN_TEXT, Found, PageSize, Picture, Readable
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import (
    Document,
    Holder,
    Outcome,
    Purpose,
    Session,
    SignatureFormat,
)
from kamusm_esign.domain.signing_choice import CertificateChoice, judge_certificates
from kamusm_esign.domain.tokens import CertificateKind, PinState, Token
from kamusm_esign.flows import sign_documents_model as flow
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.ui.presenter.document import ShownDocument
from kamusm_esign.ui.presenter.ending import Ending
from kamusm_esign.ui.presenter.sign import Reading
from kamusm_esign.ui.presenter.sign_pages import present_sign
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import (
    ORIGIN,
    SERVER_TIME,
    certificate,
    document,
    overview,
    signature_receipt,
    signing_session,
    token,
)

Make = Callable[[Words], object]

TEXT = """E-Onay Beyanı

E-Onay sayesinde, elektronik imzalı onayınızın alınması koşuluyla, bundan sonra yapacağınız NES \
başvurularında, imzalı başvuru formu göndermenize gerek kalmaksızın E-imzanızı daha hızlı temin \
edebilirsiniz.

Kamu Sertifikasyon Merkezi başvuru formu ve taahhütnamede değişiklik yapma hakkını saklı tutar. \
Başvuru yapan kişi, başvuru formu ve taahhütnamenin, elektronik olarak onayladığı tarihteki halini \
kabul, beyan ve taahhüt eder.

Bundan sonraki e-imza başvurularında E-Onaylı başvuruyu kullanabilmek için onay veriyorum.
"""


class WhitePages:
    """A supply of pages on which nothing stands."""

    def want_pictures(self, key: str, pictures: Sequence[Any], done: Any) -> None:
        """Each at once."""
        for wanted in pictures:
            dots = b"\xff" * (wanted.width * wanted.rows * 4)
            done(wanted, Picture(wanted.width, wanted.rows, dots))

    def want_text(self, key: str, page: int, done: Any) -> None:
        """None."""
        done(page, "")

    def search(self, key: str, pages: Sequence[int], wanted: str, done: Any) -> None:
        """Nothing is found."""
        for page in pages:
            done(page, ())

    def want_boxes(self, key: str, found: Found, done: Any) -> None:
        """Nowhere."""
        done(found, ())


BEYAN = document(1, title="E-Onay Beyanı")
FORM = document(
    1,
    title="Nitelikli Elektronik Sertifika Başvuru Formu",
    media_type=PDF,
    format=SignatureFormat.PADES_B_B,
)
UNDERTAKING = document(
    2,
    title="Nitelikli Elektronik Sertifika Sahibi Taahhütnamesi",
    media_type=PDF,
    format=SignatureFormat.PADES_B_B,
)
SUPPLY = WhitePages()
PAGES = tuple(PageSize(595, 842) for _ in range(3))
READABLES = {
    BEYAN.id: Readable("beyan", PLAIN_TEXT, (), TEXT),
    FORM.id + "-pdf": Readable("form", PDF, PAGES),
}


def asked(purpose: Purpose, *documents: Document, **changes: Any) -> Session:
    """A session as the portal opens it."""
    made: dict[str, Any] = {
        "holder": Holder("A*** Y*****", "*******8901"),
        "reason_tr": "Sonraki NES başvurularını e-imza ile yapmak",
        "reason_en": "To make the next NES applications with an e-signature",
    }
    return signing_session(purpose=purpose, documents=documents or (BEYAN,), **(made | changes))


GRANT = asked(Purpose.E_ONAY_GRANT)
REVOKE = asked(Purpose.E_ONAY_REVOKE)
APPLICATION = asked(Purpose.APPLICATION, FORM, UNDERTAKING)
LOGIN = asked(Purpose.LOGIN, replace(BEYAN, title="Giriş isteği"), origin=ORIGIN, holder=None)

NOW = certificate("now", not_after=SERVER_TIME + timedelta(days=28, seconds=1531))
NEXT = certificate(
    "next",
    not_before=SERVER_TIME + timedelta(days=28, seconds=1532),
    not_after=SERVER_TIME + timedelta(days=1124),
)
CARD = token("1357901234", pin=PinState.OK, certificates=(NOW, NEXT))
SEAL = token(
    "2468018802",
    pin=PinState.OK,
    certificates=(
        certificate("seal", kind=CertificateKind.MALI_MUHUR, holder="YILMAZ TİCARET A.Ş."),
    ),
)
ENDING = Ending(session=GRANT, token=CARD, certificate=NOW, signed=True, at=SERVER_TIME)
MANY = asked(Purpose.APPLICATION, *(replace(FORM, id=f"d{n}", title=f"Ek {n}") for n in range(12)))


def reading(session: Session, chosen: int = 0, **changes: Any) -> Reading:
    """What the job remembers while one of the documents is shown."""
    one = session.documents[chosen]
    readable = READABLES[BEYAN.id]
    if one.media_type == PDF:
        readable = replace(READABLES[FORM.id + "-pdf"], key=one.id)
    made = Reading(
        chosen=one.id,
        shown=ShownDocument(one.title, readable, SUPPLY),
        readables={one.id: readable},
    )
    return replace(made, **changes)


def choices(session: Session, *cards: Token) -> tuple[CertificateChoice, ...]:
    """Everything that is plugged in, judged."""
    return judge_certificates(session, overview(*cards), SERVER_TIME)


def _known(session: Session) -> tuple[Any, ...]:
    return (7, session, True, None)


def _show(state: State, read: Reading | None = None, ending: Ending = ENDING) -> Make:
    session = getattr(state, "session", GRANT)
    look = read or reading(session)

    def made(words: Words) -> object:
        fresh = replace(look, places={})
        return present_sign(state, fresh, words, hides=False, ending=ending)

    return made


def review(session: Session, read: int = 0, chosen: int = 0, **changes: Any) -> Make:
    """Screen 7 with the first documents read."""
    ids = frozenset(d.id for d in session.documents[:read])
    opened = frozenset(d.id for d in session.documents[: chosen + 1]) | ids
    state = flow.Review(*_known(session), opened=opened, read=ids, **changes)
    return _show(state, reading(session, chosen))


def asking(card: Token = CARD, session: Session = GRANT, **changes: Any) -> flow.AskPin:
    """The PIN is asked for."""
    return flow.AskPin(
        *_known(session),
        token=card,
        certificate=card.certificates[0],
        choices=choices(session, card, SEAL),
        **changes,
    )


def signing(session: Session, phase: flow.SigningPhase, signed: int, **changes: Any) -> Make:
    """Screen 5."""
    return _show(
        flow.Signing(
            *_known(session),
            token=CARD,
            certificate=NOW,
            phase=phase,
            signed=signed,
            **changes,
        )
    )


def done(
    outcome: Outcome = Outcome.SUCCEEDED,
    code: FailureCode | None = None,
    *,
    receipts: int = 1,
    session: Session = GRANT,
    reported: bool = True,
    signed: bool = True,
    unmasked: bool = False,
) -> Make:
    """Screen 6."""
    given = tuple(
        replace(
            signature_receipt(number, title=one.title, document_id=one.id),
            receipt_no=f"EO-2026-{118200 + number}",
            certificate_serial="5c81a9d20e47b3f1",
        )
        for number, one in enumerate(session.documents[:receipts], 1)
    )
    failure = Failure.of(code) if code else None
    state = Done(7, outcome, failure, reported, CARD.serial, given)
    ending = replace(ENDING, session=session, signed=signed)
    return _show(state, reading(session, unmasked=unmasked), ending)


P = flow.SigningPhase
WRONG = Failure.of(FailureCode.PIN_WRONG, attempts_left=2)
LOST = Failure.of(FailureCode.PORTAL_UNREACHABLE)
SIGNING: dict[str, Make] = {
    "review-grant": review(GRANT, 1),
    "review-grant-unread": review(GRANT),
    "review-revoke": review(REVOKE, 1),
    "review-revoke-question": review(REVOKE, 1, confirming=True),
    "review-application": review(APPLICATION, 1, 1),
    "review-login": review(LOGIN, 1),
    "review-many": review(MANY, 4, 4),
    "review-opening": _show(flow.Review(*_known(GRANT)), reading(GRANT, shown=None, readables={})),
    "review-broken": _show(
        flow.Review(*_known(GRANT)),
        reading(GRANT, shown=None, readables={}, failure=Failure.of(FailureCode.DOCUMENT_BROKEN)),
    ),
    "review-back": _show(asking(), reading(GRANT, looking_back=True)),
    "match": _show(flow.AskMatch(*_known(LOGIN))),
    "match-wrong": _show(flow.AskMatch(*_known(LOGIN), wrong=1)),
    "sign-pin": _show(asking()),
    "sign-pin-application": _show(asking(session=APPLICATION)),
    "sign-pin-on-reader": _show(asking(replace(CARD, pin_pad=True))),
    "sign-pin-wrong": _show(asking(replace(CARD, pin=PinState.LOW), refused=WRONG)),
    "sign-pin-last": _show(asking(replace(CARD, pin=PinState.FINAL_TRY), refused=WRONG)),
    "sign-pin-blocked": _show(
        flow.PinUnusable(
            *_known(GRANT),
            token=replace(CARD, pin=PinState.BLOCKED),
            certificate=NOW,
            choices=choices(GRANT, replace(CARD, pin=PinState.BLOCKED), SEAL),
            failure=Failure.of(FailureCode.PIN_BLOCKED),
        )
    ),
    "sign-pin-choose": _show(
        flow.ChooseCertificate(
            *_known(GRANT), choices=choices(GRANT, CARD, replace(CARD, serial="9753112233"), SEAL)
        )
    ),
    "sign-pin-none": _show(
        flow.AwaitingToken(*_known(GRANT), failure=Failure.of(FailureCode.NO_CARD), looked=True)
    ),
    "sign-pin-removed": _show(
        flow.AwaitingToken(
            *_known(GRANT),
            refused=Failure.of(FailureCode.CARD_REMOVED),
            failure=Failure.of(FailureCode.NO_CARD),
            looked=True,
        )
    ),
    "fetching": _show(flow.FetchingDocuments(*_known(APPLICATION), fetched=1)),
    "fetching-failed": _show(flow.FetchingDocuments(*_known(APPLICATION), failure=LOST)),
    "signing-login": signing(GRANT, P.LOGGING_IN, 0),
    "signing": signing(MANY, P.SIGNING, 5),
    "signing-stopping": signing(MANY, P.SIGNING, 5, stopping=True),
    "signing-keeping": signing(MANY, P.KEEPING, 12),
    "submitting": _show(
        flow.Submitting(
            *_known(APPLICATION), token=CARD, certificate=NOW, receipts=(signature_receipt(),)
        )
    ),
    "submitting-lost": _show(
        flow.Submitting(*_known(APPLICATION), token=CARD, certificate=NOW, failure=LOST)
    ),
    "signed": done(),
    "signed-application": done(receipts=2, session=APPLICATION),
    "signed-later": done(receipts=0, reported=False),
    "signed-refused": done(Outcome.FAILED, FailureCode.CERTIFICATE_REVOKED, receipts=0),
    "signed-partly": done(
        Outcome.FAILED, FailureCode.SIGNATURE_INVALID, receipts=1, session=APPLICATION
    ),
    "signed-not": done(Outcome.FAILED, FailureCode.DOCUMENT_DIFFERS, receipts=0, signed=False),
}
