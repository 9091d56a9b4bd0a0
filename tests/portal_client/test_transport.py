"""The way to the portal: sizes and times."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.portal_client.call import Cancel
from kamusm_esign.portal_client.transport import Outgoing, Transport
from tests.equipment.portal_answers import Answer, Job
from tests.equipment.portal_desk import Request
from tests.equipment.portal_double import PortalDouble
from tests.equipment.portal_faults import (
    Fault,
    changed,
    compressed,
    drip,
    endless,
    redirect,
    say,
    say_raw,
)
from tests.portal_client.helpers import (
    UNKNOWN_ACCESS,
    client_for,
    failure_of,
    opened,
)

MIB = 1 << 20
INVALID = FailureCode.PORTAL_ANSWER_INVALID
TOO_LARGE = FailureCode.PORTAL_ANSWER_TOO_LARGE


def _padded(size: int) -> Fault:
    """A good answer with blanks behind it."""
    return changed(lambda a: Answer(a.status, a.body.ljust(size), a.content_type))


ANSWERS: dict[str, tuple[Fault, FailureCode]] = {
    "10 MB": (say(Answer(200, b" " * 10_000_000)), TOO_LARGE),
    "one byte too much": (_padded(MIB + 1), TOO_LARGE),
    "endless": (endless(), TOO_LARGE),
    "endless error": (endless(500, "application/problem+json"), TOO_LARGE),
    "endless chunks": (
        say_raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"
            b"\r\n\r\n" + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 20
        ),
        TOO_LARGE,
    ),
    "compressed": (compressed(), INVALID),
    "said to be compressed": (
        changed(lambda a: Answer(200, a.body, headers=(("Content-Encoding", "gzip"),))),
        INVALID,
    ),
    "garbage": (say(Answer(200, b"\x00\xff garbage")), INVALID),
    "no object": (say(Answer(200, b"[]")), INVALID),
    "no body": (say(Answer(200, b"")), INVALID),
    "deep": (say(Answer(200, b'{"x":' * 150_000)), INVALID),
    "text/html": (say(Answer(200, b"<html></html>", "text/html")), INVALID),
    "problem with 200": (say(Answer(200, b"{}", "application/problem+json")), INVALID),
    "wrong good status": (changed(lambda a: Answer(202, a.body)), INVALID),
    "204": (say(Answer(204)), INVALID),
    "103 and no more": (say_raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), INVALID),
    "101": (say_raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), INVALID),
    "strange status": (say_raw(b"HTTP/1.1 99 Low\r\n\r\n"), INVALID),
    "no number": (say_raw(b"HTTP/1.1 two OK\r\n\r\n"), INVALID),
    "long status line": (say_raw(b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n"), INVALID),
    "many headers": (say_raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n"), INVALID),
    "two lengths": (
        say_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        INVALID,
    ),
    "redirect": (redirect("/elsewhere"), FailureCode.PORTAL_REDIRECT),
    "permanent redirect": (
        redirect("http://127.0.0.1:1/", 308),
        FailureCode.PORTAL_REDIRECT,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_bad_answers(portal: PortalDouble, name: str) -> None:
    fault, code = ANSWERS[name]
    portal.script("GET /client", fault)
    assert failure_of(client_for(portal).client_info).code is code
    assert len(portal.requests) == 1


@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3])
def test_good_answers_in_odd_forms(portal: PortalDouble, interim: bytes) -> None:
    body = portal.desk.answer(Request("GET", "/api/v1/client", {}, b"")).body
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 Fine\r\nCONTENT-type: Application/JSON; charset=UTF-8\r\n"
    forms = [
        head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        head + b"\r\n" + body,
        head + b"Content-Encoding: identity\r\n\r\n" + body,
        head.replace(b"1.1", b"1.0") + b"\r\n" + body,
    ]
    portal.script("*", *[say_raw(interim + form) for form in forms], _padded(MIB))
    client = client_for(portal)
    assert len({client.client_info() for _ in range(5)}) == 1
    assert len(portal.requests) == 5


def test_documents_may_be_larger_than_messages(portal: PortalDouble) -> None:
    text = b"x" * (20 * MIB)
    client = client_for(portal, read=10.0, transfer=20.0)
    access = opened(client, portal, Job("application", documents=(("d1", text),))).access
    assert client.get_document(access, "d1").content == text
    portal.script("*", changed(lambda a: Answer(200, a.body + b"x", "text/plain")))
    assert failure_of(lambda: client.get_document(access, "d1")).code is TOO_LARGE
    portal.script("*", say(Answer(409, b" " * (MIB + 1))))
    assert failure_of(lambda: client.get_document(access, "d1")).code is TOO_LARGE
    portal.script("*", say(Answer(200, b"<html>", "text/html")))
    assert failure_of(lambda: client.get_document(access, "d1")).code is INVALID


@pytest.mark.parametrize("headers", [False, True])
def test_a_server_that_drips_does_not_hold_us(portal: PortalDouble, headers: bool) -> None:
    """Every byte comes within the read time-out; only the total ends it."""
    portal.script("*", drip(0.02, headers=headers))
    client = client_for(portal, read=1.0, total=0.2, pauses=())
    start = time.monotonic()
    assert failure_of(client.client_info) == Failure.of(FailureCode.PORTAL_TIMEOUT)
    assert 0.15 < time.monotonic() - start < 1.0


def test_nothing_is_left_running_after_a_timeout(portal: PortalDouble) -> None:
    portal.script("*", drip(0.02))
    failure_of(client_for(portal, read=5.0, total=0.1, pauses=()).client_info)
    workers = [thread for thread in threading.enumerate() if thread.name == "http"]
    for worker in workers:
        worker.join(2.0)
    assert not any(worker.is_alive() for worker in workers)


def test_name_server_that_does_not_answer(
    portal: PortalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is not sent when the answer comes after all."""
    looked_up, go_on = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def slow(*args: object, **kwargs: object) -> object:
        go_on.wait(5.0)
        looked_up.set()
        return look_up(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    client = client_for(portal, total=0.1)
    assert failure_of(lambda: client.send_step_up(UNKNOWN_ACCESS)).code is (
        FailureCode.PORTAL_TIMEOUT
    )
    go_on.set()
    assert looked_up.wait(2.0)
    for worker in threading.enumerate():
        if worker.name == "http":
            worker.join(2.0)
    assert portal.requests == []


def test_a_call_that_was_given_up_before_is_not_sent(portal: PortalDouble) -> None:
    cancel = Cancel()
    cancel.throw()
    transport = Transport(user_agent="x")
    request = Outgoing("GET", portal.url + "/api/v1/client")
    assert failure_of(lambda: transport.send(request, cancel)).code is FailureCode.CANCELLED
    assert portal.requests == []


def test_cookies_are_not_kept(portal: PortalDouble) -> None:
    cookie = (("Set-Cookie", "a=b; Path=/"),)
    portal.script("*", changed(lambda a: Answer(a.status, a.body, headers=cookie)))
    client = client_for(portal)
    client.client_info()
    client.client_info()
    assert "cookie" not in portal.requests[1].headers


def test_netrc_is_not_used(
    portal: PortalDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login somebody password something\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    client_for(portal).client_info()
    assert "authorization" not in portal.requests[0].headers


# ---------------------------------------------------------------------------- fetcher
def test_fetch(portal: PortalDouble) -> None:
    fetcher = Transport(user_agent="kamusm-esign/2.0.0", connect_timeout=0.5, read_timeout=0.5)
    portal.script("*", redirect("/elsewhere"))
    url = portal.url + "/api/v1/sessions"
    answer = fetcher.fetch("GET", url)
    assert (answer.status, dict(answer.headers)["Location"]) == (302, "/elsewhere")
    posted = fetcher.fetch("POST", url, headers=[("Content-Type", "a/b")], body=b"\x00", limit=500)
    assert posted.status == 400
    assert portal.requests[1].body == b"\x00"
    assert portal.requests[1].headers["content-type"] == "a/b"
    assert portal.requests[1].headers["user-agent"] == "kamusm-esign/2.0.0"
    portal.script("*", say(Answer(200, b"12345")), drip(0.05))
    assert failure_of(lambda: fetcher.fetch("GET", url, limit=4)).code is TOO_LARGE
    assert failure_of(lambda: fetcher.fetch("GET", url, timeout=0.1)).code is (
        FailureCode.PORTAL_TIMEOUT
    )


def test_program_can_end_while_a_request_waits(portal: PortalDouble) -> None:
    """The waiting thread does not hold the interpreter."""
    code = (
        "import sys, threading\n"
        "from kamusm_esign.portal_client.transport import Transport\n"
        "fetch = Transport(user_agent='x').fetch\n"
        "threading.Thread(target=fetch, args=('GET', sys.argv[1]), daemon=True).start()\n"
        "threading.Event().wait(0.3)\n"
    )
    portal.script("*", drip(0.5, headers=True))
    done = subprocess.run([sys.executable, "-c", code, portal.url], timeout=20, check=False)
    assert done.returncode == 0
