"""Every operation against a portal that answers well, and the requests that were sent."""

import base64
import contextlib
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Purpose, SessionKind, unblock_info
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import CertificateKind, PinLimits, UnblockMethod
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.portal_client.operations import Timing
from kamusm_esign.portal_client.transport import Outgoing, Transport
from tests.equipment.portal_answers import SUITE, Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import delay, edited
from tests.portal_client.helpers import (
    CODE,
    DOCUMENT,
    KEY,
    OPERATIONS,
    OTP,
    PUK,
    REPORT,
    SERIAL,
    client_for,
    failure_of,
    opened,
    otp,
    unblock_request,
)

STEP_UP = Job(serials=(SERIAL,), otp=OTP)
SIGN = Job(purpose="application", documents=(("d1", DOCUMENT), ("d2", b"2")))
CHALLENGE = Job(serials=(SERIAL,), methods=("challenge-response", "so-pin"))


def seal_keys() -> tuple[MLKEM768X25519PrivateKey, bytes]:
    """A key pair; the public part as it is sent."""
    mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(mlkem, x25519), public


def test_session(portal: PortalDouble) -> None:
    job = Job("pin-create", "mali-muhur", (SERIAL,), ("ab" * 32,), otp=OTP, pin_policy=(6, 8))
    found = opened(client_for(portal, clock=lambda: 1000.0), portal, job)
    session = found.session
    assert (session.kind, session.purpose) == (SessionKind.PIN, Purpose.PIN_CREATE)
    assert session.certificate_kind is CertificateKind.MALI_MUHUR
    assert session.eligible_token_serials == {SERIAL}
    assert session.eligible_certificates == {"ab" * 32}
    assert session.pin_policy == PinLimits(6, 8)
    assert session.unblock_methods == (UnblockMethod.SO_PIN,)
    assert session.masked_phone == "05** *** 12 34"
    assert session.asked_at == 1000.0
    assert 1299.0 < session.deadline <= 1300.0
    assert found.access.deadline == session.deadline
    assert found.access.token.reveal() == portal.desk.sessions[session.id].token
    assert found.access.session_id == session.id


def test_time_counts_from_when_the_request_was_sent(portal: PortalDouble) -> None:
    moments = iter([5.0, 500.0, 501.0])
    portal.script("POST /sessions", delay(0.05))
    assert opened(client_for(portal, clock=lambda: next(moments)), portal).session.asked_at == 5.0


@pytest.mark.parametrize("language", ["tr", "en"])
def test_headers(portal: PortalDouble, language: str) -> None:
    client = client_for(portal, language=language)
    portal.desk.jobs[CODE] = Job()
    access = client.open_session(VerificationCode(CODE), KEY).access
    client.put_outcome(access, REPORT)
    create, outcome = portal.requests
    for request in (create, outcome):
        assert request.headers["accept-language"] == language
        assert request.headers["user-agent"] == "kamusm-esign/2.0.0 (linux)"
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["connection"] == "close"
        assert request.headers["content-type"] == "application/json"
        assert "cookie" not in request.headers
    assert create.headers["idempotency-key"] == KEY
    assert "authorization" not in create.headers
    assert outcome.headers["authorization"] == f"Bearer {access.token.reveal()}"
    assert "idempotency-key" not in outcome.headers


def test_bodies(portal: PortalDouble) -> None:
    client = client_for(portal)
    portal.desk.jobs[CODE] = Job()
    access = client.open_session(VerificationCode(CODE), KEY).access
    client.put_outcome(access, REPORT)
    create, outcome = (json.loads(request.body) for request in portal.requests)
    assert create == {
        "code": CODE,
        "client": {"name": "kamusm-esign", "version": "2.0.0", "platform": "linux"},
    }
    assert outcome == {
        "result": "failed",
        "failure_code": "KRT-125",
        "puk_attempt_spent": True,
        "token_serial": SERIAL,
        "at": "2026-03-02T09:30:01.250Z",
    }


def test_cancel_and_client_info(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal).access
    client.cancel_session(access)
    client.cancel_session(access)
    assert portal.desk.sessions[access.session_id].cancelled
    info = client.client_info()
    assert (info.minimum_version, info.notice) == ("2.0.0", None)
    assert "authorization" not in portal.received("GET /client")[0].headers


