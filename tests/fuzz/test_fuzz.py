"""A slice of the fuzzing, the same one every time; `python -m tests.fuzz` does more."""

import json
from pathlib import Path

import pytest

from kamusm_esign.app import _entries
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.receipt_file import NoReceiptError, read_receipt
from kamusm_esign.support import journal_line
from kamusm_esign.support.settings import load_settings
from tests.fuzz import samples
from tests.fuzz.__main__ import fuzz
from tests.fuzz.mutator import Mutator
from tests.fuzz.targets import TARGETS, Target

INPUTS = 40_000
"""Shared out over all targets."""


@pytest.mark.expects_log("moved aside")
def test_a_journal_that_is_not_one_is_moved_aside() -> None:
    assert not fuzz("journal", TARGETS["journal"], "slice", count=2000).findings


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"journal"}))
def test_nothing_but_a_refusal(name: str) -> None:
    target = TARGETS[name]
    shares = sum(each.share for each in TARGETS.values())
    done = fuzz(name, target, "slice", count=INPUTS * target.share // shares)
    assert not done.findings, "\n".join(done.findings)


@pytest.mark.parametrize("name", TARGETS)
def test_good_inputs_are_good(name: str) -> None:
    """What is not refused gets further than what is: the samples are what they should be."""
    target = TARGETS[name]
    for data in target.samples():
        target.run(data)


def test_a_seed_means_the_same_for_ever() -> None:
    one, other = (Mutator([b"sample" * 20], [b"word"], seed) for seed in ("one", "two"))
    made = [one.make(number) for number in range(300)]
    assert made == [one.make(number) for number in range(300)]
    assert made != [other.make(number) for number in range(300)]
    assert len(set(made)) > 250


def test_what_falls_is_found() -> None:
    def falls(data: bytes) -> None:
        if len(data) > 3 and data[3] == 7:
            raise ZeroDivisionError

    def hangs(data: bytes) -> None:
        while len(data) > 3 and data[3] == 7:
            pass

    samples_of = lambda: [b"abc\x06e"]  # noqa: E731
    assert "ZeroDivisionError" in fuzz("x", Target(samples_of, falls), "1", count=2000).findings[0]
    assert "Hang" in fuzz("x", Target(samples_of, hangs), "1", count=200).findings[0]


# ---------------------------------------------------------------------------- what it has found
DEEP, LONG = "a = " + "[" * 1500, "a = " + "9" * 5000


@pytest.mark.parametrize("text", [DEEP, LONG])
def test_settings_without_end(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    none = tmp_path / "none"
    (problem,) = load_settings(user_file=path, policy_file=none, environ={}).problems
    assert problem.code is FailureCode.SETTINGS_INVALID
    with pytest.raises(FailedError) as refused:
        load_settings(user_file=none, policy_file=path, environ={})
    assert refused.value.failure.code is FailureCode.SETTINGS_INVALID
    assert _entries(path) == {}


def test_a_receipt_with_half_a_character() -> None:
    receipt = json.loads(samples.receipts()[0])
    receipt["certificate"]["serial"] = "0a1b\ud800"
    with pytest.raises(NoReceiptError):
        read_receipt(json.dumps(receipt).encode())


def test_a_receipt_of_the_first_day() -> None:
    receipt = json.loads(samples.receipts()[0])
    receipt["received_at"] = "0001-01-01T00:00:00+23:59"
    with pytest.raises(NoReceiptError):
        read_receipt(json.dumps(receipt).encode())


@pytest.mark.parametrize("offset", ["1e999", "NaN", "1e15", "9" * 400])
def test_a_journal_with_a_clock_that_no_clock_can_be(offset: str) -> None:
    line = samples.journals()[0].replace(
        b'"clock_offset": 0.5', b'"clock_offset": %s' % offset.encode()
    )
    assert offset.encode() in line
    with pytest.raises(ValueError, match=r"journal entry|NaN"):
        journal_line.from_line(line)
