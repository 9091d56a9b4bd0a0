"""What kind of library a file is, from its header alone; nothing is loaded.

A driver of the wrong bitness is one of the most frequent support calls, and the loader's own words
for it ("wrong ELF class", "%1 is not a valid Win32 application") help nobody. Sources: System V ABI
(ELF header), Microsoft PE Format.
"""

import os
import struct
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from kamusm_esign.domain.tokens import DriverStatus

_ELF_HEADER = 20
_ELF_MACHINES = {3: "x86", 40: "arm", 62: "x86-64", 183: "arm64"}
_ELF_SHARED = 3
_PE_MACHINES = {0x014C: "x86", 0x01C4: "arm", 0x8664: "x86-64", 0xAA64: "arm64"}
_PE_BITS = {0x10B: 32, 0x20B: 64}
_PE_DLL = 0x2000


@dataclass(frozen=True, slots=True)
class Binary:
    """What the header says."""

    format: str
    """`elf` or `pe`."""
    machine: str
    """`x86-64`, `x86`, `arm64`, `arm`, or the raw number in hex."""
    bits: int
    """32 or 64."""
    shared: bool
    """A library. Position-independent ELF programs look like one, too."""


def read_binary(path: Path) -> Binary | None:
    """Read the header of an ELF or PE file; None for anything else.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(64)
        if start.startswith(b"\x7fELF"):
            return _elf(start)
        if start.startswith(b"MZ"):
            return _pe(start, file)
    return None


def check_library(path: Path, process: Binary | None = None) -> DriverStatus:
    """Whether a process like this one could load the library.

    Args:
        path: the library.
        process: a program of the kind that will load it; None for this one.

    Returns:
        `OK`, `MISSING`, `WRONG_ARCHITECTURE`, or `NOT_LOADABLE` for a file that is no library here.
    """
    if not os.path.isfile(path):  # Path.is_file raises where a folder may not be entered
        return DriverStatus.MISSING
    try:
        library = read_binary(path)
    except OSError:
        return DriverStatus.NOT_LOADABLE
    own = process or this_process()
    if library is None or not library.shared:
        return DriverStatus.NOT_LOADABLE
    if own is None:
        return DriverStatus.OK
    if library.format != own.format:
        return DriverStatus.NOT_LOADABLE
    same = (library.machine, library.bits) == (own.machine, own.bits)
    return DriverStatus.OK if same else DriverStatus.WRONG_ARCHITECTURE


@cache
def this_process() -> Binary | None:
    """The program that runs this: its own header, because the machine may run several kinds."""
    try:
        return read_binary(Path(sys.executable))
    except OSError:
        return None


def _elf(start: bytes) -> Binary | None:
    bits = {1: 32, 2: 64}.get(start[4]) if len(start) >= _ELF_HEADER else None
    order = {1: "<", 2: ">"}.get(start[5]) if bits else None
    if bits is None or order is None:
        return None
    kind, machine = struct.unpack_from(order + "HH", start, 16)
    return Binary("elf", _ELF_MACHINES.get(machine, hex(machine)), bits, kind == _ELF_SHARED)


def _pe(start: bytes, file: BinaryIO) -> Binary | None:
    if len(start) < 64:
        return None
    (offset,) = struct.unpack_from("<I", start, 0x3C)
    file.seek(offset)
    header = file.read(26)
    if len(header) < 26 or not header.startswith(b"PE\0\0"):
        return None
    (machine,) = struct.unpack_from("<H", header, 4)
    characteristics, magic = struct.unpack_from("<HH", header, 22)
    bits = _PE_BITS.get(magic)
    if bits is None:
        return None
    name = _PE_MACHINES.get(machine, hex(machine))
    return Binary("pe", name, bits, bool(characteristics & _PE_DLL))
