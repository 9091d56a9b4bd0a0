"""Idempotency, transitions and limits of the API, one rule a test."""

import base64
import uuid
from dataclasses import replace
from typing import Any

import pytest

from kamusm_esign.domain.portal_session import unblock_info
from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.portal.keys import cryptogram
from kamusm_esign.sandbox.portal.services import codes, step_up
from kamusm_esign.sandbox.portal.services.sessions import GRACE_SECONDS
from kamusm_esign.sandbox.portal.tables import SessionRow
from tests.sandbox.portal.desk import OTP, PUK, SERIAL, Desk, SealKey, enrol

ON_BOTH = True
KEY = str(uuid.uuid4())
CHALLENGE = {"challenge": base64.b64encode(b"12345678").decode()}


def test_an_exchange_can_be_repeated_with_its_key_only(desk: Desk) -> None:
    code = desk.code()
    first = desk.exchange(code, KEY).json
    desk.clock.now += 299
    again = desk.exchange(code, KEY).json
    assert {k: v for k, v in again.items() if k != "server_time"} == {
        k: v for k, v in first.items() if k != "server_time"
    }
    assert desk.exchange(code).code == "code-used"
    desk.clock.now += 1
    assert desk.exchange(code, KEY).code == "code-used"  # its session is over


def test_what_a_pin_session_says(desk: Desk) -> None:
    view = desk.open().view
    assert view["kind"] == "pin"
    assert view["eligible_token_serials"] == [SERIAL]
    assert view["eligible_certificates"] == view["documents"] == []
    assert view["pin_policy"] == {"minimum": 6, "maximum": 12}
    assert view["unblock_methods"] == ["so-pin", "challenge-response"]
    assert view["holder"] == {"masked_name": "A*** I*** Ö*****", "masked_id": "*******0146"}
    assert view["step_up"] == {"masked_phone": "05** *** 12 34"}
    assert view["origin"] is None
    assert view["server_time"] == "2027-01-15T08:00:00.250Z"
    assert view["expires_at"] == "2027-01-15T08:05:00.250Z"


@pytest.mark.parametrize(
    ("purpose", "documents"),
    [
        ("e-onay-grant", [("e-onay-grant", "text/plain")]),
        ("e-onay-revoke", [("e-onay-revoke", "text/plain")]),
        ("application", [("form", "application/pdf"), ("undertaking", "application/pdf")]),
        ("login", [("login", "text/plain")]),
    ],
)
def test_what_a_sign_session_says(
    desk: Desk, purpose: str, documents: list[tuple[str, str]]
) -> None:
    view = desk.open(purpose).view
    assert view["kind"] == "sign"
    assert [(d["id"], d["media_type"]) for d in view["documents"]] == documents
    assert view["pin_policy"] is None
    assert view["unblock_methods"] == view["eligible_token_serials"] == []
    assert len(view["eligible_certificates"]) == 1
    assert view["step_up"] is None
    assert (view["holder"] is None) == (view["origin"] is not None) == (purpose == "login")


@pytest.mark.parametrize(
    ("purpose", "no_step_up", "otp", "asked"),
    [
        ("pin-unblock", False, None, True),
        ("pin-create", False, OTP, True),
        ("pin-unblock", True, OTP, False),
        ("e-onay-grant", False, None, False),
        ("e-onay-grant", False, OTP, True),
    ],
)
def test_who_is_asked_for_an_sms_code(
    desk: Desk, purpose: str, no_step_up: bool, otp: str | None, asked: bool
) -> None:
    switched = desk.switched(no_step_up=no_step_up)
    live = switched.open(purpose, otp=otp, stepped_up=False)
    assert (live.view["step_up"] is not None) == asked


def test_a_puk_is_released_once_and_sealed_to_the_request(desk: Desk) -> None:
    live, seal_key = desk.open(), SealKey()
    body: dict[str, Any] = {
        "methods": ["so-pin"],
        "seal_key": base64.b64encode(seal_key.public).decode(),
    }
    grant = live.unblock(KEY, **body)
    assert live.unblock(KEY, **body).body == grant.body
    sealed = base64.b64decode(grant.json["sealed_puk"])
    assert seal_key.open(sealed, unblock_info(live.view["id"], SERIAL)) == PUK
    assert live.unblock(**body).code == "puk-already-released"
    assert live.unblock(KEY).code == "puk-already-released"


@pytest.mark.parametrize(
    ("offered", "asked", "granted"),
    [
        (("so-pin", "challenge-response"), ["challenge-response", "so-pin"], "so-pin"),
        (("challenge-response", "so-pin"), ["so-pin", "challenge-response"], "challenge-response"),
        (("so-pin", "challenge-response"), ["challenge-response"], "challenge-response"),
        (("so-pin",), ["so-pin", "challenge-response"], "so-pin"),
    ],
)
def test_the_server_prefers(
    desk: Desk, offered: tuple[str, ...], asked: list[str], granted: str
) -> None:
    key = base64.b64encode(SealKey().public).decode()
    grant = desk.open(methods=offered).unblock(methods=asked, seal_key=key).json
    assert grant["method"] == granted
    assert ("sealed_puk" in grant) == (granted == "so-pin")


