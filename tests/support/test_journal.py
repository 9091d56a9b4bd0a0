"""The journal survives crashes, full disks, other processes and rubbish."""

import json
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Outcome, Purpose
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.support import file_lock, journal_line
from kamusm_esign.support import journal as journal_module
from kamusm_esign.support.file_lock import try_lock
from kamusm_esign.support.journal import FileJournal

PROJECT = Path(__file__).parents[2]
SINCE = datetime(2026, 11, 20, 10, 42, 31, 500, tzinfo=UTC)
ONE, TWO, THREE = "session-one-0123", "session_TWO_0123", "sessionThree0123"


def entry(session: str = ONE, *, since: datetime = SINCE) -> JournalEntry:
    return JournalEntry(
        session_id=session,
        portal="https://portal.example/api/v1",
        purpose=Purpose.PIN_UNBLOCK,
        token_serial="ŞERİ-1234",
        pin_before=PinState.BLOCKED,
        since=since,
        clock_offset=-1.25,
        step=JournalStep.AUTHORIZING,
    )


def writing(session: str = ONE) -> JournalEntry:
    return replace(entry(session), step=JournalStep.WRITING)


def ended(session: str = ONE) -> JournalEntry:
    return replace(
        entry(session),
        step=JournalStep.ENDED,
        outcome=Outcome.FAILED,
        failure_code="KRT-125",
        puk_attempt_spent=True,
        decided_at=SINCE + timedelta(seconds=9),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal"


def left_behind(folder: Path, *entries: JournalEntry) -> None:
    """What a process that is gone wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in entries:
        with (folder / f"{one.session_id}.jsonl").open("ab") as file:
            file.write(journal_line.to_line(one))


def not_writable(caught: pytest.ExceptionInfo[FailedError]) -> bool:
    return caught.value.failure.code is FailureCode.JOURNAL_NOT_WRITABLE


# ------------------------------------------------------------------------ one process
def test_a_life(folder: Path) -> None:
    journal = FileJournal(folder)
    assert journal.entries() == ()
    journal.begin(entry())
    assert journal.entries() == (entry(),)
    journal.note(writing())
    assert journal.entries() == (writing(),)
    journal.note(ended())
    assert journal.entries() == FileJournal(folder).entries() == (ended(),)
    journal.close(ONE)
    assert journal.entries() == ()
    assert list(folder.iterdir()) == []


def test_looking_makes_nothing(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.entries()
    journal.close(ONE)
    with journal.claim(ONE) as found:
        assert found is None
    assert not folder.parent.exists()


def test_files_are_private(folder: Path) -> None:
    FileJournal(folder).begin(entry())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_oldest_first_however_old(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.begin(entry(ONE))
    journal.begin(entry(TWO, since=SINCE - timedelta(days=30)))
    journal.begin(entry(THREE, since=SINCE - timedelta(days=1)))
    assert [e.session_id for e in journal.entries()] == [TWO, THREE, ONE]


def test_a_session_is_begun_once(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.begin(entry())
    for another in (journal, FileJournal(folder)):
        with pytest.raises(FailedError) as caught:
            another.begin(writing())
        assert caught.value.failure.code is FailureCode.UNFINISHED_ELSEWHERE
    assert journal.entries() == (entry(),)


def test_only_who_holds_an_entry_writes_it(folder: Path) -> None:
    FileJournal(folder).begin(entry())
    with pytest.raises(FailedError) as caught:
        FileJournal(folder).note(ended())
    assert not_writable(caught)


@pytest.mark.parametrize(
    "session", ["", "short", "a" * 65, "../" + "a" * 20, "a" * 20 + "\n", "ş" * 20, "a" * 20 + "/b"]
)
def test_what_is_no_session_id_never_becomes_a_name(folder: Path, session: str) -> None:
    journal = FileJournal(folder)
    with pytest.raises(ValueError, match="session"):
        journal.begin(entry(session))
    with pytest.raises(ValueError, match="session"):
        journal.close(session)
    with pytest.raises(ValueError, match="session"), journal.claim(session):
        pass
    assert not folder.exists()


def test_every_note_is_on_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        real(fd)
        synced.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")

    monkeypatch.setattr(os, "fsync", fsync)
    journal = FileJournal(folder)
    journal.begin(entry())
    assert synced == ["folder", "file"]
    journal.note(writing())
    assert synced == ["folder", "file", "file"]
    journal.close(ONE)
    assert synced[-1] == "folder"


# ------------------------------------------------------------------------ what was left behind
def test_what_is_left_behind_is_claimed_once(folder: Path) -> None:
    left_behind(folder, entry(), writing())
    first, second = FileJournal(folder), FileJournal(folder)
    with first.claim(ONE) as found:
        assert found == writing()
        with second.claim(ONE) as other:
            assert other is None
        with first.claim(ONE) as other:
            assert other is None
        assert second.entries() == (writing(),)
        first.note(ended())
    with second.claim(ONE) as found:
        assert found == ended()
        second.close(ONE)
    with first.claim(ONE) as found:
        assert found is None
    assert list(folder.iterdir()) == []


def test_what_this_process_works_on_is_not_claimed(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.begin(entry())
    for state in (entry(), writing()):
        journal.note(state)
        with journal.claim(ONE) as found:
            assert found is None


def test_what_this_process_has_ended_can_be_handed_in_by_it(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.begin(entry())
    journal.note(ended())
    with journal.claim(ONE) as found:
        assert found == ended()
        with journal.claim(ONE) as again:
            assert again is None
    # It is still this process's, for others as for itself.
    with FileJournal(folder).claim(ONE) as found:
        assert found is None
    journal.note(ended())
    with journal.claim(ONE) as found:
        journal.close(ONE)
    assert journal.entries() == ()


def test_a_claim_ends_with_its_block_also_after_an_error(folder: Path) -> None:
    left_behind(folder, entry())
    journal = FileJournal(folder)
    with pytest.raises(RuntimeError), journal.claim(ONE):
        raise RuntimeError
    with FileJournal(folder).claim(ONE) as found:
        assert found == entry()


def test_closing_what_was_left_behind(folder: Path) -> None:
    left_behind(folder, entry())
    FileJournal(folder).close(ONE)
    assert list(folder.iterdir()) == []


def test_what_is_closed_while_it_is_being_claimed_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(folder, entry())
    real = try_lock

    def too_late(fd: int) -> bool:
        (folder / f"{ONE}.jsonl").unlink()
        return real(fd)

    monkeypatch.setattr(file_lock, "try_lock", too_late)
    with FileJournal(folder).claim(ONE) as found:
        assert found is None


def test_what_was_told_is_listed_no_more_and_its_traces_are_remembered(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.begin(entry())
    assert journal.told(ONE)
    for one in (journal, FileJournal(folder)):
        assert (one.entries(), one.leftovers()) == ((), (ONE,))
        with one.claim(ONE) as found:
            assert found is None
    assert FileJournal(folder).close(ONE)
    assert (journal.leftovers(), list(folder.iterdir())) == ((), [])


def test_telling_what_another_holds(folder: Path) -> None:
    holder = FileJournal(folder)
    holder.begin(entry())
    assert not FileJournal(folder).told(ONE)
    assert (holder.entries(), holder.leftovers()) == ((entry(),), ())
    holder.note(writing())


@pytest.mark.parametrize("content", [b"", b"{"])
def test_a_beginning_that_was_killed_is_left_to_be_cleared_away(
    folder: Path, content: bytes
) -> None:
    left_behind(folder, entry(TWO))
    path = folder / f"{ONE}.jsonl"
    path.write_bytes(content)
    with path.open("rb") as begins_just_now:
        assert try_lock(begins_just_now.fileno())
        assert FileJournal(folder).leftovers() == ()
        assert path.exists()
    assert FileJournal(folder).leftovers() == (ONE,)
    assert FileJournal(folder).close(ONE)
    assert [p.stem for p in folder.iterdir()] == [TWO]


def test_what_is_reserved_is_no_entry_yet_and_nobody_elses(folder: Path) -> None:
    journal = FileJournal(folder)
    journal.reserve(ONE)
    assert FileJournal(folder).leftovers() == ()
    assert journal.entries() == ()
    with pytest.raises(FailedError) as twice:
        FileJournal(folder).begin(entry())
    assert twice.value.failure.code is FailureCode.UNFINISHED_ELSEWHERE
    journal.begin(entry())
    assert FileJournal(folder).entries() == (entry(),)


def test_a_beginning_whose_file_was_cleared_away_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the making of the file and the lock on it, somebody took it for a dead one."""

    def too_late(fd: int) -> bool:
        (folder / f"{ONE}.jsonl").unlink()
        return try_lock(fd)

    monkeypatch.setattr(journal_module, "try_lock", too_late)
    with pytest.raises(FailedError) as caught:
        FileJournal(folder).begin(entry())
    assert not_writable(caught)


def test_closing_what_another_holds(folder: Path) -> None:
    holder = FileJournal(folder)
    holder.begin(entry())
    FileJournal(folder).close(ONE)
    assert holder.entries() == (entry(),)
    holder.note(writing())


# ------------------------------------------------------------------------ torn and broken files
@pytest.mark.parametrize("cut", [1, 2, 40, -1])
def test_a_torn_last_line_is_ignored(folder: Path, cut: int) -> None:
    left_behind(folder, entry())
    path = folder / f"{ONE}.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + journal_line.to_line(ended())[:cut])
    journal = FileJournal(folder)
    assert journal.entries() == (entry(),)
    with journal.claim(ONE) as found:
        assert found == entry()
        journal.note(writing())
    assert path.read_bytes() == whole + journal_line.to_line(writing())
    assert journal.entries() == (writing(),)


@pytest.mark.parametrize("content", [b"", b"{", journal_line.to_line(entry())[:-1]])
def test_a_beginning_that_never_ended(folder: Path, content: bytes) -> None:
    # `begin` has not returned, or never will: nothing was done, and it may be at it just now.
    left_behind(folder, entry(TWO))
    path = folder / f"{ONE}.jsonl"
    path.write_bytes(content)
    journal = FileJournal(folder)
    assert journal.entries() == (entry(TWO),)
    assert path.read_bytes() == content
    with journal.claim(ONE) as found:
        assert found is None


def test_a_line_of_an_earlier_version_is_understood() -> None:
    line = {k: v for k, v in WHOLE.items() if k != "superseded"}
    assert journal_line.from_line(json.dumps(line).encode()) == ended()


WHOLE = json.loads(journal_line.to_line(ended()))
MISTAKES: list[bytes] = [
    b"\n",
    b"null\n",
    b"[]\n",
    b"{}\n",
    b"\xff\xfe\n",
    b"\0" * 200 + b"\n",
    b"[" * 100_000 + b"\n",
    journal_line.to_line(entry()) + b"garbage\n",
    b"garbage\n" + journal_line.to_line(entry()),
    journal_line.to_line(entry(TWO)),
    *(
        json.dumps({k: v for k, v in WHOLE.items() if k != gone}).encode() + b"\n"
        for gone in sorted(WHOLE.keys() - {"superseded"})  # which lines of earlier versions lack
    ),
    *(
        json.dumps(WHOLE | {name: wrong}).encode() + b"\n"
        for name, wrong in {
            "format": 2,
            "portal": None,
            "purpose": "pin-steal",
            "token_serial": 7,
            "pin_before": "fine",
            "since": "2026-11-20T10:42:31",
            "clock_offset": True,
            "step": "?",
            "outcome": "perhaps",
            "failure_code": 125,
            "puk_attempt_spent": 1,
            "decided_at": 0,
            "superseded": None,
        }.items()
    ),
]


@pytest.mark.expects_log("WARNING a journal file cannot be read and was moved aside")
@pytest.mark.parametrize("content", MISTAKES)
def test_a_broken_file_is_moved_aside_and_breaks_no_other(folder: Path, content: bytes) -> None:
    left_behind(folder, entry(THREE))
    (folder / f"{ONE}.jsonl").write_bytes(content)
    journal = FileJournal(folder)
    assert journal.entries() == (entry(THREE),)
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{ONE}.broken",
        f"{THREE}.jsonl",
    ]
    assert (folder / f"{ONE}.broken").read_bytes() == content
    assert journal.entries() == (entry(THREE),)


