"""The self-test: well where all is well, and one line of its own for everything that is not."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import kamusm_esign
from kamusm_esign.cli.result import Shown
from kamusm_esign.cli.selftest import BrokenError, Trial, run_selftest
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.support.catalogue import Catalogue
from tests.equipment.installation import Installation

PARTS = [
    *("imports", "resources", "texts", "window", "pdf", "seal", "signature", "journal"),
    "card-host",
]


def selftest(
    root: Path, *arguments: str, environment: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Run it in a process of its own, with the program that lies in `root`."""
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(root=str(root)), "selftest", "--json", *arguments],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | (environment or {}),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.count(b"\n") == 1, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, answer


RUN = """
import sys
sys.path.insert(0, {root!r})
from kamusm_esign.__main__ import main
main()
"""


def failed(answer: dict[str, Any]) -> list[str]:
    return [line["id"] for line in answer["checks"] if line["status"] == "error"]


def test_this_installation_is_whole() -> None:
    status, answer = selftest(Path(kamusm_esign.__file__).parents[1])
    assert failed(answer) == [], answer
    assert [line["id"] for line in answer["checks"]] == PARTS
    assert all(line["code"] is None and line["ms"] >= 0 for line in answer["checks"])
    assert (status, answer["command"], answer["outcome"]) == (0, "selftest", "succeeded")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, to be broken."""
    return Installation.make(tmp_path_factory.mktemp("copy") / "program").root


def spoil(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


BROKEN = [
    ("kamusm_esign/cli/decoy.py", None, b"import no_such_package\n", ["imports"]),
    ("resources/files.json", None, b'{"card-types.toml": "00"}', ["resources"]),
    ("resources/i18n/en.toml", b"[failure.SYS-931]", b"[failure.SYS-999]", ["texts"]),
    ("resources/icons/app.svg", b"<svg", b"<svg", []),
    ("kamusm_esign/ui/pages/home.py", b"class Home(", b"class Nobody(", ["window"]),
    ("kamusm_esign/ui/pages/verify.py", b"import", b"import no_such_package, ", ["window"]),
    ("kamusm_esign/documents/host.py", b"def main(", b"def nobody(", ["pdf"]),
    ("kamusm_esign/card/host.py", b"def main(", b"def nobody(", ["card-host"]),
    ("resources/selftest/hpke-vector.json", b'"70416538"', b'"70416539"', ["seal"]),
    ("resources/selftest/hpke-vector.json", b'"sealed_puk": "3', b'"sealed_puk": "4', ["seal"]),
    (
        "kamusm_esign/signing/cades.py",
        b"bytes(content_info.dump())",
        b"bytes(content_info.dump())[:-1]",
        ["signature"],
    ),
    (
        "kamusm_esign/signing/verifier.py",
        b"judge.judge_cms(content, document)",
        b"judge.judge_cms(content, document)[:0]",
        ["signature"],
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "broken"), BROKEN)
def test_each_broken_part_is_named(
    copy: Path, path: str, old: bytes | None, new: bytes, broken: list[str]
) -> None:
    file = copy / path
    whole = file.read_bytes() if old is not None else None
    try:
        if old is None:
            file.write_bytes(new)
        else:
            spoil(file, old, new)
        status, answer = selftest(copy)
    finally:
        if whole is None:
            file.unlink()
        else:
            file.write_bytes(whole)
    assert failed(answer) == broken, answer
    assert status == (90 if broken else 0)
    codes = {line["code"] for line in answer["checks"] if line["status"] == "error"}
    assert codes == ({"SYS-931"} if broken else set())


def test_a_platform_that_cannot_be_used_is_named(copy: Path) -> None:
    status, answer = selftest(copy, environment={"QT_QPA_PLATFORM": "nowhere"})
    assert (status, failed(answer)) == (90, ["window"])


def test_a_journal_that_cannot_be_written_is_named(copy: Path, isolated_environment: Path) -> None:
    state = isolated_environment / ".STATE_HOME" / "kamusm-esign"
    state.mkdir(parents=True)
    (state / "journal").write_text("no folder")
    status, answer = selftest(copy, "--language", "en")
    assert (status, failed(answer)) == (90, ["journal"])
    (line,) = (line for line in answer["checks"] if line["id"] == "journal")
    assert "SYS-910" in line["title"]
    assert "install it again" in line["todo"]


def raising(error: Exception) -> Trial:
    def run() -> str:
        raise error

    return Trial("pdf", run)


@pytest.mark.parametrize(
    ("trials", "status", "said"),
    [
        ([Trial("pdf", lambda: "400 x 400")], 0, ["(400 x 400)", "Everything is there"]),
        ([Trial("journal", lambda: "")], 0, ["Journal\n"]),
        ([raising(BrokenError("an empty page"))], 90, ["an empty page", "SYS-931"]),
        ([raising(FailedError.of(FailureCode.DOCUMENT_CRASHED))], 90, ["IMZ-375", "do not work"]),
        ([raising(ImportError("libx.so.1"))], 90, ["ImportError: libx.so.1"]),
        ([raising(ValueError("x" * 5000)), Trial("seal", lambda: "a")], 90, ["xxx", "(a)"]),
    ],
)
def test_what_is_said(
    trials: Sequence[Trial], status: int, said: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    shown = Shown(Catalogue.load("en", "selftest"), personal_data=False)
    assert run_selftest(trials, shown, as_json=False) == status
    output = capfd.readouterr().out
    assert len(output) < 1000
    assert [words for words in said if words not in output] == []


def test_both_languages_name_every_part() -> None:
    for language in ("tr", "en"):
        catalogue = Catalogue.load(language, "selftest")
        assert all(catalogue.text(f"selftest.part.{part}") for part in PARTS)
