"""Secrets come in one line at a time, and not one byte further."""

import io
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from kamusm_esign.cli.secret_input import SecretInput
from kamusm_esign.domain.failures import FailedError, FailureCode

Feed = Callable[[bytes], None]


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    """Put bytes where standard input is read from."""

    opened: list[int] = []

    def give(data: bytes) -> None:
        reading, writing = os.pipe()
        opened.append(reading)
        os.write(writing, data)
        os.close(writing)
        monkeypatch.setattr("kamusm_esign.cli.secret_input._STDIN", reading)

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    yield give
    for descriptor in opened:
        os.close(descriptor)


def piped() -> SecretInput:
    return SecretInput(from_pipe=True, prompt=lambda text: None)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (b"482915\n", b"482915"),
        (b"482915\r\n", b"482915"),
        (b"482915", b"482915"),
        (b"482915\r", b"482915"),
        (b"\n", b""),
        (b"\r\n", b""),
        (b" 482915 \n", b" 482915 "),
        (b"\xff\x00\n", b"\xff\x00"),
        (b"1" * 70 + b"\n", b"1" * 64),
    ],
)
def test_one_line_is_one_secret(feed: Feed, line: bytes, secret: bytes) -> None:
    feed(line)
    assert piped().secret("").view().tobytes() == secret


def test_what_follows_is_left_for_the_next(feed: Feed) -> None:
    feed(b"123 456\r\n590271\n314159\n")
    secrets = piped()
    assert secrets.line("") == "123 456"
    assert secrets.secret("").view().tobytes() == b"590271"
    assert secrets.secret("").view().tobytes() == b"314159"


@pytest.mark.parametrize("ask", ["secret", "line"])
def test_an_input_that_has_ended(feed: Feed, ask: str) -> None:
    feed(b"")
    with pytest.raises(FailedError) as caught:
        getattr(piped(), ask)("")
    assert caught.value.failure.code is FailureCode.SECRET_MISSING


def test_a_program_without_standard_input_reads_no_other_file(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(b"what the number of standard input stands for by now\n")
    monkeypatch.setattr(sys, "stdin", None)
    for secrets in (piped(), SecretInput(from_pipe=False, prompt=lambda text: None)):
        assert not secrets.interactive
        with pytest.raises(FailedError) as caught:
            secrets.secret("")
        assert caught.value.failure.code is FailureCode.SECRET_MISSING
