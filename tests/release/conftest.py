"""What people install, built once; and systems to install it on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.card.conftest import card, shim_library, templates, token_sort
from tests.journeys.conftest import desks, person, step_up
from tests.journeys.window.conftest import display, session
from tests.release.bare_root import BareRoot, bare_root

__all__ = [
    "card",
    "desks",
    "display",
    "person",
    "session",
    "shim_library",
    "step_up",
    "templates",
    "token_sort",
]

ROOT = Path(__file__).resolve().parents[2]
BUILT = "KAMUSM_ESIGN_DIST"
"""Names a folder of `dev.py build` that is to be tested instead of a fresh one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these are slow, and on one worker (`tests/conftest.py`)."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Dist:
    """What `dev.py build` has made."""

    folder: Path

    @property
    def bundle(self) -> Path:
        return self.folder / "kamusm-esign"

    @property
    def program(self) -> Path:
        return self.bundle / "kamusm-esign"

    @property
    def practice(self) -> Path:
        return self.folder / "kamusm-esign-practice" / "kamusm-esign-practice"

    @property
    def deb(self) -> Path:
        (made,) = self.folder.glob("*.deb")
        return made

    @property
    def tarball(self) -> Path:
        (made,) = self.folder.glob("*.tar.gz")
        return made


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Dist:
    """Everything, built from this checkout by its one command."""
    if os.environ.get(BUILT):
        return Dist(Path(os.environ[BUILT]))
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "release.build", "--here", "--practice", "--output", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Dist(folder)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareRoot]:
    """A bare system."""
    if os.geteuid() != 0:
        pytest.skip("chroot wants root")
    with bare_root(tmp_path_factory.mktemp("bare") / "root") as root:
        yield root


@pytest.fixture(scope="session")
def installed(root: BareRoot, dist: Dist) -> BareRoot:
    """The same with the package installed, and nothing else than what that depends on."""
    root.apt_install(root.take_in(dist.deb, f"/srv/{dist.deb.name}"))
    return root
