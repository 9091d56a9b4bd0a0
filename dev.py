#!/usr/bin/env python3
"""Sets this checkout up and runs it. Needs nothing but Python.

    python3 dev.py demo              practice mode: twelve situations, practice cards and portal
    python3 dev.py test [ARGS...]    every check and test; with arguments, pytest alone with them
    python3 dev.py check             ruff and mypy
    python3 dev.py build [ARGS...]   what people install: bundle, .deb, .tar.gz, in dist/
    python3 dev.py bench [ARGS...]   the measurements of benchmarks/
    python3 dev.py helpdesk          writes docs/helpdesk anew; with --pictures its pictures as well
    python3 dev.py setup             only sets up

Each command first installs the system packages that are missing (Debian and its family, as root or
by sudo without a password; elsewhere it says what is missing), makes .venv/ and installs the
program into it. Nothing else outside of this folder is touched.
"""

# This file has to start on any Python 3, to be able to say that a newer one is needed.
from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple, NoReturn

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "dev-setup.stamp")
WINDOWS = os.name == "nt"
OLDEST_PYTHON = (3, 11)
EXTRAS = "[sandbox,dev,build]"
CONSTRAINTS = "constraints.txt"
"""Exact versions, for what builds the packages too, so that every checkout is made of the same."""
APT_TRIES, PIP_TRIES = 3, 3
PAUSE = 10
"""Seconds between two tries."""
APT_SECONDS, PIP_SECONDS = 1200, 1200
APT = [
    "apt-get",
    "-y",
    *("-o", "DPkg::Lock::Timeout=300"),
    *("-o", "Acquire::Retries=3"),
    *("-o", "Acquire::http::Timeout=30"),
    *("-o", "Dpkg::Options::=--force-confdef"),
    *("-o", "Dpkg::Options::=--force-confold"),
]
PROGRAM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


class Need(NamedTuple):
    """One thing of the operating system."""

    debian: str
    """Name of its package in Debian and its family."""
    why: str
    signs: tuple[str, ...]
    """It is there if one of these is: a program's name, or a pattern of absolute paths."""
    tests_only: bool = False


QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libx11-xcb1": "libX11-xcb.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
}
"""What Qt's own packages leave to the operating system: package and library."""


def library(name: str, why: str) -> Need:
    """A shared library; multi-architecture systems have it one folder deeper."""
    file = QT_LIBRARIES[name]
    return Need(name, why, (f"/usr/lib*/{file}", f"/usr/lib/*/{file}", f"/lib/*/{file}"))


NEEDS = (
    Need("gcc", "builds pyscard", ("gcc",)),
    Need("libpcsclite-dev", "builds pyscard", ("/usr/include/PCSC/winscard.h",)),
    Need(
        "softhsm2",
        "practice cards",
        (
            "/usr/lib*/softhsm/libsofthsm2.so",
            "/usr/lib*/*/libsofthsm2.so",
            "/usr/local/lib/softhsm/*",
        ),
    ),
    *(library(name, "the window") for name in QT_LIBRARIES),
    Need("fonts-noto-core", "the window's letters", ("/usr/share/fonts/**/NotoSans-Regular.ttf",)),
    Need(
        "fonts-noto-mono", "the window's codes", ("/usr/share/fonts/**/NotoSansMono-Regular.ttf",)
    ),
    Need("pcscd", "card readers", ("pcscd",), True),
    Need("vsmartcard-vpcd", "virtual card reader", ("/usr/lib*/pcsc/drivers/serial/*vpcd*",), True),
    Need("opensc", "a second opinion on cards", ("pkcs11-tool",), True),
    Need(
        "opensc-pkcs11",
        "a real card driver",
        ("/usr/lib*/opensc-pkcs11.so", "/usr/lib/*/opensc-pkcs11.so"),
        True,
    ),
    Need(
        "libp11-kit-dev",
        "builds the faulty card driver",
        ("/usr/include/p11-kit-1/p11-kit/pkcs11.h",),
        True,
    ),
    Need("openssl", "a second opinion on certificates", ("openssl",), True),
    Need("poppler-utils", "a second opinion on signed PDFs", ("pdfsig",), True),
    Need("dbus", "a key store", ("dbus-daemon",), True),
    Need("gnome-keyring", "a key store", ("gnome-keyring-daemon",), True),
    Need("xvfb", "a display", ("Xvfb",), True),
    Need("xdotool", "keys and clicks from outside", ("xdotool",), True),
    Need("gdb", "a look into memory", ("gcore",), True),
    Need("chromium", "a browser for the portal's pages", ("chromium",), True),
    Need("postgresql", "the portal's other database", ("/usr/lib/postgresql/*/bin/initdb",), True),
    Need("at-spi2-core", "assistive technology", ("/usr/libexec/at-spi-bus-launcher",), True),
    Need("binutils", "smaller bundles", ("strip",), True),
    Need("chrpath", "bundles that do not know where they were made", ("chrpath",), True),
    Need("dpkg-dev", "Debian packages", ("dpkg-shlibdeps",), True),
    Need("lintian", "a second opinion on Debian packages", ("lintian",), True),
    Need("appstream", "a second opinion on what a desktop is told", ("appstreamcli",), True),
    Need("desktop-file-utils", "the same", ("desktop-file-validate",), True),
    Need("nsis", "the installer for Windows", ("makensis",), True),
    Need("wine64", "runs it", ("/usr/lib/wine/wine64",), True),
    Need("wine", "the same", ("wine",), True),
    Need("debootstrap", "a bare system to install on", ("debootstrap",), True),
)


