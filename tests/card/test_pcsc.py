"""PC/SC through the real pcscd; the error table through its codes."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from kamusm_esign.card.pcsc import (
    CANCELLED,
    PNP,
    PcscContext,
    PcscError,
    PcscMissingError,
    ReaderState,
    take_snapshot,
    without_service,
)
from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.tokens import PluggedReader, ServiceStatus
from tests.equipment.pcsc_world import (
    AKIS_ATR,
    READER,
    PcscWorld,
    missing_equipment,
    pcsc_world,
    unshare,
    wait_until,
)


@pytest.fixture
def world() -> Iterator[PcscWorld]:
    """A PC/SC service that runs, with an empty reader."""
    missing = missing_equipment()
    if missing is not None:
        pytest.skip(missing)
    with pcsc_world() as world:
        world.start_service()
        yield world


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        (0x8010001D, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x8010001E, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x80100003, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x80100012, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x80100013, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x00000006, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x000006BA, ServiceStatus.STOPPED, FailureCode.NO_PCSC_SERVICE),
        (0x80100027, ServiceStatus.UNAVAILABLE, FailureCode.PCSC_REFUSED),
        (0x8010006A, ServiceStatus.UNAVAILABLE, FailureCode.PCSC_REFUSED),
    ],
)
def test_codes_that_mean_something(code: int, status: ServiceStatus, failure: FailureCode) -> None:
    snapshot = without_service(PcscError(code))
    assert snapshot.service is status
    assert snapshot.readers == ()
    assert snapshot.failure is not None
    assert snapshot.failure.code is failure
    assert snapshot.failure.params == ()


def test_an_unknown_code_is_shown_raw() -> None:
    snapshot = without_service(PcscError(0x80100006))
    assert snapshot.service is ServiceStatus.UNAVAILABLE
    assert snapshot.failure is not None
    assert snapshot.failure.code is FailureCode.PCSC_UNEXPECTED
    assert snapshot.failure.param("raw") == "0x80100006"


def test_no_library_is_not_the_same_as_a_stopped_service() -> None:
    snapshot = without_service(PcscMissingError())
    assert snapshot.service is ServiceStatus.UNAVAILABLE
    assert snapshot.failure is not None
    assert snapshot.failure.code is FailureCode.NO_PCSC_SERVICE


@pytest.mark.parametrize(
    ("state", "atr", "expected"),
    [
        (0x0012, b"", PluggedReader("R", False, None, 0)),
        (0x00030022, b"\x3b\xab", PluggedReader("R", True, "3BAB", 3)),
        (0x000301A2, b"\x3b", PluggedReader("R", True, "3B", 3, exclusive=True)),
        (0x00010222, b"", PluggedReader("R", True, None, 1, mute=True)),
        (0x00010022, b"", PluggedReader("R", True, None, 1, mute=True)),
        (0x00020012, b"\x3b", PluggedReader("R", False, None, 2)),
    ],
)
def test_reader_states(state: int, atr: bytes, expected: PluggedReader) -> None:
    assert ReaderState("R", state, atr).plugged() == expected


@pytest.mark.pcsc
def test_readers_and_cards(world: PcscWorld) -> None:
    with PcscContext() as context:
        before, _ = take_snapshot(context)
        assert [r.name for r in before.readers] == [READER, "Virtual PCD 00 01"]
        assert not any(r.card_present for r in before.readers)
        world.insert()
        wait_until(lambda: take_snapshot(context)[0].readers[0].card_present)
        reader = take_snapshot(context)[0].readers[0]
        assert reader.atr == AKIS_ATR.hex().upper()
        assert not reader.mute
        assert reader.event_count > before.readers[0].event_count


@pytest.mark.pcsc
def test_wait_ends_by_time_and_by_event(world: PcscWorld) -> None:
    with PcscContext() as context:
        _, states = take_snapshot(context)
        known = [(s.name, s.state) for s in states]
        assert context.wait([*known, (PNP, 0)], 0.05) == ()
        world.insert()
        events = context.wait(known, 10)
        assert [e.name for e in events if e.plugged().card_present] == [READER]


@pytest.mark.pcsc
def test_a_reader_that_is_not_there(world: PcscWorld) -> None:
    with PcscContext() as context, pytest.raises(PcscError) as caught:
        context.wait([("no such reader", 0)], 0.05)
    assert caught.value.code == 0x80100009


@pytest.mark.pcsc
def test_cancel_ends_a_wait(world: PcscWorld) -> None:
    codes: list[int] = []
    with PcscContext() as context:
        _, states = take_snapshot(context)

        def wait() -> None:
            try:
                context.wait([(s.name, s.state) for s in states], 30)
            except PcscError as error:
                codes.append(error.code)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        while thread.is_alive():
            context.cancel()
            thread.join(0.05)
    assert codes == [CANCELLED]


def test_importing_does_not_load_pyscard() -> None:
    code = (
        "import sys, kamusm_esign.card.watcher;"
        "sys.exit(any(m.split('.')[0] == 'smartcard' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.pcsc
def test_without_the_library_nothing_is_written_to_standard_output(world: PcscWorld) -> None:
    """pyscard would print its complaint there, into the middle of `--json`."""
    hide = (
        'for f in $(ldconfig -p | sed -n "s/.*libpcsclite.so.1 .*=> //p"); do'
        ' mount --bind /dev/null "$(readlink -f "$f")"; done; exec "$0" -c "$1"'
    )
    code = (
        "from kamusm_esign.card.watcher import PcscWatcher;"
        "print(PcscWatcher().snapshot().service.value)"
    )
    run = subprocess.run(
        [*unshare(), "sh", "-c", hide, sys.executable, code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "unavailable\n"
