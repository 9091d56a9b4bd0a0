"""The start: what is loaded when, what is said when something is wrong, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

OURS_AT_FIRST_PAINT = {
    *("__main__", "app", "resource_files"),
    *("support", "support.file_lock", "support.one_window", "support.paths"),
    *("ui", "ui.arguments", "ui.bars", "ui.page_area", "ui.qt_import", "ui.shape", "ui.texts"),
    *("ui.window", "ui.pages", "ui.pages.guide", "ui.pages.home", "ui.pages.page"),
    *("ui.style", "ui.style.colours", "ui.style.fonts", "ui.style.icons", "ui.style.paint"),
    *("ui.style.theme", "ui.widgets", "ui.widgets.buttons", "ui.widgets.containers"),
    *("ui.widgets.guide_panel", "ui.widgets.marked_text", "ui.widgets.picture"),
    "ui.widgets.scroll_area",
    *("ui.widgets.status_strip", "ui.widgets.text", "ui.widgets.text_block", "ui.widgets.tile"),
    "ui.widgets.top_bar",
}
"""All of ours that the home screen is made of. Each one more is paid at every start: what is not
drawn in the first picture is imported when it is wanted."""

OTHERS_AT_FIRST_PAINT = {"PySide6.QtSvg", "fcntl", "gc"}
"""What else is loaded, beyond what the smallest window loads anyway."""

SMALLEST = "from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget"


def run(code: str, *arguments: str, seconds: float = 30) -> "subprocess.CompletedProcess[str]":
    """A Python program with a window and without a screen."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


LOADED = """
def painted(*_):
    import json, os, sys
    print(json.dumps(sorted(sys.modules)), flush=True)
    os._exit(0)
"""

HOME = """
from kamusm_esign import app
from kamusm_esign.__main__ import main
app.load_in_turns = painted
main()
"""


@pytest.mark.parametrize("arguments", [(), ("gui",), ("--language", "en")])
def test_before_the_first_paint_only_the_home_screen_is_loaded(arguments: tuple[str, ...]) -> None:
    loaded = set(json.loads(run(LOADED + HOME, *arguments).stdout))
    smallest = set(json.loads(run(LOADED + SMALLEST + "\npainted()").stdout))
    more = loaded - smallest - {"kamusm_esign"}
    ours = {name for name in more if name.startswith("kamusm_esign.")}
    assert {name.removeprefix("kamusm_esign.") for name in ours} == OURS_AT_FIRST_PAINT
    assert more - ours <= OTHERS_AT_FIRST_PAINT


CLOSE_SOON = """
import sys
from kamusm_esign import app
from kamusm_esign.ui import window
def soon(self):
    from PySide6.QtCore import QTimer
    painted(self)
    self.ticks = QTimer(self)
    self.ticks.timeout.connect(lambda: look(self))
    self.ticks.start(20)
painted = window.MainWindow._finish
window.MainWindow._finish = soon
def shown(self, name):
    from PySide6.QtWidgets import QWidget
    return [w for w in self.findChildren(QWidget, name) if w.isVisible()]
def look(self):
{look}
sys.exit(app.main(sys.argv[1:]{more}))
"""


def script(look: str, more: str = "") -> str:
    body = "\n".join("    " + line for line in look.strip().split("\n"))
    return CLOSE_SOON.format(look=body, more=more)


SAY_PROBLEM = """
problem = shown(self, "frame.problem")
if problem:
    print(problem[0].text())
    self.close()
"""


def test_settings_that_cannot_be_read_are_said_in_the_window(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('language = "en"\nportal = 7\n')
    done = run(script(SAY_PROBLEM), "--settings", str(settings))
    assert done.returncode == 0, done.stderr
    assert "SYS-961" in done.stdout
    assert "line 2" in done.stdout.replace("Line", "line")


def test_a_portal_without_encryption_is_refused_in_the_window() -> None:
    done = run(script(SAY_PROBLEM), "--portal", "http://example.org")
    assert "SYS-905" in done.stdout


MEND = """
from kamusm_esign.ui.presenter.intents import ChangeSetting, OpenJob
if not hasattr(self, "steps"):
    self.steps = []
problem, field = shown(self, "frame.problem"), shown(self, "settings.portal")
if self.screen_number == 1 and problem and "told" not in self.steps:
    self.steps.append("told")
    print(problem[0].text(), flush=True)
    self.intent.emit(OpenJob("settings"))
if self.screen_number == 12 and field and "mended" not in self.steps:
    self.steps.append("mended")
    from kamusm_esign.ui.pages.setting_rows import RowView
    (row,) = [w for w in self.findChildren(RowView) if w.key == "portal"]
    print(field[0].text(), "|", row._said, flush=True)
    self.intent.emit(ChangeSetting("portal", "https://portal.example"))
if "mended" in self.steps and field and field[0].text() != "http://portal.example":
    if not problem and not shown(self, "settings.portal.problem"):
        print(field[0].text(), flush=True)
        self.close()
"""


def test_an_address_that_cannot_be_one_is_mended_where_the_settings_are() -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "kamusm-esign", "settings.toml")
    file.parent.mkdir(parents=True)
    file.write_text('language = "en"\nportal = "http://portal.example"\n')
    done = run(script(MEND))
    assert done.returncode == 0, done.stderr
    told, seen, mended = done.stdout.strip().splitlines()
    assert "SYS-905" in told
    assert seen.startswith("http://portal.example |")
    assert "SYS-905" in seen
    assert mended == "https://portal.example"
    assert 'portal = "https://portal.example"' in file.read_text()


