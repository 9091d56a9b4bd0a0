"""`flows.sign_documents` under random orders of events, against a model of the world.

The model knows what can be seen from outside: how often the card was logged in to, what is signed,
kept and taken by the portal, and where every typed PIN went.
"""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome, Purpose, Session, SignatureFormat
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.tokens import CardOverview, PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows.protocol import (
    CancelPressed,
    Done,
    DropSecret,
    Effect,
    EffectFailed,
    Event,
    GivenUp,
    State,
    TokensSeen,
    WatchTokens,
)
from kamusm_esign.flows.session_model import (
    AskCode,
    CancelSession,
    CodeEntered,
    NewCodePressed,
    OpenSession,
    OutcomeReported,
    ReportOutcome,
    SessionCancelled,
    SessionExpired,
    SessionOpened,
)
from kamusm_esign.flows.sign_documents import initial_state, step
from kamusm_esign.flows.sign_documents_effects import (
    FetchDocument,
    FinishSigning,
    OpenCard,
    SignDocument,
    StampSignatures,
    SubmitSignature,
)
from kamusm_esign.flows.sign_documents_model import (
    AskMatch,
    AskPin,
    CardOpened,
    CertificateChosen,
    ChooseCertificate,
    DocumentFetched,
    DocumentMarked,
    DocumentOpened,
    DocumentSigned,
    LaterPressed,
    MatchEntered,
    RemovalConfirmed,
    RetryPressed,
    Review,
    ReviewAccepted,
    SignaturesStamped,
    SignatureTaken,
    SigningFinished,
    SigningPinEntered,
)
from tests.equipment.values import (
    ORIGIN,
    document,
    overview,
    signature_receipt,
    signing_session,
    token,
)

CODE = VerificationCode("123456789012345")
SESSIONS = [
    signing_session(documents=(document(1), document(2))),
    signing_session(
        documents=(document(1, format=SignatureFormat.CADES_T_DETACHED),),
        purpose=Purpose.E_ONAY_REVOKE,
        origin=ORIGIN,
    ),
]
FAILURES = st.sampled_from(
    [
        Failure.of(FailureCode.PORTAL_TIMEOUT),
        Failure.of(FailureCode.SESSION_OVER),
        Failure.of(FailureCode.SIGNATURE_INVALID),
        Failure.of(FailureCode.CARD_REMOVED),
        Failure.of(FailureCode.PIN_WRONG, attempts_left=2),
        Failure.of(FailureCode.PIN_BLOCKED),
        Failure.of(FailureCode.CERTIFICATE_EXPIRED),
        Failure.of(FailureCode.UNEXPECTED, raw="ValueError"),
    ]
)