def test_a_broken_file_is_not_claimed(folder: Path) -> None:
    left_behind(folder)
    (folder / f"{ONE}.jsonl").write_bytes(b"garbage\n")
    with FileJournal(folder).claim(ONE) as found:
        assert found is None


def test_a_broken_file_that_somebody_holds_stays(folder: Path) -> None:
    holder = FileJournal(folder)
    holder.begin(entry())
    path = folder / f"{ONE}.jsonl"
    path.write_bytes(b"garbage\n")
    assert FileJournal(folder).entries() == ()
    assert path.exists()


def test_other_files_do_not_matter(folder: Path) -> None:
    left_behind(folder, entry())
    (folder / "x.jsonl").write_text("not a session id")
    (folder / "README").write_text("")
    (folder / f"{TWO}.jsonl").mkdir()
    assert FileJournal(folder).entries() == (entry(),)


# ------------------------------------------------------------------------ lines
def test_a_line_holds_the_whole_entry_and_nothing_else() -> None:
    assert set(WHOLE) == {"format"} | {field.name for field in fields(JournalEntry)}
    assert journal_line.to_line(ended()).count(b"\n") == 1


def test_a_later_version_may_add_members() -> None:
    line = json.dumps(WHOLE | {"new": [1, 2]}).encode()
    assert journal_line.from_line(line) == ended()


