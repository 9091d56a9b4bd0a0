"""Smart card readers as USB shows them, whatever PC/SC knows of them.

Linux: `/sys/bus/usb/devices` (Linux' documentation of sysfs-bus-usb); a reader is known by the
table `resources/readers.toml` or by the interface class 0B (USB-IF, smart card device class).
Windows: the identifiers of the devices that are plugged in, and the table.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from kamusm_esign.card.machine import Machine
from kamusm_esign.resource_files import resource

_SMART_CARD_CLASS = "0b"
_WINDOWS_ID = re.compile(r"VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(&MI_)?", re.ASCII | re.IGNORECASE)
_HEX_ID = re.compile(r"[0-9a-f]{4}", re.ASCII)


@cache
def known_readers() -> Mapping[str, str]:
    """`vendor:product` in capital hexadecimal → name."""
    with resource("readers.toml").open("rb") as file:
        return dict(tomllib.load(file)["reader"])


def usb_readers(machine: Machine) -> tuple[str, ...]:
    """Names of the readers that are plugged in; one without a name here is `USB vendor:product`."""
    found = _on_windows(machine) if machine.system == "windows" else _on_linux(machine.root)
    return tuple(found)


def _on_windows(machine: Machine) -> Iterator[str]:
    for device in machine.usb_devices():
        match = _WINDOWS_ID.search(device)
        if match is None or match[3]:  # MI_: an interface of a device that is listed by itself
            continue
        name = known_readers().get(f"{int(match[1], 16):04X}:{int(match[2], 16):04X}")
        if name is not None:
            yield name


def _on_linux(root: Path) -> Iterator[str]:
    try:
        devices = sorted((root / "sys/bus/usb/devices").iterdir())
    except OSError:
        return
    for device in devices:
        vendor, product = _read(device / "idVendor"), _read(device / "idProduct")
        if not (_HEX_ID.fullmatch(vendor) and _HEX_ID.fullmatch(product)):
            continue
        number = f"{int(vendor, 16):04X}:{int(product, 16):04X}"
        name = known_readers().get(number)
        if name is None and _is_smart_card_device(device):
            name = f"USB {number}"
        if name is not None:
            yield name


def _is_smart_card_device(device: Path) -> bool:
    pattern = f"{device.name}:*/bInterfaceClass"
    # The interfaces lie beside the device on the bus, and below it where the links lead.
    files = (*device.glob(pattern), *device.parent.glob(pattern))
    return any(_read(file) == _SMART_CARD_CLASS for file in files)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