class SignDocumentsMachine(RuleBasedStateMachine):
    """Presses, looks, answers in any order; wrong and late ones too."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh()
        self.state: State = initial_state()
        self.under_way: list[Effect] = []
        self.last_handle = 0
        self.where: dict[SecretHandle, str] = {}
        self.pin = PinState.OK

    def fresh(self) -> None:
        self.session: Session | None = None
        self.logged_in = False
        self.signed: list[str] = []
        self.kept: list[str] = []
        self.taken: list[str] = []
        self.reported: Outcome | None = None
        self.cancelled = False

    # ---------------------------------------------------------------- the circle
    def send(self, event: Event) -> None:
        was_done = isinstance(self.state, Done)
        self.state, effects = step(self.state, event)
        assert not (was_done and effects)
        for effect in effects:
            self.begin(effect)

    def begin(self, effect: Effect) -> None:
        if isinstance(effect, DropSecret):
            assert self.where[effect.handle] == "handed in", "dropped what was used or dropped"
            self.where[effect.handle] = "dropped"
            return
        if isinstance(effect, OpenCard):
            assert self.where[effect.handle] == "handed in", "used what was used or dropped"
            self.where[effect.handle] = "used"
            assert not self.logged_in, "a second login while the card is open"
            assert not self.kept, "signed again what exists already"
        if isinstance(effect, SignDocument):
            assert self.logged_in
        if isinstance(effect, (StampSignatures, SubmitSignature)):
            assert self.session is not None
            assert self.kept == [d.id for d in self.session.documents], "not all are kept"
        assert effect.ticket not in {other.ticket for other in self.under_way}
        self.under_way.append(effect)

    def seen(self) -> CardOverview:
        return overview(token(pin=self.pin), token("SN-0002", pin=self.pin))

    # ---------------------------------------------------------------- the person
    @precondition(lambda self: isinstance(self.state, Done))
    @rule()
    def start_over(self) -> None:
        self.state = AskCode(self.state.ticket)
        self.pin = PinState.OK
        self.fresh()

    @rule()
    def enter_code(self) -> None:
        self.send(CodeEntered(CODE))

    @rule(last_try=st.booleans())
    def enter_pin(self, last_try: bool) -> None:
        self.last_handle += 1
        handle = SecretHandle(self.last_handle)
        self.where[handle] = "handed in"
        self.send(SigningPinEntered(handle, last_try))
        if self.where[handle] == "handed in":
            assert not isinstance(self.state, AskPin)
            self.where[handle] = "dropped"  # the driver's box is wiped with the page

    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        session = self.session
        presses = [
            CancelPressed(),
            NewCodePressed(),
            RetryPressed(),
            LaterPressed(),
            ReviewAccepted(),
            RemovalConfirmed(data.draw(st.booleans())),
            MatchEntered(data.draw(st.sampled_from(["42", "00"]))),
            DocumentMarked("doc-1", read=data.draw(st.booleans())),
            SessionExpired(session.id if session else "none"),
            GivenUp(data.draw(FAILURES)),
            TokensSeen(self.seen()),
        ]
        self.send(data.draw(st.sampled_from(presses)))

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """What a person and a working world would do next; else the depths are never reached."""
        state = self.state
        awaited = [e for e in self.under_way if e.ticket == state.ticket]
        if awaited:
            self.under_way.remove(awaited[0])
            self.send(self.answer_to(awaited[0], data, fails=False))
        elif isinstance(state, AskCode):
            self.enter_code()
        elif isinstance(state, Review):
            self.read(state)
        elif isinstance(state, AskMatch):
            self.send(MatchEntered("42"))
        elif isinstance(state, ChooseCertificate):
            choice = state.choices[0]
            self.send(CertificateChosen(choice.token.serial, choice.certificate.sha256))
        elif isinstance(state, AskPin):
            self.enter_pin(last_try=True)
        else:
            self.pin = PinState.OK
            self.send(TokensSeen(self.seen()))

    @rule(data=st.data())
    def go_on_again(self, data: st.DataObject) -> None:
        self.go_on(data)

    @rule(data=st.data())
    def go_on_once_more(self, data: st.DataObject) -> None:
        self.go_on(data)

    def read(self, state: Review) -> None:
        for one in state.session.documents:
            self.send(DocumentOpened(one.id))
            self.send(DocumentMarked(one.id))
        self.send(ReviewAccepted())
        self.send(RemovalConfirmed())

    # ---------------------------------------------------------------- the answers
    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        effect = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        self.send(self.answer_to(effect, data, fails=data.draw(st.booleans())))

    def answer_to(self, effect: Effect, data: st.DataObject, *, fails: bool) -> Event:
        ticket = effect.ticket
        if fails and not isinstance(effect, WatchTokens):
            return self.fail(effect, data.draw(FAILURES))
        self.happen(effect, data)
        answers: dict[type[Effect], Event] = {
            FetchDocument: DocumentFetched(ticket),
            WatchTokens: TokensSeen(self.seen(), ticket),
            OpenCard: CardOpened(ticket),
            SignDocument: DocumentSigned(ticket),
            FinishSigning: SigningFinished(ticket),
            StampSignatures: SignaturesStamped(ticket),
            SubmitSignature: SignatureTaken(ticket, signature_receipt()),
            ReportOutcome: OutcomeReported(ticket),
            CancelSession: SessionCancelled(ticket),
        }
        if isinstance(effect, OpenSession):
            self.session = data.draw(st.sampled_from(SESSIONS))
            return SessionOpened(ticket, self.session, True)
        return answers[type(effect)]

    def fail(self, effect: Effect, failure: Failure) -> Event:
        if isinstance(effect, (SignDocument, FinishSigning)):
            self.logged_in = False
            self.signed, self.kept = [], []
        if isinstance(effect, OpenCard):
            self.pin = PinState.FINAL_TRY
        return EffectFailed(effect.ticket, failure)

    def happen(self, effect: Effect, data: st.DataObject) -> None:
        if isinstance(effect, OpenCard):
            self.logged_in, self.signed = True, []
        elif isinstance(effect, SignDocument):
            self.signed.append(effect.document.id)
        elif isinstance(effect, FinishSigning):
            self.logged_in = False
            self.kept = list(self.signed) if effect.keep else []
            self.signed = []
        elif isinstance(effect, SubmitSignature):
            self.taken.append(effect.document.id)
        elif isinstance(effect, ReportOutcome):
            self.reported = effect.outcome
        elif isinstance(effect, CancelSession):
            self.cancelled = True

    # ---------------------------------------------------------------- what always holds
    @invariant()
    def at_most_one_login_is_under_way(self) -> None:
        assert sum(isinstance(e, OpenCard) for e in self.under_way) + self.logged_in <= 1

    @invariant()
    def nothing_is_handed_in_that_was_not_kept(self) -> None:
        assert set(self.taken) <= set(self.kept)

    @invariant()
    def what_is_said_is_true(self) -> None:
        if not isinstance(self.state, Done):
            return
        state = self.state
        assert (state.failure is None) == (state.outcome is Outcome.SUCCEEDED)
        if state.outcome is Outcome.SUCCEEDED:
            assert self.session is not None
            assert self.kept == [d.id for d in self.session.documents]
            if state.reported:
                assert len(state.receipts) == len(self.kept)
        if state.outcome is Outcome.CANCELLED:
            assert self.taken == []
            assert self.kept == []

    @invariant()
    def every_secret_is_accounted_for(self) -> None:
        assert "handed in" not in self.where.values()


TestSignDocumentsMachine = SignDocumentsMachine.TestCase
