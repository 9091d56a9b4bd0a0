"""Importing Qt: PySide's own modules are compiled once, and whatever goes wrong with that is no
reason not to start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

START = """
import builtins, json, sys
plain, compiled = builtins.compile, []
def counting(source, filename, *more, **options):
    if str(filename).startswith("shibokensupport/"):
        compiled.append(filename)
    return plain(source, filename, *more, **options)
builtins.compile = counting
from kamusm_esign.ui.qt_import import import_qt
import_qt()
import_qt()  # does no harm
restored = [builtins.compile is counting, builtins.__import__ is builtins.__orig_import__]
from PySide6.QtCore import QSize
try:
    QSize("wide", 1)
except TypeError as error:  # its text is made by those modules
    said = str(error)
from PySide6.support.signature.lib import pyi_generator
writer = hasattr(pyi_generator, "generate_pyi") or "argparse" in sys.modules
print(json.dumps([len(compiled), restored, "Supported signatures" in said, writer]))
"""


def start(cache: Path, **environment: str) -> list[object]:
    """Import Qt in a fresh process.

    Returns:
        How much was compiled; whether `compile` and `__import__` are as before; whether PySide's
        messages work; whether the writer of type stubs was loaded.
    """
    environment = {"PYTHONPYCACHEPREFIX": str(cache), "PYTHONDONTWRITEBYTECODE": "", **environment}
    child = subprocess.run(
        [sys.executable, "-c", START],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert child.stderr == ""
    found: list[object] = json.loads(child.stdout)
    return found


def kept(cache: Path) -> Path:
    """The file of the kept code."""
    (found,) = cache.rglob("shiboken.*.pyc")
    return found


def test_the_modules_are_compiled_once(tmp_path: Path) -> None:
    many, *works = start(tmp_path)
    assert isinstance(many, int)
    assert many > 5
    before = kept(tmp_path).stat()
    assert start(tmp_path) == [0, *works] == [0, [True, True], True, False]
    assert kept(tmp_path).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: b"",
        lambda code: code[:2],
        lambda code: code[:1000],
        lambda code: bytes(4) + code[4:],
        lambda code: code[:4] + b"i\x07\x00\x00\x00",
    ],
    ids=["empty", "no head", "cut off", "another Python's", "no table"],
)
def test_a_spoilt_file_is_made_anew(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    many, *works = start(tmp_path)
    whole = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(spoil(whole))
    assert start(tmp_path) == [many, *works]
    assert start(tmp_path) == [0, *works]


def test_nothing_is_kept_where_python_may_not(tmp_path: Path) -> None:
    many, *works = start(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert list(tmp_path.rglob("shiboken.*")) == []
    nowhere = tmp_path / "file"
    nowhere.write_text("no folder")
    assert start(nowhere) == [many, *works]
    assert nowhere.read_text() == "no folder"
