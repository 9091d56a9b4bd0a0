"""The card host as a process: signals, its parent's death, garbage, what it prints."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamusm_esign import __version__
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.process import HostProcess
from kamusm_esign.card.spawn import host_command, spawn_host
from kamusm_esign.child.frames import FrameType, encode_message, read_frame, write_frame
from kamusm_esign.domain.card_result import CardResult
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import Outcome
from tests.card.conftest import MakeHost
from tests.card.test_reading import failure_of
from tests.card.test_unblock import SESSION, secret, unblock
from tests.equipment.puk_seal import grant_for
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN, PUK

ROOT = Path(__file__).parents[2]


def host_process(client: CardHostClient) -> HostProcess:
    assert client._hosts._current is not None
    return client._hosts._current


def gone(pid: int, limit: float = 10.0) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def test_shipped_timeouts(tmp_path: Path) -> None:
    client = CardHostClient(tmp_path)
    assert (client._read_timeout, client._write_timeout, client._lock_wait) == (15.0, 60.0, 65.0)


def test_started_early_and_used_later(host: CardHostClient, card: ShimmedToken) -> None:
    host.start()
    pid = host_process(host).pid
    assert len(host.list_tokens(card.module)) == 1
    assert host_process(host).pid == pid


def test_a_host_for_each_secret(host: CardHostClient, card: ShimmedToken) -> None:
    host.seal_key()
    pid = host_process(host).pid
    unblock(host, card)
    assert gone(pid)
    assert host_process(host).pid != pid


def test_the_look_after_a_write_finds_a_host_ready(make_host: MakeHost, card: ShimmedToken) -> None:
    started = []

    def command() -> list[str]:
        started.append(time.monotonic())
        return host_command()

    card.fault("C_InitPIN 1 delay 300")
    host = make_host(command=command)
    unblock(host, card)
    over = time.monotonic()
    pid = host_process(host).pid
    assert len(host.list_tokens(card.module)) == 1
    assert host_process(host).pid == pid
    assert len(started) == 2
    assert started[1] < over - 0.3


def test_closed_within_a_write_none_is_left(make_host: MakeHost, card: ShimmedToken) -> None:
    card.fault("C_InitPIN 1 delay 60000")
    host = make_host()
    pids: list[int] = []

    def close() -> None:
        card.wait_for_call("C_InitPIN")
        assert host._hosts._next is not None
        pids.extend((host_process(host).pid, host._hosts._next.pid))
        host.close()

    closer = threading.Thread(target=close)
    closer.start()
    result = unblock(host, card)
    closer.join()
    assert result.outcome is Outcome.UNKNOWN
    assert len(pids) == 2
    assert all(map(gone, pids))
    assert host._hosts._current is host._hosts._next is None


def test_signals_are_the_parents_business(host: CardHostClient, card: ShimmedToken) -> None:
    host.list_tokens(card.module)
    pid = host_process(host).pid
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    assert len(host.list_tokens(card.module)) == 1
    assert host_process(host).pid == pid


def test_memory_is_private(host: CardHostClient, card: ShimmedToken) -> None:
    host.list_tokens(card.module)
    process = Path(f"/proc/{host_process(host).pid}")
    limits = (process / "limits").read_text()
    assert any(line.split()[4:6] == ["0", "0"] for line in limits.splitlines() if "core" in line)
    if os.geteuid() == 0:  # what cannot be dumped belongs to root: seen by its owner's id only
        return
    with pytest.raises(PermissionError):
        (process / "mem").open("rb")


def test_it_ends_with_its_pipe(host: CardHostClient) -> None:
    host.seal_key()
    process = host_process(host)
    process._close_input()
    assert gone(process.pid)


def test_it_ends_by_itself_when_nobody_kills_it(card: ShimmedToken, tmp_path: Path) -> None:
    card.fault("C_Initialize 0 hang")
    request = {
        "operation": "list",
        "limit": 0.2,
        "module": str(card.module),
        "lock_folder": str(tmp_path),
        "lock_wait": 1.0,
        "reveals_tries": True,
        "reveals_puk_tries": False,
    }
    with subprocess.Popen(
        host_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        write_frame(process.stdin, FrameType.MESSAGE, encode_message(request))  # type: ignore[arg-type]
        assert process.wait(10) == 1


def test_the_program_itself_can_be_the_host(make_host: MakeHost, card: ShimmedToken) -> None:
    """Frozen programs start their host this way."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r});"
        f"sys.argv = ['x', '--card-host', {__version__!r}];"
        "from kamusm_esign.__main__ import main; main()"
    )
    host = make_host(command=lambda: [sys.executable, "-c", script])
    assert len(host.list_tokens(card.module)) == 1