# ---------------------------------------------------------------------------- step-up
def test_step_up(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal, STEP_UP).access
    refused = failure_of(lambda: client.answer_challenge(access, b"12345678"))
    assert refused.code is FailureCode.STEP_UP_REQUIRED
    client.send_step_up(access)
    for left in (2, 1):
        wrong = failure_of(lambda: client.check_step_up(access, otp("000000")))
        assert wrong == Failure.of(FailureCode.OTP_WRONG, attempts_left=left)
    client.check_step_up(access, otp())
    assert portal.desk.sessions[access.session_id].step_up_passed
    assert portal.received("PUT /sessions/{}/step-up")[-1].body == f'{{"otp":"{OTP}"}}'.encode()


def test_third_wrong_sms_code_ends_the_session(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal, STEP_UP).access
    wrong = [failure_of(lambda: client.check_step_up(access, otp("000000"))) for _ in range(3)]
    assert [failure.param("attempts_left") for failure in wrong] == [2, 1, 0]
    assert failure_of(lambda: client.check_step_up(access, otp())).code is FailureCode.SESSION_OVER


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", '1","x', "١٢٣"])
def test_what_is_no_sms_code_is_not_sent(portal: PortalDouble, text: str) -> None:
    client = client_for(portal)
    access = opened(client, portal, STEP_UP).access
    secret = otp(text)
    failure = failure_of(lambda: client.check_step_up(access, secret))
    assert failure.code is FailureCode.REQUEST_MALFORMED
    assert len(secret) == 0
    assert not portal.requests


def test_sms_code_is_wiped_everywhere(
    portal: PortalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[bytearray] = []
    send = Transport.send

    def spy(self: Transport, request: Outgoing, *args: object) -> object:
        assert isinstance(request.body, bytearray)
        assert OTP.encode() in request.body
        bodies.append(request.body)
        return send(self, request, *args)  # type: ignore[arg-type]

    client = client_for(portal)
    access = opened(client, portal, STEP_UP).access
    monkeypatch.setattr(Transport, "send", spy)
    good, bad = otp(), otp()
    client.check_step_up(access, good)
    portal.desk.sessions[access.session_id].otp_left = 0
    failure_of(lambda: client.check_step_up(access, bad))
    assert [any(body) for body in bodies] == [False, False]
    assert good == bad == Secret()


# ---------------------------------------------------------------------------- unblock
def test_sealed_puk_opens_for_the_key_that_was_sent(portal: PortalDouble) -> None:
    private, seal_key = seal_keys()
    client = client_for(portal)
    access = opened(client, portal).access
    request = unblock_request(UnblockMethod.SO_PIN, seal_key=seal_key)
    grant = client.authorize_unblock(access, request, KEY)
    assert grant == client.authorize_unblock(access, request, KEY)
    assert grant.method is UnblockMethod.SO_PIN
    assert grant.sealed_puk is not None
    info = unblock_info(access.session_id, SERIAL)
    assert SUITE.decrypt(grant.sealed_puk, private, info=info) == PUK
    sent = json.loads(portal.requests[0].body)
    assert sent == {
        "token_serial": SERIAL,
        "certificate_sha256": None,
        "methods": ["so-pin"],
        "seal_key": base64.b64encode(seal_key).decode(),
    }
    assert {request.headers["idempotency-key"] for request in portal.requests} == {KEY}


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ((UnblockMethod.CHALLENGE_RESPONSE,), {"method": "so-pin", "sealed_puk": "QUJD" * 400}),
        ((UnblockMethod.SO_PIN,), {"method": "challenge-response"}),
        ((UnblockMethod.SO_PIN,), {"method": "so-pin"}),
        ((UnblockMethod.SO_PIN,), {"method": "so-pin", "sealed_puk": "QUJD"}),
        ((UnblockMethod.SO_PIN,), {"method": "so-pin", "sealed_puk": None}),
    ],
)
def test_grant_that_is_none(
    portal: PortalDouble, asked: tuple[UnblockMethod, ...], granted: dict[str, object]
) -> None:
    def edit(body: dict[str, object]) -> None:
        body.clear()
        body.update(granted)

    client = client_for(portal)
    access = opened(client, portal, CHALLENGE).access
    portal.script("POST /sessions/{}/unblock", edited(edit))
    request = unblock_request(*asked, seal_key=seal_keys()[1])
    failure = failure_of(lambda: client.authorize_unblock(access, request, KEY))
    assert failure.code is FailureCode.PORTAL_ANSWER_INVALID