def say(text: str) -> None:
    """Tell what is being done."""
    print("==> " + text, flush=True)


def fail(text: str) -> NoReturn:
    """Say what stands in the way, and stop."""
    print("\ndev.py: " + text, file=sys.stderr, flush=True)
    sys.exit(1)


# ---------------------------------------------------------------------------- system packages
def is_there(sign: str) -> bool:
    """Whether a program or a file of the operating system is there."""
    if sign.startswith("/"):
        return bool(glob.glob(sign, recursive=True))
    return shutil.which(sign, path=PROGRAM_PATH) is not None


def missing_packages(for_tests: bool, python: str) -> list[Need]:
    """What has to be installed first."""
    needs = [n for n in NEEDS if for_tests or not n.tests_only] if sys.platform == "linux" else []
    missing = [n for n in needs if not any(is_there(s) for s in n.signs)]
    if python_lacks(python, "import ensurepip, venv"):
        missing.append(Need("python3-venv", "makes .venv", ()))
    header = "import os, sysconfig as s; os.stat(s.get_path('include') + '/Python.h')"
    if not WINDOWS and python_lacks(python, header):
        missing.append(Need("python3-dev", "builds pyscard", ()))
    return missing


def python_lacks(python: str, statement: str) -> bool:
    """Whether a statement fails there."""
    result = subprocess.run([python, "-c", statement], capture_output=True, check=False)
    return result.returncode != 0


def install_packages(missing: list[Need]) -> None:
    """Install with apt-get, or say what to do."""
    names = [n.debian for n in missing]
    listing = "".join(f"\n  {n.debian:18}{n.why}" for n in missing)
    if not shutil.which("apt-get"):
        fail(
            "these are missing, and only Debian's apt-get is known here. Please install them "
            "(the names are Debian's) and start again:" + listing
        )
    command = "apt-get install --no-install-recommends " + " ".join(names)
    rights = apt_rights()
    if rights is None:
        fail(f"these are missing:{listing}\nPlease run this and start again:\n  sudo {command}")
    say("installing system packages: " + " ".join(names))
    # Old package lists only matter if they lead to a package that is gone: installing decides.
    run_again(APT_TRIES, [*rights, *APT, "-qq", "update"], APT_SECONDS)
    install = [*rights, *APT, "-qq", "install", "--no-install-recommends", *names]
    if not run_again(APT_TRIES, install, APT_SECONDS):
        fail(f"apt-get could not install them (see above):{listing}\nTry:  {command}")


def apt_rights() -> list[str] | None:
    """What goes before apt-get; None if this account may not use it."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return environment
    sudo = ["sudo", "-n"]
    if not shutil.which("sudo") or subprocess.run([*sudo, "true"], check=False).returncode:
        return None
    return [*sudo, *environment]


def run_again(
    tries: int, command: list[str], seconds: float, extra: dict[str, str] | None = None
) -> bool:
    """Run a command until it succeeds, a few times at most."""
    environment = {**clean_environment(), **(extra or {})}
    for number in range(1, tries + 1):
        try:
            if subprocess.run(command, env=environment, timeout=seconds).returncode == 0:
                return True
        except subprocess.TimeoutExpired:
            print(f"no end after {seconds:.0f} s", file=sys.stderr)
        if number < tries:
            say(f"that did not work; once more in {PAUSE} s")
            time.sleep(PAUSE)
    return False


# ---------------------------------------------------------------------------- Python
def clean_environment() -> dict[str, str]:
    """The environment without what would lead a Python to somebody else's packages."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {k: v for k, v in os.environ.items() if k not in dropped}


