"""KRT: the PC/SC service, readers, drivers, and what is in the readers."""

import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.card.test_binaries import elf
from tests.equipment.another_computer import (
    UNITS,
    WANTED,
    on_another_computer,
    reader_on_usb,
    without_rights,
)
from tests.equipment.card_holder import HOLDER
from tests.equipment.pcsc_impostor import OTHER_VERSION, pcsc_impostor
from tests.equipment.pcsc_world import AKIS_ATR, READER, wait_until
from tests.every_code.bench import Bench, Table

TABLE = Table()
NEEDS_PCSC = Table()
"""Those for which the one PC/SC service of the machine has to be there."""
FOREIGN_ATR = bytes.fromhex("3B6500002063CBBC00")


# ---------------------------------------------------------------------------- the service
@TABLE("KRT-101")
def the_service_does_not_run(bench: Bench) -> str | None:
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(bench.folder / "nobody")
    return bench.tokens()


def _impostor(bench: Bench, answer: int) -> None:
    door = bench.folder / "door"
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(door)
    bench.enter(pcsc_impostor(door, answer))


@TABLE("KRT-116")
def it_does_not_let_this_user_in(bench: Bench) -> str | None:
    _impostor(bench, 0x8010006A)  # SCARD_W_SECURITY_VIOLATION, pcscd after polkit has said no
    return bench.tokens()


@TABLE("KRT-117")
def it_says_what_nobody_expects(bench: Bench) -> str | None:
    _impostor(bench, 0x80100001)  # SCARD_F_INTERNAL_ERROR
    return bench.tokens()


@TABLE("KRT-120")
def it_speaks_another_version(bench: Bench) -> str | None:
    _impostor(bench, OTHER_VERSION)
    return bench.check("pcsc-service")


def _service_where(bench: Bench, changes: str) -> str | None:
    bench.environment["PCSCLITE_CSOCK_NAME"] = str(bench.folder / "nobody")
    unit = f"touch /usr/lib/systemd/system/pcscd.socket; rm -f {WANTED}\n"
    return bench.check("pcsc-service", partial(on_another_computer, unit + changes))


@TABLE("KRT-118")
def it_is_disabled(bench: Bench) -> str | None:
    return _service_where(bench, "rm -f /usr/lib/systemd/system/*.wants/pcscd.*")


@TABLE("KRT-119")
def it_is_masked(bench: Bench) -> str | None:
    return _service_where(bench, f"ln -sf /dev/null {UNITS}/pcscd.socket")


@TABLE("KRT-154")
def it_is_not_installed(bench: Bench) -> str | None:
    gone = "rm -f /usr/sbin/pcscd /usr/lib/systemd/system/pcscd.*"
    return _service_where(bench, gone)


# ---------------------------------------------------------------------------- readers
@TABLE("KRT-153")
def from_far_away(bench: Bench) -> str | None:
    bench.environment["SSH_CONNECTION"] = "192.0.2.1 50022 192.0.2.2 22"
    return bench.check("remote-session")


@NEEDS_PCSC("KRT-102")
def no_reader(bench: Bench) -> str | None:
    bench.world.start_service(reader="")
    return bench.tokens()


@NEEDS_PCSC("KRT-151")
def a_reader_without_a_driver(bench: Bench) -> str | None:
    bench.world.start_service(reader="")
    plugged_in = reader_on_usb("072f:90cc")
    return bench.check("reader", partial(on_another_computer, plugged_in))


@NEEDS_PCSC("KRT-152")
def only_what_windows_pretends(bench: Bench) -> str | None:
    bench.world.start_service(reader="Windows Hello for Business")
    return bench.check("reader")


# ---------------------------------------------------------------------------- what is in them
@NEEDS_PCSC("KRT-103")
def no_card(bench: Bench) -> str | None:
    bench.world.start_service()
    return bench.set_pin()


def insert(
    bench: Bench, atr: bytes = AKIS_ATR, libraries: Sequence[Path] = (), *, mute: bool = False
) -> None:
    """A card in the reader, and where its driver may be."""
    names = ", ".join(f'"{library}"' for library in libraries)
    row = f'[[card_type]]\nname = "AKİS"\natr = ["{AKIS_ATR.hex()}"]\n'
    table = bench.put("card-types.toml", f"{row}libraries.linux = [{names}]\n".encode())
    if libraries:
        bench.settings(f'card_types = "{table}"\n')
    bench.world.start_service()
    bench.world.insert(atr, mute=mute)


