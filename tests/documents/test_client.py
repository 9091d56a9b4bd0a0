"""Documents and the real drawing process: what is shown, what is refused, what it survives."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kamusm_esign.documents.client import DocumentHost, host_command
from kamusm_esign.documents.confine import MEMORY
from kamusm_esign.documents.kind import LARGEST
from kamusm_esign.domain.documents import PDF, PLAIN_TEXT, Found, PictureWanted, Readable
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.ports import DocumentRenderer
from tests.card.test_host import gone
from tests.equipment.pdfs import document, encrypted, lines, simple, stream

C = FailureCode
BAND = PictureWanted(0, 200, 0, 283)
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux lets one give up")


@pytest.fixture
def host() -> Iterator[DocumentHost]:
    host = DocumentHost(timeout=60.0)
    yield host
    host.close()


def pid_of(host: DocumentHost) -> int:
    assert host._process is not None
    return host._process.pid


def failure_of(call: Callable[[], object]) -> FailureCode:
    with pytest.raises(FailedError) as caught:
        call()
    return caught.value.failure.code


# ---------------------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"", PDF, C.DOCUMENT_TYPE_WRONG),
        (b"<html>", PDF, C.DOCUMENT_TYPE_WRONG),
        (b"x" * 1024 + b"%PDF-1.7", PDF, C.DOCUMENT_TYPE_WRONG),
        (b"%PDF-1.7", PDF, C.DOCUMENT_BROKEN),
        (encrypted(b"secret"), PDF, C.DOCUMENT_LOCKED),
        (document([lines("a")], box="[0 0 20000 20000]"), PDF, C.DOCUMENT_TOO_LARGE),
        (b"%PDF-1.7" + b" " * LARGEST, PDF, C.DOCUMENT_TOO_LARGE),
        (b"a" * (LARGEST + 1), PLAIN_TEXT, C.DOCUMENT_TOO_LARGE),
        (b"a\0b", PLAIN_TEXT, C.DOCUMENT_TYPE_WRONG),
        ("ışık".encode("iso-8859-9"), PLAIN_TEXT, C.DOCUMENT_TYPE_WRONG),
        (b"\xed\xa0\x80", PLAIN_TEXT, C.DOCUMENT_TYPE_WRONG),
        (b"text", "text/html", C.DOCUMENT_TYPE_WRONG),
    ],
)
def test_refused(host: DocumentHost, content: bytes, media_type: str, code: FailureCode) -> None:
    assert failure_of(lambda: host.open(content, media_type)) is code


# ---------------------------------------------------------------------------- what is shown
def test_a_pdf(host: DocumentRenderer) -> None:
    readable = host.open(document([lines("Hello")] * 2, page="/Rotate 90"), PDF)
    assert [(s.width, s.height) for s in readable.pages] == [(842, 595), (842, 595)]
    assert host.open(document([lines("Hello")] * 2, page="/Rotate 90"), PDF) is readable


def test_pictures_of_a_page(host: DocumentHost) -> None:
    readable = host.open(document([stream(b"1 0 0 rg 0 0 300 842 re f")]), PDF)
    whole = host.picture(readable.key, BAND)
    assert (whole.width, whole.height, len(whole.dots)) == (200, 283, 200 * 283 * 4)
    assert whole.dots[:3] == b"\0\0\xff"  # red on the left, as blue, green and red
    assert whole.dots[199 * 4 : 199 * 4 + 3] == b"\xff\xff\xff"
    upper = host.picture(readable.key, PictureWanted(0, 200, 0, 100))
    lower = host.picture(readable.key, PictureWanted(0, 200, 100, 183))
    assert upper.dots + lower.dots == whole.dots


@pytest.mark.parametrize("content", [simple(1, "E-Onay"), encrypted(b"")], ids=["plain", "locked"])
def test_its_text(host: DocumentHost, content: bytes) -> None:
    readable = host.open(content, PDF)
    text = host.page_text(readable.key, 0)
    assert text.split()[-1] in ("E-Onay", "page")
    (found,) = host.search(readable.key, 0, "PAGE")
    (box,) = host.boxes(readable.key, found)
    assert 72 / 595 < box.left < box.right < 300 / 595
    assert 0.05 < box.top < box.bottom < 0.12


def test_a_text_needs_no_process(host: DocumentHost) -> None:
    text = "E-Onay veriyorum.\r\nIŞIK"
    readable = host.open(text.encode(), PLAIN_TEXT)
    assert readable == Readable(readable.key, PLAIN_TEXT, (), text)
    assert host.page_text(readable.key, 0) == text
    assert host.search(readable.key, 0, "işik") == (Found(0, 19, 4),)
    assert host.boxes(readable.key, Found(0, 19, 4)) == ()
    assert host._process is None


def test_two_documents_by_turns(host: DocumentHost) -> None:
    one, other = (host.open(simple(1, word), PDF) for word in ("first", "second"))
    for _ in range(2):
        assert "first" in host.page_text(one.key, 0)
        assert "second" in host.page_text(other.key, 0)
    host.forget(one.key)
    with pytest.raises(KeyError):
        host.page_text(one.key, 0)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (PictureWanted(9, 200, 0, 283), C.DOCUMENT_BROKEN),
        (PictureWanted(0, 100_000, 0, 10_000), C.DOCUMENT_TOO_LARGE),
    ],
)
def test_what_cannot_be_drawn(host: DocumentHost, wanted: PictureWanted, code: FailureCode) -> None:
    readable = host.open(simple(1), PDF)
    assert failure_of(lambda: host.picture(readable.key, wanted)) is code
    assert host.picture(readable.key, BAND).dots


def test_started_early_and_used_later(host: DocumentHost) -> None:
    host.start()
    pid = pid_of(host)
    host.open(simple(1), PDF)
    assert pid_of(host) == pid


# ---------------------------------------------------------------------------- what it survives
def test_a_crash_is_a_failure_and_the_next_call_works(host: DocumentHost) -> None:
    readable = host.open(simple(1), PDF)
    pid = pid_of(host)
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    assert failure_of(lambda: host.picture(readable.key, BAND)) is C.DOCUMENT_CRASHED
    assert gone(pid)
    assert host.picture(readable.key, BAND).dots


@pytest.mark.parametrize("content", [simple(1), simple(1) + b"%" * (10 << 20)], ids=["", "large"])
def test_one_that_hangs_is_ended(content: bytes) -> None:
    host = DocumentHost(timeout=60.0)
    host.open(simple(2), PDF)
    pid = pid_of(host)
    host._timeout = 0.5
    os.kill(pid, signal.SIGSTOP)
    assert failure_of(lambda: host.open(content, PDF)) is C.DOCUMENT_TOO_SLOW
    assert gone(pid)
    host._timeout = 60.0
    assert host.open(content, PDF).pages
    host.close()


def test_closed_while_it_draws(host: DocumentHost) -> None:
    readable = host.open(simple(1), PDF)
    os.kill(pid_of(host), signal.SIGSTOP)
    threading.Timer(0.2, host.close).start()
    assert failure_of(lambda: host.picture(readable.key, BAND)) is C.DOCUMENT_CRASHED
    assert host.picture(readable.key, BAND).dots


def test_no_process_to_be_had() -> None:
    host = DocumentHost(command=lambda: ["/no/such/program"])
    assert failure_of(lambda: host.open(simple(1), PDF)) is C.DOCUMENT_HOST_FAILED


LIES = {
    "nothing": "",
    "noise": "out(b'x' * 100)",
    "no object": "message([])",
    "no pages": "message({'pages': []})",
    "pages of nothing": "message({'pages': [[0, 0]]})",
    "pages of words": "message({'pages': [['a', 'b']]})",
    "pages without end": "out(b'J\\0\\0\\0\\x13' + b'{\"pages\":[[1e999,1]]')",
    "another failure": "message({'failure': 'KRT-121'})",
    "a picture": "out(b'B\\0\\0\\0\\1a')",
    "a secret": "out(b'S\\0\\0\\0\\1a')",
}
LIAR = """
import json, sys
out = sys.stdout.buffer.write
def message(value):
    body = json.dumps(value).encode()
    out(b"J" + len(body).to_bytes(4, "big") + body)