@given(
    st.builds(
        JournalEntry,
        session_id=st.from_regex(r"\A[A-Za-z0-9_-]{16,64}\Z"),
        portal=st.text(),
        purpose=st.sampled_from(Purpose),
        token_serial=st.text(),
        pin_before=st.sampled_from(PinState),
        since=st.datetimes(timezones=st.just(UTC)),
        clock_offset=st.floats(-1e12, 1e12),
        step=st.sampled_from(JournalStep),
        outcome=st.none() | st.sampled_from(Outcome),
        failure_code=st.none() | st.text(),
        puk_attempt_spent=st.booleans(),
        decided_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    )
)
def test_round_trip(one: JournalEntry) -> None:
    assert journal_line.from_line(journal_line.to_line(one)[:-1]) == one


# ------------------------------------------------------------------------ disks
@contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """Files of this process do not grow beyond `size`: like a full disk, in the middle of a line
    (setrlimit(2), RLIMIT_FSIZE: EFBIG, since Python ignores SIGXFSZ)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_disk_that_is_full_at_the_beginning(folder: Path, room: int) -> None:
    journal = FileJournal(folder)
    with pytest.raises(FailedError) as caught, disk_full_at(room):
        journal.begin(entry())
    assert not_writable(caught)
    assert list(folder.iterdir()) == []
    journal.begin(entry())
    assert journal.entries() == (entry(),)


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_disk_that_is_full_later(folder: Path, room: int) -> None:
    journal = FileJournal(folder)
    journal.begin(entry())
    path = folder / f"{ONE}.jsonl"
    before = path.read_bytes()
    with pytest.raises(FailedError) as caught, disk_full_at(len(before) + room):
        journal.note(writing())
    assert not_writable(caught)
    assert path.read_bytes() == before
    journal.note(ended())
    assert path.read_bytes() == before + journal_line.to_line(ended())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = FileJournal(tmp_path / "file" / "journal")
    with pytest.raises(FailedError) as caught:
        journal.begin(entry())
    assert not_writable(caught)
    assert journal.entries() == ()


def test_a_disk_that_does_not_keep(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(fd: int) -> None:
        raise OSError(5, "Input/output error")

    journal = FileJournal(folder)
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(FailedError) as caught:
        journal.begin(entry())
    assert not_writable(caught)
    assert list(folder.iterdir()) == []


# ------------------------------------------------------------------------ other processes
OTHER = """
import sys
from pathlib import Path
from kamusm_esign.support.file_lock import try_lock
from kamusm_esign.support.journal import FileJournal
from kamusm_esign.support.journal_line import from_line

