"""One sample of every state and event of every flow, for the tests that go through all of them."""

from typing import Any

from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.pin_policy import PinProblem
from kamusm_esign.domain.portal_session import Outcome, Purpose, SignatureFormat, UnblockGrant
from kamusm_esign.domain.secret import SecretHandle
from kamusm_esign.domain.signing_choice import CertificateChoice
from kamusm_esign.domain.tokens import PinState, UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.flows import change_or_verify_pin as pin_use
from kamusm_esign.flows import protocol, session_model, set_pin_model
from kamusm_esign.flows import sign_documents_model as signing
from kamusm_esign.flows.protocol import Done, Event, State
from tests.equipment.values import (
    ORIGIN,
    document,
    overview,
    session,
    signature_receipt,
    signing_session,
    token,
)

TICKET = 7
FAILURE = Failure.of(FailureCode.DRIVER_CRASHED)
GRANT = UnblockGrant(UnblockMethod.SO_PIN, b"sealed")
HANDLE = SecretHandle(1)
DONE = Done(TICKET, Outcome.SUCCEEDED, None, True, "SN-0001")

_KNOWN = (TICKET, session(), True, None)
SET_PIN_STATES: tuple[State, ...] = (
    session_model.AskCode(TICKET),
    session_model.OpeningSession(TICKET, None),
    session_model.AskStepUp(*_KNOWN),
    session_model.AskStepUp(*_KNOWN, checking=True),
    set_pin_model.WaitingToken(*_KNOWN),
    set_pin_model.WaitingToken(*_KNOWN, candidates=(token(), token("SN-0002")), looked=True),
    set_pin_model.AskNewPin(*_KNOWN, token=token()),
    set_pin_model.Authorizing(*_KNOWN, HANDLE, token=token()),
    set_pin_model.Unblocking(*_KNOWN, token=token()),
    set_pin_model.CheckingOutcome(*_KNOWN, token=token(), failure=FAILURE),
    set_pin_model.CheckingOutcome(*_KNOWN, token=token(), failure=FAILURE, missing=True),
    set_pin_model.Reporting(*_KNOWN, token=token(), outcome=Outcome.SUCCEEDED, failure=None),
    session_model.Cancelling(TICKET, Outcome.CANCELLED, FAILURE),
    session_model.Cancelling(TICKET, Outcome.CANCELLED, FAILURE, opening=True),
    DONE,
)
PIN_USE_STATES: tuple[State, ...] = (
    pin_use.Start(TICKET),
    pin_use.FindingToken(ticket=TICKET, wanted=None),
    pin_use.FindingToken(ticket=TICKET, wanted=None, refused=FAILURE),
    pin_use.AskPin(ticket=TICKET, wanted=None, token=token()),
    pin_use.UsingCard(ticket=TICKET, wanted=None, token=token()),
    DONE,
)

OK = token(pin=PinState.OK)
CHOICES = (
    CertificateChoice(OK, OK.certificates[0], None),
    CertificateChoice(token("SN-0002", pin=PinState.OK), token("SN-0002").certificates[0], None),
)
STAMPED_SESSION = signing_session(
    documents=(document(format=SignatureFormat.CADES_T_DETACHED),),
    origin=ORIGIN,
    purpose=Purpose.E_ONAY_REVOKE,
)
_SIGN = (TICKET, STAMPED_SESSION, True, None)
_CARD: dict[str, Any] = {"token": OK, "certificate": OK.certificates[0], "choices": CHOICES}
SIGN_STATES: tuple[State, ...] = (
    session_model.AskCode(TICKET),
    session_model.OpeningSession(TICKET, None),
    session_model.AskStepUp(*_SIGN),
    session_model.AskStepUp(*_SIGN, checking=True),
    signing.FetchingDocuments(*_SIGN),
    signing.FetchingDocuments(*_SIGN, failure=FAILURE),
    signing.Review(*_SIGN),
    signing.Review(*_SIGN, opened=frozenset({"doc-1"}), read=frozenset({"doc-1"})),
    signing.Review(*_SIGN, opened=frozenset({"doc-1"}), read=frozenset({"doc-1"}), confirming=True),
    signing.AskMatch(*_SIGN),
    signing.AskMatch(*_SIGN, wrong=2),
    signing.AwaitingToken(*_SIGN),
    signing.AwaitingToken(*_SIGN, choices=CHOICES, refused=FAILURE),
    signing.ChooseCertificate(*_SIGN, choices=CHOICES),
    signing.AskPin(*_SIGN, **_CARD),
    signing.AskPin(*_SIGN, **_CARD, refused=FAILURE, looking=True),
    signing.PinUnusable(*_SIGN, **_CARD, failure=FAILURE),
    *(signing.Signing(*_SIGN, **_CARD, phase=phase) for phase in signing.SigningPhase),
    signing.Signing(*_SIGN, **_CARD, phase=signing.SigningPhase.SIGNING, stopping=True),
    signing.Stamping(*_SIGN, **_CARD),
    signing.Stamping(*_SIGN, **_CARD, failure=FAILURE),
    signing.Submitting(*_SIGN, **_CARD),
    signing.Submitting(*_SIGN, **_CARD, failure=FAILURE),
    signing.ReportingSignatures(
        *_SIGN, **_CARD, outcome=Outcome.SUCCEEDED, failure=None, receipts=(signature_receipt(),)
    ),
    session_model.Cancelling(TICKET, Outcome.CANCELLED, FAILURE),
    session_model.Cancelling(TICKET, Outcome.CANCELLED, FAILURE, opening=True),
    DONE,
)


