"""The log: bounded, private, and with a guard that lets no secret through."""

import logging
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kamusm_esign.support import logs
from kamusm_esign.support.logs import guarded, setup_logs

log = logging.getLogger("kamusm_esign.somewhere")
TOKEN = "eyJhbGciOiJIUzI1NiJ9_abc-DEF0123456789"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    ours, root = logging.getLogger(logs.ROOT), logging.getLogger()
    level, before, raising = ours.level, root.handlers[:], logging.raiseExceptions
    yield
    logging.raiseExceptions = raising
    for handler in ours.handlers[:]:
        ours.removeHandler(handler)
        handler.close()
    ours.setLevel(level)
    root.handlers[:] = before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("KRT-121 after 250 ms", "KRT-121 after 250 ms"),
        ("12345 stays", "12345 stays"),
        ("pin 402917", "pin ***"),
        ("tckn=26803951746;", "tckn=***;"),
        ("code 168857414351237 x", "code *** x"),
        ("code 168 857 414 351 237 x", "code *** x"),
        ("code 168-857-414-351-237", "code ***"),
        ("b'402917'", "b'***'"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("authorization: bearer x", "authorization: bearer ***"),
        (f"token {TOKEN}!", "token ***!"),
        ("sealed " + "aB3/" * 30 + "==", "sealed ***"),
        (
            "/usr/lib/x86_64-linux-gnu/akis/libakisp11.so",
            "/usr/lib/x86_64-linux-gnu/akis/libakisp11.so",
        ),
        ("/" + TOKEN, "***"),
        ("/a/" + TOKEN + "/b", "***"),
        (f"GET https://h/api/v1/sessions/{TOKEN}/outcome 204", "GET https:*** 204"),
        ("2026-11-20T10:47:12.123Z", "2026-11-20T10:47:12.123Z"),
        ("2.0.0 on 3.11.7, TLS 1.3", "2.0.0 on 3.11.7, TLS 1.3"),
    ],
)
def test_the_guard(text: str, shown: str) -> None:
    assert guarded(text) == shown


def test_a_line(tmp_path: Path) -> None:
    path = setup_logs(tmp_path / "logs")
    assert path == tmp_path / "logs/kamusm-esign.log"
    log.info("the driver said %s", "CKR_PIN_LOCKED")
    log.debug("not without verbose")
    (line,) = path.read_text("utf-8").splitlines()
    time, rest = line.split(" ", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert rest == "INFO kamusm_esign.somewhere: the driver said CKR_PIN_LOCKED"


def test_a_traceback_goes_through_the_guard(tmp_path: Path) -> None:
    path = setup_logs(tmp_path)
    try:
        raise ValueError("402917")
    except ValueError:
        log.info("went wrong with %s", {"pin": "739164"}, exc_info=True)
    assert path is not None
    text = path.read_text("utf-8")
    assert "ValueError: ***" in text
    assert "{'pin': '***'}" in text
    assert "402917" not in text


def test_files_are_private(tmp_path: Path) -> None:
    path = setup_logs(tmp_path / "logs")
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 2000)
    setup_logs(tmp_path)
    for number in range(300):
        log.info("line %d %s", number, "x y " * 10)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["kamusm-esign.log", "kamusm-esign.log.1", "kamusm-esign.log.2"]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_verbose_shows_more_and_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup_logs(tmp_path, verbose=True)
    log.debug("pin 402917")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("DEBUG kamusm_esign.somewhere: pin ***\n")


def test_others_are_neither_kept_nor_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = setup_logs(tmp_path, verbose=True)
    logging.getLogger("urllib3.connectionpool").info("GET /sessions")
    assert path is not None
    assert path.read_text() == ""
    setup_logs(tmp_path / "other")
    assert capsys.readouterr().err == ""


def test_setting_up_again_replaces(tmp_path: Path) -> None:
    first = setup_logs(tmp_path / "a")
    second = setup_logs(tmp_path / "b")
    log.info("once")
    assert first is not None
    assert second is not None
    assert first.read_text() == ""
    assert second.read_text().count("once") == 1


def test_without_a_folder_the_program_works_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert setup_logs(tmp_path / "file" / "logs") is None
    log.info("to nobody")
    setup_logs(tmp_path / "other")
    assert capsys.readouterr().err == ""


def test_letters_that_cannot_be_written(tmp_path: Path) -> None:
    path = setup_logs(tmp_path)
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "\udcff İ"})
    # Straight to the file: pytest keeps what is logged, and cannot write such letters either.
    logging.getLogger(logs.ROOT).handlers[-1].handle(record)
    assert path is not None
    assert path.read_text("utf-8").endswith("\\udcff İ\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a full device")
def test_a_full_disk_is_no_reason_for_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / logs.FILE_NAME).symlink_to("/dev/full")
    setup_logs(tmp_path)
    log.info("said")
    setup_logs(tmp_path / "other")
    assert capsys.readouterr().err == ""
