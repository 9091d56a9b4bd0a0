"""What is refused, how it is said, and that no card is touched by it."""

import json
import time
from collections.abc import Callable

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN, SoftHsmToken
from tests.journeys.conftest import OTP, Ended, Person

pytestmark = pytest.mark.usefixtures("untouched")


@pytest.fixture
def untouched(person: Person) -> object:
    """After the test: nothing was presented to any card, and the PIN is what it was."""
    yield
    assert person.card.spending_calls() == []
    assert person.card.token.takes_pin(PIN)
    assert not person.card.token.takes_pin(NEW_PIN)


def refused(ended: Ended, status: int, code: str) -> None:
    assert (ended.status, ended.code) == (status, code), ended.out + ended.err
    assert ended.json["outcome"] == "failed"
    failure = ended.json["failure"]
    assert failure["title"]
    assert failure["todo"]
    assert len(failure["incident"]) == 9


@pytest.mark.parametrize(
    "code",
    ["", "12345678901234", "1234567890123456", "12345678901234x", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥", "482915"],
)
def test_what_is_no_code(person: Person, code: str) -> None:
    before = person.desk.query("SELECT count(*) FROM sessions")
    refused(person.set_pin(code), 2, "SYS-904")
    assert person.desk.query("SELECT count(*) FROM sessions") == before


@pytest.mark.parametrize(
    ("new_pin", "problem"),
    [
        ("12345", "too-short"),
        ("1234567890123", "too-long"),
        ("123456", "run"),
        ("121212", "repetition"),
        ("147258", "columns"),
        ("48291a", "not-digits"),
        ("", "too-short"),
    ],
)
def test_a_weak_pin_costs_no_code(person: Person, new_pin: str, problem: str) -> None:
    code = person.desk.code(person.serial)
    ended = person.set_pin(code, new_pin)
    refused(ended, 2, "SYS-902")
    assert problem in ended.json["failure"]["params"]["problems"].split()
    assert _is_unused(person, code)


def test_the_holders_own_number_and_the_code_are_no_pin(person: Person) -> None:
    seen = person.run("--show-personal-data", "tokens", "--json").json
    holder_id = seen["readers"][0]["tokens"][0]["certificates"][0]["holder_id"]
    code = person.desk.code(person.serial)
    refused(person.set_pin(code, holder_id[2:9]), 2, "SYS-902")
    refused(person.set_pin(code, code[4:11]), 2, "SYS-902")


@pytest.mark.parametrize("url", ["http://portal.example/", "ftp://localhost/", "portal.example"])
def test_an_address_that_is_not_safe(person: Person, url: str) -> None:
    code = person.desk.code(person.serial)
    words = ["--portal", url, "set-pin", "--code", code, "--secrets-stdin", "--json"]
    refused(person.run(*words, stdin=f"{NEW_PIN}\n"), 2, "SYS-905")
    assert _is_unused(person, code)


def test_a_code_that_nobody_made(person: Person) -> None:
    refused(person.set_pin("000000000000000"), 20, "PRT-211")


def test_a_code_that_was_used(person: Person) -> None:
    code = person.desk.code(person.serial)
    refused(person.set_pin(code, otp="000000"), 20, "PRT-222")
    refused(person.set_pin(code), 20, "PRT-213")


def test_a_code_that_is_too_old(person: Person) -> None:
    code = person.desk.code(person.serial)
    newest = "(SELECT max(created_at) FROM codes)"
    sql = f"UPDATE codes SET expires_at = ? WHERE created_at = {newest}"
    person.desk.query(sql, time.time() - 1)
    refused(person.set_pin(code), 20, "PRT-212")


def test_a_code_for_signing_is_given_back(person: Person) -> None:
    refused(person.set_pin(person.desk.code(person.serial, "e-onay-grant")), 20, "PRT-237")
    assert person.desk.last_outcome() == "cancelled"


def test_the_code_of_another_card(person: Person, templates: Callable[..., SoftHsmToken]) -> None:
    another = templates(label="SOMEBODY ELSE")
    person.desk.enrol(another)
    refused(person.set_pin(person.desk.code(another.serial)), 10, "KRT-136")
    assert person.desk.last_outcome() == "cancelled"


def test_two_cards_that_may_do_it(person: Person, other_card: Callable[..., SoftHsmToken]) -> None:
    second = other_card()
    person.desk.enrol(second)
    person.desk.query("UPDATE cards SET status = 'revoked' WHERE serial NOT IN (?, ?)",
                      person.serial, second.serial)  # fmt: skip
    code = person.desk.code(None, "pin-unblock", "--kind", "nes")
    ended = person.set_pin(code)
    refused(ended, 2, "SYS-907")
    assert {c["serial"] for c in ended.json["choices"]} == {
        "…" + person.serial[-4:],
        "…" + second.serial[-4:],
    }
    assert set(ended.json["choices"][0]) == {"serial", "sha256", "kind", "holder"}


def test_a_card_that_is_not_there(person: Person) -> None:
    code = person.desk.code(person.serial)
    refused(person.set_pin(code, NEW_PIN, "--token", "NOT-THIS-ONE"), 10, "KRT-137")
    assert _is_unused(person, code)


def test_no_card_at_all(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    code = person.desk.code(person.serial)
    with monkeypatch.context() as empty:
        empty.setenv("SOFTHSM2_CONF", str(_empty_softhsm(person)))
        ended = person.set_pin(code)
    assert ended.status == 10, ended.out
    assert _is_unused(person, code)


@pytest.mark.parametrize(("left", "code"), [(1, "KRT-126"), (0, "KRT-127")])
def test_a_puk_that_must_not_be_used(person: Person, left: int, code: str) -> None:
    person.card.set_tries(0, left)
    refused(person.set_pin(person.desk.code(person.serial)), 10, code)
    assert person.desk.last_outcome() == "cancelled"
    person.card.set_tries(3, 3)


def test_no_new_pin_on_standard_input(person: Person) -> None:
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    refused(person.run(*words, stdin=""), 2, "SYS-908")


def test_no_sms_code_on_standard_input(person: Person) -> None:
    words = ("set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json")
    refused(person.run(*words, stdin=f"{NEW_PIN}\n"), 2, "SYS-908")
    assert person.desk.last_outcome() == "cancelled"


def test_a_portal_that_is_not_there(person: Person) -> None:
    words = ["--portal", "http://127.0.0.1:9", "set-pin", "--code", "123456789012345"]
    ended = person.run(*words, "--secrets-stdin", "--json", stdin=f"{NEW_PIN}\n{OTP}\n")
    refused(ended, 20, "PRT-201")


def test_usage_in_json_too(person: Person) -> None:
    refused(person.run("set-pin", "--json"), 2, "SYS-906")
    refused(person.run("tokens", "--no-such-option", "--json"), 2, "SYS-906")


def _is_unused(person: Person, code: str) -> bool:
    """Whether the portal would still take the code: nothing was asked of it."""
    newest = "SELECT used_at FROM codes ORDER BY created_at DESC LIMIT 1"
    return person.desk.query(newest)[0][0] is None and len(code) == 15


def _empty_softhsm(person: Person) -> object:
    folder = person.card.folder / "empty"
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
    )
    return configuration


def test_the_choices_are_one_json_object(person: Person) -> None:
    assert json.loads(person.run("pending", "--json").out) == {"command": "pending", "pending": []}
