"""The driver crashes, hangs, or its answer is lost: what the program says is true each time."""

import json
import os
import signal
from collections.abc import Mapping

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN
from tests.journeys.conftest import OTP, Person

BEFORE_THE_PIN = [
    "C_Login(SO) 1 crash",
    "C_Login(SO) 1 crashed",
    "C_Login(SO) 1 hang",
    "C_Login(SO) 1 hung",
    "C_Login(SO) 1 error 0x32",
    "C_Login(SO) 1 error 0x30",
]
AROUND_THE_PIN = [
    ("C_InitPIN 1 crash", False),
    ("C_InitPIN 1 crashed", True),
    ("C_InitPIN 1 hang", False),
    ("C_InitPIN 1 hung", True),
    ("C_InitPIN 1 error 0x32", False),
    ("C_InitPIN 1 after 0x32", True),
    ("C_InitPIN 1 after 0x5", True),
]
AFTER_THE_PIN = ["C_Logout 1 crash", "C_Logout 1 hang"]


def changed(person: Person) -> bool:
    """What is true, asked by a program that is not ours."""
    new, old = person.card.token.takes_pin(NEW_PIN), person.card.token.takes_pin(PIN)
    assert new != old
    return new


@pytest.mark.parametrize("fault", BEFORE_THE_PIN)
def test_what_breaks_before_the_pin_changes_nothing(person: Person, fault: str) -> None:
    person.card.fault(fault)
    ended = person.set_pin(person.desk.code(person.serial), impatient=True)
    assert (ended.status, ended.json["outcome"]) == (10, "failed"), ended.out
    assert not changed(person)
    assert person.card.tries()[1] == 3
    assert person.desk.outcome(person.serial) == "failed"
    assert person.card.spending_calls() == ["C_Login(SO)"]


@pytest.mark.parametrize("tries", [(0, 3), (3, 3)], ids=["blocked", "not blocked"])
@pytest.mark.parametrize(("fault", "does_it"), AROUND_THE_PIN)
def test_what_breaks_around_the_pin_is_looked_up_or_called_unknown(
    person: Person, fault: str, does_it: bool, tries: tuple[int, int]
) -> None:
    person.card.set_tries(*tries)
    person.card.fault(fault)
    ended = person.set_pin(person.desk.code(person.serial), impatient=True)
    outcome = ended.json["outcome"]
    assert changed(person) == does_it
    if tries[0] == 0:
        assert outcome == ("succeeded" if does_it else "failed"), ended.out
        assert ended.status == (0 if does_it else 10)
        assert not person.run("pending", "--json").json["pending"]
    else:
        assert (outcome, ended.status) == ("unknown", 50), ended.out
    assert person.desk.outcome(person.serial) == outcome
    assert person.card.tries()[1] == 3
    assert person.card.spending_calls() == ["C_Login(SO)", "C_InitPIN"]


@pytest.mark.parametrize("fault", AFTER_THE_PIN)
def test_what_breaks_after_the_pin_is_a_success(person: Person, fault: str) -> None:
    person.card.fault(fault)
    ended = person.set_pin(person.desk.code(person.serial), impatient=True)
    assert (ended.status, ended.json["outcome"]) == (0, "succeeded"), ended.out
    assert changed(person)
    assert person.desk.outcome(person.serial) == "succeeded"


@pytest.mark.parametrize("fault", ["C_Initialize 0 crash", "C_Initialize 0 hang"])
def test_a_driver_that_does_not_start_costs_no_code(person: Person, fault: str) -> None:
    person.card.fault(fault)
    ended = person.set_pin(person.desk.code(person.serial), impatient=True)
    assert ended.status == 10
    assert ended.code in ("KRT-110", "KRT-111")
    assert person.card.spending_calls() == []
    newest = "SELECT used_at FROM codes ORDER BY created_at DESC LIMIT 1"
    assert person.desk.query(newest) == [(None,)]


@pytest.mark.parametrize("surfaces", ["C_Login", "C_InitPIN"])
def test_a_wrong_puk_spends_exactly_one_try(person: Person, surfaces: str) -> None:
    if surfaces == "C_Login":
        person.desk.enrol(person.card.token, puk="99999999")
    else:
        person.card.fault("C_InitPIN 1 error 0xa0")
    ended = person.set_pin(person.desk.code(person.serial))
    assert (ended.status, ended.code, ended.json["outcome"]) == (10, "KRT-125", "failed")
    logins = person.card.spending_calls()
    assert logins == ["C_Login(SO)"] + ["C_InitPIN"] * (surfaces == "C_InitPIN")
    if surfaces == "C_Login":
        assert person.card.tries()[1] == 2
    sql = "SELECT outcome, outcome_report FROM sessions ORDER BY started_at DESC LIMIT 1"
    ((outcome, report),) = person.desk.query(sql)
    assert (outcome, json.loads(report)["puk_attempt_spent"]) == ("failed", True)
    assert not changed(person)