sys.stdin.buffer.read(5)
"""


@pytest.mark.parametrize("lie", LIES)
def test_what_it_answers_is_not_believed(lie: str) -> None:
    command = [sys.executable, "-c", f"{LIAR}\n{LIES[lie]}"]
    host = DocumentHost(timeout=60.0, command=lambda: command)
    assert failure_of(lambda: host.open(simple(1), PDF)) is C.DOCUMENT_CRASHED
    host.close()


# ---------------------------------------------------------------------------- what it has given up
CONFINED = """
import json, os, socket, subprocess, sys
from kamusm_esign.documents.confine import confine
confine()
def tried(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
print(json.dumps({
    "socket": tried(socket.socket),
    "program": tried(lambda: os.execv("/bin/true", ["true"])),
    "kill": tried(lambda: os.kill(os.getppid(), 0)),
    "write": tried(lambda: open(sys.argv[1], "w", buffering=1).write("a\\n")),
    "memory": tried(lambda: bytearray(600 << 20)),
    "little memory": tried(lambda: bytearray(100 << 20)),
    "read": tried(lambda: open("/etc/hostname").read()),
}))
"""


@linux
def test_the_drawing_process_can_do_nothing_else(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CONFINED, str(tmp_path / "file")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    refused = dict.fromkeys(("socket", "program", "kill"), "PermissionError")
    assert json.loads(child.stdout) == refused | {
        "write": "OSError",
        "memory": "MemoryError",
        "little memory": "done",
        "read": "done",
    }


@linux
def test_the_real_one_is_confined(host: DocumentHost) -> None:
    host.open(simple(1), PDF)
    status = Path(f"/proc/{pid_of(host)}/status").read_text()
    assert "Seccomp:\t2" in status
    limits = Path(f"/proc/{pid_of(host)}/limits").read_text()
    assert f"Max address space         {MEMORY} " in limits


def test_it_ends_with_its_parent() -> None:
    process = subprocess.Popen(host_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.communicate(b"", timeout=60)
    assert process.returncode == 0


def test_nothing_of_it_is_in_the_program() -> None:
    code = "import sys; from kamusm_esign.documents.client import DocumentHost; DocumentHost();"
    names = "print([m for m in sys.modules if 'pdfium' in m or m == 'kamusm_esign.documents.desk'])"
    child = subprocess.run(
        [sys.executable, "-c", code + names],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert child.stdout.strip() == "[]"
