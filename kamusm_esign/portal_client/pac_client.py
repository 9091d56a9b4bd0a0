"""Runs a PAC file's program in a child process: it is foreign code from the network.

PyPAC runs it (with dukpy's JavaScript); nothing of either is imported here. The process gets the
script, the address without its path and the host, says one line, and is ended after some seconds:
a script that crashes, hangs or eats memory is a proxy that failed.
"""

import json
import subprocess

from kamusm_esign.child.spawn import command_of, spawn
from kamusm_esign.domain.failures import FailedError, FailureCode

SECONDS = 10.0
"""For the process to come up, and for the name look-ups of the script."""
ANSWER_LIMIT = 4096


def ask_pac(script: str, url: str, host: str, seconds: float = SECONDS) -> str:
    """What the script's `FindProxyForURL` answers, e.g. `PROXY proxy.example.org:3128; DIRECT`.

    Raises:
        FailedError: `PROXY_FAILED`.
    """
    order = json.dumps({"script": script, "url": url, "host": host}).encode()
    try:
        with spawn(command_of("kamusm_esign.portal_client.pac_host", "--pac-host")) as process:
            try:
                answer, _ = process.communicate(order, seconds)
            finally:
                process.kill()
    except (OSError, subprocess.TimeoutExpired):
        answer = b""
    text = answer[:ANSWER_LIMIT].decode("ascii", "replace").strip()
    if not text:
        raise FailedError.of(FailureCode.PROXY_FAILED)
    return text
