"""The installer for Windows, under Wine with a stand-in for the program."""

import ast
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as Xml
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kamusm_esign import __version__
from release.contents import ROOT
from release.windows.installer import build
from release.windows.prepare import version_resource
from tests.release.wine import Windows, make_payload, windows

OLD, NEW = "1.9.0", "2.1.0"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\kamusm-esign"
SCHEME = r"Software\Classes\kamusm-esign"
ME = Path("users/kisi/AppData/Local/Programs/kamusm-esign")
ALL = Path("Program Files/kamusm-esign")
Setup = Callable[..., str]


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """The installer of a version."""
    folder = tmp_path_factory.mktemp("installer")
    payload = make_payload(folder)
    made: dict[str, str] = {}

    def make(version: str = OLD) -> str:
        if version not in made:
            made[version] = str(build(payload, folder / "work", folder, version=version))
        return made[version]

    return make


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    with windows(tmp_path_factory.mktemp("wine") / "prefix") as machine:
        yield machine


@pytest.fixture
def clean(machine: Windows) -> Iterator[Windows]:
    """A Windows where nothing of ours is, before and after."""
    before = machine.files()
    yield machine
    assert machine.files() == before
    for root in ("HKCU", "HKLM"):
        assert machine.registry(rf"{root}\{UNINSTALL}") == {}
        assert machine.registry(rf"{root}\{SCHEME}") == {}


def remove(machine: Windows, folder: Path) -> None:
    program = machine.drive / folder / "uninstall.exe"
    assert machine.run(str(program), "/S") == 0
    machine.wait_gone(machine.drive / folder)


def versions(machine: Windows, folder: Path) -> set[str]:
    return {path.name for path in (machine.drive / folder).iterdir()}


@pytest.mark.parametrize(
    ("words", "root", "folder", "menu"),
    [
        ((), "HKCU", ME, "users/kisi/AppData/Roaming"),
        (("/CurrentUser",), "HKCU", ME, "users/kisi/AppData/Roaming"),
        (("/AllUsers",), "HKLM", ALL, "ProgramData"),
        ((r"/D=C:\Elsewhere\imza",), "HKCU", Path("Elsewhere/imza"), "users/kisi/AppData/Roaming"),
    ],
    ids=["nothing said", "for me", "for all", "elsewhere"],
)
def test_installed_and_removed(
    clean: Windows, setup: Setup, words: tuple[str, ...], root: str, folder: Path, menu: str
) -> None:
    if "Elsewhere" in str(folder):
        (clean.drive / "Elsewhere").mkdir(exist_ok=True)
    assert clean.run(setup(), "/S", *words) == 0
    assert versions(clean, folder) == {f"app-{OLD}", "uninstall.exe"}
    installed = clean.drive / folder / f"app-{OLD}"
    assert (installed / "_internal/İç klasör/dosya.txt").read_text() == "veri"
    program = "C:\\" + str(folder / f"app-{OLD}" / "kamusm-esign.exe").replace("/", "\\")
    about = clean.registry(rf"{root}\{UNINSTALL}")
    assert (about["DisplayVersion"], about["DisplayIcon"]) == (OLD, program)
    assert about["Publisher"] == "Kamu SM"
    assert about["QuietUninstallString"].endswith(r'\uninstall.exe" /S')
    assert int(about["EstimatedSize"], 16) > 0
    assert "URL Protocol" in clean.registry(rf"{root}\{SCHEME}")
    opens = clean.registry(rf"{root}\{SCHEME}\shell\open\command")
    assert opens["(Default)"] == f'"{program}" gui "%1"'
    shortcuts = clean.drive / menu / "Microsoft/Windows/Start Menu/Programs"
    assert [path.name for path in shortcuts.glob("E-*.lnk")] == ["E-Signature Application.lnk"]
    other = {"HKCU": "HKLM", "HKLM": "HKCU"}[root]
    assert clean.registry(rf"{other}\{UNINSTALL}") == {}
    remove(clean, folder)
    if "Elsewhere" in str(folder):
        (clean.drive / "Elsewhere").rmdir()


def test_what_the_switches_write(clean: Windows, setup: Setup, tmp_path: Path) -> None:
    portal = "https://portal.example/api/v1?a=b"
    assert clean.run(setup(), "/S", "/LANG=tr", f"/PORTAL={portal}") == 0
    settings = clean.drive / "users/kisi/AppData/Roaming/kamusm-esign/settings.toml"
    assert settings.read_text() == f'language = "tr"\nportal = "{portal}"\n'
    assert list(clean.drive.rglob("E-İmza Uygulaması.lnk"))
    assert clean.registry(rf"HKCU\{UNINSTALL}")["DisplayName"].startswith("E-")
    # What the person has set since stays as it is.
    settings.write_text('language = "en"\n')
    assert clean.run(setup(), "/S", "/LANG=tr") == 0
    assert settings.read_text() == 'language = "en"\n'
    remove(clean, ME)
    assert settings.exists()
    settings.unlink()
    settings.parent.rmdir()


def test_a_policy_comes_and_goes_with_the_program(
    clean: Windows, setup: Setup, tmp_path: Path
) -> None:
    given = tmp_path / "policy.toml"
    given.write_text('portal = "https://portal.example"\n')
    named = "Z:" + str(given).replace("/", "\\")
    assert clean.run(setup(), "/S", "/AllUsers", f"/POLICY={named}") == 0
    policy = clean.drive / "ProgramData/kamusm-esign/policy.toml"
    assert policy.read_text() == given.read_text()
    remove(clean, ALL)


