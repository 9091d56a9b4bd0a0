"""PRT: what the portal says of a code, a session, a signature or an outcome."""

import base64
from collections.abc import Callable, Mapping
from functools import partial

from tests.equipment.portal_faults import Fault, delay, drop, edited, say_problem
from tests.every_code.bench import Bench, Scenario, Table
from tests.every_code.prt_way import OPEN, TRIES

TABLE = Table()
UNBLOCK = "POST /sessions/{}/unblock"
STEP_UP = "PUT /sessions/{}/step-up"
DOCUMENT = "GET /sessions/{}/documents/{}"
SIGNATURE = "PUT /sessions/{}/documents/{}/signature"
OUTCOME = "PUT /sessions/{}/outcome"

WHILE_A_PIN_IS_SET: Mapping[str, tuple[str, str]] = {
    "PRT-210": (OPEN, "code-malformed"),
    "PRT-211": (OPEN, "code-unknown"),
    "PRT-212": (OPEN, "code-expired"),
    "PRT-213": (OPEN, "code-used"),
    "PRT-214": (OPEN, "client-too-old"),
    "PRT-215": (OPEN, "too-many-attempts"),
    "PRT-216": (OPEN, "maintenance"),
    "PRT-217": (UNBLOCK, "token-invalid"),
    "PRT-218": (UNBLOCK, "session-over"),
    "PRT-219": (UNBLOCK, "wrong-session-kind"),
    "PRT-220": (UNBLOCK, "step-up-required"),
    "PRT-221": (UNBLOCK, "step-up-not-required"),
    "PRT-223": (UNBLOCK, "token-not-eligible"),
    "PRT-225": (UNBLOCK, "puk-already-released"),
    "PRT-232": (OPEN, "internal"),
    "PRT-233": (OPEN, "malformed-request"),
}
WHILE_SOMETHING_IS_SIGNED: Mapping[str, tuple[str, str]] = {
    "PRT-227": (DOCUMENT, "document-unknown"),
    "PRT-229": (SIGNATURE, "too-large"),
    "PRT-230": (SIGNATURE, "already-signed"),
    "IMZ-321": (SIGNATURE, "signature-invalid"),
    "IMZ-322": (SIGNATURE, "certificate-not-eligible"),
    "IMZ-324": (SIGNATURE, "certificate-revoked"),
}


def _set_pin(operation: str, problem: str, bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(operation, *[say_problem(problem)] * TRIES)
    return bench.set_pin()


def _sign(operation: str, problem: str, bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(operation, *[say_problem(problem)] * TRIES)
    return bench.sign().code


def _enter(
    work: Callable[[str, str, Bench], str | None], rows: Mapping[str, tuple[str, str]]
) -> None:
    for code, (operation, problem) in rows.items():
        scenario: Scenario = partial(work, operation, problem)
        TABLE.add(code, scenario)


_enter(_set_pin, WHILE_A_PIN_IS_SET)
_enter(_sign, WHILE_SOMETHING_IS_SIGNED)


@TABLE("PRT-234")
def a_problem_of_a_later_version(bench: Bench) -> str | None:
    bench.use_card()
    bench.fault(OPEN, say_problem("moon-phase", 409))
    return bench.set_pin()


def _wrong_otp(bench: Bench, left: int) -> str | None:
    bench.use_card()
    bench.ask(otp="271828")
    bench.fault(STEP_UP, say_problem("otp-wrong", attempts_left=left))
    return bench.set_pin()


@TABLE("PRT-222")
def a_wrong_sms_code(bench: Bench) -> str | None:
    return _wrong_otp(bench, 2)


@TABLE("PRT-238")
def the_last_wrong_sms_code(bench: Bench) -> str | None:
    return _wrong_otp(bench, 0)


@TABLE("PRT-224")
def nothing_that_both_can_do(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask(methods=("challenge-response",))
    return bench.set_pin()


@TABLE("PRT-235")
def a_puk_sealed_for_somebody_else(bench: Bench) -> str | None:
    bench.use_card()

    def spoil(grant: dict[str, object]) -> None:
        sealed = bytearray(base64.b64decode(str(grant["sealed_puk"])))
        sealed[-1] ^= 1
        grant["sealed_puk"] = base64.b64encode(sealed).decode()

    bench.fault(UNBLOCK, edited(spoil))
    return bench.set_pin()


@TABLE("PRT-236")
def the_session_ends_meanwhile(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask(lifetime=4.0)
    bench.fault(UNBLOCK, delay(4.5))
    return bench.set_pin()


@TABLE("PRT-237")
def a_code_for_signing(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask_to_sign()
    return bench.set_pin()


@TABLE("PRT-241")
def a_code_for_a_pin(bench: Bench) -> str | None:
    bench.use_card()
    bench.ask()
    return bench.sign().code


# ---------------------------------------------------------------------------- told later
def left_to_tell(bench: Bench, *more: Fault) -> None:
    """A PIN was set, and the portal was not told."""
    bench.use_key_store()
    bench.fault(OUTCOME, *[drop()] * TRIES, *more)
    assert bench.start_set_pin().status == 3


@TABLE("PRT-231")
def the_portal_knows_another_ending(bench: Bench) -> str | None:
    bench.use_card()
    left_to_tell(bench, say_problem("outcome-conflict"))
    return bench.hand_in()


@TABLE("PRT-240")
def a_week_later(bench: Bench) -> str | None:
    bench.use_card()
    left_to_tell(bench, say_problem("token-invalid"))
    bench.shift_clock(8 * 24 * 3600)
    return bench.hand_in()
