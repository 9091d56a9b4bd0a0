"""Each of the doctor's checks of readers and cards, with the thing it looks for really broken."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.checks import card_checks
from kamusm_esign.card.drivers import SearchPlace
from kamusm_esign.card.machine import Machine
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.card.service_state import start_service
from kamusm_esign.card.usb_readers import known_readers, usb_readers
from kamusm_esign.card.watcher import PcscWatcher
from kamusm_esign.domain.check_result import CheckResult, CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.tokens import (
    CardOverview,
    Driver,
    DriverStatus,
    PinState,
    PluggedReader,
    PukState,
    ReadersSnapshot,
    ServiceStatus,
)
from kamusm_esign.ports import TokenWatcher
from tests.card.conftest import MakeHost
from tests.card.test_binaries import NATIVE, elf, pe
from tests.card.test_overview import ACS, AKIS, CARD, EMPTY, NO_SERVICE, FixedWatcher
from tests.equipment.card_holder import HOLDER
from tests.equipment.pcsc_impostor import OTHER_VERSION as SCARD_E_NO_SERVICE
from tests.equipment.pcsc_impostor import pcsc_impostor
from tests.equipment.pcsc_world import READER, missing_equipment, pcsc_world, wait_until
from tests.equipment.shim import ShimmedToken
from tests.equipment.values import SERVER_TIME, certificate, overview, token

CODE = FailureCode
LINUX = sys.platform == "linux"
on_linux = pytest.mark.skipif(not LINUX, reason="systemd, /proc and /sys are Linux'")


class World:
    """One computer, some of it invented."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.watcher: TokenWatcher = FixedWatcher(CARD)
        self.seen: CardOverview = overview(token(pin=PinState.OK))
        self.look: Callable[[], CardOverview] = lambda: self.seen
        self.machine = Machine("linux", {}, root)
        self.module: Path | None = None

    def run(self, name: str) -> CheckResult:
        """One check on it."""
        checks = card_checks(
            lambda: self.look(),
            self.watcher,
            load_card_types,
            lambda: SERVER_TIME,
            module=self.module,
            machine=self.machine,
            place=SearchPlace("linux", {}, "x86_64-linux-gnu", self.root),
        )
        return next(check for check in checks if check.id == name).run()

    def code(self, name: str) -> FailureCode | None:
        failure = self.run(name).failure
        return None if failure is None else failure.code

    def put(self, path: str, content: bytes = b"") -> Path:
        """A file of this computer."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def link(self, path: str, to: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(to)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


# ---------------------------------------------------------------------------- the service
UNIT = "lib/systemd/system/pcscd.socket"
WANTED = "etc/systemd/system/sockets.target.wants/pcscd.socket"


@on_linux
@pytest.mark.parametrize(
    ("files", "links", "expected"),
    [
        ([], {}, CODE.PCSC_NOT_INSTALLED),
        (["usr/sbin/pcscd"], {}, CODE.NO_PCSC_SERVICE),
        ([UNIT], {WANTED: "/lib/systemd/system/pcscd.socket"}, CODE.NO_PCSC_SERVICE),
        ([UNIT, "usr/sbin/pcscd"], {}, CODE.PCSC_DISABLED),
        ([UNIT], {"etc/systemd/system/pcscd.socket": "/dev/null"}, CODE.PCSC_MASKED),
        ([UNIT], {"run/systemd/system/pcscd.service": "/dev/null"}, CODE.PCSC_MASKED),
        ([UNIT], {"etc/systemd/system/pcscd.socket": "/elsewhere"}, CODE.PCSC_DISABLED),
    ],
)
def test_why_the_service_is_not_there(
    world: World, files: list[str], links: dict[str, str], expected: FailureCode
) -> None:
    world.watcher = FixedWatcher()
    world.watcher.shown = NO_SERVICE
    for file in files:
        world.put(file)
    for link, target in links.items():
        world.link(link, target)
    assert world.code("pcsc-service") is expected
    assert world.run("reader").status is CheckStatus.SKIPPED


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (None, CODE.PCSC_NOT_INSTALLED),
        (4, CODE.PCSC_DISABLED),
        (2, CODE.NO_PCSC_SERVICE),
        (3, CODE.NO_PCSC_SERVICE),
    ],
)
def test_why_the_service_is_not_there_on_windows(
    world: World, start: int | None, expected: FailureCode
) -> None:
    world.watcher = FixedWatcher()
    world.watcher.shown = NO_SERVICE
    world.machine = Machine("windows", {}, service_start=lambda: start)
    assert world.code("pcsc-service") is expected


@pytest.mark.pcsc
@pytest.mark.skipif(bool(missing_equipment()), reason=str(missing_equipment()))
def test_a_real_service_that_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pcsc_world() as pcsc:
        world.watcher = PcscWatcher()
        world.machine = Machine("linux", {"PCSCLITE_CSOCK_NAME": str(pcsc.socket)}, world.root)
        world.put("usr/sbin/pcscd")
        pcsc.start_service()
        assert world.run("pcsc-service").status is CheckStatus.OK
        assert world.code("card") is CODE.NO_CARD
        pcsc.insert()
        wait_until(lambda: world.run("card").status is CheckStatus.OK)
        assert dict(world.run("card").facts) == {"card_type": "AKİS"}
        pcsc.remove()
        foreign = bytes.fromhex("3B6500002063CBBC00")
        wait_until(lambda: world.code("card") is CODE.NO_CARD)
        pcsc.insert(foreign)
        wait_until(lambda: world.code("card") is CODE.FOREIGN_CARD)
        pcsc.remove()
        pcsc.kill_service()
        assert world.code("pcsc-service") is CODE.NO_PCSC_SERVICE


@pytest.mark.pcsc
@pytest.mark.skipif(bool(missing_equipment()), reason=str(missing_equipment()))
def test_a_real_program_that_holds_the_card(world: World) -> None:
    with pcsc_world() as pcsc:
        world.watcher = PcscWatcher()
        pcsc.start_service()
        pcsc.insert()
        wait_until(lambda: world.run("card").status is CheckStatus.OK)
        assert world.run("card-free").status is CheckStatus.OK
        # By a shell, because a child of this process would be taken for our own card host.
        command = ["sh", "-c", '"$0" -c "$1" "$2"; exit 0', sys.executable, HOLDER, READER]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"0\n"
            world.machine = Machine("linux", {})
            found = world.run("card-free")
            assert found.failure is not None
            assert found.failure.code is CODE.CARD_BUSY
            assert "python" in found.fact("programs")
            holder.communicate(timeout=20)
        wait_until(lambda: world.run("card-free").status is CheckStatus.OK)


OTHER_VERSION = """
import sys
from kamusm_esign.card.watcher import PcscWatcher
from kamusm_esign.card.machine import Machine
from kamusm_esign.card.service_state import why_stopped
failure = PcscWatcher().snapshot().failure
print(failure.code.name, why_stopped(Machine.here()).name)
"""


@on_linux
def test_a_service_of_another_version(tmp_path: Path) -> None:
    """The real client library, and a service that answers its question with other numbers."""
    if shutil.which("pcscd") is None:
        pytest.skip("install pcscd")
    door = tmp_path / "door"
    with pcsc_impostor(door, SCARD_E_NO_SERVICE):
        done = subprocess.run(
            [sys.executable, "-c", OTHER_VERSION],
            env=os.environ | {"PCSCLITE_CSOCK_NAME": str(door)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout.split() == ["NO_PCSC_SERVICE", "PCSC_VERSION_MISMATCH"]


def test_a_driver_that_was_named_does_without_the_service(world: World) -> None:
    world.watcher = FixedWatcher()
    world.watcher.shown = NO_SERVICE
    world.module = Path("/x.so")
    assert world.run("pcsc-service").status is CheckStatus.SKIPPED
    assert world.run("reader").status is CheckStatus.OK
    assert world.run("card").status is CheckStatus.OK


@on_linux
def test_starting_the_service_never_asks_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr("kamusm_esign.card.service_state._SYSTEMCTL", ("/bin/sh",))
    monkeypatch.setattr(subprocess, "run", run)
    assert not start_service()
    assert asked == [["/bin/sh", "--no-ask-password", "start", "pcscd.socket"]]
    monkeypatch.setattr("kamusm_esign.card.service_state._SYSTEMCTL", ("/nonexistent",))
    assert not start_service()


# ---------------------------------------------------------------------------- readers
def usb(world: World, number: str, *classes: str, place: str = "1-1") -> None:
    vendor, product = number.split(":")
    world.put(f"sys/bus/usb/devices/{place}/idVendor", vendor.encode() + b"\n")
    world.put(f"sys/bus/usb/devices/{place}/idProduct", product.encode() + b"\n")
    for interface, kind in enumerate(classes):
        path = f"sys/bus/usb/devices/{place}/{place}:1.{interface}/bInterfaceClass"
        world.put(path, kind.encode() + b"\n")


@pytest.mark.parametrize(
    ("number", "classes", "expected"),
    [
        ("072f", (), ()),
        ("072f:90cc", (), ("ACS ACR38U",)),
        ("072f:b100", ("ff",), ("ACS ACR39U",)),
        ("1234:5678", ("0b",), ("USB 1234:5678",)),
        ("1234:5678", ("03", "0b"), ("USB 1234:5678",)),
        ("1234:5678", ("03",), ()),
        ("zzzz:5678", ("0b",), ()),
    ],
)
def test_readers_on_usb(
    world: World, number: str, classes: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    usb(world, number if ":" in number else number + ":", *classes)
    assert usb_readers(world.machine) == expected


def test_readers_on_usb_of_windows() -> None:
    devices = (
        r"USB\VID_072F&PID_90CC\5&2A9",
        r"USB\VID_072F&PID_B100&MI_00\6&1",
        r"USB\VID_046D&PID_C52B\5&1",
        r"USB\ROOT_HUB30\4&1",
    )
    machine = Machine("windows", {}, usb_devices=lambda: devices)
    assert usb_readers(machine) == ("ACS ACR38U",)


def test_the_table_of_readers_is_well_formed() -> None:
    table = known_readers()
    assert len(table) >= 20
    for number, name in table.items():
        assert number == f"{int(number[:4], 16):04X}:{int(number[5:], 16):04X}"
        assert name.isprintable()


VIRTUAL = PluggedReader("Windows Hello for Business 1", False, None, 0)


@pytest.mark.parametrize(
    ("plugged", "on_usb", "status", "expected"),
    [
        ((), (), "error", CODE.NO_READER),
        ((VIRTUAL,), (), "error", CODE.ONLY_VIRTUAL_READERS),
        ((), ("072f:90cc",), "error", CODE.READER_WITHOUT_DRIVER),
        ((VIRTUAL,), ("072f:90cc",), "error", CODE.READER_WITHOUT_DRIVER),
        ((EMPTY,), ("072f:90cc", "076b:3021"), "warning", CODE.READER_WITHOUT_DRIVER),
        ((EMPTY,), ("072f:90cc",), "ok", None),
        ((EMPTY,), (), "ok", None),
        ((EMPTY, VIRTUAL), (), "ok", None),
    ],
)
def test_readers(
    world: World,
    plugged: tuple[PluggedReader, ...],
    on_usb: tuple[str, ...],
    status: str,
    expected: FailureCode | None,
) -> None:
    world.watcher = FixedWatcher(*plugged)
    for place, number in enumerate(on_usb, 1):
        usb(world, number, place=f"1-{place}")
    found = world.run("reader")
    assert (found.status.value, world.code("reader")) == (status, expected)
    if status == "ok":
        assert found.fact("readers") == ACS


@pytest.mark.parametrize(
    ("machine", "remote"),
    [
        (Machine("linux", {}), False),
        (Machine("linux", {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}), True),
        (Machine("linux", {"XRDP_SESSION": "1"}), True),
        (Machine("windows", {}, is_remote=lambda: True), True),
        (Machine("windows", {}, is_remote=lambda: False), False),
    ],
)
def test_remote_sessions(world: World, machine: Machine, remote: bool) -> None:
    world.machine = machine
    assert world.code("remote-session") is (CODE.REMOTE_SESSION if remote else None)


# ---------------------------------------------------------------------------- what is in them
@pytest.mark.parametrize(
    ("plugged", "expected"),
    [
        ((EMPTY,), CODE.NO_CARD),
        ((PluggedReader(ACS, True, None, 1),), CODE.MUTE_CARD),
        ((PluggedReader(ACS, True, AKIS, 1, mute=True),), CODE.MUTE_CARD),
        ((PluggedReader(ACS, True, "3B6500002063CBBC00", 1),), CODE.FOREIGN_CARD),
        ((CARD,), None),
        ((PluggedReader("b", True, "3B6500002063CBBC00", 1), CARD), None),
    ],
)
def test_cards(
    world: World, plugged: tuple[PluggedReader, ...], expected: FailureCode | None
) -> None:
    world.watcher = FixedWatcher(*plugged)
    assert world.code("card") is expected


def test_a_card_that_another_program_holds(world: World) -> None:
    assert world.run("card-free").status is CheckStatus.OK
    world.watcher = FixedWatcher(replace(CARD, exclusive=True))
    for number, parent, name, maps in (
        ("40", "1", "firefox", b"7f00-7f01 r-xp /usr/lib/libpcsclite.so.1\n"),
        ("41", str(os.getpid()), "ours", b"7f00-7f01 r-xp /usr/lib/libpcsclite.so.1\n"),
        ("42", "1", "bash", b"7f00-7f01 r-xp /usr/lib/libc.so.6\n"),
    ):
        world.put(f"proc/{number}/maps", maps)
        world.put(f"proc/{number}/stat", f"{number} (a) b) S {parent} 1".encode())
        world.put(f"proc/{number}/comm", f"{name}\n".encode())
    found = world.run("card-free")
    assert world.code("card-free") is CODE.CARD_BUSY
    assert found.fact("programs") == "firefox"


# ---------------------------------------------------------------------------- drivers
LIBRARY = "usr/lib/libakisp11.so"


def without_card(world: World) -> None:
    world.watcher = FixedWatcher(EMPTY)
    world.seen = CardOverview(ServiceStatus.RUNNING, (), None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, CODE.DRIVER_MISSING),
        (NATIVE, None),
        (elf(32, 3), CODE.DRIVER_WRONG_ARCHITECTURE),
        (elf(64, 0x15), CODE.DRIVER_WRONG_ARCHITECTURE),
        (pe(), CODE.DRIVER_FILE_BROKEN),
        (b"<html>404</html>", CODE.DRIVER_FILE_BROKEN),
        (b"", CODE.DRIVER_FILE_BROKEN),
    ],
)
def test_the_driver_before_a_card_is_there(
    world: World, content: bytes | None, expected: FailureCode | None
) -> None:
    without_card(world)
    if content is not None:
        world.put(LIBRARY, content)
    assert world.code("driver") is expected


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of POSIX")
def test_a_driver_that_this_user_may_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_card(world)
    file = world.put(LIBRARY, NATIVE)
    file.chmod(0)
    if os.geteuid() == 0:  # root reads everything
        real = Path.open

        def open_(path: Path, *args: Any, **kwargs: Any) -> Any:
            if path == file:
                raise PermissionError(13, "Permission denied")
            return real(path, *args, **kwargs)

        monkeypatch.setattr(Path, "open", open_)
    assert world.code("driver") is CODE.DRIVER_FILE_LOCKED


def test_several_drivers(world: World) -> None:
    assert world.run("driver-copies").status is CheckStatus.SKIPPED
    world.put(LIBRARY, NATIVE)
    world.put("usr/lib/libtckkp11.so", NATIVE)
    world.put("usr/lib/i386-linux-gnu/libakisp11.so", elf(32, 3))
    assert world.run("driver-copies").status is CheckStatus.OK
    world.put("opt/akis/lib/libakisp11.so", NATIVE)
    found = world.run("driver-copies")
    assert world.code("driver-copies") is CODE.SEVERAL_DRIVERS
    assert found.fact("paths").count("libakisp11.so") == 2


C_SOURCES = {
    CODE.DRIVER_INCOMPLETE: "int gone(void); int C_GetFunctionList(void) { return gone(); }",
    CODE.DRIVER_FILE_BROKEN: "int something_else(void) { return 0; }",
}


@on_linux
@pytest.mark.parametrize("expected", C_SOURCES, ids=lambda code: code.name)
def test_a_real_library_that_cannot_be_loaded(
    world: World, make_host: MakeHost, tmp_path: Path, expected: FailureCode
) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("install gcc")
    gone, library = tmp_path / "libgone.so", tmp_path / "libdriver.so"

    def build(target: Path, source: str, *more: str) -> None:
        code = target.with_suffix(".c")
        code.write_text(source)
        command = [compiler, "-shared", "-fPIC", "-o", str(target), str(code), *more]
        subprocess.run(command, check=True, timeout=60)

    build(gone, "int gone(void) { return 0; }")
    build(library, C_SOURCES[expected], f"-L{tmp_path}", "-Wl,--no-as-needed", "-lgone")
    if expected is CODE.DRIVER_INCOMPLETE:
        gone.unlink()
    else:
        build(library, C_SOURCES[expected])
    world.module = library
    cards = PluggedCards(world.watcher, load_card_types, make_host(), module=library)
    world.look = cards.overview
    found = world.run("driver")
    assert found.failure is not None
    assert found.failure.code is expected
    assert found.failure.param("library") == (
        "libgone.so" if expected is CODE.DRIVER_INCOMPLETE else None
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("C_GetSlotList 0 crash", CODE.DRIVER_CRASHED),
        ("C_GetSlotList 0 hang", CODE.DRIVER_NO_ANSWER),
    ],
)
def test_a_real_driver_that_crashes_or_hangs(
    world: World, card: ShimmedToken, make_host: MakeHost, fault: str, expected: FailureCode
) -> None:
    world.module = card.module
    cards = PluggedCards(world.watcher, load_card_types, make_host(), module=card.module)
    world.look = cards.overview
    assert world.run("driver").status is CheckStatus.OK
    card.fault(fault)
    assert world.code("driver") is expected


def test_a_driver_that_does_not_know_the_card(world: World) -> None:
    failure = CODE.TOKEN_NOT_RECOGNISED
    (seen,) = world.seen.readers
    world.seen = replace(
        world.seen,
        readers=(
            replace(
                seen,
                tokens=(),
                driver=Driver("/x.so", DriverStatus.NO_TOKEN),
                failure=Failure.of(failure),
            ),
        ),
    )
    assert world.code("driver") is failure


# ---------------------------------------------------------------------------- tokens
def test_a_second_card_is_a_doubt(world: World) -> None:
    assert world.run("token").status.value == "ok"
    world.seen = overview(token(), token(serial="0123456789ABCDEF"))
    assert (world.run("token").status.value, world.code("token")) == ("warning", CODE.SEVERAL_CARDS)
    assert world.run("token").fact("count") == "2"


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        (PinState.OK, "ok", None),
        (PinState.UNKNOWN, "ok", None),
        (PinState.LOW, "warning", CODE.PIN_LOW),
        (PinState.FINAL_TRY, "warning", CODE.PIN_LAST_TRY),
        (PinState.UNSET, "warning", CODE.PIN_UNSET),
        (PinState.BLOCKED, "error", CODE.PIN_BLOCKED),
    ],
)
def test_pin(world: World, state: PinState, status: str, expected: FailureCode | None) -> None:
    world.seen = overview(token(pin=state))
    found = world.run("pin")
    assert (found.status.value, world.code("pin"), found.fact("pin")) == (
        *(status, expected),
        state.value,
    )


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        (PukState.OK, "ok", None),
        (PukState.UNKNOWN, "ok", None),
        (PukState.LOW, "warning", CODE.PUK_LOW),
        (PukState.FINAL_TRY, "warning", CODE.PUK_LAST_TRY),
        (PukState.BLOCKED, "error", CODE.PUK_BLOCKED),
    ],
)
def test_puk(world: World, state: PukState, status: str, expected: FailureCode | None) -> None:
    world.seen = overview(token(puk=state))
    found = world.run("puk")
    assert (found.status.value, world.code("puk")) == (status, expected)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"readable": False}, CODE.CERTIFICATE_NOT_READABLE),
        ({"not_before": SERVER_TIME + DAY}, CODE.CERTIFICATE_NOT_YET_VALID),
        ({"not_after": SERVER_TIME - DAY}, CODE.CERTIFICATE_EXPIRED),
        ({"has_private_key": False}, CODE.CERTIFICATE_NOT_FOUND),
        (None, CODE.CERTIFICATE_NOT_FOUND),
    ],
)
def test_certificates(
    world: World, changes: dict[str, Any] | None, expected: FailureCode | None
) -> None:
    certificates = () if changes is None else (certificate(**changes),)
    world.seen = overview(token(certificates=certificates))
    assert world.code("certificate") is expected


def test_without_a_token_nothing_is_said_of_it(world: World) -> None:
    without_card(world)
    for name in ("token", "pin", "puk", "certificate"):
        assert world.run(name).status is CheckStatus.SKIPPED


def test_one_look_for_all(world: World) -> None:
    looked: list[int] = []

    def look() -> CardOverview:
        looked.append(1)
        return world.seen

    checks = card_checks(look, world.watcher, load_card_types, lambda: SERVER_TIME)
    for check in checks:
        check.run()
    assert looked == [1]
    assert len({check.id for check in checks}) == len(checks)
    assert isinstance(world.watcher.snapshot(), ReadersSnapshot)


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    yield
    known_readers.cache_clear()
