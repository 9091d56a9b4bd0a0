"""The portal's answers: strict JSON → domain values, to the letter of portal-api.yaml.

Members that the contract does not know are ignored. A required one that is missing, or any known
one of a wrong type or form, makes the whole message invalid (`PORTAL_ANSWER_INVALID` with the
member's name): nothing is ever half-used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import (
    LONGEST_SESSION,
    ClientInfo,
    Document,
    Holder,
    OpenedSession,
    Origin,
    Purpose,
    Receipt,
    Session,
    SessionAccess,
    SessionKind,
    SessionToken,
    SignatureFormat,
    UnblockGrant,
)
from kamusm_esign.domain.tokens import CertificateKind, PinLimits, UnblockMethod
from kamusm_esign.portal_client.strict_json import Members, MessageError, load

T = TypeVar("T")

JSON_LIMIT = 1 << 20
"""Bytes of a JSON body, at most."""
DOCUMENT_LIMIT = 20 << 20
"""Bytes of a document or a signature, at most."""

SEALED_PUK_LEAST = 1120 + 16 + 1
"""HPKE `enc` (ML-KEM ciphertext 1,088 and X25519 32), AES-GCM tag, one character of a PUK."""
RESPONSE_MOST = 255
"""Bytes that one short EXTERNAL AUTHENTICATE can carry (ISO 7816-4)."""

_SESSION_ID = r"[A-Za-z0-9_-]{16,64}"
_DOCUMENT_ID = r"[A-Za-z0-9_-]{1,64}"
_BEARER = r"[!-~]{32,512}"
"""What can stand in an Authorization header (RFC 9110 section 5.5)."""
_SHA256 = r"[0-9a-f]{64}"
_TEXT, _PDF = "text/plain", "application/pdf"
_PADES = (SignatureFormat.PADES_B_B, SignatureFormat.PADES_B_T)
_PIN_PURPOSES = (Purpose.PIN_CREATE, Purpose.PIN_UNBLOCK)
_SESSION_CERTIFICATES = (CertificateKind.NES, CertificateKind.MALI_MUHUR, CertificateKind.E_MUHUR)


@dataclass(frozen=True, slots=True)
class Problem:
    """An `application/problem+json` body (RFC 9457); type, title and detail are not used."""

    code: str
    """As sent: one of ProblemCode, or a newer one."""
    attempts_left: int | None


def read_session(body: bytes, asked_at: float) -> OpenedSession:
    """Schema `Session`; `asked_at`: see `Session.asked_at`."""
    return _valid(body, lambda members: _opened(members, asked_at))


def read_client_info(body: bytes, headers: Sequence[tuple[str, str]] = ()) -> ClientInfo:
    """Schema `ClientInfo`, and when that was said."""
    return replace(_valid(body, _client_info), said_at=read_date(headers))


def read_date(headers: Sequence[tuple[str, str]]) -> datetime | None:
    """When an answer was sent, by its `Date` (RFC 9110 section 6.6.1); None: nothing of use."""
    stated = {name.casefold(): value for name, value in headers}.get("date", "")
    try:
        date = parsedate_to_datetime(stated)
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo is not None else None


def read_grant(body: bytes) -> UnblockGrant:
    """Schema `UnblockGrant`; `so-pin` needs a sealed PUK, other methods have none."""
    return _valid(body, _grant)


def read_response(body: bytes) -> bytes:
    """The answer of `answerChallenge`."""
    return _valid(body, lambda members: members.octets("response", least=1, most=RESPONSE_MOST))


def read_receipt(body: bytes) -> Receipt:
    """Schema `Receipt`."""
    return _valid(body, _receipt)


def read_problem(body: bytes) -> Problem | None:
    """Schema `Problem`; None where the body is not a valid one."""
    try:
        return _problem(load(body))
    except MessageError:
        return None


def _valid(body: bytes, read: Callable[[Members], T]) -> T:
    try:
        return read(load(body))
    except MessageError as error:
        member = error.member
    raise FailedError.of(FailureCode.PORTAL_ANSWER_INVALID, member=member)


def _opened(members: Members, asked_at: float) -> OpenedSession:
    session = _session(members, asked_at)
    _check_kind(members, session)
    if session.purpose is Purpose.LOGIN:
        _check_login(members, session)
    token = SessionToken(members.text("token", pattern=_BEARER))
    return OpenedSession(session, SessionAccess(session.id, token, session.deadline))


def _session(members: Members, asked_at: float) -> Session:
    certificate_kind = members.choice("certificate_kind", CertificateKind)
    members.need("certificate_kind", certificate_kind in _SESSION_CERTIFICATES)
    server_time, expires_at = members.moment("server_time"), members.moment("expires_at")
    members.need("expires_at", timedelta() < expires_at - server_time <= LONGEST_SESSION)
    reason = members.nested("reason")
    return Session(
        id=members.text("id", pattern=_SESSION_ID),
        kind=members.choice("kind", SessionKind),
        purpose=members.choice("purpose", Purpose),
        certificate_kind=certificate_kind,
        holder=members.maybe("holder", _holder),
        server_time=server_time,
        expires_at=expires_at,
        asked_at=asked_at,
        masked_phone=members.maybe("step_up", lambda step_up: step_up.text("masked_phone")),
        eligible_certificates=frozenset(members.texts("eligible_certificates", pattern=_SHA256)),
        eligible_token_serials=frozenset(members.texts("eligible_token_serials")),
        pin_policy=members.maybe("pin_policy", _pin_policy),
        unblock_methods=members.choices("unblock_methods", UnblockMethod),
        documents=members.objects("documents", _document),
        requested_by=members.text("requested_by", most=120),
        reason_tr=reason.text("tr", most=200),
        reason_en=reason.text("en", most=200),
        origin=members.maybe("origin", _origin),
    )


def _check_kind(members: Members, session: Session) -> None:
    """What a session of one kind must and must not have."""
    is_pin = session.kind is SessionKind.PIN
    members.need("purpose", is_pin == (session.purpose in _PIN_PURPOSES))
    members.need("documents", is_pin == (not session.documents))
    members.need("unblock_methods", is_pin or not session.unblock_methods)
    ids = {document.id for document in session.documents}
    members.need("documents", len(ids) == len(session.documents))


def _check_login(members: Members, session: Session) -> None:
    members.need("origin", session.origin is not None)
    members.need("documents", [d.media_type for d in session.documents] == [_TEXT])


def _holder(members: Members) -> Holder:
    return Holder(
        masked_name=members.text("masked_name", most=120),
        masked_id=members.text("masked_id", most=40),
    )


def _pin_policy(members: Members) -> PinLimits:
    minimum = members.integer("minimum", least=4)
    return PinLimits(minimum, members.integer("maximum", least=minimum, most=32))


def _document(members: Members) -> Document:
    document = Document(
        id=members.text("id", pattern=_DOCUMENT_ID),
        title=members.text("title", most=200),
        media_type=members.text("media_type"),
        size=members.integer("size", least=1, most=DOCUMENT_LIMIT),
        sha256=members.text("sha256", pattern=_SHA256),
        format=members.choice("format", SignatureFormat),
    )
    members.need("media_type", document.media_type in (_TEXT, _PDF))
    members.need("format", document.format not in _PADES or document.media_type == _PDF)
    return document


def _origin(members: Members) -> Origin:
    return Origin(
        started_at=members.moment("started_at"),
        browser=members.text("browser", most=80),
        masked_address=members.text("masked_address", most=45),
        match_number=members.text("match_number", pattern="[0-9]{2}"),
    )


def _client_info(members: Members) -> ClientInfo:
    download_url = members.text("download_url", pattern="[!-~]+")
    members.need("download_url", _is_web_address(download_url))
    return ClientInfo(
        minimum_version=members.text("minimum_version"),
        latest_version=members.text("latest_version"),
        download_url=download_url,
        notice=members.optional_text("notice"),
    )


def _is_web_address(text: str) -> bool:
    """A URI that a browser may be sent to; `file:` and the like are not."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return False


def _grant(members: Members) -> UnblockGrant:
    method = members.choice("method", UnblockMethod)
    needed = method is UnblockMethod.SO_PIN
    sealed_puk = None
    if needed or members.has("sealed_puk"):
        sealed_puk = members.octets("sealed_puk", least=SEALED_PUK_LEAST)
    return UnblockGrant(method, sealed_puk if needed else None)


def _receipt(members: Members) -> Receipt:
    return Receipt(
        receipt_no=members.text("receipt_no"),
        document_id=members.text("document_id"),
        signature_sha256=members.text("signature_sha256", pattern=_SHA256),
        received_at=members.moment("received_at"),
    )


def _problem(members: Members) -> Problem:
    members.text("type")
    members.text("title")
    members.integer("status")
    if members.has("detail"):
        members.text("detail")
    left = members.integer("attempts_left", least=0) if members.has("attempts_left") else None
    return Problem(members.text("code"), left)