REFUSED = [
    (("/LANG=fr",), 4),
    (("/PORTAL=http://portal.example",), 4),
    (('/PORTAL=https://a"b',), 4),
    (("/AllUsers", "/CurrentUser"), 4),
    ((r"/POLICY=C:\windows\win.ini",), 4),
    (("/AllUsers", r"/POLICY=C:\no\such\file"), 4),
]


@pytest.mark.parametrize(("words", "status"), REFUSED)
def test_what_is_not_understood_changes_nothing(
    clean: Windows, setup: Setup, words: tuple[str, ...], status: int
) -> None:
    assert clean.run(setup(), "/S", *words) == status


def test_no_way_back_to_an_older_version(clean: Windows, setup: Setup) -> None:
    assert clean.run(setup(NEW), "/S") == 0
    assert clean.run(setup(OLD), "/S") == 3
    assert versions(clean, ME) == {f"app-{NEW}", "uninstall.exe"}
    assert clean.registry(rf"HKCU\{UNINSTALL}")["DisplayVersion"] == NEW
    assert clean.run(setup(NEW), "/S") == 0  # the same again mends it
    remove(clean, ME)


def test_an_upgrade_leaves_an_open_program_alone(clean: Windows, setup: Setup) -> None:
    assert clean.run(setup(OLD), "/S") == 0
    program = clean.drive / ME / f"app-{OLD}" / "kamusm-esign.exe"
    held = {path.name for path in program.parent.rglob("*")}
    running = clean.start(str(program), STAND_IN_SECONDS="600")
    try:
        time.sleep(2)
        assert clean.run(setup(OLD), "/S") == 6
        assert clean.run(setup(NEW), "/S") == 0
        assert running.poll() is None
        assert {path.name for path in program.parent.rglob("*")} == held
        assert versions(clean, ME) == {f"app-{OLD}", f"app-{NEW}", "uninstall.exe"}
        assert f"app-{NEW}" in clean.registry(rf"HKCU\{UNINSTALL}")["DisplayIcon"]
        uninstall = str(clean.drive / ME / "uninstall.exe")
        folder = "C:\\" + str(ME).replace("/", "\\")
        assert clean.run(uninstall, "/S", f"_?={folder}") == 6
        assert versions(clean, ME) == {f"app-{OLD}", f"app-{NEW}", "uninstall.exe"}
    finally:
        running.kill()
        running.communicate(timeout=30)
    assert clean.run(setup(NEW), "/S") == 0  # now nobody needs the old one
    assert versions(clean, ME) == {f"app-{NEW}", "uninstall.exe"}
    remove(clean, ME)


def test_a_scheme_that_somebody_else_took_stays_his(clean: Windows, setup: Setup) -> None:
    assert clean.run(setup(), "/S") == 0
    key = rf"HKCU\{SCHEME}\shell\open\command"
    assert clean.run("reg", "add", key, "/ve", "/d", r"C:\other.exe", "/f") == 0
    remove(clean, ME)
    assert clean.registry(key)["(Default)"] == r"C:\other.exe"
    assert clean.run("reg", "delete", rf"HKCU\{SCHEME}", "/f") == 0


# ---------------------------------------------------------------------------- only read here
def test_the_installer_asks_for_no_rights_and_says_what_it_is(setup: Setup) -> None:
    content = Path(setup()).read_bytes()
    assert b'requestedExecutionLevel level="asInvoker"' in content
    assert b"<longPathAware" in content
    assert b"<dpiAware" in content
    for text in ("E-İmza Uygulaması", OLD):
        assert text.encode("utf-16-le") in content


def test_the_manifest_of_the_program() -> None:
    tree = Xml.parse(ROOT / "release/windows/program.manifest")
    said = {element.tag.rpartition("}")[2]: element for element in tree.iter()}
    assert said["requestedExecutionLevel"].attrib == {"level": "asInvoker", "uiAccess": "false"}
    assert said["dpiAwareness"].text == "PerMonitorV2, PerMonitor"
    assert said["longPathAware"].text == "true"


def test_the_version_resource_can_be_read() -> None:
    resource = version_resource("kamusm-esign")
    ast.parse(resource)
    assert f'"FileVersion", "{__version__}"' in resource


def test_both_languages_say_the_same_things() -> None:
    text = (ROOT / "release/windows/texts.nsh").read_text("utf-8")
    named = {
        language: re.findall(rf"^LangString (\w+) \${{LANG_{language}}}", text, re.MULTILINE)
        for language in ("TURKISH", "ENGLISH")
    }
    assert named["TURKISH"] == named["ENGLISH"] != []
    script = (ROOT / "release/windows/installer.nsi").read_text("utf-8")
    used = set(re.findall(r"\$\((\w+)\)", script))
    assert used == set(named["TURKISH"])


def test_the_icon_has_every_size(tmp_path: Path) -> None:
    icon = tmp_path / "app.ico"
    subprocess.run([sys.executable, "-m", "release.icon", icon], cwd=ROOT, check=True, timeout=60)
    content = icon.read_bytes()
    assert content[:6] == b"\0\0\1\0\t\0"
    assert content.count(b"\x89PNG") == 9
