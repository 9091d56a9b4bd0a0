"""The outbox on the disk."""

import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.outbox import KeptSignature
from kamusm_esign.domain.portal_session import Receipt, SignatureFormat
from kamusm_esign.support.outbox import FolderOutbox
from tests.equipment.values import SERVER_TIME, document

SESSION = "session-0123456789"
STAMPED = SignatureFormat.CADES_T_DETACHED
RECEIPT = Receipt("R-1", "doc-1", "f" * 64, SERVER_TIME)


def kept(number: int = 1, total: int = 2, **changes: object) -> KeptSignature:
    made = KeptSignature(
        number=number,
        total=total,
        document=document(number, title="Başvuru ‮ formu", format=STAMPED),
        signed_at=SERVER_TIME,
        holder="AYŞE YILMAZ",
        certificate_serial="0a1b",
        stamped=False,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def outbox(tmp_path: Path) -> FolderOutbox:
    """With two signatures in it."""
    made = FolderOutbox(tmp_path / "state" / "outbox")
    made.add(SESSION, kept(1), b"one")
    made.add(SESSION, kept(2), b"two")
    made.seal(SESSION)
    return made


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_put_in_is_there_for_another_process(outbox: FolderOutbox, tmp_path: Path) -> None:
    again = FolderOutbox(tmp_path / "state" / "outbox")
    assert again.kept(SESSION) == (kept(1), kept(2))
    assert [again.signature(SESSION, number) for number in (1, 2)] == [b"one", b"two"]


@pytest.mark.skipif(sys.platform == "win32", reason="the profile's ACL")
def test_nobody_else_may_look(outbox: FolderOutbox, tmp_path: Path) -> None:
    found = files(tmp_path)
    assert len(found) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in found} == {0o700}


def test_a_time_stamp_takes_the_place(outbox: FolderOutbox, tmp_path: Path) -> None:
    outbox.replace(SESSION, kept(1, stamped=True), b"one with its stamp")
    assert outbox.kept(SESSION) == (kept(1, stamped=True), kept(2))
    assert outbox.signature(SESSION, 1) == b"one with its stamp"
    assert len(files(tmp_path)) == 4


def test_a_receipt_is_noted_beside_the_same_bytes(outbox: FolderOutbox) -> None:
    outbox.note(SESSION, kept(1, receipt=RECEIPT))
    assert outbox.kept(SESSION)[0].receipt == RECEIPT
    assert outbox.signature(SESSION, 1) == b"one"


def test_erased(outbox: FolderOutbox, tmp_path: Path) -> None:
    assert outbox.erase(SESSION)
    assert outbox.erase(SESSION)
    assert outbox.kept(SESSION) == ()
    assert files(tmp_path) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _garbage(path: Path) -> None:
    path.write_bytes(b'{"format": 2}')


@pytest.mark.parametrize("damage", [_cut, _garbage, Path.unlink])
def test_a_part_of_the_facts_is_nothing(
    outbox: FolderOutbox, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(next(path for path in files(tmp_path) if path.name == "0002.json"))
    assert outbox.kept(SESSION) == ()


@pytest.mark.parametrize("damage", [_cut, _garbage, Path.unlink])
def test_other_bytes_are_not_handed_out(
    outbox: FolderOutbox, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(next(path for path in files(tmp_path) if path.name == "0002.bare"))
    with pytest.raises(FailedError) as caught:
        outbox.signature(SESSION, 2)
    assert caught.value.failure.code is FailureCode.SIGNATURE_LOST
    assert outbox.signature(SESSION, 1) == b"one"


def test_facts_that_point_elsewhere_are_not_followed(outbox: FolderOutbox, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"one")
    facts = next(path for path in files(tmp_path) if path.name == "0001.json")
    facts.write_text(facts.read_text().replace("0001.bare", "../../../elsewhere"))
    with pytest.raises(FailedError):
        outbox.signature(SESSION, 1)


def test_no_room_is_told_and_leaves_what_was_there(outbox: FolderOutbox, tmp_path: Path) -> None:
    (tmp_path / "state" / "outbox" / SESSION / "0001.json.new").mkdir()
    with pytest.raises(FailedError) as caught:
        outbox.note(SESSION, kept(1, receipt=RECEIPT))
    assert caught.value.failure.code is FailureCode.JOURNAL_NOT_WRITABLE
    assert outbox.kept(SESSION) == (kept(1), kept(2))


def test_only_a_session_has_a_folder(outbox: FolderOutbox) -> None:
    with pytest.raises(ValueError, match="session"):
        outbox.erase("../../somewhere-else")
