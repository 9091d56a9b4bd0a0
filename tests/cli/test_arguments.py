"""The grammar: options before and after the command, and refusals that repeat no digit."""

import pytest

from kamusm_esign.cli.arguments import parser
from kamusm_esign.domain.failures import FailedError, FailureCode


@pytest.mark.parametrize(
    "words",
    [
        ["--portal", "https://a.example", "--language", "en", "tokens", "--json"],
        ["tokens", "--json", "--portal", "https://a.example", "--language", "en"],
        ["--language", "tr", "tokens", "--language", "en", "--json", "--portal=https://a.example"],
    ],
)
def test_options_stand_before_or_after_the_command(words: list[str]) -> None:
    given = parser().parse_args(words)
    assert (given.command, given.json) == ("tokens", True)
    assert (given.portal, given.language) == ("https://a.example", "en")


@pytest.mark.parametrize(
    "words",
    [
        ["482915"],
        ["verify-pin", "482915"],
        ["verify-pin", "--pin=482915"],
        ["set-pin", "--code", "123", "456", "789"],
        ["change-pin", "--secrets-stdin=482915"],
        ["tokens", "--json=٤٨٢٩١٥"],
        ["set-pin"],
        ["tokens", "--js"],
    ],
    ids=lambda words: words[0][:6],
)
def test_a_refusal_repeats_no_digit(words: list[str]) -> None:
    with pytest.raises(FailedError) as caught:
        parser().parse_args(words)
    assert caught.value.failure.code is FailureCode.USAGE
    detail = caught.value.failure.param("detail")
    assert isinstance(detail, str)
    assert not any(letter.isdigit() for letter in detail)
