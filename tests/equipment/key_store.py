"""A Secret Service of its own: D-Bus and GNOME's key ring, unlocked, in a folder of the test."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_SECONDS = 20


@contextmanager
def secret_service(
    folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, str]]:
    """Start both; gives the environment in which programs find them.

    Args:
        folder: for what they keep.
        more: environment of everything that the D-Bus session starts.
    """
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, parents=True)
    environment = {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(folder / "data"),
        "PATH": os.environ["PATH"],
        **(more or {}),
    }
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
        start_new_session=True,  # what it starts by itself ends with its group
    )
    ring = None
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
        ring = subprocess.Popen(
            ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert ring.stdin is not None
        ring.stdin.write(b"not a secret\n")
        ring.stdin.close()
        _wait_for_service(environment)
        yield {"DBUS_SESSION_BUS_ADDRESS": address}
    finally:
        if ring is not None:
            ring.kill()
            ring.wait(_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(bus.pid, signal.SIGKILL)
        bus.wait(_SECONDS)
        if bus.stdout is not None:
            bus.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_service(environment: Mapping[str, str]) -> None:
    """The bus answers once somebody owns the name."""
    wait = (
        "import time\n"
        "from jeepney import DBusAddress, new_method_call\n"
        "from jeepney.io.blocking import open_dbus_connection\n"
        "bus = DBusAddress('/org/freedesktop/DBus', 'org.freedesktop.DBus', "
        "'org.freedesktop.DBus')\n"
        "ask = lambda: new_method_call(bus, 'NameHasOwner', 's', ('org.freedesktop.secrets',))\n"
        "end = time.monotonic() + 15\n"
        "with open_dbus_connection() as connection:\n"
        "    while not connection.send_and_get_reply(ask()).body[0]:\n"
        "        assert time.monotonic() < end\n"
        "        time.sleep(0.02)\n"
    )
    import sys

    subprocess.run(
        [sys.executable, "-c", wait], env=dict(environment), check=True, timeout=_SECONDS
    )
