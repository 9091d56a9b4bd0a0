"""The lock of one token between processes."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kamusm_esign.card.locks import LockBusyError, lock_file, token_lock
from kamusm_esign.domain.failures import FailedError, FailureCode

SERIAL = "08C9150800160012"
_HOLD = """
import sys
from kamusm_esign.card.locks import token_lock
with token_lock(sys.argv[1], sys.argv[2], limit=5, waiting=lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(folder: Path, serial: str = SERIAL) -> "Iterator[subprocess.Popen[str]]":
    """Another process holds the lock; it lets go when its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), serial],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def nothing() -> None:
    """No sign of life wanted."""


def test_somebody_else_has_it(tmp_path: Path) -> None:
    signs: list[None] = []
    with (
        held_elsewhere(tmp_path),
        pytest.raises(LockBusyError),
        token_lock(str(tmp_path), SERIAL, limit=0.2, waiting=lambda: signs.append(None)),
    ):
        pass
    assert len(signs) == 1


def test_it_is_free_when_the_other_process_is_killed(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as other:
        killer = threading.Timer(0.1, other.kill)
        killer.start()
        with token_lock(str(tmp_path), SERIAL, limit=10, waiting=nothing):
            assert other.wait(5) != 0
        killer.join()


def test_another_token_is_another_lock(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path), token_lock(str(tmp_path), "other", limit=0, waiting=nothing):
        pass


def test_it_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with token_lock(str(tmp_path / "new"), SERIAL, limit=0, waiting=nothing):
            pass


def test_the_name_hides_the_serial(tmp_path: Path) -> None:
    assert SERIAL not in lock_file(str(tmp_path), SERIAL)


def test_a_disk_that_is_read_only_is_said_to_be(tmp_path: Path) -> None:
    """A folder that cannot be made: here is a file in its place."""
    (tmp_path / "locks").write_text("")
    with (
        pytest.raises(FailedError) as refused,
        token_lock(str(tmp_path / "locks"), SERIAL, limit=0.2, waiting=nothing),
    ):
        pass
    assert refused.value.failure.code is FailureCode.JOURNAL_NOT_WRITABLE


def test_a_lock_that_was_made_before_the_disk_became_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with token_lock(str(tmp_path), SERIAL, limit=0.2, waiting=nothing):
        pass
    really = os.open

    def read_only(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, "read-only")
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", read_only)
    with token_lock(str(tmp_path), SERIAL, limit=0.2, waiting=nothing):
        monkeypatch.undo()
        with (
            pytest.raises(LockBusyError),
            token_lock(str(tmp_path), SERIAL, limit=0.1, waiting=nothing),
        ):
            pass