def test_a_puk_that_the_card_refused_is_not_released_again(desk: Desk) -> None:
    key = base64.b64encode(SealKey().public).decode()
    body: dict[str, Any] = {"methods": ["so-pin"], "seal_key": key}

    def refused_by_the_card(spent: bool, **request: Any) -> None:
        live = desk.open()
        assert live.unblock(**request).status == 200
        assert live.outcome("failed", puk_attempt_spent=spent).status == 204

    refused_by_the_card(False, **body)  # it failed otherwise
    refused_by_the_card(True)  # the cryptogram of a challenge
    refused_by_the_card(True, **body)
    assert desk.open().unblock(**body).code == "no-common-method"
    both = desk.open().unblock(methods=["so-pin", "challenge-response"], seal_key=key)
    assert both.json == {"method": "challenge-response"}
    desk.clock.now += 1
    enrol(desk)
    assert desk.open().unblock(**body).json["method"] == "so-pin"


def test_a_late_outcome_says_nothing_of_a_puk_that_was_enrolled_since(desk: Desk) -> None:
    body: dict[str, Any] = {
        "methods": ["so-pin"],
        "seal_key": base64.b64encode(SealKey().public).decode(),
    }
    live = desk.open()
    assert live.unblock(**body).status == 200
    desk.clock.now += 1
    enrol(desk)
    assert live.outcome("failed", puk_attempt_spent=True).status == 204
    assert desk.open().unblock(**body).json["method"] == "so-pin"


def test_a_challenge_is_answered_with_the_granted_cards_key(desk: Desk) -> None:
    live = desk.open()
    assert live.ask("POST", "/unblock/challenge", json=CHALLENGE).code == "no-common-method"
    assert live.unblock().json == {"method": "challenge-response"}
    first = live.ask("POST", "/unblock/challenge", json=CHALLENGE)
    assert live.ask("POST", "/unblock/challenge", json=CHALLENGE).body == first.body
    expected = cryptogram(desk.portal.keys.admin_key(SERIAL), b"12345678")
    assert base64.b64decode(first.json["response"]) == expected
    assert desk.portal.keys.admin_key("OTHER") != desk.portal.keys.admin_key(SERIAL)
    assert live.unblock().code == "challenge-already-answered"


def test_a_permission_that_released_nothing_may_be_replaced(desk: Desk) -> None:
    live = desk.open()
    assert live.unblock().status == 200
    key = base64.b64encode(SealKey().public).decode()
    assert live.unblock(methods=["so-pin"], seal_key=key).json["method"] == "so-pin"


OTHER = "MM-1"


@pytest.mark.parametrize(
    ("serials", "serial", "own_certificate", "allowed"),
    [
        ((SERIAL,), SERIAL, False, True),
        ((SERIAL, OTHER), OTHER, False, True),
        ((SERIAL,), OTHER, True, False),
        ((), SERIAL, True, True),
        ((), SERIAL, False, False),
        ((), OTHER, True, False),  # another kind
        ((SERIAL,), "NOT-ENROLLED", False, False),
        ((), SERIAL + " ", True, False),
    ],
)
def test_which_card_may_do_the_job(
    empty_desk: Desk,
    serials: tuple[str, ...],
    serial: str,
    own_certificate: bool,
    allowed: bool,
) -> None:
    import hashlib

    der = {
        SERIAL: enrol(empty_desk).certificate_der,
        OTHER: enrol(empty_desk, OTHER, CertificateKind.MALI_MUHUR).certificate_der,
    }
    sha256 = hashlib.sha256(der.get(serial.strip(), b"")).hexdigest()
    answer = empty_desk.open(serials=serials).unblock(
        token_serial=serial, certificate_sha256=sha256 if own_certificate else None
    )
    assert answer.status == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("before", "after", "accepted"),
    [
        ("unknown", "succeeded", True),
        ("unknown", "failed", True),
        ("unknown", "unknown", True),
        ("unknown", "cancelled", False),
        ("succeeded", "succeeded", True),
        ("succeeded", "failed", False),
        ("succeeded", "unknown", False),
        ("failed", "succeeded", False),
        ("failed", "failed", True),
        ("cancelled", "succeeded", False),
        ("cancelled", "cancelled", True),
    ],
)
def test_outcomes(desk: Desk, before: str, after: str, accepted: bool) -> None:
    live = desk.open()
    assert live.outcome(before).status == 204
    answer = live.outcome(after)
    assert answer.status == (204 if accepted else 409)
    assert live.unblock().code == "session-over"


