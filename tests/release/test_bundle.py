"""The bundle: what is in it and what is not, and that it works."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PyInstaller.archive.readers import CArchiveReader, ZlibArchiveReader

from release.bundle import binaries, build, files_of, size_of
from release.contents import ROOT
from tests.equipment.display import Display
from tests.equipment.softhsm import NEW_PIN
from tests.equipment.window import open_window
from tests.journeys.conftest import Person
from tests.journeys.window.conftest import set_pin
from tests.release.conftest import Dist

MOST_BYTES = 150_000_000
UNWANTED = re.compile(
    r"sandbox|sqlalchemy|alembic|starlette|uvicorn|jinja2|psycopg|pytest|hypothesis|playwright"
    r"|Qt6?(Qml|Quick|Pdf|WebEngine|OpenGL|Sql|Designer)|/translations/(?!qtbase_tr)"
    r"|libssl|libcrypto|libxcb"
)


def modules_in(program: Path) -> set[str]:
    archive = CArchiveReader(str(program))
    (name,) = (name for name in archive.toc if name.endswith(".pyz"))
    inner: ZlibArchiveReader = archive.open_embedded_archive(name)
    return set(inner.toc)


def test_its_own_self_test_is_well(dist: Dist) -> None:
    done = subprocess.run(
        [dist.program, "selftest", "--json"], capture_output=True, timeout=120, check=False
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["outcome"]) == (0, "succeeded"), answer
    (host,) = (line for line in answer["checks"] if line["id"] == "card-host")
    assert host["facts"]["seen"].endswith("frozen")


def test_what_is_in_it(dist: Dist) -> None:
    modules = modules_in(dist.program)
    package = ROOT / "kamusm_esign"
    ours = {
        ".".join(("kamusm_esign", *path.relative_to(package).with_suffix("").parts))
        for path in package.rglob("*.py")
        if "sandbox" not in path.parts and path.name not in ("__init__.py",)
    }
    assert ours <= modules
    assert not [name for name in modules if UNWANTED.search(name)]
    names = [path.relative_to(dist.bundle).as_posix() for path in dist.bundle.rglob("*")]
    assert not [name for name in names if UNWANTED.search(f"/{name}")]
    assert any(name.endswith("/translations/qtbase_tr.qm") for name in names)
    assert size_of(dist.bundle) <= MOST_BYTES


def test_it_does_not_know_where_it_was_made(dist: Dist) -> None:
    said = set()
    for path in binaries(dist.bundle):
        done = subprocess.run(["chrpath", "-l", path], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            said |= set(done.stdout.strip().rpartition("=")[2].split(":"))
    assert said
    assert {folder for folder in said if not folder.startswith("$ORIGIN")} == set()


@pytest.mark.parametrize("resource", ["icons/app.svg", "i18n/tr.toml", "files.json"])
def test_a_changed_file_is_seen(dist: Dist, resource: str) -> None:
    path = dist.bundle / "_internal/kamusm_esign/resources" / resource
    whole = path.read_bytes()
    try:
        path.write_bytes(whole.replace(b"a", b"b", 1))
        done = subprocess.run(
            [dist.program, "selftest", "--json"], capture_output=True, timeout=120, check=False
        )
    finally:
        path.write_bytes(whole)
    lines = json.loads(done.stdout)["checks"]
    assert [line["id"] for line in lines if line["code"]] == ["resources"]
    assert done.returncode == 90


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"LD_LIBRARY_PATH": "/bundle"}, None),
        ({"LD_LIBRARY_PATH": "/bundle:/own", "LD_LIBRARY_PATH_ORIG": "/own"}, "/own"),
        ({}, None),
    ],
)
def test_what_it_starts_gets_the_libraries_of_the_system(
    given: dict[str, str], left: str | None
) -> None:
    """PyInstaller's starter leaves the way to the bundle's libraries in the environment."""
    stub = (
        "import json, os, runpy, sys, types\n"
        "told = lambda: print(json.dumps(os.environ.get('LD_LIBRARY_PATH')))\n"
        "sys.modules['kamusm_esign.__main__'] = types.SimpleNamespace(main=told)\n"
        "runpy.run_path(sys.argv[1])"
    )
    command = [sys.executable, "-c", stub, str(ROOT / "release/program.py")]
    done = subprocess.run(command, env=os.environ | given, capture_output=True, check=True)
    assert json.loads(done.stdout) == left


def test_the_window_sets_a_pin(
    dist: Dist, person: Person, display: Display, session: dict[str, str]
) -> None:
    """The whole journey by keyboard, in the window of the bundle."""
    shared = ["--portal", person.desk.process.url, "--module", str(person.card.module)]
    arguments = [str(dist.program), *shared, "gui"]
    environment = os.environ | display.environment | session | person.environment
    bus = session["DBUS_SESSION_BUS_ADDRESS"]
    with open_window(arguments, environment, display, bus) as window:
        set_pin(window, person.desk.code(person.serial, "pin-unblock"))
        assert window.find("result.title").name
    assert person.card.token.takes_pin(NEW_PIN)
    assert person.desk.outcome(person.serial) == "succeeded"


def test_the_same_commit_gives_the_same_bytes(dist: Dist, tmp_path: Path) -> None:
    again = build(tmp_path / "work", tmp_path)
    assert files_of(again) == files_of(dist.bundle)


def test_the_list_of_files_is_theirs(dist: Dist) -> None:
    folder = dist.bundle / "_internal/kamusm_esign/resources"
    listed = json.loads((folder / "files.json").read_text())
    source = ROOT / "resources"
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()} <= set(
        listed
    )
