"""The self-test's imports: all that a program would otherwise miss only when it is wanted."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import kamusm_esign
from kamusm_esign.cli.selftest import BrokenError

LATE = (
    *("pkcs11", "smartcard.scard", "requests", "truststore", "keyring"),
    *("cryptography.hazmat.primitives.hpke", "asn1crypto.cms", "pypdfium2_raw"),
    *("pyhanko.sign.signers", "pyhanko_certvalidator", "zoneinfo"),
)
"""Packages that are imported when they are wanted: one that is missing would be missed late."""
KEY_STORE = {"linux": ("secretstorage", "jeepney.io.blocking"), "win32": ("win32ctypes.core",)}
"""What keyring needs of other packages to reach the operating system's key store."""
ELSEWHERE = ("__main__", "app", "ui", "sandbox")
"""The window is tried in a process of its own; the sandbox is no part of the program."""


def import_everything() -> str:
    """Every module of ours that this process may load, and every package that is loaded late."""
    ours = list(_modules(kamusm_esign.__path__, "kamusm_esign.", ELSEWHERE))
    for name in (*ours, *LATE, *KEY_STORE.get(sys.platform, ())):
        importlib.import_module(name)
    if len(ours) <= len(LATE):
        raise BrokenError("no modules of the program")
    return f"{len(ours)}; Python {sys.version.split()[0]}; {kamusm_esign.__version__}"


def _modules(path: Any, prefix: str, without: Sequence[str] = ()) -> Iterator[str]:
    for found in pkgutil.iter_modules(path):
        name = prefix + found.name
        if found.name in without or found.name == "__main__":
            continue
        yield name
        if found.ispkg:
            yield from _modules(importlib.import_module(name).__path__, name + ".")
