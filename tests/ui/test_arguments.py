"""Which starts open a window."""

import pytest

from kamusm_esign.cli.arguments import parser
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.ui.arguments import WindowArguments, window_arguments

W = WindowArguments


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], W()),
        (["gui"], W()),
        (["--language", "en"], W(language="en")),
        (["gui", "--language=en", "--verbose"], W(language="en", verbose=True)),
        (["--portal", "http://127.0.0.1:1", "gui"], W(portal="http://127.0.0.1:1")),
        (["gui", "--module", "/x.so", "--settings", "/s"], W(module="/x.so", settings="/s")),
        (["gui", "--code", "333 451"], W(code="333 451")),
        (["gui", "kamusm-esign://code/1"], W(link="kamusm-esign://code/1")),
        (["gui", "--", "kamusm-esign://code/1"], W(link="kamusm-esign://code/1")),
        (["--show-personal-data", "gui"], W()),
    ],
)
def test_starts_with_a_window(argv: list[str], expected: WindowArguments) -> None:
    assert window_arguments(argv) == expected
    parser().parse_args(argv)  # the command line's own grammar takes it too


@pytest.mark.parametrize(
    "argv",
    [
        ["tokens"],
        ["--language", "en", "tokens"],
        ["--help"],
        ["--version"],
        ["gui", "--help"],
        ["gui", "--json"],
        ["gui", "a", "b"],
        ["gui", "--code"],
        ["--code", "1"],
        ["--language", "de"],
        ["kamusm-esign://code/1"],
        ["--portal"],
    ],
)
def test_starts_without_one(argv: list[str]) -> None:
    assert window_arguments(argv) is None


@pytest.mark.parametrize("argv", [["gui", "a", "b"], ["gui", "--json"], ["--language", "de"]])
def test_what_neither_understands_is_refused(argv: list[str]) -> None:
    with pytest.raises(FailedError):
        parser().parse_args(argv)
