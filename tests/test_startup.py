"""What is loaded when: a program that starts at once, and a command line without a window."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kamusm_esign import __version__
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.spawn import EarlyHost, host_command
from tests.equipment.softhsm import SoftHsmToken, make_token

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    *("pkcs11", "smartcard", "requests", "urllib3", "keyring", "cryptography", "asn1crypto"),
    *("pyhanko", "pyhanko_certvalidator", "aiohttp", "lxml"),
    *("PySide6", "sqlalchemy", "starlette", "uvicorn", "jinja2", "email", "http", "asyncio"),
)
SANDBOX = "kamusm_esign.sandbox"

REPORT = """
import atexit, json, sys
atexit.register(lambda: print("\\nLOADED " + json.dumps(sorted(sys.modules)), file=sys.stderr))
"""


def loaded_by(statement: str, *arguments: str) -> set[str]:
    """Names of the modules that are loaded once a statement has run in a fresh process."""
    child = subprocess.run(
        [sys.executable, "-c", REPORT + statement, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return set(json.loads(child.stderr.rpartition("LOADED ")[2]))


def heavy(modules: set[str]) -> set[str]:
    return {m for m in modules if m in HEAVY or m.startswith(SANDBOX)}


def test_the_measure_sees_what_is_loaded() -> None:
    assert heavy(loaded_by("import requests")) >= {"requests", "urllib3"}


RUN = "from kamusm_esign.__main__ import main; sys.argv[0] = 'kamusm-esign'; main()"


@pytest.mark.parametrize(
    ("statement", "arguments"),
    [
        ("import kamusm_esign.__main__", ()),
        ("import kamusm_esign.cli.main", ()),
        (RUN, ("--help",)),
        (RUN, ("--version",)),
        (RUN, ("set-pin", "--help")),
        (RUN, ("no-such-command",)),
    ],
)
def test_nothing_heavy_before_it_is_needed(statement: str, arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(statement, *arguments)
    assert "kamusm_esign" in loaded
    assert heavy(loaded) == set()


@pytest.mark.parametrize("command", ["tokens", "pending", "doctor", "selftest"])
def test_the_command_line_has_no_window_and_no_sandbox(command: str) -> None:
    loaded = loaded_by(RUN, "--portal", "http://127.0.0.1:9", command, "--json")
    assert "kamusm_esign.cli.main" in loaded
    assert "PySide6" not in loaded
    assert not [m for m in loaded if m.startswith(SANDBOX)]


# ---------------------------------------------------------------------------- a look at the cards
UNUSED_FOR_A_LOOK = {
    *("asn1crypto", "asyncio", "cryptography", "http", "keyring", "logging", "requests", "tomllib"),
    "kamusm_esign.ports",
    "kamusm_esign.domain.portal_session",
    "kamusm_esign.domain.secret",
}
"""Neither the program nor its card host needs these to show a token."""

COUNT_CHILDREN = """
import json, os, sys
started = []
sys.addaudithook(lambda event, args: event == "subprocess.Popen" and started.append(args[1]))
try:
    from kamusm_esign.__main__ import main
    sys.argv[0] = "kamusm-esign"
    main()
finally:
    try:
        os.waitpid(-1, os.WNOHANG)
        left = True
    except ChildProcessError:
        left = False
    print("\\nCHILDREN " + json.dumps([len(started), left]), file=sys.stderr)
"""


def started_and_left(*arguments: str) -> list[object]:
    """How many processes a command starts, and whether one of them outlives it."""
    command = [sys.executable, "-c", COUNT_CHILDREN, *arguments]
    child = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    counts: list[object] = json.loads(child.stderr.rpartition("CHILDREN ")[2])
    return counts


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsmToken:
    """A token that programs started by this test see."""
    token = make_token(tmp_path)
    for name, value in token.environment.items():
        monkeypatch.setenv(name, value)
    return token


def test_the_program_shows_a_token_without_ballast(token: SoftHsmToken) -> None:
    loaded = loaded_by(RUN, "--module", str(token.module), "tokens", "--json")
    assert "kamusm_esign.cli.tokens" in loaded
    assert UNUSED_FOR_A_LOOK & loaded == set()
    assert "pkcs11" not in loaded


def test_the_card_host_reads_a_token_without_ballast(token: SoftHsmToken, tmp_path: Path) -> None:
    python, *rest = host_command()
    with (tmp_path / "stderr").open("w+b") as stderr:
        command = [python, "-X", "importtime", *rest]
        host = CardHostClient(tmp_path / "locks", command=lambda: command, stderr=stderr)
        (slot,) = host.list_tokens(token.module)
        host.close()
        stderr.seek(0)
        names = re.findall(rb"import time:.*\| +(\S+)$", stderr.read(), re.MULTILINE)
    loaded = {name.decode() for name in names}
    assert slot.token.certificates
    assert loaded >= {"kamusm_esign.card.certificates", "pkcs11._pkcs11"}
    # `ast` and `dis` are what `inspect` imports, which is only there to be loaded on first use.
    assert (UNUSED_FOR_A_LOOK | {"argparse", "ast", "dis", "subprocess"}) & loaded == set()


@pytest.mark.parametrize(
    ("arguments", "hosts"),
    [
        (["--module", "{module}", "tokens"], 1),
        (["--module", "/no/such/module", "tokens"], 1),
        (["tokens", "--no-such-option"], 1),
        (["verify-pin", "--settings", "/no/such/file"], 1),
        (["tokens", "--help"], 0),
        (["pending"], 0),
        (["--version"], 0),
    ],
)
def test_one_card_host_for_who_needs_one_and_none_is_left(
    arguments: list[str], hosts: int, token: SoftHsmToken
) -> None:
    filled = [argument.format(module=token.module) for argument in arguments]
    assert started_and_left(*filled) == [hosts, False]


def test_a_card_host_is_not_left_by_a_command_that_fails_after_taking_it(
    isolated_environment: Path,
) -> None:
    state = isolated_environment / ".STATE_HOME" / "kamusm-esign"
    state.mkdir(parents=True)
    (state / "journal").write_text("no folder")
    assert started_and_left("set-pin", "--code", "123456789012345", "--secrets-stdin") == [1, False]


def test_an_early_host_is_taken_once_and_ends_in_any_case() -> None:
    for takers in range(3):
        early = EarlyHost()
        taken = [early.take() for _ in range(takers)]
        assert [process is not None for process in taken] == [True, False][:takers]
        assert early._process is not None
        assert early._process.poll() is None
        early.end()
        assert early._process.returncode is not None
        for process in taken[:1]:
            assert process is not None
            with process:  # closes the pipes, which belong to the taker
                pass


# ---------------------------------------------------------------------------- bundles
@pytest.mark.parametrize("flag", ["--card-host", "--document-host", "--window-check"])
@pytest.mark.parametrize("version", [(), ("0.0.1",), (__version__, "more")])
def test_a_program_of_another_version_is_no_host(flag: str, version: tuple[str, ...]) -> None:
    """An upgrade may have put it where the program was that is still open."""
    done = subprocess.run(
        [sys.executable, "-m", "kamusm_esign", flag, *version],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_bundle_starts_its_hosts_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert host_command() == [sys.executable, "--card-host", __version__]
