"""`kamusm-esign update`: what it says, and that nothing is installed by it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign import __version__
from kamusm_esign.cli.main import main
from kamusm_esign.cli.world import World
from kamusm_esign.domain.portal_session import ClientInfo
from kamusm_esign.domain.update import version_numbers
from tests.updates.test_updates import FILE, INSTALLER, NAME, RELEASE, URL
from tests.updates.test_updates import World as Makers

NEXT = "{}.{}.{}".format(*version_numbers(__version__)[:2], version_numbers(__version__)[2] + 1)


class Portal:
    """Knows where newer versions lie."""

    def client_info(self) -> ClientInfo:
        return ClientInfo("0", __version__, URL, None)


@pytest.fixture
def makers(tmp_path: Path) -> Makers:
    return Makers(tmp_path / "updates", version=__version__)


def run(
    capfd: pytest.CaptureFixture[str], makers: Makers, *words: str
) -> tuple[int, dict[str, Any], str]:
    class Here(World):
        def portal_at(self, url: str) -> Any:
            return Portal()

        def updates(self) -> Any:
            return makers.updater

    status = main(["--language", "en", "update", *words], Here)
    out = capfd.readouterr().out
    return status, json.loads(out) if "--json" in words else {}, out


def publish(makers: Makers, version: str) -> None:
    makers.publish(replace(RELEASE, version=version))


def test_nothing_newer(capfd: pytest.CaptureFixture[str], makers: Makers) -> None:
    publish(makers, __version__)
    status, found, _ = run(capfd, makers, "--json")
    assert (status, found["update"], found["path"], found["failure"]) == (0, None, None, None)
    assert __version__ in run(capfd, makers)[2]


def test_a_newer_version(capfd: pytest.CaptureFixture[str], makers: Makers) -> None:
    publish(makers, NEXT)
    status, found, _ = run(capfd, makers, "--json")
    assert (status, found["path"]) == (0, None)
    assert found["update"] == {
        "version": NEXT,
        "file": NAME,
        "size": FILE.size,
        "sha256": FILE.sha256,
    }
    assert makers.server.asked.count(NAME) == 0
    status, found, _ = run(capfd, makers, "--download", "--json")
    assert Path(found["path"]).read_bytes() == INSTALLER
    assert NEXT in run(capfd, makers, "--download")[2]


def test_a_refusal_has_its_code_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], makers: Makers
) -> None:
    publish(makers, NEXT)
    makers.server.files[f"{URL}/{NAME}"] = INSTALLER[:-1]
    status, found, _ = run(capfd, makers, "--download", "--json")
    assert (status, found["outcome"], found["failure"]["code"]) == (90, "failed", "SYS-946")
    assert not (makers.folder / NAME).exists()
