"""A terminal that is gone, full or old ends nothing and hides nothing."""

import io
import os
import sys
from pathlib import Path

import pytest

from kamusm_esign.cli.output import show, show_bytes, tell


def text_stream(target: str, encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(open(target, "wb", buffering=0), encoding=encoding)


def test_what_is_written_comes_out_in_order(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    show("ş", end=" ")
    show_bytes(b"\xff\n")
    show("ı")
    tell("ğ")
    assert capfdbinary.readouterr() == ("ş ".encode() + b"\xff\n" + "ı\n".encode(), "ğ\n".encode())


def test_letters_that_the_terminal_does_not_know(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with text_stream(str(tmp_path / "out"), "cp437") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        show("PIN kullanıma hazır \udcff")
    assert (tmp_path / "out").read_bytes() == b"PIN kullan?ma haz?r ?\n"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, name, None)
    for write in (show, tell):
        write("text")
    show_bytes(b"text")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a full device")
@pytest.mark.parametrize("write", [show, tell, lambda text: show_bytes(text.encode())])
def test_a_full_disk_is_borne_once_and_for_all(
    monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    stream = text_stream("/dev/full")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    assert callable(write)
    write("text")
    assert os.path.samestat(os.fstat(stream.fileno()), os.stat(os.devnull))
    stream.close()  # would fail on what is still in the buffer
