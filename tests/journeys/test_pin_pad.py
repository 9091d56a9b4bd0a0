"""A reader with keys of its own: the command line asks for no PIN and says where to type it."""

import json
import subprocess
import sys

import pytest

from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN
from tests.journeys.conftest import OTP, Person


def run(card: ShimmedToken, command: str) -> "subprocess.CompletedProcess[str]":
    words = ["--module", str(card.module), command, "--json"]
    return subprocess.run(
        [sys.executable, "-m", "kamusm_esign", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("command", "typed", "code", "takes"),
    [
        ("verify-pin", [PIN], None, PIN),
        ("change-pin", [PIN, NEW_PIN], None, NEW_PIN),
        ("change-pin", [], "KRT-145", PIN),
    ],
)
def test_the_pin_is_typed_on_the_reader(
    card: ShimmedToken, command: str, typed: list[str], code: str | None, takes: str
) -> None:
    card.type_on_reader(*typed)
    ended = run(card, command)
    failure = json.loads(ended.stdout)["failure"]
    assert (None if failure is None else failure["code"]) == code
    assert "okuyucunun kendi tuşlarından" in ended.stderr
    assert card.token.takes_pin(takes)


def test_sign_with_a_pin_that_is_typed_on_the_reader(person: Person) -> None:
    person.card.type_on_reader(PIN)
    code = person.desk.code(person.serial, "e-onay-grant")
    words = ("sign", "--code", code, "--accept", "e-onay-grant", "--secrets-stdin", "--json")
    ended = person.run(*words, stdin=f"{OTP}\n")
    assert (ended.status, ended.code) == (0, None), ended.out
    assert "okuyucunun kendi tuşlarından" in ended.err
    assert person.card.spending_calls() == ["C_Login(USER)"]


def test_no_puk_goes_to_such_a_reader(person: Person) -> None:
    before = person.desk.releases(person.serial)
    person.card.type_on_reader(NEW_PIN)
    ended = person.set_pin(person.desk.code(person.serial))
    assert (ended.status, ended.code) == (10, "KRT-115")
    assert person.card.spending_calls() == []
    assert person.desk.releases(person.serial) == before