def test_a_host_that_was_started_before_the_client(make_host: MakeHost, card: ShimmedToken) -> None:
    process = spawn_host()
    host = make_host(started=process)
    assert len(host.list_tokens(card.module)) == 1
    assert host_process(host).pid == process.pid


_PARENT = """
import sys
from pathlib import Path
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.domain.secret import Secret
from kamusm_esign.domain.tokens import TokenTarget
from tests.equipment.puk_seal import grant_for
module, serial, locks = sys.argv[1:]
client = CardHostClient(Path(locks))
grant = grant_for(client.seal_key(), "70416538", "s_1", serial)
print(client._hosts.current().pid, flush=True)
client.unblock_pin(
    Path(module), TokenTarget(serial, None), "s_1", grant, Secret.taking(bytearray(b"590271"))
)
"""


def test_it_finishes_a_write_when_its_parent_is_killed(
    make_host: MakeHost, card: ShimmedToken, tmp_path: Path
) -> None:
    card.fault("C_InitPIN 1 delay 700")
    arguments = [str(card.module), card.token.serial, str(tmp_path / "locks")]
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        card.wait_for_call("C_InitPIN")
        parent.kill()
        parent.wait(5)
    # Whoever looks now waits for the one that still writes, and then sees the truth.
    assert len(make_host().list_tokens(card.module)) == 1
    assert gone(pid)
    card.fault()
    assert card.token.takes_pin(NEW_PIN)


def test_a_host_killed_within_the_write(host: CardHostClient, card: ShimmedToken) -> None:
    card.fault("C_InitPIN 1 delay 60000")
    host.seal_key()
    pid = host_process(host).pid

    def kill() -> None:
        card.wait_for_call("C_InitPIN")
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    result = unblock(host, card)
    killer.join()
    assert result.outcome is Outcome.UNKNOWN
    assert result.failure == Failure.of(FailureCode.PIN_SET_UNKNOWN, raw="KRT-110")


def test_close_ends_a_stuck_request(make_host: MakeHost, card: ShimmedToken) -> None:
    host = make_host(read_timeout=60.0)
    card.fault("C_GetSlotList 0 hang")

    def close() -> None:
        card.wait_for_call("C_GetSlotList")
        host.close()

    closer = threading.Thread(target=close)
    closer.start()
    code, _ = failure_of(lambda: host.list_tokens(card.module))
    closer.join()
    assert code is FailureCode.CARD_HOST_FAILED
    card.fault()
    assert len(host.list_tokens(card.module)) == 1


def test_two_threads_take_turns(host: CardHostClient, card: ShimmedToken) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(host.list_tokens(card.module))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4


def test_the_answer_is_lost_after_success(make_host: MakeHost, card: ShimmedToken) -> None:
    """A host that dies between the write and its answer has still written."""
    script = (
        "import os; from kamusm_esign.card.channel import Channel;"
        "Channel.answer = lambda self, message: os._exit(9) if 'outcome' in message else real("
        "self, message);"
    )
    boot = host_command()
    boot[boot.index("-c") + 1] = boot[boot.index("-c") + 1].replace(
        "from kamusm_esign.card.host",
        "from kamusm_esign.card.channel import Channel; real = Channel.answer;"
        + script
        + "from kamusm_esign.card.host",
    )
    host = make_host(command=lambda: boot)
    assert unblock(host, card) == CardResult(Outcome.SUCCEEDED, None)
    assert card.token.takes_pin(NEW_PIN)


