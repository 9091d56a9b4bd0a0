"""The Debian package: installed, used, upgraded and removed in a bare system."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kamusm_esign import __version__
from kamusm_esign.cli.arguments import parser
from kamusm_esign.domain.journal_entry import JournalEntry, JournalStep
from kamusm_esign.domain.portal_session import Purpose
from kamusm_esign.domain.tokens import PinState
from kamusm_esign.support.journal import FileJournal
from tests.equipment.display import Display
from tests.equipment.softhsm import NEW_PIN, SoftHsmToken
from tests.journeys.conftest import OTP, Desk, Person
from tests.release.bare_root import HOME, USER, BareRoot
from tests.release.conftest import Dist

MOST_BYTES = 60_000_000
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
CARD = "/srv/card"


def test_it_is_small_enough(dist: Dist) -> None:
    assert dist.deb.stat().st_size <= MOST_BYTES


def test_lintian_has_nothing_to_say(dist: Dist) -> None:
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", dist.deb],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_each_override_is_explained() -> None:
    lines = Path("release/linux/lintian-overrides").read_text().splitlines()
    assert lines[0].startswith("#")
    assert not [line for line in lines if not line.startswith(("#", "kamusm-esign: "))]


def test_the_desktop_understands_what_it_is_told(dist: Dist, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", dist.deb, tmp_path], check=True, timeout=120)
    share = tmp_path / "usr/share"
    commands: tuple[list[str | Path], ...] = (
        ["desktop-file-validate", share / "applications/kamusm-esign.desktop"],
        [
            "appstreamcli",
            "validate",
            "--no-net",
            share / "metainfo/tr.gov.kamusm.esign.metainfo.xml",
        ],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (share / "icons/hicolor/scalable/apps/kamusm-esign.svg").exists()


@pytest.mark.parametrize("page", ["kamusm-esign.1", "kamusm-esign.tr.1"])
def test_the_manual_knows_every_command(page: str) -> None:
    text = Path("release/linux", page).read_text("utf-8")
    (commands,) = (a.choices for a in parser()._actions if a.dest == "command" and a.choices)
    named = set(re.findall(r"^\.B ([a-z-]+)", text, re.MULTILINE))
    assert set(commands) <= named


# ---------------------------------------------------------------------------- in a bare system
def test_it_runs_with_what_it_depends_on_alone(installed: BareRoot) -> None:
    done = installed.run("kamusm-esign", "selftest", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["outcome"]) == (0, "succeeded"), answer
    assert installed.run("kamusm-esign", "--version").stdout.strip() == __version__
    assert installed.run("dpkg", "--verify", "kamusm-esign").stdout == ""


@pytest.fixture
def with_card(
    installed: BareRoot, person: Person, tmp_path: Path
) -> Iterator[tuple[BareRoot, SoftHsmToken]]:
    """A person's card, in the reach of the system."""
    installed.apt_install("softhsm2")
    inside = installed.folder / CARD.lstrip("/")
    shutil.copytree(person.card.token.folder, inside)
    (conf,) = inside.glob("*.conf")
    conf.write_text(conf.read_text().replace(str(person.card.token.folder), CARD))
    for path in (inside, *inside.rglob("*")):
        os.chown(path, USER, USER)
    yield installed, person.card.token
    shutil.rmtree(person.card.token.folder)
    shutil.copytree(inside, person.card.token.folder)
    shutil.rmtree(inside)


