"""Set a PIN from the code to the told portal: real card host, real PKCS#11, real portal."""

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN
from tests.journeys.conftest import OTP, Desk, Person

SORTS = [
    {"key": key, "kind": kind} for key in ("rsa2048", "p384") for kind in ("nes", "mali-muhur")
]


def released(desk: Desk, serial: str) -> int:
    sql = "SELECT count(*) FROM audit WHERE serial = ? AND event LIKE '%released%'"
    return int(desk.query(sql, serial)[0][0])


@pytest.mark.parametrize("step_up", [True, False], ids=["sms", "no-sms"])
@pytest.mark.parametrize("token_sort", SORTS, ids=lambda sort: f"{sort['key']}-{sort['kind']}")
def test_the_new_pin_works_and_the_old_one_does_not(person: Person) -> None:
    ended = person.set_pin(person.desk.code(person.serial))
    assert ended.status == 0, ended.err
    assert ended.json == {
        "command": "set-pin",
        "outcome": "succeeded",
        "reported": True,
        "failure": None,
        "token": ended.json["token"],
        "receipts": [],
    }
    assert ended.json["token"]["serial"] == "…" + person.serial[-4:]
    assert person.card.spending_calls() == ["C_Login(SO)", "C_InitPIN"]
    assert person.desk.outcome(person.serial) == "succeeded"
    assert released(person.desk, person.serial) == 1
    assert person.card.token.takes_pin(NEW_PIN)
    assert not person.card.token.takes_pin(PIN)


@pytest.mark.parametrize("token_sort", [{"pin": None}], ids=["new card"])
def test_a_card_without_a_pin_gets_its_first(person: Person) -> None:
    seen = person.run("tokens", "--json").json
    assert seen["readers"][0]["tokens"][0]["pin"] == {"state": "unset", "attempts_left": None}
    ended = person.set_pin(person.desk.code(person.serial, "pin-create"))
    assert (ended.status, ended.code) == (0, None)
    assert person.card.token.takes_pin(NEW_PIN)


def test_a_blocked_pin_is_unblocked(person: Person) -> None:
    person.card.set_tries(0, 3)
    ended = person.set_pin(person.desk.code(person.serial))
    assert ended.status == 0, ended.err
    assert person.card.tries() == (3, 3)


def test_the_code_may_come_on_standard_input(person: Person) -> None:
    code = person.desk.code(person.serial)
    stdin = f"{code[:3]} {code[3:6]}-{code[6:]}\n{NEW_PIN}\n{OTP}\nnot ours\n"
    words = ("set-pin", "--code", "-", "--secrets-stdin", "--json")
    assert person.run(*words, stdin=stdin).status == 0


def test_said_in_words_in_both_languages(person: Person) -> None:
    for language, sentence in (("tr", "PIN kodunuz başarıyla değiştirildi."), ("en", "PIN")):
        code = person.desk.code(person.serial)
        words = ("--language", language, "set-pin", "--code", code, "--secrets-stdin")
        ended = person.run(*words, stdin=f"{NEW_PIN}\n{OTP}\n")
        assert ended.status == 0
        assert sentence in ended.out
        assert NEW_PIN not in ended.out + ended.err


def test_change_and_verify(person: Person) -> None:
    changed = person.run("change-pin", "--secrets-stdin", "--json", stdin=f"{PIN}\n{NEW_PIN}\n")
    assert changed.status == 0, changed.err
    assert person.card.token.takes_pin(NEW_PIN)
    tried = person.run("verify-pin", "--secrets-stdin", "--json", stdin=f"{NEW_PIN}\n")
    assert (tried.status, tried.json["outcome"]) == (0, "succeeded")


def test_wrong_pins_are_counted_and_the_last_one_is_asked_for(person: Person) -> None:
    words = ("verify-pin", "--secrets-stdin", "--json")
    for left in (None, 1):
        ended = person.run(*words, stdin="111999\n")
        assert (ended.status, ended.code) == (10, "KRT-121")
        assert ended.json["failure"]["params"]["attempts_left"] == left
    held = person.run(*words, stdin="111999\n")
    assert (held.status, held.code) == (10, "KRT-122")
    assert person.card.tries() == (1, 3)
    spent = person.run(*words, "--last-try", stdin="111999\n")
    assert (spent.status, spent.code) == (10, "KRT-123")
    blocked = person.run(*words, "--last-try", stdin=f"{PIN}\n")
    assert (blocked.status, blocked.code) == (10, "KRT-123")
    assert len(person.card.spending_calls()) == 3


def test_the_holders_own_numbers_are_shown_only_when_asked_for(person: Person) -> None:
    masked = person.run("tokens", "--json").out
    assert person.serial not in masked
    shown = person.run("--show-personal-data", "tokens", "--json").json
    assert shown["readers"][0]["tokens"][0]["serial"] == person.serial
    assert person.card.spending_calls() == []