def do(command, argument):
    if command == "begin":
        journal.begin(from_line(argument))
    if command == "note":
        journal.note(from_line(argument))
    if command == "close":
        journal.close(argument.decode())
    if command == "claim":
        with journal.claim(argument.decode()) as found:
            return found.step.value if found else "none"
    if command == "list":
        return ",".join(entry.step.value for entry in journal.entries())
    return "done"

journal = FileJournal(Path(sys.argv[1]))
for line in sys.stdin.buffer:
    command, _, argument = line.rstrip(b"\\n").partition(b" ")
    print(do(command.decode(), argument), flush=True)
"""


class Other:
    """Another process with the same journal."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
        )

    def do(self, command: str, argument: bytes = b"") -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command.encode() + b" " + argument.rstrip(b"\n") + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().decode().strip()

    def die(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def other(folder: Path) -> Iterator[Other]:
    other = Other(folder)
    yield other
    other.die()


def test_two_processes(folder: Path, other: Other) -> None:
    here = FileJournal(folder)
    assert other.do("begin", journal_line.to_line(entry())) == "done"
    assert here.entries() == (entry(),)
    with here.claim(ONE) as found:
        assert found is None
    here.close(ONE)
    assert other.do("note", journal_line.to_line(writing())) == "done"
    other.die()
    with here.claim(ONE) as found:
        assert found == writing()
        here.note(ended())
    assert here.entries() == (ended(),)


def test_a_claim_here_is_respected_there(folder: Path, other: Other) -> None:
    left_behind(folder, writing())
    here = FileJournal(folder)
    session = ONE.encode()
    assert other.do("claim", session) == "writing"
    with here.claim(ONE) as found:
        assert found == writing()
        assert other.do("claim", session) == "none"
        assert other.do("list") == "writing"
        assert other.do("close", session) == "done"
        assert here.entries() == (writing(),)
    assert other.do("claim", session) == "writing"
    assert other.do("close", session) == "done"
    assert here.entries() == ()


def test_children_do_not_inherit_the_lock(folder: Path, other: Other) -> None:
    left_behind(folder, writing())
    here = FileJournal(folder)
    with here.claim(ONE):
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
        )
    try:
        # The card host outlives the window; it must not keep the entry.
        assert other.do("claim", ONE.encode()) == "writing"
    finally:
        child.communicate(b"\n")


def test_looking_while_another_thread_works(folder: Path) -> None:
    begun: list[str] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            journal = FileJournal(folder)
            for number in range(60):
                session = f"session-{number:012}"
                journal.begin(entry(session))
                journal.note(writing(session))
                begun.append(session)
                journal.close(session)
        except BaseException as error:
            failed.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    looking = FileJournal(folder)
    while worker.is_alive():
        for found in looking.entries():
            with looking.claim(found.session_id):
                pass
    worker.join()
    assert failed == []
    assert len(begun) == 60
    assert looking.entries() == ()
    assert list(folder.iterdir()) == []
