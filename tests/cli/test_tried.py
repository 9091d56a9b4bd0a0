"""`verify-pin --tried`: of which unfinished job the person speaks."""

import argparse
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kamusm_esign.cli.main import _settle
from kamusm_esign.domain.journal_entry import JournalEntry
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.support import journal_line
from kamusm_esign.support.journal import FileJournal
from tests.runtime.test_recovery import ENTRY

DOUBTFUL = replace(ENTRY, pin_before=PinState.OK)
LATER = replace(
    DOUBTFUL, session_id="session-begun-meanwhile", since=ENTRY.since + timedelta(minutes=1)
)


@pytest.mark.parametrize(
    ("tried", "outcome"), [("new", Outcome.SUCCEEDED), ("old", Outcome.FAILED), (None, None)]
)
def test_it_is_the_newest_job_of_the_card(
    tmp_path: Path, tried: str | None, outcome: Outcome | None
) -> None:
    journal = FileJournal(tmp_path)
    left_behind(tmp_path, DOUBTFUL)
    _settle(argparse.Namespace(tried=tried), journal, journal.entries(), ENTRY.token_serial)
    assert [entry.outcome for entry in journal.entries()] == [outcome]


def test_it_is_no_job_that_was_begun_while_the_pin_was_tried(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    left_behind(tmp_path, DOUBTFUL)
    known = journal.entries()
    left_behind(tmp_path, LATER)
    _settle(argparse.Namespace(tried="new"), journal, known, ENTRY.token_serial)
    assert journal.entries() == (DOUBTFUL, LATER)


def left_behind(folder: Path, entry: JournalEntry) -> None:
    """As by a program that was killed: its lock is gone."""
    (folder / f"{entry.session_id}.jsonl").write_bytes(journal_line.to_line(entry))
