"""What stood in the way of the last job: kept for a day, forgotten when a job succeeds."""

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from kamusm_esign.domain.check_result import CheckStatus
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.flows.protocol import Done, State
from kamusm_esign.flows.session_model import AskCode
from kamusm_esign.runtime.failure_notes import note_failure
from kamusm_esign.support.catalogue import Catalogue
from kamusm_esign.support.checks import LastJobCheck
from kamusm_esign.support.last_failure import KEPT, NOT_NOTED, FailureFile

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EXPIRED = Failure.of(FailureCode.CODE_EXPIRED)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> FailureFile:
    return FailureFile(tmp_path / "state" / "last-failure.json", clock)


def found(memory: FailureFile) -> FailureCode | None:
    last = memory.last()
    return None if last is None else last.failure.code


def test_what_was_noted_last_is_told_and_forgotten(memory: FailureFile) -> None:
    assert memory.last() is None
    memory.note(Failure.of(FailureCode.CARD_REMOVED))
    memory.note(EXPIRED)
    assert found(memory) is FailureCode.CODE_EXPIRED
    memory.forget()
    memory.forget()
    assert memory.last() is None


def test_nothing_is_kept_but_code_and_time(memory: FailureFile, tmp_path: Path) -> None:
    memory.note(Failure.of(FailureCode.DRIVER_UNEXPECTED, raw="Ayşe 12345678901"))
    file = tmp_path / "state" / "last-failure.json"
    assert json.loads(file.read_text()) == {"code": "KRT-112", "at": NOW.isoformat()}
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("age", [KEPT + timedelta(seconds=1), timedelta(seconds=-1)])
def test_what_is_old_or_of_the_future_does_not_count(
    memory: FailureFile, clock: Clock, age: timedelta
) -> None:
    memory.note(EXPIRED)
    clock.now = NOW + age
    assert memory.last() is None


@pytest.mark.parametrize("code", [code for code in FailureCode if code in NOT_NOTED])
def test_some_are_not_worth_it(memory: FailureFile, code: FailureCode) -> None:
    memory.note(EXPIRED)
    memory.note(Failure.of(code))
    assert found(memory) is FailureCode.CODE_EXPIRED


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "{}", '{"code": "KRT-000", "at": "2026-05-04T12:00:00+00:00"}'),
        *('{"code": "PRT-212", "at": 7}', '{"code": "PRT-212", "at": "2026-05-04T12:00:00"}'),
        "\udcff",
    ],
)
def test_a_file_that_says_nothing_is_none(
    memory: FailureFile, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "state" / "last-failure.json"
    file.parent.mkdir()
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert memory.last() is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    memory = FailureFile(tmp_path / "file" / "last-failure.json", clock)
    memory.note(EXPIRED)
    memory.forget()
    assert memory.last() is None


def test_the_doctor_doubts_and_says_when(memory: FailureFile) -> None:
    check = LastJobCheck(memory)
    assert check.run().status is CheckStatus.OK
    memory.note(EXPIRED)
    result = check.run()
    assert (result.status, result.failure) == (CheckStatus.WARNING, EXPIRED)
    assert result.fact("at") == NOW.astimezone().strftime("%d.%m.%Y %H:%M")


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_code_has_words_without_the_data_of_its_case(language: str) -> None:
    catalogue = Catalogue.load(language)
    assert all(catalogue.failure(Failure.of(c)).todo for c in set(FailureCode) - NOT_NOTED)


# ---------------------------------------------------------------------------- who tells it
def asking(failure: Failure | None = None) -> State:
    return AskCode(1, failure=failure)


def done(outcome: Outcome, failure: Failure | None = None) -> State:
    return Done(2, outcome, failure, reported=True)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([asking(), asking(EXPIRED)], FailureCode.CODE_EXPIRED),
        ([asking(EXPIRED), asking()], None),
        ([asking(), done(Outcome.FAILED, EXPIRED)], FailureCode.CODE_EXPIRED),
        ([asking(), asking(EXPIRED), done(Outcome.SUCCEEDED)], None),
        ([asking(), asking(EXPIRED), asking(), done(Outcome.FAILED)], FailureCode.CODE_EXPIRED),
    ],
)
def test_what_a_flow_meets_with_is_noted(
    memory: FailureFile, steps: list[State], expected: FailureCode | None
) -> None:
    for before, after in pairwise(steps):
        note_failure(memory, before, after)
    assert found(memory) is expected


def test_nobody_has_to_listen() -> None:
    note_failure(None, asking(), asking(EXPIRED))