def test_delete_notes_cancelled_and_nothing_over_it(desk: Desk) -> None:
    live = desk.open(stepped_up=False)
    assert live.ask("DELETE").status == live.ask("DELETE").status == 204
    assert live.outcome("cancelled").status == 204
    assert live.outcome("succeeded").code == "outcome-conflict"
    done = desk.open()
    assert done.outcome("succeeded").status == 204
    assert done.ask("DELETE").status == 204
    assert done.outcome("succeeded").status == 204


def test_delete_that_waits_for_an_outcome_leaves_it(desk: Desk) -> None:
    live = desk.open()

    def succeed() -> None:
        desk.clock.now += 0.005
        assert live.outcome("succeeded").status == 204

    assert replace(live, desk=desk.overtaken(succeed)).ask("DELETE").status == 204
    with desk.portal.database.read() as db:
        assert db.query(SessionRow).one().outcome == "succeeded"
    assert live.outcome("succeeded").status == 204


def test_delete_of_an_outcome_of_a_clock_that_goes_ahead_leaves_it(desk: Desk) -> None:
    live = desk.open()
    desk.clock.now += 0.005
    assert live.outcome("succeeded").status == 204
    desk.clock.now -= 0.005
    assert live.ask("DELETE").status == 204
    assert live.outcome("succeeded").status == 204
    assert live.unblock().code == "session-over"


def test_an_sms_code_that_waits_for_another_waits_from_when_that_was_sent(desk: Desk) -> None:
    live = desk.open(stepped_up=False)

    def sent() -> None:
        desk.clock.now += 1
        live.ask("POST", "/step-up")

    refused = replace(live, desk=desk.overtaken(sent)).ask("POST", "/step-up")
    assert (refused.code, refused.headers["retry-after"]) == ("too-many-attempts", "30")


def test_an_outcome_is_taken_for_seven_days(desk: Desk) -> None:
    late, too_late = desk.open(), desk.open()
    desk.clock.now += 300 + GRACE_SECONDS - 1
    assert late.outcome("unknown").status == 204
    desk.clock.now += 1
    assert too_late.outcome("succeeded").code == "token-invalid"


def test_a_token_speaks_for_its_own_session_only(desk: Desk) -> None:
    one, two = desk.open(), desk.open()
    one.view["token"] = two.view["token"]
    assert one.unblock().code == "token-invalid"


def test_sms_codes_are_sent_three_times_thirty_seconds_apart(desk: Desk) -> None:
    live = desk.open(stepped_up=False)
    assert live.check(OTP).json["attempts_left"] == 2  # nothing was sent yet
    waits = []
    for _ in range(step_up.SENDS):
        assert live.ask("POST", "/step-up").status == 202
        refused = live.ask("POST", "/step-up")
        waits.append(int(refused.headers["retry-after"]))
        assert refused.code == "too-many-attempts"
        desk.clock.now += step_up.SECONDS_BETWEEN
    assert waits == [30, 30, 240]
    assert live.ask("POST", "/step-up").code == "too-many-attempts"
    assert live.check(OTP).status == 204


def test_the_third_wrong_sms_code_ends_the_session(desk: Desk) -> None:
    live = desk.open(stepped_up=False)
    assert live.ask("POST", "/step-up").status == 202
    left = [live.check(otp).json["attempts_left"] for otp in ("000001", "000001", "000002")]
    assert left == [2, 2, 1]
    last = live.check("000003")
    assert (last.code, last.json["attempts_left"]) == ("otp-wrong", 0)
    assert live.check(OTP).code == "session-over"
    assert live.unblock().code == "session-over"
    assert live.outcome("failed").status == 204


def test_an_accepted_sms_code_is_accepted_again(desk: Desk) -> None:
    live = desk.open()
    assert live.check(OTP).status == 204
    assert live.ask("POST", "/step-up").code == "step-up-not-required"


def test_unknown_codes_are_counted_for_each_address(desk: Desk) -> None:
    good = desk.code()
    for _ in range(codes.UNKNOWN_CODES.tries):
        assert desk.exchange("1" * 15).code == "code-unknown"
        desk.clock.now += 2
    refused = desk.exchange(good)
    assert (refused.code, refused.headers["retry-after"]) == ("too-many-attempts", "50")
    assert desk.exchange("1" * 15, address="10.0.0.2").code == "code-unknown"
    desk.clock.now += 50
    assert desk.exchange(good).status == 201


def test_used_and_expired_codes_do_not_count(desk: Desk) -> None:
    old = desk.code()
    desk.clock.now += codes.CODE_SECONDS
    used = desk.code()
    assert desk.exchange(used).status == 201
    for _ in range(codes.UNKNOWN_CODES.tries + 1):
        assert desk.exchange(old).code == "code-expired"
        assert desk.exchange(used).code == "code-used"


def test_a_session_outlives_its_code(desk: Desk) -> None:
    code = desk.code("e-onay-grant")
    desk.clock.now += 299
    view: dict[str, Any] = desk.exchange(code, KEY).json
    desk.clock.now += 1799
    assert desk.exchange(code, KEY).json["id"] == view["id"]
