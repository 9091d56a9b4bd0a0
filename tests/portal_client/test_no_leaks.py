"""No code, token or SMS code in any log record or exception, however a request ends."""

import logging
import traceback

import pytest

from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.portal_client.transport import Outgoing
from tests.equipment.portal_answers import Job
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import (
    Fault,
    cut_off,
    delay,
    drop,
    edited,
    redirect,
    say_problem,
    say_raw,
)
from tests.portal_client.helpers import CODE, KEY, OPERATIONS, OTP, SERIAL, client_for

ENDS: dict[str, tuple[Fault, ...]] = {
    "well": (),
    "hung up": (drop(),) * 3,
    "cut off": (cut_off(30),) * 3,
    "timed out": (delay(10),) * 3,
    "problem": (say_problem("token-invalid", detail=CODE + OTP),),
    "unknown problem": (say_problem("x", 418),),
    "redirect": (redirect("https://portal.example/"),),
    "garbage": (say_raw(b"garbage\r\n\r\n"),),
}


@pytest.mark.parametrize("end", ENDS)
def test_no_secret_shows(portal: PortalDouble, end: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_for(portal, read=0.05, pauses=(0.0, 0.0))
    portal.desk.jobs[CODE] = Job(serials=(SERIAL,), otp=OTP, methods=("challenge-response",))
    access = client.open_session(VerificationCode(CODE), KEY).access
    shown = [repr(access), str(access)]
    for operation, use in OPERATIONS.items():
        portal.script(operation, *ENDS[end])
        try:
            shown.append(repr(use(client, access)))
        except FailedError as error:
            shown += [repr(error), str(error), repr(error.failure)]
            shown += traceback.format_exception(error)
    shown += [
        text for record in caplog.records for text in (record.getMessage(), repr(record.__dict__))
    ]
    assert any("urllib3" in record.name for record in caplog.records)
    for secret in (access.token.reveal(), CODE, OTP):
        assert not [text for text in shown if secret in text]


@pytest.mark.parametrize("token", ["q" * 43, "q" * 40 + "\u20ac", "q" * 40 + "\r\nX: y"])
def test_bad_answer_does_not_show_its_token(
    portal: PortalDouble, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    portal.desk.jobs[CODE] = Job()
    portal.script("*", edited(lambda body: body.update({"token": token, "kind": "none"})))
    with pytest.raises(FailedError) as caught:
        client_for(portal).open_session(VerificationCode(CODE), KEY)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.failure)
    assert "qqqq" not in shown + caplog.text


def test_outgoing_request_does_not_show_itself() -> None:
    request = Outgoing("PUT", "https://h/s_1", (("Authorization", "Bearer x1"),), b"x2")
    assert "x1" not in repr(request)
    assert "x2" not in repr(request)