def events(ticket: int) -> tuple[Event, ...]:
    """One of each; answers carry `ticket`."""
    return (
        protocol.EffectFailed(ticket, FAILURE),
        protocol.EffectFailed(ticket, Failure.of(FailureCode.OTP_WRONG, attempts_left=0)),
        protocol.CancelPressed(),
        protocol.GivenUp(FAILURE),
        protocol.TokensSeen(overview(token()), ticket),
        protocol.TokensSeen(overview(token(pin=PinState.OK)), ticket),
        protocol.TokensSeen(overview()),
        protocol.TokenChosen("SN-0001"),
        session_model.CodeEntered(VerificationCode("123456789012345")),
        session_model.SessionOpened(ticket, session(), True),
        session_model.SessionOpened(ticket, session(masked_phone="05** *** 12 34"), True),
        session_model.OtpEntered(HANDLE),
        session_model.ResendPressed(),
        session_model.StepUpSent(ticket),
        session_model.StepUpAccepted(ticket),
        session_model.OutcomeReported(ticket),
        session_model.SessionCancelled(ticket),
        session_model.SessionExpired(session().id),
        session_model.NewCodePressed(),
        set_pin_model.NewPinEntered(HANDLE, ()),
        set_pin_model.NewPinEntered(HANDLE, (PinProblem.RUN,)),
        set_pin_model.GrantReceived(ticket, GRANT),
        set_pin_model.PinWritten(ticket, CardResult(Outcome.SUCCEEDED, None)),
        set_pin_model.PinWritten(ticket, CardResult(Outcome.UNKNOWN, FAILURE)),
        set_pin_model.StopWaiting(),
        pin_use.Started(),
        pin_use.PinEntered(HANDLE),
        pin_use.CardAnswered(ticket, CardResult(Outcome.FAILED, FAILURE)),
        *_signing_events(ticket),
    )


def _signing_events(ticket: int) -> tuple[Event, ...]:
    other = token("SN-0002", pin=PinState.OK)
    return (
        protocol.TokensSeen(overview(OK, other), ticket),
        session_model.SessionOpened(ticket, signing_session(), True),
        session_model.SessionOpened(ticket, STAMPED_SESSION, True),
        session_model.SessionOpened(ticket, signing_session(masked_phone="05** *** 12 34"), True),
        protocol.EffectFailed(ticket, Failure.of(FailureCode.PIN_WRONG, attempts_left=2)),
        protocol.EffectFailed(ticket, Failure.of(FailureCode.SIGNATURE_INVALID)),
        signing.DocumentFetched(ticket),
        signing.DocumentOpened("doc-1"),
        signing.DocumentOpened("no such document"),
        signing.DocumentMarked("doc-1"),
        signing.ReviewAccepted(),
        signing.RemovalConfirmed(),
        signing.MatchEntered("42"),
        signing.MatchEntered("24"),
        signing.CertificateChosen("SN-0002", other.certificates[0].sha256),
        signing.SigningPinEntered(HANDLE),
        signing.RetryPressed(),
        signing.LaterPressed(),
        signing.Declined(FAILURE),
        signing.CardOpened(ticket),
        signing.DocumentSigned(ticket),
        signing.SigningFinished(ticket),
        signing.SignaturesStamped(ticket),
        signing.SignatureTaken(ticket, signature_receipt()),
    )
