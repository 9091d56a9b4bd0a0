"""No PIN, PUK, code, SMS code or token in anything that is written or shown."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.equipment.softhsm import NEW_PIN, PIN, PUK
from tests.journeys.conftest import OTP, Person

FAULTS = [
    "",
    "C_Login(SO) 1 error 0xa0",
    "C_InitPIN 1 after 0x5",
    "C_InitPIN 1 crash",
    "* 0 noise",
]


def searched(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Everything written below some folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_is_written_or_shown(person: Person, fault: str, tmp_path: Path) -> None:
    if fault:
        person.card.fault(fault)
    person.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    code = person.desk.code(person.serial)
    ended = [
        person.run(
            *("--verbose", "set-pin", "--code", "-", "--secrets-stdin", "--json"),
            stdin=f"{code}\n{NEW_PIN}\n{OTP}\n",
        ),
        person.run(
            *("--verbose", "change-pin", "--secrets-stdin", "--json"),
            stdin=f"{NEW_PIN}\n{PIN}\n",
        ),
        person.run("--verbose", "pending", "--json"),
        person.run("--verbose", "doctor", "--json"),
        person.run("doctor", "--json", "--report", str(tmp_path / "tmp" / "report.zip")),
        person.run("doctor", "--report", str(tmp_path / "tmp" / "report.txt")),
    ]
    with zipfile.ZipFile(tmp_path / "tmp" / "report.zip") as packed:
        packed.extractall(tmp_path / "tmp" / "report")
    written = dict(searched(person.home, tmp_path / "tmp", tmp_path / "shim"))
    assert any("log" in name for name in written), "nothing was logged: the search proves nothing"
    shown = "".join(e.out + e.err for e in ended).encode()
    for name, content in [*written.items(), ("what was shown", shown)]:
        for secret in (NEW_PIN, PIN, PUK, code, OTP):
            assert secret.encode() not in content, name
            assert secret.encode("utf-16-le") not in content, name
    _holds_nobody(person, b"".join(c for name, c in written.items() if "report" in name))


def _holds_nobody(person: Person, report: bytes) -> None:
    """Neither the card nor its holder is in the report, and the report says something."""
    tokens = person.run("tokens", "--json", "--show-personal-data").json
    (found,) = [token for reader in tokens["readers"] for token in reader["tokens"]]
    for certificate in found["certificates"]:
        names = certificate["holder"].split()
        assert names
        for text in (certificate["holder_id"], *names):
            assert text.encode() not in report
    assert found["serial"].encode() not in report
    assert found["label"].encode() not in report
    assert str(person.home).encode() not in report
    assert b"PIN durumu: " in report


def session_token(person: Person) -> str:
    """What the key store holds for the one session of the journal."""
    (entry,) = person.home.rglob("journal/*.jsonl")
    ask = (
        "import sys; from kamusm_esign.support.secret_store import KeyringSecretStore as Store; "
        "print(Store().get(sys.argv[1]).reveal())"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask, entry.stem],
        env=os.environ | person.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout.strip()


def test_no_secret_in_arguments_or_environment(
    person: Person, key_store: Mapping[str, str]
) -> None:
    """Of any process of the command, while the card host is at work."""
    person.environment.update(key_store)
    person.card.fault("C_InitPIN 1 delay 20000")
    code = person.desk.code(person.serial)
    process = person.start("--verbose", "set-pin", "--code", "-", "--secrets-stdin", "--json")
    assert process.stdin is not None
    process.stdin.write(f"{code}\n{NEW_PIN}\n{OTP}\n")
    process.stdin.flush()
    person.card.wait_for_call("C_InitPIN", 30)
    try:
        token = session_token(person)
        assert len(token) >= 32
        family = list(_group(process.pid))
        assert len(family) >= 2, "the card host is not there"
        for pid in family:
            for name in ("cmdline", "environ"):
                content = Path(f"/proc/{pid}/{name}").read_bytes()
                for secret in (NEW_PIN, PIN, PUK, code, OTP, token):
                    assert secret.encode() not in content, name
        for name, content in searched(person.home):
            for secret in (NEW_PIN, PUK, code, OTP, token):
                assert secret.encode() not in content, name
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
    person.card.fault()


def _group(leader: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == leader:
                yield int(folder.name)
        except ProcessLookupError:
            continue


def test_nothing_is_left_running(person: Person) -> None:
    for words in (("tokens", "--json"), ("doctor", "--json"), ("pending", "--json")):
        process = person.start(*words)
        process.communicate(timeout=60)
        assert list(_group(process.pid)) == []
    process = person.start(
        "set-pin", "--code", person.desk.code(person.serial), "--secrets-stdin", "--json"
    )
    process.communicate(f"{NEW_PIN}\n{OTP}\n", timeout=60)
    assert process.returncode == 0
    assert list(_group(process.pid)) == []
