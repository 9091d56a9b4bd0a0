"""ELF and PE headers, whole, cut and invented."""

import platform
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.card.binaries import Binary, check_library, read_binary, this_process
from kamusm_esign.domain.tokens import DriverStatus

LINUX_64 = Binary("elf", "x86-64", 64, True)
WINDOWS_64 = Binary("pe", "x86-64", 64, False)
WINDOWS_32 = Binary("pe", "x86", 32, False)
ARM_64 = Binary("elf", "arm64", 64, True)


def elf(bits: int = 64, machine: int = 62, kind: int = 3, order: str = "<") -> bytes:
    """The start of an ELF file."""
    ident = b"\x7fELF" + bytes([{32: 1, 64: 2}[bits], {"<": 1, ">": 2}[order], 1]) + bytes(9)
    return ident + struct.pack(order + "HH", kind, machine) + bytes(44)


def pe(bits: int = 64, machine: int = 0x8664, flags: int = 0x2022, at: int = 0x80) -> bytes:
    """The start of a PE file."""
    start = b"MZ" + bytes(58) + struct.pack("<I", at)
    coff = struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 0xF0, flags)
    magic = struct.pack("<H", {32: 0x10B, 64: 0x20B}[bits])
    return start + bytes(at - len(start)) + b"PE\0\0" + coff + magic + bytes(100)


NATIVE = elf(machine={"x86_64": 62, "aarch64": 183}.get(platform.machine(), 0))
"""A library for this machine, as far as its header tells."""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (elf(), Binary("elf", "x86-64", 64, True)),
        (elf(32, 3), Binary("elf", "x86", 32, True)),
        (elf(32, 62), Binary("elf", "x86-64", 32, True)),
        (elf(64, 183), Binary("elf", "arm64", 64, True)),
        (elf(64, 183, order=">"), Binary("elf", "arm64", 64, True)),
        (elf(32, 40), Binary("elf", "arm", 32, True)),
        (elf(64, 243), Binary("elf", "0xf3", 64, True)),
        (elf(kind=2), Binary("elf", "x86-64", 64, False)),
        (elf(kind=1), Binary("elf", "x86-64", 64, False)),
        (pe(), Binary("pe", "x86-64", 64, True)),
        (pe(32, 0x14C), Binary("pe", "x86", 32, True)),
        (pe(64, 0xAA64), Binary("pe", "arm64", 64, True)),
        (pe(64, 0x1234), Binary("pe", "0x1234", 64, True)),
        (pe(flags=0x0022), Binary("pe", "x86-64", 64, False)),
        (pe(at=0x1000), Binary("pe", "x86-64", 64, True)),
        (b"", None),
        (b"#!/bin/sh\n", None),
        (b"/* GNU ld script */ INPUT(libakisp11.so.1)", None),
        (b"\x7fELF", None),
        (elf()[:19], None),
        (b"\x7fELF\x03\x01" + bytes(60), None),
        (b"\x7fELF\x02\x03" + bytes(60), None),
        (b"MZ", None),
        (b"MZ" + bytes(58) + b"\xff\xff\xff\xff" + bytes(100), None),
        (pe()[:0x80], None),
        (pe()[:0x99], None),
        (pe().replace(b"\x0b\x02", b"\x07\x01"), None),
        (b"\xcf\xfa\xed\xfe" + bytes(60), None),
    ],
)
def test_headers(tmp_path: Path, data: bytes, expected: Binary | None) -> None:
    path = tmp_path / "library"
    path.write_bytes(data)
    assert read_binary(path) == expected


@pytest.mark.parametrize(
    ("data", "process", "status"),
    [
        (elf(), LINUX_64, DriverStatus.OK),
        (elf(), ARM_64, DriverStatus.WRONG_ARCHITECTURE),
        (elf(32, 3), LINUX_64, DriverStatus.WRONG_ARCHITECTURE),
        (elf(32, 62), LINUX_64, DriverStatus.WRONG_ARCHITECTURE),
        (elf(64, 243), LINUX_64, DriverStatus.WRONG_ARCHITECTURE),
        (elf(kind=2), LINUX_64, DriverStatus.NOT_LOADABLE),
        (pe(), LINUX_64, DriverStatus.NOT_LOADABLE),
        (pe(), WINDOWS_64, DriverStatus.OK),
        (pe(32, 0x14C), WINDOWS_64, DriverStatus.WRONG_ARCHITECTURE),
        (pe(32, 0x14C), WINDOWS_32, DriverStatus.OK),
        (pe(), WINDOWS_32, DriverStatus.WRONG_ARCHITECTURE),
        (pe(64, 0xAA64), WINDOWS_64, DriverStatus.WRONG_ARCHITECTURE),
        (pe(flags=0x0022), WINDOWS_64, DriverStatus.NOT_LOADABLE),
        (elf(), WINDOWS_64, DriverStatus.NOT_LOADABLE),
        (b"", LINUX_64, DriverStatus.NOT_LOADABLE),
        (b"text", WINDOWS_64, DriverStatus.NOT_LOADABLE),
    ],
)
def test_check(tmp_path: Path, data: bytes, process: Binary, status: DriverStatus) -> None:
    path = tmp_path / "library"
    path.write_bytes(data)
    assert check_library(path, process) is status


def test_what_is_no_file(tmp_path: Path) -> None:
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (tmp_path, tmp_path / "nowhere", dangling, Path("/dev/null"), Path("a\0b")):
        assert check_library(path) is DriverStatus.MISSING


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege")
def test_a_link_is_what_it_points_to(tmp_path: Path) -> None:
    tmp_path.joinpath("library.so.1").write_bytes(elf())
    tmp_path.joinpath("library.so").symlink_to("library.so.1")
    assert check_library(tmp_path / "library.so", LINUX_64) is DriverStatus.OK


@pytest.mark.skipif(sys.platform != "linux", reason="an ELF machine")
def test_this_machine(tmp_path: Path) -> None:
    """A library of this machine's compiler or package manager loads here."""
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("install gcc")
    path = tmp_path / "library.so"
    subprocess.run([gcc, "-shared", "-o", str(path), "-x", "c", "/dev/null"], check=True)
    assert this_process() is not None
    assert check_library(path) is DriverStatus.OK


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x7fELF", b"MZ"]))
def test_garbage(tmp_path_factory: pytest.TempPathFactory, data: bytes, magic: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(magic + data)
    assert check_library(path, LINUX_64) in DriverStatus
    found = read_binary(path)
    assert found is None or found.bits in (32, 64)


@given(st.sampled_from([elf(), pe()]), st.floats(0, 0.9999), st.integers(0, 255), st.floats(0, 1))
def test_mutated(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, place: float, value: int, keep: float
) -> None:
    changed = bytearray(data)
    changed[int(place * len(data))] = value
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(changed[: int(keep * len(data))])
    assert check_library(path, WINDOWS_64) in DriverStatus