def test_an_exception_in_a_slot_is_said_and_the_window_stays() -> None:
    look = """
if "kamusm_esign.ui.program" in sys.modules and not hasattr(self, "asked"):
    self.asked = 1
    self.portal_page = 0
    raise LookupError("a secret 123456")
problem = shown(self, "frame.problem")
if problem:
    print(problem[0].text(), self.isVisible())
    self.close()
"""
    done = run(script(look, ", lambda settings, folders: __import__('threading').Event().wait()"))
    assert "SYS-901" in done.stdout
    assert "True" in done.stdout
    assert "123456" not in done.stdout + done.stderr


LANGUAGES = [
    ((), None, None, "tr"),
    ((), "en", None, "en"),
    (("--language", "en"), "tr", None, "en"),
    ((), "xx", None, "tr"),
    ((), "not toml", None, "tr"),
]


@pytest.mark.parametrize(("arguments", "written", "_policy", "expected"), LANGUAGES)
def test_the_first_paint_is_in_the_right_language(
    arguments: tuple[str, ...], written: str | None, _policy: None, expected: str
) -> None:
    if written is not None:
        folder = Path(os.environ["XDG_CONFIG_HOME"], "kamusm-esign")
        folder.mkdir(parents=True)
        text = "][" if written == "not toml" else f'language = "{written}"\n'
        (folder / "settings.toml").write_text(text)
    code = """
import sys
from kamusm_esign import app
from kamusm_esign.ui import window
def painted(self):
    print(self.texts.language, flush=True)
    self.close()
window.MainWindow._finish = painted
sys.exit(app.main(sys.argv[1:]))
"""
    assert run(code, *arguments).stdout.strip() == expected


def test_arguments_that_nobody_understands_are_a_usage_error() -> None:
    done = run("from kamusm_esign.__main__ import main; main()", "gui", "--nonsense")
    assert done.returncode == 2
    assert "SYS-906" in done.stdout


def test_a_code_on_the_command_line_is_put_into_the_field() -> None:
    look = """
fields = shown(self, "code.field")
if fields:
    print(fields[0].count, fields[0].isEnabled())
    self.close()
"""
    arguments = ("--portal", "http://127.0.0.1:9", "gui", "kamusm-esign://code/333451779241926")
    done = run(script(look), *arguments)
    assert done.stdout.strip() == "15 True", done.stderr
    assert "333451779241926" not in done.stderr


EARLY = """
if not hasattr(self, "begun"):
    self.begun = 1
    print("kamusm_esign.ui.program" in sys.modules)
    shown(self, "home.code")[0].click()
if shown(self, "code.field"):
    print("there")
    self.close()
"""


def test_what_is_pressed_while_the_rest_is_loaded_is_not_lost() -> None:
    done = run(script(EARLY), "--portal", "http://127.0.0.1:9")
    assert done.stdout.split() == ["False", "there"], done.stderr


def test_a_window_that_is_killed_leaves_no_lock(tmp_path: Path) -> None:
    look = "print('there', flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", script(look), "--portal", "http://127.0.0.1:9"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = run(script("print('again', flush=True)\nself.close()"), "--portal", "http://127.0.0.1:9")
    assert "again" in done.stdout
    assert done.returncode == 0


PLACE = """
if not hasattr(self, "placed"):
    self.placed = 1
    {place}
else:
    g, s = self.geometry(), self.screen().availableGeometry()
    print(self.isMaximized(), s.intersects(g), self.normalGeometry().getRect(), flush=True)
    self.close()
"""


def test_the_window_is_where_it_was(tmp_path: Path) -> None:
    quiet = ", lambda settings, folders: __import__('threading').Event().wait()"
    first = run(script(PLACE.format(place="self.setGeometry(37, 41, 700, 420)"), quiet))
    again = run(script(PLACE.format(place="pass"), quiet))
    for done in (first, again):
        assert "(37, 41, 700, 420)" in done.stdout, done.stdout + done.stderr
    run(script(PLACE.format(place="self.showMaximized()"), quiet))
    third = run(script(PLACE.format(place="pass"), quiet))
    assert third.stdout.startswith("True True"), third.stdout
    assert "(37, 41, 700, 420)" in third.stdout
    place = Path(os.environ["XDG_STATE_HOME"], "kamusm-esign", "window")
    assert place.stat().st_mode & 0o777 == 0o600


def test_the_window_is_never_off_the_screens(tmp_path: Path) -> None:
    quiet = ", lambda settings, folders: __import__('threading').Event().wait()"
    run(script(PLACE.format(place="self.setGeometry(5000, -3000, 700, 420)"), quiet))
    again = run(script(PLACE.format(place="pass"), quiet))
    assert "True (" in again.stdout, again.stdout
    Path(os.environ["XDG_STATE_HOME"], "kamusm-esign", "window").write_bytes(b"nonsense")
    assert "True (" in run(script(PLACE.format(place="pass"), quiet)).stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('theme = "dark"\nscale = 150', "dark 1.5"),
        ('theme = "pink"\nscale = 15', "system 1.0"),
        ("scale = [1]\ntheme = 1", "system 1.0"),
        ("][", "system 1.0"),
    ],
)
def test_the_first_paint_has_the_right_look(text: str, expected: str) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"], "kamusm-esign")
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(text)
    code = (LOADED + HOME).replace(
        "print(json.dumps(sorted(sys.modules)), flush=True)",
        "from kamusm_esign.ui.style.theme import theme\n"
        "    print(theme.wanted, theme.scale, flush=True)",
    )
    assert run(code.replace("Start=painted", "Start=lambda *_: None")).stdout.strip() == expected
