"""Made-up values of the domain, each as simple as it can be, changed by keyword."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kamusm_esign.domain.portal_session import (
    Document,
    Origin,
    Purpose,
    Session,
    SessionKind,
    SignatureFormat,
)
from kamusm_esign.domain.receipts import SignatureReceipt
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateInfo,
    CertificateKind,
    Driver,
    DriverStatus,
    PinLimits,
    PinState,
    PukState,
    Reader,
    ServiceStatus,
    Token,
    UnblockMethod,
)

SERVER_TIME = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def certificate(serial: str = "A", **changes: Any) -> CertificateInfo:
    """A valid NES certificate; `serial` makes its hash."""
    made = CertificateInfo(
        sha256=serial.encode().hex().rjust(64, "0")[-64:],
        kind=CertificateKind.NES,
        holder="AYŞE YILMAZ",
        holder_id="12345678901",
        birth_date=None,
        not_before=SERVER_TIME - timedelta(days=30),
        not_after=SERVER_TIME + timedelta(days=300),
        key="rsa2048",
        has_private_key=True,
    )
    return replace(made, **changes)


def token(serial: str = "SN-0001", **changes: Any) -> Token:
    """A token with one NES certificate, whose PIN is blocked."""
    made = Token(
        serial=serial,
        label="SIGN0",
        pin=PinState.BLOCKED,
        puk=PukState.OK,
        pin_limits=PinLimits(4, 16),
        certificates=(certificate(serial),),
        unblock_methods=(UnblockMethod.SO_PIN,),
    )
    return replace(made, **changes)


def overview(*tokens: Token) -> CardOverview:
    """A reader for each token; one empty reader where there is none."""
    driver = Driver("/usr/lib/driver.so", DriverStatus.OK)
    empty = Reader("reader", False, None, None, Driver(None, DriverStatus.NO_CARD), (), None)
    readers = tuple(
        Reader(f"reader {number}", True, "3B00", "AKİS", driver, (one,), None)
        for number, one in enumerate(tokens)
    )
    return CardOverview(ServiceStatus.RUNNING, readers or (empty,), None)


def session(**changes: Any) -> Session:
    """A `pin-unblock` session for any NES token, without a step-up."""
    made = Session(
        id="session-0123456789",
        kind=SessionKind.PIN,
        purpose=Purpose.PIN_UNBLOCK,
        certificate_kind=CertificateKind.NES,
        holder=None,
        server_time=SERVER_TIME,
        expires_at=SERVER_TIME + timedelta(seconds=300),
        asked_at=1000.0,
        masked_phone=None,
        eligible_certificates=frozenset(),
        eligible_token_serials=frozenset(),
        pin_policy=None,
        unblock_methods=(UnblockMethod.SO_PIN,),
        documents=(),
        requested_by="Kamu Sertifikasyon Merkezi",
        reason_tr="Kilit çözme",
        reason_en="Unblocking",
        origin=None,
    )
    return replace(made, **changes)


def document(number: int = 1, **changes: Any) -> Document:
    """A short text to be signed with a detached signature; `number` makes its id and hash."""
    made = Document(
        id=f"doc-{number}",
        title=f"Belge {number}",
        media_type="text/plain",
        size=8,
        sha256=f"{number:064x}",
        format=SignatureFormat.CADES_BES_DETACHED,
    )
    return replace(made, **changes)


ORIGIN = Origin(SERVER_TIME, "Firefox", "192.0.2.*", "42")


def signing_session(**changes: Any) -> Session:
    """An `e-onay-grant` session with one document, for any NES certificate."""
    made: dict[str, Any] = {
        "kind": SessionKind.SIGN,
        "purpose": Purpose.E_ONAY_GRANT,
        "expires_at": SERVER_TIME + timedelta(seconds=1800),
        "unblock_methods": (),
        "documents": (document(),),
    }
    return session(**(made | changes))


def signature_receipt(number: int = 1, **changes: Any) -> SignatureReceipt:
    """The portal's receipt for `document(number)`."""
    made = SignatureReceipt(
        document_id=f"doc-{number}",
        title=f"Belge {number}",
        document_sha256=f"{number:064x}",
        signature_sha256=f"{number:063x}f",
        signed_at=SERVER_TIME,
        holder="AYŞE YILMAZ",
        certificate_serial="0a1b2c3d",
        receipt_no=f"R-{number}",
        received_at=SERVER_TIME,
        portal="https://portal.example/api/v1",
    )
    return replace(made, **changes)