def told(bench: Bench, code: str, check: str = "") -> str | None:
    """What `tokens` says, or a check of the doctor's; pcscd takes a moment to see a card."""
    found: list[str | None] = [None]

    def look() -> bool:
        found[0] = bench.check(check) if check else bench.tokens()
        return found[0] == code

    wait_until(look)
    return found[0]


@NEEDS_PCSC("KRT-107")
def a_card_of_somebody_else(bench: Bench) -> str | None:
    insert(bench, FOREIGN_ATR)
    return told(bench, "KRT-107")


@NEEDS_PCSC("KRT-108")
def a_card_that_says_nothing(bench: Bench) -> str | None:
    insert(bench, mute=True)
    return told(bench, "KRT-108")


@NEEDS_PCSC("KRT-113")
def another_program_has_the_card(bench: Bench) -> str | None:
    insert(bench, AKIS_ATR)
    wait_until(lambda: bench.check("card") is None)
    # By a shell, because a child of this process would be taken for our own card host.
    command = ["sh", "-c", '"$0" -c "$1" "$2"; exit 0', sys.executable, HOLDER, READER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"0\n"
        code = bench.check("card-free")
        holder.communicate(timeout=20)
    return code


# ---------------------------------------------------------------------------- drivers
@NEEDS_PCSC("KRT-104")
def a_driver_for_another_processor(bench: Bench) -> str | None:
    library = Path(bench.put("libakis.so", elf(32, 3)))
    insert(bench, AKIS_ATR, [library])
    return told(bench, "KRT-104")


@NEEDS_PCSC("KRT-105")
def no_driver(bench: Bench) -> str | None:
    insert(bench, AKIS_ATR)
    return told(bench, "KRT-105")


def _library(bench: Bench, source: str, *words: str) -> Path:
    library = bench.folder / "driver.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-x", "c", "-o", library, "-", *words],
        input=source.encode(),
        check=True,
        timeout=60,
    )
    return library


@TABLE("KRT-106")
def a_driver_that_does_not_load(bench: Bench) -> str | None:
    source = "void no_such_function(void); void f(void) { no_such_function(); }"
    bench.module = _library(bench, source, "-Wl,-z,now")
    return bench.tokens()


@TABLE("KRT-155")
def a_file_that_is_no_driver(bench: Bench) -> str | None:
    bench.module = _library(bench, "int f(void) { return 1; }")
    return bench.check("driver")


@TABLE("KRT-156")
def a_driver_that_this_user_may_not_read(bench: Bench) -> str | None:
    bench.module = _library(bench, "int f(void) { return 1; }")
    bench.module.chmod(0)
    return bench.check("driver", without_rights)


@TABLE("KRT-157")
def a_driver_that_needs_another_library(bench: Bench) -> str | None:
    needed = bench.folder / "libneeded.so"
    subprocess.run(
        ["gcc", "-shared", "-x", "c", "-o", needed, "-"],
        input=b"int needed(void) { return 1; }",
        check=True,
        timeout=60,
    )
    source = "int needed(void); int f(void) { return needed(); }"
    bench.module = _library(bench, source, f"-L{bench.folder}", "-lneeded")
    needed.unlink()
    return bench.check("driver")


@TABLE("KRT-158")
def the_driver_twice(bench: Bench) -> str | None:
    library = _library(bench, "int f(void) { return 1; }")
    places = [bench.folder / name for name in ("old", "new")]
    for place in places:
        place.mkdir()
        (place / "libakis.so").write_bytes(library.read_bytes())
    table = (
        f'[directories]\nlinux = ["{places[0]}", "{places[1]}"]\n'
        f'[[card_type]]\nname = "AKİS"\natr = ["{AKIS_ATR.hex()}"]\n'
        'libraries.linux = ["libakis.so"]\n'
    )
    bench.settings(f'card_types = "{bench.put("card-types.toml", table.encode())}"\n')
    return bench.check("driver-copies")