def say(text: str) -> Callable[[], list[str]]:
    """A host that says this and then waits for the end."""
    script = f"import sys; sys.stdout.buffer.write({text}); sys.stdout.flush(); sys.stdin.read()"
    return lambda: [sys.executable, "-I", "-S", "-c", script]


@pytest.mark.parametrize(
    "command",
    [
        say("b'hello'"),
        say("b'J\\xff\\xff\\xff\\xff'"),
        say("b'J\\0\\0\\0\\x02[]'"),
        say("b'J\\0\\0\\0\\x02{}'"),
        say("b'S\\0\\0\\0\\x01a'"),
        say("b'P\\0\\0\\0\\x05never'"),
        say("b'P\\0\\0\\0\\x07loadingJ\\0\\0\\0\\x01{'"),
        lambda: [sys.executable, "-c", "raise SystemExit(3)"],
        lambda: ["/nonexistent/python"],
    ],
)
def test_a_host_that_is_none(
    make_host: MakeHost, card: ShimmedToken, command: Callable[[], list[str]]
) -> None:
    host = make_host(command=command)
    assert failure_of(lambda: host.list_tokens(card.module))[0] is FailureCode.CARD_HOST_FAILED
    typed = secret(PIN)
    result = host.verify_pin(card.module, card.token.target, typed, last_try=False)
    assert result == CardResult(Outcome.FAILED, Failure.of(FailureCode.CARD_HOST_FAILED))
    assert len(typed) == 0
    with (
        pytest.raises(FailedError),
        host.signing(card.module, card.token.target, "00", secret(PIN), last_try=False),
    ):
        pytest.fail("nothing to sign with")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=60))
def test_the_host_leaves_when_its_parent_talks_nonsense(data: bytes) -> None:
    done = subprocess.run(host_command(), input=data, capture_output=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert done.returncode in (0, 1)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"operation": "format", "limit": 1.0},
        {"operation": "list", "limit": 1.0},
        {"operation": "verify", "limit": 1.0, "module": "/x"},
        {"operation": "list", "limit": "long"},
    ],
)
def test_the_host_leaves_on_a_request_that_is_none(message: dict[str, object]) -> None:
    with subprocess.Popen(
        host_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        write_frame(process.stdin, FrameType.MESSAGE, encode_message(message))  # type: ignore[arg-type]
        assert read_frame(process.stdout) is None  # type: ignore[arg-type]
        assert process.wait(10) == 1


def test_nothing_secret_is_printed_or_written(
    make_host: MakeHost, card: ShimmedToken, tmp_path: Path
) -> None:
    log = tmp_path / "stderr"
    with log.open("wb") as stderr:
        host = make_host(stderr=stderr)
        card.fault("C_Login(SO) 0 noise", "C_SetPIN 1 error 0x80000001")
        unblock(host, card)
        host.verify_pin(card.module, card.token.target, secret("135790"), last_try=False)
        host.change_pin(
            card.module, card.token.target, secret(NEW_PIN), secret("864209"), last_try=False
        )
        grant = grant_for(host.seal_key(), "99990000", SESSION, card.token.serial)
        host.unblock_pin(card.module, card.token.target, SESSION, grant, secret("864209"))
    assert "this is no frame" in log.read_text()  # drivers may print: it comes out here
    secrets = [s.encode() for s in (PIN, PUK, NEW_PIN, "135790", "864209", "99990000")]
    for file in (f for f in tmp_path.rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not any(s in content for s in secrets), file


def test_no_secret_in_arguments_or_environment(host: CardHostClient, card: ShimmedToken) -> None:
    card.fault("C_InitPIN 1 delay 300")
    host.seal_key()
    pid = host_process(host).pid
    seen: list[bytes] = []

    def look() -> None:
        card.wait_for_call("C_InitPIN")
        seen.extend(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))

    looker = threading.Thread(target=look)
    looker.start()
    unblock(host, card)
    looker.join()
    assert len(seen) == 2
    assert not any(s.encode() in text for text in seen for s in (PIN, PUK, NEW_PIN))
