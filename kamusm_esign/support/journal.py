"""The journal: what is remembered of a session until the portal has taken its outcome.

One file per session, one JSON line per note, each line the whole entry: the last complete line
wins. A torn last line is a note that never returned, so nothing was done on the strength of it.
Whoever works on a session holds a lock on its file for as long as it lives; anyone may read.
No secret is in it: the session's token is in the key store.
"""

import contextlib
import errno
import functools
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.support import journal_line
from kamusm_esign.support.file_lock import let_go, lock_free, try_lock
from kamusm_esign.support.paths import private_folder, sync_folder

_log = logging.getLogger(__name__)
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SUFFIX = ".jsonl"
_TOLD = ".told"
_ONLY_TO_TELL = (JournalStep.SIGNED, JournalStep.ENDED)
_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class _Held:
    """A file that this process holds."""

    fd: int
    size: int
    """Bytes that are good: up to and with the last complete line."""
    entry: JournalEntry
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class _Content:
    entry: JournalEntry
    size: int


class _NotBegunError(ValueError):
    """`begin` has not written its line yet, or never came to it: nobody went on from there."""


class FileJournal:
    """`ports.Journal` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Nothing is touched before it is needed.

        Args:
            folder: made when the first entry is begun.
        """
        self._folder = folder
        self._held: dict[str, _Held] = {}
        self._reserved: dict[str, int] = {}
        self._lock = threading.RLock()

    def reserve(self, session_id: str) -> None:
        """Make an entry's file, still empty, and hold it: the session is among the `leftovers`,
        should its entry never begin.

        Raises:
            FailedError: as `begin`.
        """
        path = self._path(session_id)
        with self._lock, _not_writable():
            private_folder(self._folder)
            try:
                fd = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise FailedError.of(FailureCode.UNFINISHED_ELSEWHERE) from None
            try:
                if not (try_lock(fd) and os.path.samestat(os.fstat(fd), path.stat())):
                    raise OSError(errno.EAGAIN, "somebody looked at the file just then")
                sync_folder(self._folder)
            except BaseException:
                let_go(fd, path.unlink)
                raise
            self._reserved[session_id] = fd

    def begin(self, entry: JournalEntry) -> None:
        """Start an entry and hold it for this process.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`, and nothing is left behind;
                `UNFINISHED_ELSEWHERE` where the session has an entry already.
        """
        with self._lock, _not_writable():
            if entry.session_id not in self._reserved:
                self.reserve(entry.session_id)
            held = _Held(self._reserved.pop(entry.session_id), 0, entry)
            try:
                self._append(held, entry)
            except BaseException:
                let_go(held.fd, self._path(entry.session_id).unlink)
                raise
            self._held[entry.session_id] = held

    def note(self, entry: JournalEntry) -> None:
        """Write down the entry's new state; it must have been begun or claimed here.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`, and the entry on the disk is what it was.
        """
        with self._lock, _not_writable():
            held = self._held.get(entry.session_id)
            if held is None:
                raise OSError(errno.EBADF, "an entry that is not held")
            self._append(held, entry)

    def told(self, session_id: str) -> bool:
        """The portal knows: list the entry no more, but remember that it has traces.

        Returns:
            False where it stays: another process holds it, or the disk is read-only by now.
        """
        path = self._path(session_id)
        return self._end(session_id, lambda: os.replace(path, path.with_suffix(_TOLD)))

    def close(self, session_id: str) -> bool:
        """Forget the entry, told or not. Nothing happens if there is none.

        Returns:
            False where it stays, as with `told`.
        """
        path = self._path(session_id)
        with contextlib.suppress(OSError):
            path.with_suffix(_TOLD).unlink(missing_ok=True)
        return self._end(session_id, path.unlink)

    def _end(self, session_id: str, change: Callable[[], None]) -> bool:
        with self._lock:
            held = self._held.pop(session_id, None) or self._take(session_id)
            if held is not None:
                let_go(held.fd, change)
                with contextlib.suppress(OSError):
                    sync_folder(self._folder)
            return not self._path(session_id).exists()

    def leftovers(self) -> tuple[str, ...]:
        """Sessions that the portal was told of and whose traces may still be there.

        A beginning that never came to its first line is one: nobody went on from there.
        """
        for path in self._folder.glob("*" + _SUFFIX):
            with self._lock, contextlib.suppress(OSError):
                if b"\n" not in path.read_bytes():
                    self._put_aside_unbegun(path)
        return tuple(
            p.stem for p in self._folder.glob("*" + _TOLD) if _SESSION_ID.fullmatch(p.stem)
        )

    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries, oldest first, whoever holds them.

        A file that cannot be understood and that nobody holds is moved aside (`.broken`), so that
        it cannot hide the others.
        """
        found = []
        for path in sorted(self._folder.glob("*" + _SUFFIX)):
            if not _SESSION_ID.fullmatch(path.stem):
                continue
            try:
                found.append(_understand(path, path.read_bytes()).entry)
            except _NotBegunError:
                continue
            except ValueError:
                self._move_aside(path)
            except OSError:
                continue
        return tuple(sorted(found, key=lambda entry: (entry.since, entry.session_id)))

    @contextlib.contextmanager
    def claim(self, session_id: str) -> Iterator[JournalEntry | None]:
        """Hold an entry that nobody works on; None when it is gone or still held.

        Nobody works on what another process left behind, and on what this one has only to tell.
        """
        with self._lock:
            held = self._held.get(session_id)
            taken = None
            if held is None:
                held = taken = self._take(session_id)
                if taken is not None:
                    self._held[session_id] = taken
            elif held.claimed or held.entry.step not in _ONLY_TO_TELL:
                held = None
            if held is not None:
                held.claimed = True
        try:
            yield held.entry if held is not None else None
        finally:
            self._give_back(session_id, held, close=taken is not None)

    def _give_back(self, session_id: str, held: _Held | None, *, close: bool) -> None:
        with self._lock:
            if held is not None:
                held.claimed = False
            if close and self._held.get(session_id) is held is not None:
                del self._held[session_id]
                os.close(held.fd)

    def _take(self, session_id: str) -> _Held | None:
        """Lock a file that nobody holds; None where there is none, or it is broken or held."""
        path = self._path(session_id)
        fd = lock_free(path)
        if fd is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            content = _understand(path, _read_all(fd))
            return _Held(fd, content.size, content.entry)
        os.close(fd)
        return None

    def _put_aside_unbegun(self, path: Path) -> None:
        fd = lock_free(path)
        if fd is not None and b"\n" in _read_all(fd):
            os.close(fd)  # it has begun just now
        elif fd is not None:
            let_go(fd, lambda: os.replace(path, path.with_suffix(_TOLD)))

    def _append(self, held: _Held, entry: JournalEntry) -> None:
        """Write one line behind the last good one, all of it or nothing, and onto the disk."""
        line = journal_line.to_line(entry)
        try:
            os.ftruncate(held.fd, held.size)
            os.lseek(held.fd, held.size, os.SEEK_SET)
            written = 0
            while written < len(line):
                written += os.write(held.fd, line[written:])
            os.fsync(held.fd)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(held.fd, held.size)
            raise
        held.size += len(line)
        held.entry = entry

    def _move_aside(self, path: Path) -> None:
        fd = lock_free(path)
        if fd is not None:
            let_go(fd, lambda: os.replace(path, path.with_suffix(".broken")))
            if not path.exists():
                _log.warning("a journal file cannot be read and was moved aside")

    def _path(self, session_id: str) -> Path:
        if not _SESSION_ID.fullmatch(session_id):
            raise ValueError("not a session id")
        return self._folder / (session_id + _SUFFIX)


journal_in = functools.cache(FileJournal)
"""The one journal of this process in a folder: a second would find locked what the first holds."""


def _understand(path: Path, content: bytes) -> _Content:
    """What a file says. Every complete line has to be a note: a line that is none may have been
    the one that said that the card was touched.

    Raises:
        _NotBegunError: no line is complete.
        ValueError: it is not a journal of this session.
    """
    good, newline, _torn = content.rpartition(b"\n")
    if not newline:
        raise _NotBegunError
    entries = [journal_line.from_line(line) for line in good.split(b"\n")]
    if any(entry.session_id != path.stem for entry in entries):
        raise ValueError("another session's entry")
    return _Content(entries[-1], len(good) + 1)


def _read_all(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    with os.fdopen(fd, "rb", closefd=False) as file:
        return file.read()


@contextlib.contextmanager
def _not_writable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FailedError.of(FailureCode.JOURNAL_NOT_WRITABLE) from error