def run(root: BareRoot, desk: Desk, *words: str, stdin: str) -> dict[str, object]:
    (conf,) = (root.folder / CARD.lstrip("/")).glob("*.conf")
    done = root.run(
        *("kamusm-esign", "--portal", desk.process.url, "--module", MODULE, *words, "--json"),
        stdin=stdin,
        SOFTHSM2_CONF=f"{CARD}/{conf.name}",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_pin_is_set_and_documents_are_signed(
    with_card: tuple[BareRoot, SoftHsmToken], person: Person, tmp_path: Path
) -> None:
    root, _ = with_card
    desk, serial = person.desk, person.serial
    code = desk.code(serial, "pin-unblock")
    words = ("set-pin", "--code", code, "--secrets-stdin")
    answer = run(root, desk, *words, stdin=f"{NEW_PIN}\n{OTP}\n")
    assert answer["outcome"] == "succeeded"
    assert desk.outcome(serial) == "succeeded"
    code = desk.code(serial, "application")
    signing = ("sign", "--code", code, "--accept", "application", "--secrets-stdin")
    answer = run(root, desk, *signing, stdin=f"{OTP}\n{NEW_PIN}\n")
    assert answer["outcome"] == "succeeded"
    assert len(answer["receipts"]) == 2  # type: ignore[arg-type]
    assert desk.last_outcome() == "succeeded"


def test_a_link_opens_the_window(installed: BareRoot, display: Display, tmp_path: Path) -> None:
    """By the desktop's own way: xdg-open finds the program by the scheme of the link."""
    installed.apt_install("xdg-utils", "desktop-file-utils")
    sockets = installed.folder / "tmp/.X11-unix"
    sockets.mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", "/tmp/.X11-unix", str(sockets)], check=True)
    link = "kamusm-esign://code/333451779241926"
    command = installed.command("xdg-open", link, DISPLAY=display.name)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        window = display._xdotool("search", "--sync", "--onlyvisible", "--class", "kamusm-esign")
        pid = display._xdotool("getwindowpid", window.split()[-1]).strip()
        line = Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
        assert line[0].endswith(b"kamusm-esign")
        assert line[1:3] == [b"gui", link.encode()]
        os.kill(int(pid), 15)
    finally:
        process.terminate()
        process.wait(20)
        subprocess.run(["umount", str(sockets)], check=True)


def raised(deb: Path, version: str, folder: Path) -> Path:
    """The same package as another version."""
    tree, made = folder / "tree", folder / f"kamusm-esign_{version}.deb"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(
        control.read_text().replace(f"Version: {__version__}", f"Version: {version}")
    )
    words: list[str | Path] = ["dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, made]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return made


def test_an_upgrade_keeps_what_is_unfinished_and_a_removal_leaves_nothing(
    installed: BareRoot, dist: Dist, tmp_path: Path
) -> None:
    entry = JournalEntry(
        session_id="s_0123456789abcdef0123456789abcdef",
        portal="http://127.0.0.1:9/api/v1",
        purpose=Purpose.PIN_UNBLOCK,
        token_serial="08C9150800160012",
        pin_before=PinState.BLOCKED,
        since=datetime.now(UTC),
        clock_offset=0.0,
        step=JournalStep.WRITING,
    )
    state = installed.folder / HOME.lstrip("/") / ".local/state/kamusm-esign/journal"
    FileJournal(state).begin(entry)
    for path in (installed.folder / HOME.lstrip("/") / ".local", *state.parents, state):
        if path.is_relative_to(installed.folder / HOME.lstrip("/")):
            os.chown(path, USER, USER)
    for path in state.iterdir():
        os.chown(path, USER, USER)
    before = installed.run("kamusm-esign", "pending", "--json").stdout
    assert len(json.loads(before)["pending"]) == 1
    newer = installed.take_in(raised(dist.deb, "99.0", tmp_path), "/srv/newer.deb")
    installed.as_root("dpkg", "-i", newer)
    assert installed.run("kamusm-esign", "pending", "--json").stdout == before
    held = installed.files()
    installed.as_root("dpkg", "--purge", "kamusm-esign")
    left = installed.files()
    assert [n for n in left if "kamusm" in n and not n.startswith((HOME, "/srv"))] == []
    assert left < held
    assert list(state.iterdir())  # what is unfinished is the person's, not the package's
    installed.as_root("dpkg", "-i", f"/srv/{dist.deb.name}")
    assert installed.run("kamusm-esign", "pending", "--json").stdout == before
