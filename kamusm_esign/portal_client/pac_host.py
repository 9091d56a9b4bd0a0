"""The process that runs one PAC file once; the only importer of pypac."""

import json
from typing import NoReturn

from kamusm_esign.child.safe_start import (
    Alarm,
    ignore_signals,
    keep_memory_private,
    leave,
    private_pipes,
)

_MEMORY = 512 << 20
"""Bytes that a script may make this process use."""
_SECONDS = 15.0


def main() -> NoReturn:
    """Read the order from standard input, answer one line, end."""
    ignore_signals()
    orders, answers = private_pipes()
    keep_memory_private()
    _limit_memory()
    Alarm().set(_SECONDS)  # also where the parent has died
    try:
        order = json.loads(orders.readall() or b"{}")
        answers.write(_find(order["script"], order["url"], order["host"]).encode("ascii") + b"\n")
    except Exception:  # noqa: S110 (no answer is the answer: the parent knows nothing else)
        pass
    leave()


def _limit_memory() -> None:
    import sys

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _find(script: str, url: str, host: str) -> str:
    from pypac.parser import PACFile

    return str(PACFile(script).find_proxy_for_url(url, host))
