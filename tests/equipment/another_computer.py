"""This computer with other system files, for one command: a mount namespace of its own.

The folders that administrators and package managers write to are overlaid, so that whatever is
changed there is seen by the command alone and is gone with it.
"""

from collections.abc import Sequence

from tests.equipment.pcsc_world import unshare

UNITS = "/etc/systemd/system"
WANTED = f"{UNITS}/sockets.target.wants/pcscd.socket"
POLICY = "/etc/kamusm-esign/policy.toml"
_SCRIPT = """
set -e
mount -t tmpfs tmpfs /mnt
for folder in /etc /usr/lib/systemd /usr/sbin; do
    name=/mnt/$(echo $folder | tr / _)
    mkdir -p $folder $name.upper $name.work
    mount -t overlay overlay -o lowerdir=$folder,upperdir=$name.upper,workdir=$name.work $folder
done
{changes}
exec "$@"
"""


def on_another_computer(changes: str, command: Sequence[str]) -> list[str]:
    """A command line that runs `command` where `changes`, lines of shell, were made before."""
    return [*unshare(), "sh", "-c", _SCRIPT.format(changes=changes), "sh", *command]


def reader_on_usb(number: str) -> str:
    """The changes that plug in a USB device (`vendor:product`), as the kernel shows it."""
    vendor, product = number.split(":")
    device = "/mnt/bus/usb/devices/1-1"
    return (
        f"mkdir -p {device}; echo {vendor} >{device}/idVendor; echo {product} >{device}/idProduct\n"
        "mount --bind /mnt/bus /sys/bus\n"
    )


def without_rights(command: Sequence[str]) -> list[str]:
    """A command line that runs `command` where even root is held to the modes of files."""
    lost = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={lost}", f"--inh-caps={lost}", *command]
