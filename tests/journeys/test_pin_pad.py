"""A reader with keys of its own: the command line asks for no PIN and says where to type it."""

import json
import subprocess
import sys

import pytest

from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import NEW_PIN, PIN


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
