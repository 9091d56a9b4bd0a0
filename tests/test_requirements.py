"""The hashes that a build is made of: every package is there, at the version of constraints.txt."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("program", "tools")}
_ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; .*)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def locked(name: str) -> dict[str, str]:
    """Package → version; every line is an entry, a hash or a remark, every entry has a hash."""
    found: dict[str, str] = {}
    hashes = 1
    for line in LOCKS[name].read_text("utf-8").splitlines():
        entry = _ENTRY.match(line)
        if entry:
            assert hashes, line
            found[canonicalize_name(entry["name"])], hashes = entry["version"], 0
        elif _HASH.match(line):
            hashes += 1
        else:
            assert not line or line.startswith("#"), line
    assert hashes
    return found


def constrained() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def needed(names: set[str]) -> set[str]:
    """These packages, and what they need here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        try:
            wanted = [Requirement(text) for text in requires(name) or ()]
        except PackageNotFoundError:
            continue  # only where the program is built
        waiting += [w.name for w in wanted if not w.marker or w.marker.evaluate({"extra": ""})]
    return found


def direct(key: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = {
        "program": project["project"]["dependencies"],
        "tools": [
            *project["build-system"]["requires"],
            *project["project"]["optional-dependencies"]["build"],
        ],
    }[key]
    wanted = [Requirement(text) for text in listed]
    return {w.name for w in wanted if not w.marker or w.marker.evaluate()}


@pytest.mark.parametrize("name", LOCKS)
def test_the_versions_are_those_that_were_tested(name: str) -> None:
    versions = constrained()
    assert {n: versions.get(n) for n in locked(name)} == locked(name)


@pytest.mark.parametrize("name", LOCKS)
def test_nothing_that_a_build_needs_is_missing(name: str) -> None:
    """A package that is not listed would be refused by `pip install --require-hashes`."""
    assert needed(direct(name)) - set(locked(name)) == set()
