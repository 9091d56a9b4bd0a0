"""What is loaded when: a program that starts at once, and a command line without a window."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    *("pkcs11", "smartcard", "requests", "urllib3", "keyring", "cryptography", "asn1crypto"),
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


@pytest.mark.parametrize("command", ["tokens", "pending", "doctor"])
def test_the_command_line_has_no_window_and_no_sandbox(command: str) -> None:
    loaded = loaded_by(RUN, "--portal", "http://127.0.0.1:9", command, "--json")
    assert "kamusm_esign.cli.main" in loaded
    assert "PySide6" not in loaded
    assert not [m for m in loaded if m.startswith(SANDBOX)]