def find_python() -> str:
    """The running interpreter if it is new enough, else another one of this machine."""
    if sys.version_info >= OLDEST_PYTHON:
        return getattr(sys, "_base_executable", None) or sys.executable
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    fail(f"Python 3.{OLDEST_PYTHON[1]} or newer is needed; this is {sys.version.split()[0]}.")


def venv_python() -> str:
    """The interpreter inside .venv."""
    return os.path.join(VENV, "Scripts" if WINDOWS else "bin", "python")


def fingerprint(python: str) -> str:
    """Changes with everything that .venv was made of."""
    digest = hashlib.sha256(f"{ROOT}\0{python}\0{EXTRAS}\0".encode())
    for name in ("pyproject.toml", CONSTRAINTS):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_set_up(mark: str) -> bool:
    """Whether .venv is there, works and was made of the same."""
    try:
        with open(STAMP, encoding="ascii") as file:
            return file.read() == mark and not python_lacks(venv_python(), "import kamusm_esign")
    except OSError:
        return False


def setup(for_tests: bool) -> None:
    """Make everything ready; quick when it is."""
    python = find_python()
    missing = missing_packages(for_tests, python)
    if missing:
        install_packages(missing)
        missing = missing_packages(for_tests, python)
        if missing:
            fail("still missing: " + ", ".join(f"{n.debian} ({n.why})" for n in missing))
    mark = fingerprint(python)
    if is_set_up(mark):
        return
    say(f"making .venv with {python}")
    subprocess.run([python, "-m", "venv", "--clear", VENV], env=clean_environment(), check=True)
    say("installing the program and its packages into .venv (a minute or two)")
    pip = [venv_python(), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    install = [*pip, "install", "--retries", "5", "--timeout", "60", "--progress-bar", "off"]
    # In the environment, because only there it reaches what builds the packages.
    constraints = os.path.join(ROOT, CONSTRAINTS)
    pinned = {"PIP_CONSTRAINT": constraints, "PIP_BUILD_CONSTRAINT": constraints}
    if not run_again(PIP_TRIES, [*install, "-e", ROOT + EXTRAS], PIP_SECONDS, pinned):
        fail("pip could not install the packages (see above). Is there a way to pypi.org?")
    with open(STAMP, "w", encoding="ascii") as file:
        file.write(mark)


# ---------------------------------------------------------------------------- commands
CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format --check", ["-m", "ruff", "format", "--check", "."]),
    ("mypy --strict", ["-m", "mypy"]),
)


def run_all(steps: list[tuple[str, list[str]]]) -> int:
    """Run every step, whatever came of the ones before it; 0 only if all went well."""
    failed = []
    started = time.monotonic()
    for name, arguments in steps:
        say(name)
        begun = time.monotonic()
        status = run_program(arguments)
        say(f"{name}: {'FAILED' if status else 'ok'}, {time.monotonic() - begun:.1f} s")
        if status:
            failed.append(name)
    verdict = "FAILED: " + ", ".join(failed) if failed else "all well"
    say(f"{verdict} ({time.monotonic() - started:.0f} s)")
    return 1 if failed else 0


def run_program(arguments: list[str]) -> int:
    """Run the interpreter of .venv; its exit status."""
    command = [venv_python(), *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment()).returncode


def test(arguments: list[str]) -> int:
    """Everything, or pytest alone with the arguments."""
    if arguments:
        return run_program(["-m", "pytest", *arguments])
    workers = str(max(2, min(os.cpu_count() or 2, 4)))
    return run_all([*CHECKS, ("pytest", ["-m", "pytest", "-n", workers])])


def bench(arguments: list[str]) -> int:
    """Every measurement."""
    found = sorted(glob.glob(os.path.join(ROOT, "benchmarks", "[a-z]*.py")))
    return max([run_program([path, *arguments]) for path in found], default=0)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": lambda arguments: run_program(["-m", "kamusm_esign.sandbox", "demo", *arguments]),
    "test": test,
    "check": lambda _arguments: run_all(list(CHECKS)),
    "bench": bench,
    "helpdesk": lambda arguments: run_program(["-m", "tests.helpdesk.make_guide", *arguments]),
    "build": lambda arguments: run_program(["-m", "release.build", *arguments]),
    "setup": lambda _arguments: 0,
}


def main(arguments: list[str]) -> int:
    """Set up, then do it."""
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    command, rest = arguments[0], arguments[1:]
    setup(for_tests=command != "demo")
    return COMMANDS[command](rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
