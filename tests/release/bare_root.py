"""A bare Debian in a folder: what a person has who has installed nothing yet."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
BORROWED = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/apt/sources.list.d/debian.sources"),
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/apt/apt.conf", "/etc/apt/sources.list"),
)
"""How this machine reaches the archive."""
USER = 1000
HOME = "/home/kisi"
_SECONDS = 300


class BareRoot:
    """One system; commands run in it by chroot, as root or as a person without rights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *command: str, stdin: str = "", person: bool = True, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; nothing of this machine's environment goes in."""
        return subprocess.run(
            self.command(*command, person=person, **environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )

    def command(self, *command: str, person: bool = True, **environment: str) -> list[str]:
        """How a command is run in there."""
        who = [f"--userspec={USER}:{USER}"] if person else []
        variables = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": HOME if person else "/root",
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **environment,
        }
        settings = [f"{name}={value}" for name, value in variables.items()]
        return [
            "/usr/sbin/chroot",
            *who,
            str(self.folder),
            "/usr/bin/env",
            "-i",
            *settings,
            *command,
        ]

    def as_root(self, *command: str) -> str:
        """Run a command that has to go well."""
        done = self.run(*command, person=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def apt_install(self, *what: str) -> None:
        """Install packages, and only those that they depend on."""
        self.as_root(
            *("apt-get", "-qq", "-y", "--no-install-recommends", "-o", "Acquire::Retries=3"),
            *("-o", "APT::Sandbox::User=root", "install", *what),
        )

    def take_in(self, file: Path, to: str) -> str:
        """Copy a file into it; gives its path in there."""
        target = self.folder / to.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
        return to

    def files(self) -> set[str]:
        """Everything on its disk, but for what apt and dpkg write down for themselves."""
        found = set()
        for folder, _, names in os.walk(self.folder):
            place = "/" + os.path.relpath(folder, self.folder)
            if not place.startswith(("/proc", "/var/lib/apt", "/var/cache", "/var/log", "/tmp")):
                found |= {f"{place}/{name}" for name in names}
        return {name for name in found if not name.startswith(("/var/lib/dpkg/", "/./"))}


@contextmanager
def bare_root(folder: Path) -> Iterator[BareRoot]:
    """Make one with debootstrap; it is gone after the block."""
    command = ["/usr/sbin/debootstrap", "--variant=minbase", SUITE, str(folder), MIRROR]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    root = BareRoot(folder)
    for path in BORROWED:
        if Path(path).exists():
            root.take_in(Path(path), path)
    subprocess.run(["mount", "-t", "proc", "proc", str(folder / "proc")], check=True)
    try:
        root.as_root("useradd", "--uid", str(USER), "--create-home", "--home-dir", HOME, "kisi")
        root.as_root("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "update")
        yield root
    finally:
        subprocess.run(["umount", str(folder / "proc")], check=True)
        shutil.rmtree(folder)
