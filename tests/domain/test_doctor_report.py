"""The report: only what is on its list, masked by construction, and the same everywhere."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.domain.check_result import CheckResult, doubt, fine, trouble
from kamusm_esign.domain.doctor_report import (
    ALLOWED,
    LONGEST,
    Environment,
    Report,
    clean,
    clean_atr,
    clean_path,
    clean_paths,
    make_report,
)
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.incident import decode
from kamusm_esign.domain.report_file import report_bytes, report_text

HERE = Environment("2.0.0", "Debian GNU/Linux 12, Linux 6.1", "x86_64", 64, "tr", False, 2)
AT = datetime(2026, 11, 20, 10, 47, 12, tzinfo=UTC)
SECRETS = ("482915", "70416538", "12345678901", "1234567890", "918273645546372", "08C9150800160012")


def report_of(*found: tuple[str, CheckResult]) -> Report:
    return make_report(HERE, found, lambda key: key, lambda _name, value: value, AT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ACS ACR39U ICC Reader 00 00", "ACS ACR39U ICC Reader 00 00"),
        ("Generic Reader (OKCM0010404201118441513000000000) 00 00", "Generic Reader … 00 00"),
        ("Reader [CCID Interface] (21121441600231) 01 00", "Reader [CCID Interface] … 01 00"),
        ("line\nbreak\u202e", "line break "),
        ("12345678901", "…"),
        ("918 273 645 546 372", "…"),
        ("9182-7364", "…"),
        ("x" * 500, "x" * (LONGEST - 1) + "…"),
    ],
)
def test_names_of_things(value: str, expected: str) -> None:
    assert clean(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/usr/lib/libakisp11.so", "/usr/lib/libakisp11.so"),
        ("/opt/akis/lib/libakisp11.so", "/opt/akis/lib/libakisp11.so"),
        ("/home/ayse.yilmaz/libakisp11.so", "…/libakisp11.so"),
        ("/usr/../home/ayse/x.so", "…/x.so"),
        ("C:\\Windows\\System32\\akisp11.dll", "C:\\Windows\\System32\\akisp11.dll"),
        ("C:\\Program Files\\AKIS\\akisp11.dll", "C:\\Program Files\\AKIS\\akisp11.dll"),
        ("C:\\Users\\ayse\\akisp11.dll", "…/akisp11.dll"),
        ("D:\\x\\akisp11.dll", "…/akisp11.dll"),
    ],
)
def test_paths(value: str, expected: str) -> None:
    assert clean_path(value) == expected
    assert clean_paths(f"{value}, /usr/lib/b.so") == f"{expected}, /usr/lib/b.so"


def test_an_atr_tells_the_kind_of_chip_only() -> None:
    assert clean_atr("3B9F978131FE4580655443D3228231C073F621808105D3") == "3B9F97…"
    assert clean_atr("AYŞE") == ""
    assert clean_atr("482915") == ""


def test_what_is_not_on_the_list_is_left_out() -> None:
    found = [
        (
            name,
            CheckResult(fine().status, None, tuple((s, s) for s in ("holder", "serial", "host"))),
        )
        for name in (*ALLOWED, "dns")
    ]
    text = report_text(report_of(*found))
    assert "holder" not in text
    assert "serial" not in text
    assert "host" not in text


@given(
    st.sampled_from([(name, fact) for name, facts in ALLOWED.items() for fact in facts]),
    st.sampled_from(SECRETS),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_no_number_of_a_person_or_card_gets_through(
    place: tuple[str, str], secret: str, before: str, after: str
) -> None:
    name, fact = place
    found = trouble(
        Failure.of(FailureCode.UNEXPECTED, raw=secret), **{fact: before + secret + after}
    )
    assert secret not in report_text(report_of((name, found)))


def test_what_it_says_first_and_last() -> None:
    report = report_of(
        ("pin", doubt(Failure.of(FailureCode.PIN_LOW), pin="low")),
        ("driver", trouble(Failure.of(FailureCode.DRIVER_MISSING))),
    )
    keys = [line.key for line in report.lines]
    assert keys[:5] == ["time", "program", "system", "world", "pending"]
    assert keys[5:] == ["pin", "driver", "user", "incident"]
    assert report.lines[6].bad
    assert "KRT-105" in report.lines[6].value
    incident = decode(report.incident)
    assert (incident.failure, incident.screen, incident.attempts_left) == ("KRT-105", 11, 2)


def test_without_trouble_there_is_no_code() -> None:
    report = report_of(("pin", fine(pin="ok")))
    assert report.incident == ""
    assert report.lines[-1].value == "********"


def test_files_hold_the_lines_and_nothing_else() -> None:
    report = report_of(("reader", fine(readers="ACS ACR39U")))
    text = report_text(report)
    assert report_bytes(report, "txt") == text.encode()
    assert text.count("\n") == len(report.lines)
    packed = zipfile.ZipFile(io.BytesIO(report_bytes(report, "zip")))
    assert packed.namelist() == ["report.txt", "report.json"]
    assert packed.read("report.txt").decode() == text
    lines = json.loads(packed.read("report.json"))["lines"]
    assert [(line["label"], line["value"]) for line in lines] == [
        (line.label, line.value) for line in report.lines
    ]
    assert report_bytes(report, "zip") == report_bytes(report, "zip")