def test_grant_of_a_method_that_the_session_does_not_have(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal, Job(serials=(SERIAL,), methods=("so-pin",))).access
    portal.desk.sessions[access.session_id].job = CHALLENGE
    failure = failure_of(lambda: client.authorize_unblock(access, unblock_request(), KEY))
    assert failure == Failure.of(FailureCode.PORTAL_ANSWER_INVALID, member="method")


def test_sealed_puk_without_a_key_is_none(portal: PortalDouble) -> None:
    def edit(body: dict[str, object]) -> None:
        body.update({"method": "so-pin", "sealed_puk": "QUJD" * 400})

    client = client_for(portal)
    access = opened(client, portal, CHALLENGE).access
    portal.script("POST /sessions/{}/unblock", edited(edit))
    request = unblock_request(UnblockMethod.SO_PIN, UnblockMethod.CHALLENGE_RESPONSE)
    failure = failure_of(lambda: client.authorize_unblock(access, request, KEY))
    assert failure == Failure.of(FailureCode.PORTAL_ANSWER_INVALID, member="method")


def test_challenge(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal, CHALLENGE).access
    assert client.authorize_unblock(access, unblock_request(), KEY).sealed_puk is None
    response = client.answer_challenge(access, b"\x00\xff" * 4)
    assert response == hashlib.sha256(b"admin key" + b"\x00\xff" * 4).digest()[:8]
    assert json.loads(portal.requests[-1].body) == {"challenge": "AP8A/wD/AP8="}
    failure = failure_of(lambda: client.answer_challenge(access, b"another!"))
    assert failure.code is FailureCode.CHALLENGE_ALREADY_ANSWERED


# ---------------------------------------------------------------------------- documents
def test_documents(portal: PortalDouble) -> None:
    client = client_for(portal)
    found = opened(client, portal, SIGN)
    document = found.session.documents[0]
    fetched = client.get_document(found.access, document.id)
    content = fetched.content
    assert (content, fetched.media_type) == (DOCUMENT, document.media_type)
    assert (document.size, document.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    media_type = "application/pkcs7-signature"
    receipt = client.put_signature(found.access, "d1", b"\x30\x00", media_type)
    assert receipt.receipt_no == "2026-000001"
    assert portal.requests[-1].body == b"\x30\x00"
    assert portal.requests[-1].headers["content-type"] == media_type


@pytest.mark.parametrize("member", ["document_id", "signature_sha256"])
def test_receipt_for_something_else(portal: PortalDouble, member: str) -> None:
    client = client_for(portal)
    access = opened(client, portal, SIGN).access
    other = {"document_id": "d2", "signature_sha256": "00" * 32}[member]
    portal.script(
        "PUT /sessions/{}/documents/{}/signature", edited(lambda body: body.update({member: other}))
    )
    failure = failure_of(lambda: client.put_signature(access, "d1", b"1", "application/pdf"))
    assert failure == Failure.of(FailureCode.PORTAL_ANSWER_INVALID, member=member)


def test_ids_cannot_leave_their_place_in_the_path(portal: PortalDouble) -> None:
    client = client_for(portal)
    access = opened(client, portal, SIGN).access
    failure_of(lambda: client.get_document(access, "../outcome?x=/#"))
    assert portal.requests[-1].path.endswith("/documents/..%2Foutcome%3Fx%3D%2F%23")


def test_shipped_times() -> None:
    """architecture: connect 5 s, read 20 s, repeated twice; 4 s for the card's challenge."""
    assert Timing() == Timing(5.0, 20.0, 60.0, 300.0, 4.0, (0.5, 2.0))


def test_every_operation_is_in_the_table(portal: PortalDouble) -> None:
    """The tables of the other tests lose their worth if they miss an operation."""
    client = client_for(portal)
    access = opened(client, portal, SIGN).access
    for operation, use in OPERATIONS.items():
        with contextlib.suppress(FailedError):
            use(client, access)
        assert portal.received(operation), operation
    assert len(OPERATIONS) == 10
