"""The portal as the processes that it is made of, and its commands."""

import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from kamusm_esign.sandbox.__main__ import main

COMMAND = [sys.executable, "-m", "kamusm_esign.sandbox"]
_SECONDS = 30


@dataclass
class PortalProcess:
    """A portal that listens."""

    url: str
    process: "subprocess.Popen[str]"
    log: Path

    def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_SECONDS)


def command(
    *words: str, secrets: str = "", home: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run one command of `kamusm-esign-sandbox`."""
    environment = dict(os.environ)
    if home is not None:
        environment["XDG_DATA_HOME"] = str(home)
    return subprocess.run(
        [*COMMAND, *words],
        input=secrets,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        env=environment,
    )


def command_here(*words: str, secrets: str = "") -> "subprocess.CompletedProcess[str]":
    """Run one command within this process: a new one spends 50 times as long on imports.

    Not in two threads at once: the standard streams are the process's.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        tempfile.TemporaryFile("w+") as stdin,
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        os.write(stdin.fileno(), secrets.encode())
        os.lseek(stdin.fileno(), 0, os.SEEK_SET)
        patch.setattr("sys.stdin", stdin)
        status = main(words)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


@contextmanager
def running_portal(
    folder: Path, *words: str, name: str = "one", url: str | None = None
) -> Iterator[PortalProcess]:
    """A server on the folder's database, or another one; ends with the block."""
    log = folder / f"{name}.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [*COMMAND, "portal", "--port", "0", "--database", url or database_url(folder), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), log.read_text()
        yield PortalProcess(url, process, log)
    finally:
        process.stdout.close()
        process.kill()
        process.wait(_SECONDS)


def database_url(folder: Path) -> str:
    """The database of a test's folder."""
    return f"sqlite:///{folder / 'portal.db'}"