@pytest.mark.parametrize(
    ("fault", "tries", "truth"),
    [
        ("C_InitPIN 1 delay 20000", (0, 3), "failed"),
        ("C_InitPIN 1 late 20000", (0, 3), "succeeded"),
        ("C_InitPIN 1 late 20000", (3, 3), "unknown"),
        ("C_Login(SO) 1 delay 20000", (0, 3), "failed"),
    ],
)
def test_the_whole_process_group_is_killed(
    person: Person,
    key_store: Mapping[str, str],
    fault: str,
    tries: tuple[int, int],
    truth: str,
) -> None:
    person.environment.update(key_store)
    person.card.set_tries(*tries)
    person.card.fault(fault)
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    process = person.start(*words)
    assert process.stdin is not None
    process.stdin.write(f"{NEW_PIN}\n{OTP}\n")
    process.stdin.flush()
    person.card.wait_for_call(fault.split()[0], 30)
    if "late" in fault:
        _wait_for_new_pin(person)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)
    person.card.fault()

    (pending,) = person.run("pending", "--json").json["pending"]
    assert (pending["step"], pending["handed_in"]) == ("writing", False)
    assert pending["outcome"] == "unknown"
    assert pending["token"] == "…" + person.serial[-4:]
    ended = person.run("pending", "--hand-in", "--json")
    (told,) = ended.json["pending"]
    assert told["outcome"] == truth
    assert person.desk.last_outcome() == truth
    assert ended.status == (3 if truth == "unknown" else 0)
    assert person.card.tries()[1] == 3
    if truth == "unknown":
        words = ("verify-pin", "--secrets-stdin", "--tried", "new", "--json")
        assert person.run(*words, stdin=f"{NEW_PIN}\n").status == 0
        assert person.run("pending", "--hand-in", "--json").status == 0
        assert person.desk.last_outcome() == "succeeded"
    assert person.run("pending", "--json").json["pending"] == []


def _wait_for_new_pin(person: Person) -> None:
    for _ in range(100):
        if person.card.token.takes_pin(NEW_PIN):
            return
    raise TimeoutError("the new PIN never came")


def test_a_lost_portal_is_told_later(person: Person, key_store: Mapping[str, str]) -> None:
    person.environment.update(key_store)
    person.card.fault("C_InitPIN 1 late 1500")
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    process = person.start(*words)
    assert process.stdin is not None
    process.stdin.write(f"{NEW_PIN}\n{OTP}\n")
    process.stdin.flush()
    person.card.wait_for_call("C_InitPIN", 30)
    person.desk.sandbox("maintenance", "on", "--retry-after", "1")
    try:
        out, err = process.communicate(timeout=60)
    finally:
        person.desk.sandbox("maintenance", "off")
    ended = json.loads(out)
    assert (process.returncode, ended["outcome"], ended["reported"]) == (3, "succeeded", False), err
    handed = person.run("pending", "--hand-in", "--json")
    assert (handed.status, person.desk.outcome(person.serial)) == (0, "succeeded")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_card_is_written_to_waits_for_the_end(
    person: Person, number: signal.Signals
) -> None:
    person.card.fault("C_InitPIN 1 delay 1000")
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    process = person.start(*words)
    assert process.stdin is not None
    process.stdin.write(f"{NEW_PIN}\n{OTP}\n")
    process.stdin.flush()
    person.card.wait_for_call("C_InitPIN", 30)
    os.killpg(process.pid, number)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, json.loads(out)["outcome"]) == (0, "succeeded")
    assert changed(person)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_that_cancels_and_tells_the_portal(
    person: Person, number: signal.Signals
) -> None:
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    process = person.start(*words)
    assert process.stdin is not None
    process.stdin.write(f"{NEW_PIN}\n")
    process.stdin.flush()
    _wait_for_line(process.stderr, "SMS")
    os.killpg(process.pid, number)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, json.loads(out)["outcome"]) == (40, "cancelled")
    assert person.desk.last_outcome() == "cancelled"
    assert person.card.spending_calls() == []


def _wait_for_line(stream: object, word: str) -> None:
    for line in iter(stream.readline, ""):  # type: ignore[attr-defined]
        if word in line:
            return
    raise AssertionError(f"{word} was never said")
