"""What a certificate can be used for, to the second, and what a session lets a card do."""

from datetime import UTC, datetime, timedelta

import pytest

from kamusm_esign.domain.portal_session import Purpose, Session, SessionKind, unblock_info
from kamusm_esign.domain.tokens import (
    CardOverview,
    CertificateInfo,
    CertificateKind,
    Driver,
    DriverStatus,
    PinState,
    PukState,
    Reader,
    ServiceStatus,
    Token,
    UnblockMethod,
    UnusableReason,
)

START = datetime(2023, 12, 18, 14, 5, 31, tzinfo=UTC)
END = datetime(2026, 12, 18, 14, 5, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NES, MALI = CertificateKind.NES, CertificateKind.MALI_MUHUR


def certificate(
    kind: CertificateKind = NES,
    *,
    sha256: str = "aa" * 32,
    has_private_key: bool = True,
    readable: bool = True,
) -> CertificateInfo:
    return CertificateInfo(
        sha256=sha256,
        kind=kind,
        holder="AYŞE YILMAZ",
        holder_id="26803951746",
        birth_date=None,
        not_before=START,
        not_after=END,
        key="p384",
        has_private_key=has_private_key,
        readable=readable,
    )


def token(*certificates: CertificateInfo, serial: str = "S1") -> Token:
    return Token(
        serial=serial,
        label="",
        pin=PinState.BLOCKED,
        puk=PukState.UNKNOWN,
        pin_limits=None,
        certificates=certificates,
        unblock_methods=(UnblockMethod.SO_PIN,),
    )


def session(
    *, certificates: frozenset[str] = frozenset(), serials: frozenset[str] = frozenset()
) -> Session:
    return Session(
        id="0123456789abcdef",
        kind=SessionKind.PIN,
        purpose=Purpose.PIN_UNBLOCK,
        certificate_kind=NES,
        holder=None,
        server_time=START,
        expires_at=START + timedelta(seconds=300),
        asked_at=1000.0,
        masked_phone=None,
        eligible_certificates=certificates,
        eligible_token_serials=serials,
        pin_policy=None,
        unblock_methods=(UnblockMethod.SO_PIN,),
        documents=(),
        requested_by="",
        reason_tr="",
        reason_en="",
        origin=None,
    )


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (START - SECOND, UnusableReason.NOT_YET_VALID),
        (START, None),
        (END, None),
        (END + SECOND, UnusableReason.EXPIRED),
        (START.astimezone(), None),
    ],
)
def test_validity_to_the_second(now: datetime, reason: UnusableReason | None) -> None:
    assert certificate().unusable(now) is reason


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (certificate(MALI), None),
        (certificate(CertificateKind.E_MUHUR), None),
        (certificate(CertificateKind.ENCRYPTION), UnusableReason.WRONG_KIND),
        (certificate(CertificateKind.OTHER), UnusableReason.WRONG_KIND),
        (certificate(has_private_key=False), UnusableReason.NO_PRIVATE_KEY),
        (certificate(CertificateKind.OTHER, readable=False), UnusableReason.NOT_READABLE),
    ],
)
def test_why_not_usable(found: CertificateInfo, reason: UnusableReason | None) -> None:
    assert found.unusable(START) is reason


A, B, OTHER = "aa" * 32, "bb" * 32, "cc" * 32


@pytest.mark.parametrize(
    ("certificates", "serials", "card", "may"),
    [
        # Both lists empty: the kind decides.
        (set(), set(), token(certificate(NES)), True),
        (set(), set(), token(certificate(MALI)), False),
        (set(), set(), token(certificate(MALI), certificate(NES, sha256=B)), True),
        (set(), set(), token(), False),
        # A list of certificates: the kind plays no part.
        ({A}, set(), token(certificate(MALI)), True),
        ({B}, set(), token(certificate(NES)), False),
        ({A}, set(), token(), False),
        # A list of serials.
        (set(), {"S1"}, token(certificate(MALI)), True),
        (set(), {"S1"}, token(), True),
        (set(), {"s1"}, token(), False),
        (set(), {"S1 "}, token(), False),
        (set(), {"S2"}, token(certificate(NES)), False),
        # Both: each has to be satisfied.
        ({A}, {"S1"}, token(certificate()), True),
        ({A}, {"S2"}, token(certificate()), False),
        ({B}, {"S1"}, token(certificate()), False),
        ({OTHER}, {"S1"}, token(), False),
    ],
)
def test_who_may_unblock(certificates: set[str], serials: set[str], card: Token, may: bool) -> None:
    wanted = session(certificates=frozenset(certificates), serials=frozenset(serials))
    assert wanted.may_unblock(card) is may


def test_a_wrong_computer_clock_changes_nothing() -> None:
    assert session().deadline == 1300.0
    assert session().server_now(1010.5) == START + timedelta(seconds=10.5)


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (PinState.FINAL_TRY, 1),
        (PinState.BLOCKED, 0),
        (PinState.OK, None),
        (PinState.LOW, None),
        (PinState.UNSET, None),
        (PinState.UNKNOWN, None),
    ],
)
def test_attempts_left_are_told_only_where_the_card_told(state: PinState, left: int | None) -> None:
    assert state.attempts_left == left


def test_the_overview_finds_tokens_of_all_readers() -> None:
    def reader(name: str, *tokens: Token) -> Reader:
        driver = Driver(None, DriverStatus.OK)
        return Reader(name, True, None, None, driver, tokens, None)

    readers = (reader("R1", token()), reader("R2", token(certificate(), serial="S2")))
    overview = CardOverview(ServiceStatus.RUNNING, readers, None)
    assert [t.serial for t in overview.tokens] == ["S1", "S2"]
    found = overview.token("S2")
    assert found is not None
    assert found.certificate(A) == certificate()
    assert found.certificate(B) is None
    assert overview.token("s2") is None


def test_what_the_sealed_puk_is_bound_to() -> None:
    assert unblock_info("sess", "Ş1") == "kamusm-esign unblock v1|sess|Ş1".encode()
